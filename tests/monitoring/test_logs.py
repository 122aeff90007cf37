"""What is written of requests, and how an answer leads to its lines."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from config.api.server.fast_path import Server
from config.monitoring.logs import JSONFormatter, OneLine, TextFormatter

pytestmark = pytest.mark.django_db
ID = "trace-7"


@pytest.fixture
def log(request: Any) -> Iterator[io.StringIO]:
    """The log as production writes it."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(getattr(request, "param", JSONFormatter)())
    handler.addFilter(OneLine())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def asked(settings: Any, capfd: Any, path: str, **more: Any) -> str:
    settings.ACCESS_LOG = True
    client = Client(headers={"X-Request-ID": ID})
    client.get(path, **more)
    return str(capfd.readouterr().out)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/countries/TUR", {"route": "/api/v1/countries/{slug}", "status": 200, "sql": 1}),
        ("/api/v1/events?limit=1", {"route": "/api/v1/events", "status": 200, "sql": 1, "query": "limit=1"}),
        ("/api/v1/nothing", {"route": "other", "status": 404, "sql": 0}),
        ("/admin/?q=somebody", {"route": "/admin/", "status": 302, "sql": 0}),
    ],
)
def test_an_answered_request_has_a_line(settings: Any, capfd: Any, path: str, expected: dict[str, Any]) -> None:
    settings.LOG_FORMAT = "json"
    (line,) = asked(settings, capfd, path).splitlines()
    reported = json.loads(line)
    assert reported.pop("time").endswith("Z")
    assert reported.pop("ms") > 0
    always = {"level": "info", "logger": "chancery.access", "request_id": ID, "address": "127.0.0.1", "method": "GET"}
    assert reported == always | expected | {"path": path.partition("?")[0]}


def test_nobody_writes_lines_of_their_own(settings: Any, capfd: Any) -> None:
    (line,) = asked(settings, capfd, "/api/v1/%0A00:00:00 forged").splitlines()
    assert "GET /api/v1/%0A00%3A00%3A00%20forged 404" in line
    assert line.endswith(f" SQL {ID}")


def test_a_line_that_cannot_be_written_costs_nobody_the_answer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError

    monkeypatch.setattr("config.monitoring.logs.os.write", full)
    settings.ACCESS_LOG = True
    assert Client().get("/api/v1").status_code == 200


def test_nothing_is_written_where_the_access_log_is_off(settings: Any, capfd: Any) -> None:
    settings.ACCESS_LOG = False
    Client().get("/api/v1")
    assert capfd.readouterr().out == ""


def test_an_error_is_found_by_the_id_in_its_answer(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.api.views.documentation.IndexView.get", lambda *_: 1 / 0)
    answer = Client(raise_request_exception=False).get("/api/v1")
    assert (answer.status_code, answer.json()["detail"]) == (500, "Internal server error. It has been logged.")
    (line,) = map(json.loads, log.getvalue().splitlines())
    assert line["request_id"] == answer.json()["request_id"] == answer["X-Request-ID"]
    assert (line["level"], line["address"], line["method"], line["path"]) == ("error", "127.0.0.1", "GET", "/api/v1")
    assert line["exception"].endswith("ZeroDivisionError: division by zero")


def lost(*_: Any) -> None:
    raise OperationalError("gone")


@pytest.fixture
def counted(settings: Any, tmp_path: Any) -> Any:
    """The settings, by which requests are counted in a file of their own."""
    settings.RATE_LIMIT, settings.RATE_LIMIT_FILE = 600, str(tmp_path / "rates")
    return settings


@pytest.mark.parametrize(
    ("status", "path", "more"),
    [
        (400, "/api/v1/events?nope=1", {}),
        (400, "/api/v1", {"headers": {"Host": "forged.example"}}),
        (401, "/api/v1", {"headers": {"Authorization": "Bearer nothing"}}),
        (404, "/api/v1/countries/UTO", {}),
        (404, "/api/v1/nothing", {}),
        (405, "/api/v1/events", {"method": "post"}),
        (406, "/api/v1/events", {"headers": {"Accept": "text/csv"}}),
        (429, "/api/v1", {"rate": 1}),
        (503, "/api/v1", {"breaks": True}),
    ],
)
def test_every_problem_has_the_id_of_its_request(
    counted: Any, monkeypatch: pytest.MonkeyPatch, status: int, path: str, more: dict[str, Any]
) -> None:
    counted.RATE_LIMIT = more.get("rate", 600)
    if more.get("breaks"):
        monkeypatch.setattr("config.api.views.documentation.IndexView.get", lost)
    client = Client(headers={"X-Request-ID": ID})
    ask = getattr(client, more.get("method", "get"))
    answers = [ask(path, headers=more.get("headers", {})) for _ in range(2 if status == 429 else 1)]
    assert (answers[-1].status_code, answers[-1].json()["request_id"]) == (status, ID)
    assert answers[-1]["X-Request-ID"] == ID


@pytest.mark.parametrize("path", ["/api/v1/events", "/accounts/login/"])
def test_a_forged_host_is_one_line(log: io.StringIO, path: str) -> None:
    Server()(RequestFactory().get(path, headers={"Host": "forged.example", "X-Request-ID": ID}).environ, lambda *_: None)
    lines = [line for line in map(json.loads, log.getvalue().splitlines()) if "forged.example" in line["message"]]
    assert [(line["level"], line["request_id"], "exception" in line) for line in lines] == [("warning", ID, False)]
    assert len(log.getvalue().splitlines()) <= 2


@pytest.mark.parametrize("log", [TextFormatter], indirect=True)
def test_text_is_one_line_whatever_is_in_it(log: io.StringIO) -> None:
    Client(headers={"X-Request-ID": ID}).get("/api/v1")
    logging.getLogger("chancery").error("first\nsecond\x1b[31m")
    (line,) = log.getvalue().splitlines()
    assert line.partition(" ")[2] == (
        f"ERROR chancery first\\nsecond\\x1b[31m request_id={ID} address=127.0.0.1 method=GET path=/api/v1"
    )
