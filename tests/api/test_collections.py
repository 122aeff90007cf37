"""Every collection over HTTP, on the reference data and the sample record."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from config.api_urls import COLLECTIONS
from config.record.curation.consistency import findings
from config.record.models import LogEntry

pytestmark = pytest.mark.django_db

# Each list as it is, and those whose parameters reach into other tables.
LISTS = (
    *COLLECTIONS,
    "events?participant=RUS&participant=TUR&participant_role=participant",
    "events?participant_rank=foreign_minister&topic=libya&q=libya&exclude_country=DEU",
    "events?source=libya-report-2020-10&related_to=libya-ceasefire-2020-10-23",
    "statements?about=libya-ceasefire-2020-10-23&position=-1,1",
    "stances?holder=TUR&topic=libya",
    "provisions?overdue=true&as_of=2021-02-01",
    "offices?as_of=2020-10-27&holder=sergey-lavrov",
    "search?q=libya",
    "changes",
)
OTHERS = ("relations/RUS/TUR?as_of=2020-10-31",)


def slugs(client: Client, path: str) -> list[str]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return [one["slug"] for one in answer.json()["results"]]


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
