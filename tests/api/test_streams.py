"""Exports outside of any transaction, as servers stream them."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

from config.api.database.connection import LOST
from config.api.views import exports
from tests.api.exporting import leave, whole
from tests.factories import CountryFactory, published

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no sessions that end."),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("countries"),
]
SLUGS = [f"U{first}{second}" for first in "ABCDE" for second in "ABCDEF"]
PATH = "/api/v1/exports/countries?order=slug"


@pytest.fixture
def countries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 4)
    monkeypatch.setattr(exports, "ROOM", 0)
    for slug in SLUGS:
        published(CountryFactory(slug=slug))


def slugs(text: bytes) -> list[str]:
    return [one["slug"] for one in whole(text)]


def sessions(ask: str = "count(*)") -> int:
    """Return how many sessions of others there are, having asked each of them for something."""
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"], autocommit=True
    ) as own:
        # PostgreSQL vacuums in sessions of its own.
        clients = "datname = current_database() AND backend_type = 'client backend'"
        others = f"FROM pg_stat_activity WHERE {clients} AND pid <> pg_backend_pid()"
        return len(own.execute(f"SELECT {ask} {others} GROUP BY pid").fetchall())


def end_all_sessions() -> None:
    sessions("pg_terminate_backend(pid, 5000)")


def test_all_parts_come_once_and_in_order(client: Client) -> None:
    assert slugs(client.get(PATH).getvalue()) == SLUGS
    assert client.get(f"{PATH}&slug_min=ZZZ").getvalue() == b'{"complete": true, "count": 0}\n'
    assert whole(client.get(f"{PATH}&fields=slug&slug_max=UAA").getvalue()) == [{"slug": "UAA"}]


def test_other_questions_are_answered_between_two_parts(client: Client) -> None:
    chunks, read = iter(client.get(PATH)), b""
    for number, chunk in enumerate(chunks):
        read += chunk
        assert client.get(f"/api/v1/countries/{SLUGS[number]}").json()["slug"] == SLUGS[number]
        assert len(client.get("/api/v1/countries?limit=3").json()["results"]) == 3
    assert slugs(read) == SLUGS


def test_streams_that_are_left_early_make_room_for_whole_ones(client: Client) -> None:
    for parts in range(4):
        answer = client.get(PATH)
        chunks = iter(answer)
        for _ in range(parts):
            next(chunks)
        leave(answer)
    assert slugs(client.get(PATH).getvalue()) == SLUGS


def test_a_slow_reader_holds_no_transaction(client: Client) -> None:
    answer = client.get(PATH)
    next(iter(answer))
    assert connection.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    leave(answer)


def test_who_keeps_up_is_asked_ahead_for_over_a_connection_of_its_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PATIENCE", 60)
    answer = client.get(PATH)
    chunks = iter(answer)
    seen = [sessions() for _ in chunks]
    leave(answer)
    # The first part may be all there is.
    assert seen == [1, 2, 2, 2, 2, 2, 2]
    assert sessions() == 1


def test_who_is_slow_is_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PATIENCE", 0)
    answer = client.get(PATH)
    read = b""
    for chunk in answer:
        read += chunk
        assert sessions() == 1
    assert slugs(read) == SLUGS


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_a_stream_goes_on_when_the_database_comes_back(client: Client, parts: int) -> None:
    chunks = iter(client.get(PATH))
    read = b"".join(next(chunks) for _ in range(parts))
    end_all_sessions()
    assert slugs(read + b"".join(chunks)) == SLUGS
    assert client.get("/api/v1/countries/UAA").status_code == 200


def test_what_is_planned_for_its_values_is_asked_ahead_like_anything_else(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PATIENCE", 60)
    chunks = iter(client.get(f"{PATH}&updated_after=2020-01-01T00:00:00Z"))
    read = next(chunks) + next(chunks)
    assert sessions() == 2
    assert slugs(read + b"".join(chunks)) == SLUGS


def test_a_stream_breaks_off_when_the_database_has_gone_and_makes_room(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get(PATH)
    chunks = iter(answer)
    next(chunks)

    def closed(port: Any) -> None:
        connections["default"].settings_dict["PORT"] = port
        connections["default"].close()

    port = connection.settings_dict["PORT"]
    closed(1)
    with pytest.raises(LOST):
        b"".join(chunks)
    leave(answer)
    closed(port)
    assert slugs(client.get(PATH).getvalue()) == SLUGS
