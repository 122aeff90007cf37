"""Every collection over HTTP, on the reference data and the sample record."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client

from config.api_urls import COLLECTIONS
from config.record.checking import findings
from config.record.models import LogEntry
from tests.factories import MeetingFactory

pytestmark = pytest.mark.django_db


def slugs(client: Client, path: str) -> list[str]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return [one["slug"] for one in answer.json()["results"]]


def test_the_sample_answers_over_http_and_loading_it_again_changes_nothing(
    sample: None, client: Client, django_assert_max_num_queries: Any
) -> None:
    for name in COLLECTIONS:
        with django_assert_max_num_queries(3):
            found = slugs(client, f"{name}?limit=2")
        detail = client.get(f"/api/v1/{name}/{found[0]}")
        assert (detail.status_code, detail.json()["slug"]) == (200, found[0])
    for q in ("Cavusoglu", "Çavuşoğlu", "Чавушоглу"):
        assert slugs(client, f"officials?q={quote(q)}") == slugs(client, "officials?q=Cavusoglu") != []
    together = "events?participant=RUS&participant=TUR&date_after=2020-10-01&date_before=2020-10-31"
    assert "lavrov-cavusoglu-call-2020-10-27" in slugs(client, together)
    entries = LogEntry.objects.count()
    call_command("load_reference", verbosity=0)
    call_command("load_sample", verbosity=0)
    assert LogEntry.objects.count() == entries
    assert list(findings()) == []


def test_drafts_are_not_there(client: Client) -> None:
    MeetingFactory(slug="secret")
    assert slugs(client, "meetings") == []
    assert client.get("/api/v1/meetings/secret").status_code == 404


@pytest.mark.parametrize("query", ["kinds=meeting", "date_after=yesterday", "cursor=broken", "limit=0", "q=%00"])
def test_what_makes_no_sense_is_refused_by_name(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/events?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]
