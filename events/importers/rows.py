"""Which rows make topics and events, and which lists they hold."""

from __future__ import annotations

from typing import Final

from actors.importers.rows import citations, identifiers, names
from config.record.loading.loader import Loadable, Nested
from events.models import (
    Event,
    EventCitation,
    EventCode,
    EventIdentifier,
    EventName,
    EventRelation,
    EventTopic,
    Participation,
    PartyAction,
    Provision,
    ProvisionReview,
    Stance,
    Topic,
    TopicCitation,
    TopicIdentifier,
    TopicName,
)

_EVENT: Final = (
    names(EventName),
    identifiers(EventIdentifier),
    Nested("participations", Participation, "event", ("actor", "role")),
    Nested("topics", EventTopic, "event", ("topic",), only="topic"),
    Nested("codes", EventCode, "event", ("scheme", "code")),
    Nested("relations", EventRelation, "subject", ("type", "object")),
    citations(EventCitation),
)
_AGREEMENT: Final = (
    Nested("party_actions", PartyAction, "agreement", ("actor", "type", "date")),
    Nested(
        "provisions",
        Provision,
        "agreement",
        ("slug",),
        nested=(
            Nested("bound_actors", Provision.bound_actors.through, "provision", ("actor",), only="actor"),
            Nested("reviews", ProvisionReview, "provision", ("date", "source", "status")),
        ),
    ),
)
_STANCES: Final = Nested(
    "stances",
    Stance,
    "statement",
    ("slug",),
    aliases={one: f"target_{one}" for one in ("event", "topic", "actor", "provision")},
)

LOADABLES: Final = (
    Loadable(
        "topic",
        Topic,
        nested=(
            names(TopicName),
            identifiers(TopicIdentifier),
            Nested("countries", Topic.countries.through, "topic", ("country",), only="country"),
            citations(TopicCitation),
        ),
    ),
    Loadable("meeting", Event, nested=_EVENT),
    Loadable("agreement", Event, nested=(*_EVENT, *_AGREEMENT)),
    Loadable("statement", Event, nested=(*_EVENT, _STANCES)),
    Loadable("action", Event, nested=_EVENT),
)
