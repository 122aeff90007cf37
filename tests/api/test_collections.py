"""Every collection over HTTP, on the reference data and the sample record."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.models import Country, Official
from config.api_urls import COLLECTIONS
from config.record.checking import findings
from config.record.models import LogEntry
from events.models import Event, EventRelation, EventTopic, Topic
from tests.factories import (
    AgreementFactory,
    MeetingFactory,
    OfficialFactory,
    ParticipationFactory,
    ProvisionFactory,
    StanceFactory,
    StatementFactory,
    TenureFactory,
    TopicFactory,
)

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


def test_a_list_takes_as_many_queries_for_one_record_as_for_fifty(sample: None, client: Client) -> None:
    for path in LISTS:
        counts = []
        for limit in (1, 50):
            with CaptureQueriesContext(connection) as queries:
                slugs(client, f"{path}{'&' if '?' in path else '?'}limit={limit}")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 3, (path, counts)


def test_loading_everything_again_changes_nothing(sample: None, client: Client) -> None:
    before = list(LogEntry.objects.values_list("sequence", "sha256"))
    call_command("load_reference", verbosity=0)
    call_command("load_sample", verbosity=0)
    assert list(LogEntry.objects.values_list("sequence", "sha256")) == before
    assert list(findings()) == []


def test_what_is_not_published_leaves_no_trace(sample: None, client: Client) -> None:
    """Every answer is the same, byte for byte, after drafts came that hang on published records."""
    paths = [*LISTS, *OTHERS, "events/lavrov-cavusoglu-call-2020-10-27", "officials/sergey-lavrov", "topics/libya"]
    before = _answers(client, paths)
    _add_drafts()
    assert _answers(client, paths) == before
    for path in (
        "events?participant=secret-official",
        "search?q=secret",
        "events?topic=secret-topic",
        "topics?parent=libya&q=secret",
    ):
        assert slugs(client, path) == [], path
    for path in ("meetings/secret", "officials/secret-official", "events/secret", "topics/secret-topic", "tenures/secret-tenure"):
        assert client.get(f"/api/v1/{path}").status_code == 404, path
    assert client.get("/api/v1/relations/RUS/secret-official").status_code == 404
    assert list(findings()) == []


def _answers(client: Client, paths: Any) -> dict[str, tuple[bytes, str | None]]:
    answers = {}
    for path in paths:
        answer = client.get(f"/api/v1/{path}")
        answers[path] = (answer.content, answer.headers.get("ETag"))
    return answers


def _add_drafts() -> None:
    russia, lavrov = Country.objects.get(slug="RUS"), Official.objects.get(slug="sergey-lavrov")
    libya, ceasefire = Topic.objects.get(slug="libya"), Event.objects.get(slug="libya-ceasefire-2020-10-23")
    call = Event.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    secret = OfficialFactory(slug="secret-official", name="Secret official", country=russia)
    TenureFactory(slug="secret-tenure", official=lavrov, start="2020-01-01")
    TopicFactory(slug="secret-topic", name="Secret topic", parent=libya)
    meeting = MeetingFactory(slug="secret", name="Secret talks on Libya", country=russia)
    for actor in (russia, lavrov, Country.objects.get(slug="TUR"), secret):
        ParticipationFactory(event=meeting, actor=actor)
    EventTopic.objects.create(event=meeting, topic=libya)
    EventRelation.objects.create(subject=meeting, type="follows", object=ceasefire)
    EventRelation.objects.create(subject=call, type="follows", object=meeting)
    agreement = AgreementFactory(slug="secret-agreement", name="Secret agreement", in_force_on="2020-10-01")
    ParticipationFactory(event=agreement, actor=russia, role="party")
    ProvisionFactory(slug="secret-provision", agreement=agreement, text="Secret promise")
    statement = StatementFactory(slug="secret-statement", name="Secret statement")
    ParticipationFactory(event=statement, actor=russia, role="speaker")
    StanceFactory(slug="secret-stance", statement=statement, target_event=ceasefire)


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
        "kind=meeting&kind=action",
    ],
)
def test_what_makes_no_sense_is_refused_by_name(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/events?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]
