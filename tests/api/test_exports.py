"""Whole lists as JSON Lines."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from config.api.views import exports
from tests.api.asking import refusal
from tests.api.exporting import leave, whole
from tests.factories import MeetingFactory, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def lines(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    return whole(answer.getvalue())


def walked(client: Client, path: str) -> list[Any]:
    results, url = [], f"/api/v1/{path}"
    while url:
        page = client.get(url).json()
        results += page["results"]
        url = page["next"]
    return results


LISTS = ("countries", "events?participant=RUS&order=name", "actors?order=-updated_at", "events?fields=slug,name")


@pytest.mark.parametrize("path", LISTS)
def test_an_export_is_the_whole_list(client: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 7)
    answer = client.get(f"/api/v1/exports/{path}")
    assert answer["Content-Type"] == "application/x-ndjson"
    assert answer["Content-Disposition"] == f'attachment; filename="{path.partition("?")[0]}.jsonl"'
    assert lines(answer) == walked(client, path)


def test_an_export_is_fetched_in_parts_by_slug(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 7)
    everything = lines(client.get("/api/v1/exports/events?order=slug"))
    slugs = [one["slug"] for one in everything]
    assert slugs == sorted(one["slug"] for one in walked(client, "events"))
    assert lines(client.get("/api/v1/exports/events?order=-slug")) == everything[::-1]
    parts = [f"slug_max={slugs[9]}", f"slug_min={slugs[10]}&slug_max={slugs[20]}", f"slug_min={slugs[21]}"]
    assert [one for part in parts for one in lines(client.get(f"/api/v1/exports/events?order=slug&{part}"))] == everything
    assert refusal(client, "exports/statements?slug_min=no%20slug") == [("slug_min", "invalid_slug")]
    assert refusal(client, "statements?order=slug") == [("order", "unknown_value")]


def test_an_export_of_nothing_says_so(client: Client) -> None:
    answer = client.get("/api/v1/exports/events?q=nothingofthesort")
    assert answer.getvalue() == b'{"complete": true, "count": 0}\n'


def test_an_export_that_breaks_off_lacks_its_last_line(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 5)
    answer = client.get("/api/v1/exports/events")
    chunks = iter(answer)
    read = next(chunks)

    def lost(ask: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(exports, "retry_lost_connection", lost)
    # Servers log it and end the answer like any other.
    with pytest.raises(OperationalError):
        next(chunks)
    leave(answer)
    assert b'{"complete"' not in read


def test_who_takes_too_long_over_a_part_is_sent_no_more(client: Client, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 5)
    monkeypatch.setattr(exports, "LONGEST", -1)
    assert len(client.get("/api/v1/exports/events").getvalue().splitlines()) == 6
    assert [record.message for record in caplog.records] == ["An export was ended: its reader took 0 s over one part."]


def test_an_export_has_no_pages(client: Client) -> None:
    assert refusal(client, "exports/events?limit=5") == [("limit", "unknown_parameter")]
    assert client.head("/api/v1/exports/events").status_code == 200
    assert client.get("/api/v1/exports/nothing").status_code == 404


def test_a_worker_serves_few_exports_at_once(client: Client, settings: Any) -> None:
    settings.EXPORTS_AT_ONCE, settings.EXPORTS_OF_ONE = 2, 2
    slow = [client.get("/api/v1/exports/events") for _ in range(2)]
    refused = client.get("/api/v1/exports/events", REMOTE_ADDR="203.0.113.1")
    assert (refused.status_code, refused["Retry-After"], refused["Content-Type"]) == (503, "5", "application/problem+json")
    assert client.get("/api/v1/events").status_code == 200
    assert lines(slow[0]) == lines(slow[1])
    assert lines(client.get("/api/v1/exports/events"))


def test_one_address_has_few_of_them(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1

    def ask(address: str) -> Any:
        return client.get("/api/v1/exports/events", headers={"X-Forwarded-For": address})

    slow = ask("2001:db8::1")
    refused = ask("2001:db8::2")
    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert refused.json()["errors"][0]["code"] == "throttled"
    assert lines(ask("203.0.113.1")) == lines(slow)
    assert lines(ask("2001:db8::2"))


def test_who_leaves_early_makes_room(client: Client) -> None:
    for _ in range(3):
        answer = client.get("/api/v1/exports/countries")
        assert answer.status_code == 200
        next(iter(answer))
        leave(answer)


def test_a_record_that_is_published_meanwhile_shifts_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 5)
    before = [one["slug"] for one in walked(client, "events?fields=slug")]
    answer = client.get("/api/v1/exports/events")
    chunks = iter(answer)
    read = next(chunks)
    published(MeetingFactory(slug="newest", start="2030-01-01"))
    published(MeetingFactory(slug="oldest", start="1900-01-01"))
    read += b"".join(chunks)
    assert [one["slug"] for one in whole(read)] == [*before, "oldest"]
