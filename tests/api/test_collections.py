"""Every collection over HTTP, on the reference data and the sample record."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from config.api_urls import COLLECTIONS
from config.record.curation.consistency import findings
from config.record.models import LogEntry

pytestmark = pytest.mark.django_db


def test_each_collection_lists_its_records_and_shows_each_as_the_list_does(sample: None, client: Client) -> None:
    for name in COLLECTIONS:
        first, *_ = client.get(f"/api/v1/{name}?limit=2").json()["results"]
        assert client.get(f"/api/v1/{name}/{first['slug']}").json() == first


def test_loading_everything_again_changes_nothing(sample: None, client: Client) -> None:
    before = list(LogEntry.objects.values_list("sequence", "sha256"))
    call_command("load_reference", verbosity=0)
    call_command("load_sample", verbosity=0)
    assert list(LogEntry.objects.values_list("sequence", "sha256")) == before
    assert list(findings()) == []


@pytest.mark.parametrize(
    "query",
    [
        "kinds=meeting",
        "date_after=yesterday",
        "cursor=broken",
        "limit=0",
        "q=%00",
        "participant=%FF",
        "year=9999999999999999999",
        "year=2020&year=2021",
    ],
)
def test_what_makes_no_sense_is_refused_by_name(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/events?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]
