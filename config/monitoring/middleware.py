"""Middleware of monitoring: request id, access log and metrics of every request."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.monitoring.context import RequestContext, begin, count_queries
from config.monitoring.logs import log_access
from config.monitoring.metrics import metrics
from config.monitoring.probes import PROBES, probe


class MonitoringMiddleware:
    """Middleware that sets the request context, and logs and counts every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._metrics = metrics()
        self._logs, self._as_json = settings.ACCESS_LOG, settings.LOG_FORMAT == "json"
        self._observes = self._logs or self._metrics is not None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`."""
        if request.path in PROBES:
            return probe(request)
        context = begin(request)
        return self._observed(request, context) if self._observes else self.get_response(request)

    def _observed(self, request: HttpRequest, context: RequestContext) -> HttpResponse:
        count_queries()
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        if self._metrics is not None:
            self._metrics.count(request.method or "", context.route, response.status_code, seconds, context.queries)
        if self._logs:
            log_access(context, response, seconds, as_json=self._as_json)
        return response
