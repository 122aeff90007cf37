"""The record as it was known, its versions, and the feed of what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from actors.models import Actor
from config.record.curation import transitions
from config.record.curation.merging import merge, rename
from events.models import Event
from tests.api.asking import refusal, slugs
from tests.factories import MeetingFactory, OfficialFactory, ParticipationFactory, published

pytestmark = pytest.mark.django_db


def on(day: int) -> Any:
    return time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False)


@pytest.fixture
def call() -> Event:
    """A call that is published on 1 March, gets a clearer name on the 3rd, a participant another name on the 5th."""
    meeting = MeetingFactory(slug="call", name="A call")
    ParticipationFactory(event=meeting, actor=OfficialFactory(slug="minister", name="Minister"))
    with on(1):
        published(meeting)
    with on(3):
        Event.objects.filter(pk=meeting.pk).update(name="A phone call", start="2020-10-28")
        Event.objects.get(pk=meeting.pk).save()
        transitions.amend({Event: [meeting.pk]}, reason="It was by phone")
    with on(5):
        Actor.objects.filter(slug="minister").update(name="The minister")
        transitions.amend({Actor: Actor.objects.filter(slug="minister").values_list("pk", flat=True)}, reason="Article")
    return Event.objects.get(pk=meeting.pk)


def at(day: int) -> str:
    return f"known_at=2026-03-{day:02}T18:00:00Z"


def test_a_record_as_it_was_known(call: Event, client: Client) -> None:
    now = client.get("/api/v1/meetings/call").json()
    then = client.get(f"/api/v1/meetings/call?{at(2)}").json()
    assert (then["name"], then["start"], then["version"]) == ("A call", "2020-10-27", 1)
    assert client.get(f"/api/v1/events/call?{at(4)}").json()["participations"][0]["actor"]["name"] == "Minister"
    assert client.get(f"/api/v1/events/call?{at(6)}").json() == now
    assert client.get(f"/api/v1/events/call?{at(2)}&fields=name").json() == {"name": "A call"}
    assert client.get("/api/v1/events/call?known_at=2026-03-01").status_code == 404
    assert client.get(f"/api/v1/agreements/call?{at(6)}").status_code == 404


def test_a_list_as_it_was_known(call: Event, client: Client) -> None:
    with on(4):
        published(MeetingFactory(slug="a-later-one", start="2020-11"))
    assert slugs(client, f"meetings?{at(2)}") == ["call"]
    assert slugs(client, f"meetings?{at(4)}") == ["a-later-one", "call"]
    assert slugs(client, f"events?{at(4)}&kind=agreement") == []
    assert slugs(client, f"agreements?{at(4)}") == []
    assert slugs(client, f"events?{at(2)}&date_after=2020-10-28") == []
    assert slugs(client, f"events?{at(4)}&date_after=2020-10-28&date_before=2020-10-31") == ["call"]
    assert slugs(client, f"events?{at(4)}&date_after=2020-11-02") == ["a-later-one"]
    assert slugs(client, f"events?{at(4)}&date_after=2020-11-02&date_match=certain") == []
    assert slugs(client, f"events?{at(4)}&slug=call") == ["call"]
    assert refusal(client, f"events?{at(4)}&slug=call,nobody") == [("slug", "unknown_value")]
    first = client.get(f"/api/v1/events?{at(4)}&limit=1").json()
    assert slugs(client, first["next"].removeprefix("http://testserver/api/v1/")) == ["call"]


def test_what_the_log_does_not_know_is_refused_beside_known_at(call: Event, client: Client) -> None:
    assert refusal(client, f"events?{at(4)}&participant=minister&order=name") == [
        ("participant", "not_with_known_at"),
        ("order", "not_with_known_at"),
    ]


def test_the_versions_of_a_record(call: Event, client: Client) -> None:
    answer = client.get("/api/v1/meetings/call/versions").json()
    shown = [(one["version"], one["operation"], one["reason"], one["cause"], one["at"]) for one in answer["results"]]
    assert shown == [
        (1, "created", "Test", None, "2026-03-01T12:00:00Z"),
        (2, "updated", "It was by phone", None, "2026-03-03T12:00:00Z"),
        (3, "refreshed", None, "actors:minister", "2026-03-05T12:00:00Z"),
    ]
    assert answer["results"][0]["document"] == client.get(f"/api/v1/meetings/call?{at(2)}").json()
    assert answer["results"][2]["sha256"] == client.get("/api/v1/meetings/call")["ETag"].strip('"')
    first = client.get("/api/v1/meetings/call/versions?limit=2").json()
    assert [one["version"] for one in client.get(first["next"]).json()["results"]] == [3]
    assert client.get("/api/v1/agreements/call/versions").status_code == 404
    assert client.get("/api/v1/events/nobody/versions").status_code == 404


def test_a_retracted_record_keeps_its_past(call: Event, client: Client) -> None:
    with on(7):
        transitions.retract({Event: [call.pk]}, reason="It never happened")
    assert slugs(client, f"events?{at(2)}") == ["call"]
    assert feed(client, "call") == [
        ("created", "Test", "A call"),
        ("updated", "It was by phone", "A phone call"),
        ("retracted", "It never happened", None),
    ]
    with on(9):
        transitions.restore({Event: [call.pk]}, reason="It did")
    assert feed(client, "call")[-1] == ("restored", "It did", "A phone call")


def feed(client: Client, slug: str) -> list[tuple[Any, ...]]:
    """Return what a follower sees of a record, who reads one entry at a time."""
    reported, after = [], 0
    while results := client.get(f"/api/v1/changes?after={after}&limit=1").json()["results"]:
        (one,) = results
        after = one["sequence"]
        if one["slug"] == slug:
            reported.append((one["operation"], one["reason"], one["document"] and one["document"]["name"]))
    return reported


Step = Callable[[Event], None]


def _merge(call: Event) -> None:
    winner = published(MeetingFactory(slug="the-call", name="The call"))
    merge(Event, loser=call.pk, winner=winner.pk, reason="The same call")


def _rename(call: Event) -> None:
    rename(Event, call.pk, "the-call", reason="Clearer")


@pytest.mark.parametrize("step", [_merge, _rename])
def test_a_slug_that_went_elsewhere_leads_there_and_keeps_its_past(call: Event, client: Client, step: Step) -> None:
    with on(7):
        step(call)
    moved = client.get("/api/v1/events/call?fields=slug")
    assert (moved.status_code, moved["Location"]) == (308, "/api/v1/events/the-call?fields=slug")
    assert client.get(moved["Location"]).json() == {"slug": "the-call"}
    assert client.get(f"/api/v1/events/call?{at(2)}").json()["name"] == "A call"
    assert [one["operation"] for one in client.get("/api/v1/events/call/versions").json()["results"]][-1] == "merged"
    assert feed(client, "call")[0] == ("created", "Test", "A call")
    gone = client.get("/api/v1/changes?limit=200").json()["results"]
    assert [one["cause"] for one in gone if one["operation"] == "merged"] == ["events:the-call"]


def test_an_erased_record_leaves_its_hash_and_the_reason(call: Event, client: Client) -> None:
    transitions.erase(Event, call.pk, reason="A court order")
    entries = [one for one in client.get("/api/v1/changes?limit=200").json()["results"] if one["slug"] == "call"]
    assert [(one["operation"], one["document"]) for one in entries] == [
        ("created", None),
        ("updated", None),
        ("retracted", None),
        ("erased", None),
    ]
    assert len(entries[0]["sha256"]) == 64
    assert entries[-1]["reason"] == "A court order"
