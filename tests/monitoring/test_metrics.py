"""What Prometheus reads: the workers of a server are one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.monitoring import metrics
from config.monitoring.metrics import _Gauges, add_gauge
from config.record.models import LogEntry, PendingDocument
from tests.monitoring.programs import run

ASKING = """
for path in ("/api/v1", "/api/v1", "/api/v1/nothing", "/api/v1/meetings/a/versions/nothing"):
    ask(path)
"""


def samples(text: str) -> dict[str, float]:
    found = re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


@pytest.mark.any_database
def test_workers_count_together_and_the_dead_are_remembered(tmp_path: Path) -> None:
    for _ in range(2):
        run(ASKING, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    reported = samples(run(ASKING + "print(ask('/metrics')[1].decode())", PROMETHEUS_MULTIPROC_DIR=str(tmp_path)))
    assert reported['chancery_http_requests_total{method="GET",route="/api/v1",status="200"}'] == 6
    assert reported['chancery_http_requests_total{method="GET",route="other",status="404"}'] == 6
    assert reported['chancery_http_request_duration_seconds_count{route="/api/v1"}'] == 6
    assert reported['chancery_http_request_duration_seconds_bucket{le="+Inf",route="other"}'] == 6
    # The database is not there: what it would say is left out, and the rest is told.
    assert "chancery_log_sequence" not in reported


@pytest.mark.any_database
def test_routes_are_templates_and_made_up_methods_are_one(tmp_path: Path) -> None:
    program = """
for slug in ("a", "b"):
    ask(f"/api/v1/countries/{slug}")
environ = RequestFactory().generic("BREW", "/api/v1").environ
config.wsgi.application(environ, lambda *sent: None)
ask("/admin/")
print(ask("/metrics")[1].decode())
"""
    reported = samples(run(program, PROMETHEUS_MULTIPROC_DIR=str(tmp_path)))
    assert reported['chancery_http_requests_total{method="GET",route="/api/v1/countries/{slug}",status="503"}'] == 2
    assert reported['chancery_http_requests_total{method="other",route="/api/v1",status="405"}'] == 1
    assert [name for name in reported if 'route="/admin/"' in name and name.startswith("chancery_http_requests_total")]


@pytest.mark.any_database
def test_a_disk_without_room_turns_metrics_off_and_nothing_else() -> None:
    reported = run("print(ask('/api/v1')[0], ask('/metrics')[0])", PROMETHEUS_MULTIPROC_DIR="/proc/nowhere")
    assert reported.split() == ["200", "404"]


@pytest.mark.any_database
def test_the_files_hold_what_they_will_ever_need(tmp_path: Path) -> None:
    run("ask('/api/v1')", PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    for file in tmp_path.iterdir():
        assert file.stat().st_blocks * 512 >= file.stat().st_size == 4 << 20


@pytest.mark.any_database
def test_open_exports_of_dead_workers_are_forgotten(tmp_path: Path) -> None:
    opening = "from config.monitoring.metrics import metrics\nmetrics().exports_open.inc()\n"
    run(opening, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    reported = samples(run(opening + "print(ask('/metrics')[1].decode())", PROMETHEUS_MULTIPROC_DIR=str(tmp_path)))
    assert reported["chancery_exports_open"] == 1


@pytest.mark.parametrize(
    ("address", "allowed", "status"),
    [
        ("127.0.0.1", None, 404),
        ("192.0.2.7", None, 403),
        ("192.0.2.7", ["192.0.2.0/24"], 404),
        ("::1", None, 404),
        ("", None, 403),
    ],
)
def test_only_whom_the_setting_names_reads_metrics(
    client: Client, settings: Any, address: str, allowed: list[str] | None, status: int
) -> None:
    settings.METRICS_ALLOWED = allowed or settings.METRICS_ALLOWED
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == status


def test_an_address_behind_a_proxy_is_the_one_that_the_proxy_saw(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    headers = {"X-Forwarded-For": "127.0.0.1, 192.0.2.7"}
    assert client.get("/metrics", headers=headers, REMOTE_ADDR="127.0.0.1").status_code == 403


@pytest.mark.django_db
@pytest.mark.usefixtures("sample")
def test_gauges_are_measured_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.monitoring.metrics._gauges", dict(metrics._gauges))
    add_gauge("chancery_queue_length", "Tasks that wait.", lambda: {"imports": 2, "links": 0}, label="queue")
    add_gauge("chancery_broken", "Cannot be measured.", lambda: 1 / 0)
    for cause in ("actors:RUS", "actors:TUR"):
        PendingDocument.objects.create(collection="events", record_id=1, cause=cause)
    reported = {one.name: {tuple(s.labels.values()): s.value for s in one.samples} for one in _Gauges().collect()}
    assert reported == {
        "chancery_log_sequence": {(): LogEntry.objects.count()},
        "chancery_pending_documents": {(): 1},
        "chancery_queue_length": {("imports",): 2, ("links",): 0},
        "chancery_tasks": {("waiting",): 0, ("running",): 0, ("failed",): 0},
        "chancery_tasks_oldest_waiting_seconds": {(): 0},
        "chancery_task_workers": {(): 0},
    }
