"""Whole lists as JSON Lines."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client

from config.api import exports
from tests.api.test_filters import refusal
from tests.factories import MeetingFactory, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def lines(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    return [orjson.loads(line) for line in answer.getvalue().splitlines()]


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
    whole = lines(client.get("/api/v1/exports/events?order=slug"))
    slugs = [one["slug"] for one in whole]
    assert slugs == sorted(one["slug"] for one in walked(client, "events"))
    assert lines(client.get("/api/v1/exports/events?order=-slug")) == whole[::-1]
    parts = [f"slug_max={slugs[9]}", f"slug_min={slugs[10]}&slug_max={slugs[20]}", f"slug_min={slugs[21]}"]
    assert [one for part in parts for one in lines(client.get(f"/api/v1/exports/events?order=slug&{part}"))] == whole
    assert refusal(client, "exports/statements?slug_min=no%20slug") == [("slug_min", "invalid_slug")]
    assert refusal(client, "statements?order=slug") == [("order", "unknown_value")]


def test_an_export_of_nothing_is_empty(client: Client) -> None:
    assert client.get("/api/v1/exports/events?q=nothingofthesort").getvalue() == b""


def test_an_export_has_no_pages(client: Client) -> None:
    assert refusal(client, "exports/events?limit=5") == [("limit", "unknown_parameter")]
    assert client.head("/api/v1/exports/events").status_code == 200
    assert client.get("/api/v1/exports/nothing").status_code == 404


def test_a_worker_serves_few_exports_at_once(client: Client) -> None:
    slow = client.get("/api/v1/exports/events")
    refused = client.get("/api/v1/exports/events")
    assert (refused.status_code, refused["Retry-After"], refused["Content-Type"]) == (503, "5", "application/problem+json")
    assert client.get("/api/v1/events").status_code == 200
    assert lines(slow)
    assert lines(client.get("/api/v1/exports/events"))


def test_who_leaves_early_makes_room(client: Client) -> None:
    for _ in range(3):
        answer = client.get("/api/v1/exports/countries")
        assert answer.status_code == 200
        next(iter(answer))
        # What the server does when the reader has gone; closing the whole response would end the test's connection too.
        for close in answer._resource_closers:
            close()


def test_a_record_that_is_published_meanwhile_shifts_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 5)
    before = [one["slug"] for one in walked(client, "events?fields=slug")]
    answer = client.get("/api/v1/exports/events")
    chunks = iter(answer)
    read = next(chunks)
    published(MeetingFactory(slug="newest", start="2030-01-01"))
    published(MeetingFactory(slug="oldest", start="1900-01-01"))
    read += b"".join(chunks)
    assert [orjson.loads(line)["slug"] for line in read.splitlines()] == [*before, "oldest"]
