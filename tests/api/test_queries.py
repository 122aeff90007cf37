"""How many queries each answer takes: the same for one record as for fifty, and no more than it took before.

`RECORD=1` writes the numbers anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.api import collections
from config.api_urls import COLLECTIONS
from tests.api.paths import LISTS, OTHERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
COUNTS = Path(__file__).parent.parent / "query_counts.json"
SLUGS = {name: collections.COLLECTIONS[name].example for name in COLLECTIONS}
DETAILS = tuple(f"{name}/{slug}" for name, slug in SLUGS.items())
VERSIONS = tuple(f"{name}/{slug}/versions" for name, slug in SLUGS.items())


def queries(client: Client, path: str, **headers: str) -> tuple[int, CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/api/v1/{path}", headers=headers)
    return answer.status_code, captured


def test_answers_take_as_many_queries_as_ever(client: Client) -> None:
    counted = {}
    for path in (*LISTS, *(f"{name}?known_at=2100-01-01" for name in SLUGS), *DETAILS, *VERSIONS, *OTHERS):
        counts = set()
        for limit in (1, 50):
            asked = path if path in (*DETAILS, *OTHERS) else f"{path}{'&' if '?' in path else '?'}limit={limit}"
            status, captured = queries(client, asked)
            assert status == 200, path
            counts.add(len(captured))
        assert len(counts) == 1, "\n".join(query["sql"] for query in captured.captured_queries)
        counted[path] = counts.pop()
    # PostgreSQL is asked beforehand in which tables many have the words.
    counted["search?q=libya"] -= connection.vendor == "postgresql"
    if os.environ.get("RECORD"):
        COUNTS.write_text(json.dumps(counted, indent=1) + "\n")
    assert counted == json.loads(COUNTS.read_text())


@pytest.mark.parametrize(
    "path", ["events?participant=RUS&limit=3", "events?limit=3&fields=name", *DETAILS, "events?known_at=2100-01-01"]
)
def test_who_has_the_version_costs_no_document(client: Client, path: str) -> None:
    etag = client.get(f"/api/v1/{path}")["ETag"]
    status, captured = queries(client, path, **{"If-None-Match": etag})
    assert status == 304
    # Names in a question are looked up first.
    assert len(captured) == (2 if "participant" in path else 1)
    assert all('"document"' not in query["sql"].partition(" FROM ")[0] for query in captured.captured_queries)
    other, captured = queries(client, path, **{"If-None-Match": '"another"'})
    assert other == 200
    # Then the documents are read by key or by slug: the list itself is asked once.
    assert len(captured) == (3 if "participant" in path else 2)
    last = captured.captured_queries[-1]["sql"]
    assert ("LIMIT" not in last and " IN (" in last) if path.startswith("events?") else '"slug" =' in last


def test_the_tag_of_a_list_tells_pages_and_contents_apart(client: Client) -> None:
    paths = ["events?limit=2", "events?limit=3", "events?limit=2&fields=slug", "events?limit=2&order=start", "meetings?limit=2"]
    tags = {client.get(f"/api/v1/{path}")["ETag"] for path in paths}
    assert len(tags) == len(paths)
