"""Probe endpoints: liveness, readiness and metrics, for any Host header."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Final

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.monitoring.context import client_address
from config.monitoring.health import OK, readiness
from config.monitoring.metrics import CONTENT_TYPE, metrics

JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"


def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200: liveness, without any check."""
    return _answer(orjson.dumps({"status": OK}), JSON)


def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether everything that a request may need works: 503 where something does not."""
    checks = readiness.answers()
    ready = all(answer == OK for answer in checks.values())
    body = orjson.dumps({"status": OK if ready else "failed", "checks": checks})
    return _answer(body, JSON, HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)


def show_metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics of all workers, for Prometheus."""
    if not _may_read_metrics(client_address(request), tuple(settings.METRICS_ALLOWED)):
        return _answer(b"METRICS_ALLOWED does not name this address.\n", TEXT, HTTPStatus.FORBIDDEN)
    counted = metrics()
    if counted is None:
        return _answer(b"Nothing is counted: PROMETHEUS_MULTIPROC_DIR names no folder.\n", TEXT, HTTPStatus.NOT_FOUND)
    return _answer(counted.scrape(), CONTENT_TYPE)


PROBES: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": show_metrics,
}


def probe(request: HttpRequest) -> HttpResponse:
    """Answer one of the addresses above."""
    if request.method not in ("GET", "HEAD"):
        answer = _answer(b"Only GET and HEAD.\n", TEXT, HTTPStatus.METHOD_NOT_ALLOWED)
        answer.headers["Allow"] = "GET, HEAD"
        return answer
    return PROBES[request.path](request)


@lru_cache(maxsize=1024)
def _may_read_metrics(address: str, allowed: tuple[str, ...]) -> bool:
    try:
        seen = ip_address(address)
    except ValueError:
        return False
    return any(seen in ip_network(network, strict=False) for network in allowed)


def _answer(body: bytes, content_type: str, status: int = HTTPStatus.OK) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Length": str(len(body))}
    return HttpResponse(body, status=status, content_type=content_type, headers=headers)
