"""Sentry and OpenTelemetry see the API, which goes past Django's own middleware; without settings nothing of them is there."""

from __future__ import annotations

import json

import pytest

from tests.monitoring.programs import run

pytestmark = pytest.mark.any_database

SENTRY = """
import json
from sentry_sdk.transport import Transport
import sentry_sdk

class Kept(Transport):
    def __init__(self):
        super().__init__()
        self.events = []
    def capture_envelope(self, envelope):
        self.events += [item.payload.json for item in envelope.items if item.payload.json]

kept = sentry_sdk.get_client().transport = Kept()
from config.api.views.documentation import IndexView
IndexView.get = lambda *_: 1 / 0
assert ask("/api/v1", **{"X-Request-ID": "trace-7"})[0] == 500
sentry_sdk.flush()
(event,) = [one for one in kept.events if "exception" in one]
reported = event["exception"]["values"][-1]["type"], event["tags"]["request_id"], event["transaction"], event["request"]["url"]
print(json.dumps(reported))
"""

OPENTELEMETRY = """
import json
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

kept = InMemorySpanExporter()
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(kept))
parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ask("/api/v1/countries/TUR", **{"X-Request-ID": "trace-7", "traceparent": parent})
ask("/admin/")
spans = kept.get_finished_spans()
reported = [(one.name, one.attributes["http.route"]) for one in spans]
first = spans[0]
name = first.resource.attributes["service.name"]
print(json.dumps([reported, first.attributes["chancery.request_id"], f"{first.parent.span_id:x}", name]))
import os
os._exit(0 if not sys.stdout.flush() else 1)
"""


def test_sentry_sees_an_error_of_the_api() -> None:
    reported = json.loads(run(SENTRY, SENTRY_DSN="http://key@127.0.0.1:9/1"))
    assert reported == ["ZeroDivisionError", "trace-7", "/api/v1", "http://testserver/api/v1"]


def test_opentelemetry_sees_requests_of_the_api_and_of_the_desk() -> None:
    reported = json.loads(run(OPENTELEMETRY, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9"))
    routes = [["GET /api/v1/countries/{slug}", "/api/v1/countries/{slug}"], ["GET /admin/", "/admin/"]]
    assert reported == [routes, "trace-7", "b7ad6b7169203331", "chancery"]


def test_nothing_of_it_is_imported_where_no_setting_asks_for_it() -> None:
    names = ("sentry_sdk", "opentelemetry", "prometheus_client")
    assert run(f"ask('/api/v1'); ask('/metrics'); print([one for one in {names} if one in sys.modules])").strip() == "[]"
