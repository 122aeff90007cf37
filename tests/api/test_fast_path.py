"""Without the fast path the API answers the same, through public interfaces of Django and of the driver alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory
from django.urls import URLResolver

from config.api.collections import COLLECTIONS
from config.api.database import prepared
from config.api.engine import sql_cache
from config.api.server.fast_path import Server
from config.api.server.routes import routes
from tests.api.document import needed, operations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

WRONG = (
    "/api/v1/events/nothing",
    "/api/v1/events?nope=1",
    "/api/v1/events/",
    "/api/v1/nothing",
    "/api/v1/events?participant=XXX",
)
LISTS = (
    "/api/v1/events?participant=RUS&participant=TUR&limit=2",
    "/api/v1/events?date_after=2020&order=-start&limit=3",
    "/api/v1/statements?about=libya&fields=slug,start",
    "/api/v1/exports/topics",
)


@pytest.fixture(autouse=True)
def connection_of_the_test() -> Iterator[None]:
    """Leave the connection open at the beginning of a request: it is in the test's transaction."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.fixture(autouse=True)
def nothing_cached() -> Iterator[None]:
    """Forget what either way has made ready."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    routes.cache_clear()
    for collection in COLLECTIONS.values():
        for by_slug in collection.view.by_slug.values():
            vars(by_slug).pop("_sql", None)
    sql_cache._compiled_sql.clear()


def asked(address: str) -> tuple[str, list[tuple[str, str]], bytes]:
    told: list[Any] = []
    request = RequestFactory().get(address, headers={"X-Request-ID": "trace-7"})
    parts: Any = Server()(request.environ, lambda *one: told.extend(one))
    body = b"".join(parts)
    # What the server does; closing the whole response would end the connection of the test, too.
    for close in getattr(parts, "_resource_closers", ()):
        close()
    return told[0], sorted(told[1]), body


def addresses() -> Iterator[str]:
    for path, operation in operations().items():
        inside, query = needed(operation)
        yield f"{path.format(**inside)}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
    yield from (*LISTS, *WRONG)


def test_answers_are_the_same_through_public_interfaces(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
        settings.RATE_LIMIT = 0
        fast = {address: asked(address) for address in addresses()}
        _forget()
        settings.FAST_PATH = settings.PREPARED_STATEMENTS = False
        # None of the private interfaces is used.
        monkeypatch.setattr(sql_cache, "_of_queryset", _refused)
        monkeypatch.setattr(prepared, "fetched", _refused)
        monkeypatch.setattr("config.api.server.routes._segments", _refused)
        plain = {address: asked(address) for address in addresses()}
    for address, answer in fast.items():
        assert plain[address] == answer, address


def test_routes_are_found_by_django(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FAST_PATH = False
    found: list[str] = []
    resolve = URLResolver.resolve
    monkeypatch.setattr(URLResolver, "resolve", lambda self, path: found.append(path) or resolve(self, path))  # type: ignore[func-returns-value]
    assert asked("/api/v1/countries/TUR")[0] == "200 OK"
    assert found[0] == "/api/v1/countries/TUR"


def _refused(*_: Any, **__: Any) -> Any:
    pytest.fail("A private interface was used.")
