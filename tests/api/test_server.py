"""The WSGI application answers as the tests' client sees it, though it goes past Django's bookkeeping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory

from config.api.server.fast_path import Server

pytestmark = pytest.mark.django_db
# It would differ from request to request.
ID = {"X-Request-ID": "trace-7"}


@pytest.fixture(autouse=True)
def own_sample(sample: None) -> None:
    """The sample, loaded for each test: the server closes the connection in which a transaction of the module would be."""


@pytest.fixture(autouse=True)
def connection_of_the_test() -> Iterator[None]:
    """Leave the connection open at the beginning of a request, as Django's test client does: it is in the test's transaction."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def asked(path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    reported: list[Any] = []
    body = Server()(RequestFactory().get(path, headers=ID | headers).environ, lambda *one: reported.extend(one))
    status, sent = reported
    return int(status.split()[0]), {name.lower(): value for name, value in sent}, b"".join(body)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/countries/TUR", 200),
        ("/api/v1/events?participant=RUS&limit=3", 200),
        ("/api/v1/events/counts?by=year", 200),
        ("/api/v1/docs", 200),
        ("/api/v1/events/", 308),
        ("/api/v1/events?nope=1", 400),
        ("/api/v1/nothing", 404),
        ("/", 302),
    ],
)
def test_the_server_answers_what_the_client_is_answered(client: Client, path: str, status: int) -> None:
    answer = client.get(path, headers=ID)
    expected = {name.lower(): value for name, value in answer.items()}
    assert asked(path) == (status, expected, answer.getvalue())


def test_an_export_streams_and_makes_room_when_it_is_closed(client: Client) -> None:
    reported: list[Any] = []
    for _ in range(2):
        stream: Any = Server()(RequestFactory().get("/api/v1/exports/topics").environ, lambda *one: reported.append(one))
        assert len(b"".join(stream).splitlines()) - 1 == client.get("/api/v1/topics/counts?by=type").json()["total"]
        # What the server does; closing the whole response would end the test's connection too.
        for close in stream._resource_closers:
            close()
    assert [status for status, _ in reported] == ["200 OK", "200 OK"]


def test_a_known_version_is_not_sent_again() -> None:
    _, headers, _ = asked("/api/v1/countries/TUR")
    assert asked("/api/v1/countries/TUR", **{"If-None-Match": headers["etag"]})[::2] == (304, b"")


def test_a_forged_host_is_refused() -> None:
    status, headers, _ = asked("/api/v1/events", Host="forged.example")
    assert (status, headers["content-type"]) == (400, "application/problem+json")
