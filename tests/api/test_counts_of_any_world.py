"""Groups count what their filters list, whoever takes part in whatever, as what and for whom."""

from __future__ import annotations

from random import Random

import pytest
from django.test import Client

from actors.models import Actor
from config.api_urls import COLLECTIONS
from events.models import EventTopic, Participation, Topic
from tests.api.counting import Query, check, check_pairs
from tests.factories import (
    CountryFactory,
    MeetingFactory,
    OfficialFactory,
    OrganizationFactory,
    ParticipationFactory,
    StanceFactory,
    StatementFactory,
    TopicFactory,
    published,
)

pytestmark = pytest.mark.django_db


def test_every_group_counts_what_its_filter_lists_of_any_world(client: Client) -> None:
    chance = Random(20201027)
    _make_world(chance)
    country, organization = Actor.objects.filter(kind="country").first(), Actor.objects.filter(kind="organization").first()
    assert country is not None
    assert organization is not None
    both = {"participant": [country.slug, organization.slug]}
    # What is said of participations, and of topics.
    dimensions = [name for name in COLLECTIONS["events"].dimensions if name == "topic" or name.startswith("participant")]
    queries: list[Query] = [both, both | {"participant_role": ["host,participant"]}, {"participant_country": [country.slug]}]
    for query in queries:
        check(client, "events", query, dimensions)
    check_pairs(client, "events", {}, check(client, "events", {}, dimensions))
    check(client, "stances", {}, ["holder"])


def _make_world(chance: Random) -> None:
    """Make events in which actors of all kinds take part in all roles, for all kinds of others, about a tree of topics."""
    countries = [published(CountryFactory()) for _ in range(3)]
    others = [published(make(country=chance.choice([*countries, None]))) for make in (OrganizationFactory, OfficialFactory) * 2]
    topics: list[Topic] = []
    for _ in range(4):
        topics.append(published(TopicFactory(parent=chance.choice([*topics, None]))))
    actors = [*countries, *others]
    for number in range(8):
        event = (StatementFactory if number % 3 == 0 else MeetingFactory)(country=chance.choice([*countries, None]))
        role = "speaker" if number % 3 == 0 else ""
        for actor in chance.sample(actors, chance.randint(1, 4)):
            for role_of in chance.sample(["participant", "host", "mediator"], chance.randint(1, 2)) + ([role] if role else []):
                behalf = chance.choice([None, *(one for one in actors if one != actor)])
                ParticipationFactory(event=event, actor=actor, role=role_of, on_behalf_of=behalf)
        for topic in chance.sample(topics, chance.randint(0, 2)):
            EventTopic.objects.create(event=event, topic=topic)
        published(event)
        if role:
            published(StanceFactory(statement=event, target_topic=chance.choice(topics), target_event=None))
    assert Participation.objects.count() > 20
