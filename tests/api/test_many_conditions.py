"""What is asked for many times over, and what is left out, is what a record is or is not, one by one."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest
from django.test import Client

from actors.models import Actor
from config.api.parameters.base import MAX_REPEATED
from events.models import Event, EventRelation, EventTopic, Participation, PartyAction, Topic
from tests.factories import (
    AgreementFactory,
    CountryFactory,
    MeetingFactory,
    ParticipationFactory,
    TopicFactory,
    published,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Random:
    """Make events with up to six of eight actors and three of a tree of twelve topics."""
    chance = Random(17)
    actors = [published(CountryFactory(slug=f"U{letter}A")) for letter in "ABCDEFGH"]
    topics: list[Topic] = []
    for number in range(12):
        topics.append(published(TopicFactory(slug=f"topic-{number}", parent=chance.choice([*topics, None]))))
    events: list[Event] = []
    for number in range(30):
        event = AgreementFactory() if number % 5 == 0 else MeetingFactory()
        for actor in chance.sample(actors, chance.randint(1, 6)):
            behalf = chance.choice([None, *(one for one in actors if one != actor)])
            role = chance.choice(["host", "participant"] + ["party"] * (number % 5 == 0))
            ParticipationFactory(event=event, actor=actor, on_behalf_of=behalf, role=role)
        for topic in chance.sample(topics, chance.randint(0, 3)):
            EventTopic.objects.create(event=event, topic=topic)
        for other in chance.sample(events, min(len(events), chance.randint(0, 3))):
            EventRelation.objects.create(subject=event, object=other, type="follows")
        events.append(published(event))
    return chance


def _acting(event: Event) -> set[str]:
    rows = Participation.objects.filter(event=event).select_related("actor", "on_behalf_of")
    return {one.slug for row in rows for one in (row.actor, row.on_behalf_of) if one}


def _party(event: Event) -> set[str]:
    rows = Participation.objects.filter(event=event, role="party").select_related("actor", "on_behalf_of")
    acted = PartyAction.objects.filter(agreement=event).select_related("actor")
    return {one.slug for row in rows for one in (row.actor, row.on_behalf_of) if one} | {row.actor.slug for row in acted}


def _topics(event: Event) -> set[str]:
    """Return the topics of an event and all that stand above them."""
    found: set[str] = set()
    for row in EventTopic.objects.filter(event=event).select_related("topic"):
        topic: Topic | None = row.topic
        while topic:
            found.add(topic.slug)
            topic = topic.parent
    return found


def _related(event: Event) -> set[str]:
    return set(EventRelation.objects.filter(subject=event).values_list("object__slug", flat=True))


OF = {"participant": _acting, "topic": _topics, "related_to": _related, "party": _party}


def _listed(client: Client, path: str, query: Any) -> list[str]:
    answer = client.get(f"/api/v1/{path}", query | {"limit": 100})
    assert answer.status_code == 200, answer.content
    return sorted(one["slug"] for one in answer.json()["results"])


@pytest.mark.parametrize("name", OF)
def test_what_is_asked_for_many_times(client: Client, world: Random, name: str) -> None:
    path = "agreements" if name == "party" else "events"
    events = list(Event.objects.filter(kind="agreement") if name == "party" else Event.objects.all())
    of = {event.slug: OF[name](event) for event in events}
    values = sorted(set().union(*of.values()))
    met = 0
    for times, alternatives in product((1, 2, 3, 4, 7), (1, 2, 4)):
        for _ in range(3):
            asked = [world.sample(values, min(len(values), alternatives)) for _ in range(times)]
            right = sorted(slug for slug, those in of.items() if all(those & set(one) for one in asked))
            query = {name: [",".join(one) for one in asked]}
            assert _listed(client, path, query) == right, query
            assert client.get(f"/api/v1/{path}/counts", query).json()["total"] == len(right)
            met += bool(right) and times > 2
    assert met


@pytest.mark.parametrize("name", OF)
def test_what_is_left_out(client: Client, world: Random, name: str) -> None:
    path = "agreements" if name == "party" else "events"
    events = list(Event.objects.filter(kind="agreement") if name == "party" else Event.objects.all())
    of = {event.slug: OF[name](event) for event in events}
    values = sorted(set().union(*of.values()))
    for number in (1, 2, 3):
        asked = world.sample(values, number)
        assert _listed(client, path, {f"exclude_{name}": ",".join(asked)}) == sorted(
            slug for slug, those in of.items() if not those & set(asked)
        )
        other = world.choice(values)
        assert _listed(client, path, {f"exclude_{name}": ",".join(asked), name: other}) == sorted(
            slug for slug, those in of.items() if other in those and not those & set(asked)
        )


def test_roles_beside_many(client: Client, world: Random) -> None:
    hosts: dict[str, set[str]] = {}
    for row in Participation.objects.filter(role="host").select_related("actor", "on_behalf_of", "event"):
        hosts.setdefault(row.event.slug, set()).update(one.slug for one in (row.actor, row.on_behalf_of) if one)
    actors = [one.slug for one in Actor.objects.all()]
    for _ in range(10):
        asked = [world.sample(actors, 4) for _ in range(3)]
        query = {"participant": [",".join(one) for one in asked], "participant_role": "host"}
        assert _listed(client, "events", query) == sorted(
            slug for slug, those in hosts.items() if all(those & set(one) for one in asked)
        )


def _above(topic: Topic | None) -> set[int]:
    """Return the keys of a topic and of those above it."""
    found = set()
    while topic:
        found.add(topic.pk)
        topic = topic.parent
    return found


@pytest.mark.parametrize("path", ["events", "events/counts", "exports/events"])
def test_too_many_times(client: Client, path: str) -> None:
    published(CountryFactory(slug="UTO"))
    query = {"participant": ["UTO"] * MAX_REPEATED}
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200
    # An export that is not read holds its place.
    assert b"UTO" not in answer.getvalue()
    query["participant"].append("UTO")
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 400
    [error_item] = answer.json()["errors"]
    assert (error_item["code"], error_item["parameter"]) == ("too_many_values", "participant")
    assert "50" in error_item["detail"]
