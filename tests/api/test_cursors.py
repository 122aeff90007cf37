"""Cursors lead on in the list that gave them, and nowhere else; what no page gave is refused, whatever is in it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client

from config.sources.models import Source
from tests.factories import SourceFactory, published

pytestmark = pytest.mark.django_db

LIST = "/api/v1/sources"


@pytest.fixture(autouse=True)
def three_sources(db: None) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        published(SourceFactory(slug=name.lower(), name=name, language="en"))


def walked(client: Client, query: str, direction: str = "next") -> list[str]:
    """Return the slugs of a list, read page by page in one direction."""
    url, found = f"{LIST}?{query}", []
    while url:
        page = client.get(url).json()
        found += [one["slug"] for one in page["results"]]
        assert len(found) <= Source.objects.count(), "a record is there twice"
        url = page[direction]
    return found


def first_cursor(client: Client, query: str) -> str:
    found: str = client.get(f"{LIST}?{query}").json()["next"].partition("cursor=")[2].partition("&")[0]
    return found


def forged(cursor: str, position: Any) -> str:
    """Return a cursor of the same list that leads to another position."""
    check, direction, _ = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    return base64.urlsafe_b64encode(json.dumps([check, direction, position]).encode()).decode().rstrip("=")


def refused(client: Client, path: str) -> None:
    answer = client.get(path, headers={"X-Request-ID": "a"})
    assert answer.status_code == 400, answer.content
    assert answer.json() == {
        "type": "about:blank", "title": "Bad Request", "status": 400,
        "detail": "A parameter is invalid; errors lists which and why.",
        "instance": path.partition("?")[0], "request_id": "a",
        "errors": [
            {
                "parameter": "cursor", "code": "invalid_cursor",
                "detail": "This cursor does not belong to this list. Start again without it.",
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize("order", ["name", "-name", "updated_at", "-updated_at"])
def test_every_record_is_on_one_page_in_both_directions(client: Client, order: str) -> None:
    # All of one moment: the key of the row alone tells them apart.
    Source.objects.update(updated_at=Source.objects.earliest("pk").updated_at)
    expected = ["gamma", "beta", "alpha"] if order.startswith("-") else ["alpha", "beta", "gamma"]
    assert walked(client, f"order={order}&limit=1") == expected
    last = first_cursor(client, f"order={order}&limit=2")
    assert walked(client, f"order={order}&limit=1&cursor={last}", "previous") == expected[::-1]


@pytest.mark.parametrize(
    "path", [f"{LIST}?order=name&language=en", f"{LIST}?order=-name", f"{LIST}?order=name&q=a", "/api/v1/topics?order=name"]
)
def test_a_cursor_belongs_to_one_list(client: Client, path: str) -> None:
    cursor = first_cursor(client, "order=name&limit=1")
    refused(client, f"{path}&cursor={cursor}")
    # How long a page is does not matter.
    answer = client.get(f"{LIST}?order=name&limit=2&cursor={cursor}").json()
    assert [one["slug"] for one in answer["results"]] == ["beta", "gamma"]


@pytest.mark.parametrize(
    ("order", "position"),
    [
        ("name", ["beta"]),
        ("name", ["beta", 1, 1]),
        ("name", {"beta": 1}),
        ("name", ["beta", "1"]),
        ("name", ["beta", 1.5]),
        ("name", ["beta", True]),
        ("name", ["beta", None]),
        ("name", ["beta", 2**63]),
        ("name", ["beta", -(2**63) - 1]),
        ("name", ["be\0ta", 1]),
        ("name", [1, 1]),
        ("updated_at", ["yesterday", 1]),
        ("updated_at", ["2020-10-27T00:00:00", 1]),
        ("updated_at", ["0001-01-01T00:00:00+14:00", 1]),
        ("updated_at", ["9999-12-31T23:59:59-14:00", 1]),
        ("updated_at", [1, 1]),
    ],
)
def test_a_position_that_no_row_can_have_is_refused(client: Client, order: str, position: Any) -> None:
    cursor = first_cursor(client, f"order={order}&limit=1")
    refused(client, f"{LIST}?order={order}&limit=1&cursor={forged(cursor, position)}")
