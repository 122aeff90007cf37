"""Sentry and OpenTelemetry, where settings name them. They stand around the whole application and so see the API, too."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.monitoring.context import current

Application = Callable[[dict[str, Any], Any], Any]


def traced(application: Application) -> Application:
    """Return `application`, watched by what settings name. Nothing of it is imported otherwise."""
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        application = _with_opentelemetry(application)
    if settings.SENTRY_DSN:
        application = _with_sentry(application)
    return application


def _with_sentry(application: Application) -> Application:
    sentry, wsgi = _imported("sentry", "sentry_sdk", "sentry_sdk.integrations.wsgi")
    sentry.init(
        dsn=settings.SENTRY_DSN,
        traces_sample_rate=settings.SENTRY_TRACES_SAMPLE_RATE,
        send_default_pii=False,
        before_send=_named,
        before_send_transaction=_named,
    )
    watched: Application = wsgi.SentryWsgiMiddleware(application)
    return watched


def _named(event: dict[str, Any], _hint: Any) -> dict[str, Any]:
    """Give what is sent to Sentry the id by which the request is found in the log, and the route instead of the address."""
    if context := current():
        event.setdefault("tags", {})["request_id"] = context.id
        event["transaction"] = context.route
    return event


def _with_opentelemetry(application: Application) -> Application:
    names = ("trace", "sdk.resources", "sdk.trace", "sdk.trace.export", "exporter.otlp.proto.http.trace_exporter")
    trace, resources, sdk, export, otlp = _imported("opentelemetry", *(f"opentelemetry.{name}" for name in names))
    # OTEL_SERVICE_NAME and the like take precedence.
    name = os.environ.get("OTEL_SERVICE_NAME", "chancery")
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": name}))
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return with_spans(application)


def with_spans(application: Application) -> Application:
    """Return `application` with one span for each request, until its last byte."""
    (wsgi,) = _imported("opentelemetry", "opentelemetry.instrumentation.wsgi")
    watched: Application = wsgi.OpenTelemetryMiddleware(application, response_hook=_describe)
    return watched


def _describe(span: Any, environ: dict[str, Any], _status: str, _headers: Any) -> None:
    if span.is_recording() and (context := current()):
        span.set_attribute("chancery.request_id", context.id)
        span.set_attribute("http.route", context.route)
        span.update_name(f"{environ.get('REQUEST_METHOD', '')} {context.route}")


def _imported(extra: str, *modules: str) -> list[Any]:
    try:
        return [import_module(module) for module in modules]
    except ImportError as error:
        raise ImproperlyConfigured(f"{error.name} is missing: install what chancery[{extra}] names in pyproject.toml.") from error
