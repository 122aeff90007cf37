"""Whether a server is alive, whether it is ready, and what stands in the way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from config.monitoring import health
from config.monitoring.health import Readiness
from tests.monitoring.programs import run

ALL_WELL = {"database": "ok", "migrations": "ok", "disk": "ok", "rate_store": "ok"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[Readiness]:
    """A server that has not been asked yet."""
    made = Readiness()
    monkeypatch.setattr("config.monitoring.probes.readiness", made)
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    return made


def test_a_process_that_answers_is_alive_whatever_the_host_and_without_the_database(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/healthz", headers={"Host": "10.1.2.3"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_server_is_ready_when_all_that_it_needs_works(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.RATE_LIMIT, settings.RATE_LIMIT_FILE = 600, str(tmp_path / "rates")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": ALL_WELL})


@pytest.mark.django_db
def test_a_table_that_is_missing_is_found() -> None:
    assert health.migrations() == "ok"
    MigrationRecorder(connection).record_unapplied("events", MigrationRecorder.Migration.objects.filter(app="events").last().name)
    assert health.migrations() == "1 not applied"


def test_one_thing_that_fails_is_named_and_answered_with_503(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    settings.READY_DISK_FREE = 1 << 60

    def broken() -> str:
        raise OSError("the secret reason")

    monkeypatch.setattr(health, "_checks", {"disk": health.disk, "rate_store": broken})
    answer = client.get("/readyz")
    checks = answer.json()["checks"]
    assert (answer.status_code, answer.json()["status"]) == (503, "failed")
    assert checks["disk"].endswith(" MB left")
    assert checks["rate_store"] == "failed; the log says why"
    assert "the secret reason" in caplog.text


def test_what_hangs_holds_nobody_up_and_is_not_begun_again(monkeypatch: pytest.MonkeyPatch, fresh: Readiness) -> None:
    let_go, begun = threading.Event(), []

    def hanging() -> str:
        begun.append(1)
        let_go.wait()
        return "ok"

    monkeypatch.setattr(health, "_checks", {"database": hanging})
    monkeypatch.setattr(health, "LONGEST", 0.05)
    monkeypatch.setattr(health, "FRESH", 0.0)
    try:
        assert [fresh.answers() for _ in range(3)] == [{"database": "no answer in 0.05 s"}] * 3
        assert len(begun) == 1
    finally:
        let_go.set()


def test_many_who_ask_cause_one_check(monkeypatch: pytest.MonkeyPatch, fresh: Readiness) -> None:
    asked: list[int] = []
    monkeypatch.setattr(health, "_checks", {"database": lambda: asked.append(1) or "ok"})
    monkeypatch.setattr(health, "FRESH", 60.0)
    assert [fresh.answers() for _ in range(5)] == [{"database": "ok"}] * 5
    assert len(asked) == 1


def test_a_database_that_cannot_be_reached_leaves_a_server_alive_and_not_ready() -> None:
    program = """print(*ask("/healthz")); status, body = ask("/readyz"); print(status, body.decode())"""
    alive, ready = run(program).splitlines()
    status, _, body = ready.partition(" ")
    assert alive == '200 b\'{"status":"ok"}\''
    assert status == "503"
    assert json.loads(body)["checks"] == ALL_WELL | dict.fromkeys(("database", "migrations"), "failed; the log says why")


def test_probes_are_only_read(client: Client) -> None:
    answer = client.post("/healthz")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
