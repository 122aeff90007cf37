"""Projections of published events: participants, topics, stance holders, and full text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q

from actors.choices import ActorKind
from actors.models import Actor
from config.record.database.bulk import chunks
from config.record.documents.projections import ProjectedRow, Projection
from config.record.documents.registry import Model
from config.record.documents.rendering import grouped
from config.record.documents.row_source import DATABASE_ROWS, Row, RowSource
from config.record.values.choices import CurationState
from events.choices import ParticipationRole
from events.models import (
    Event,
    EventActorIndex,
    EventSearchIndex,
    EventTopic,
    EventTopicIndex,
    Participation,
    Stance,
    StanceHolderIndex,
    Topic,
)
from events.models.stances import TARGETS, target_number

# What the index tables of events repeat of the event.
_EVENT: Final = ("event__kind", "event__spread", "event__start_earliest")


def _event_actors(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> set[ProjectedRow]:
    columns = ("actor_id", "actor__kind", "actor__country_id", "on_behalf_of_id", "on_behalf_of__kind", *_EVENT)
    found: dict[tuple[int, int], ProjectedRow] = {}
    for row in row_source.parts(Participation, "event", ids, columns, event__state=CurationState.PUBLISHED):
        event, actor, other = row["event_id"], row["actor_id"], row["on_behalf_of_id"]
        days = [row[column] for column in _EVENT]
        # Whoever takes part counts for its country, whether others act for it as well or not.
        found[event, actor] = (event, actor, actor if _is_country(row, "actor") else row["actor__country_id"], *days)
        if other:
            found.setdefault((event, other), (event, other, other if _is_country(row, "on_behalf_of") else None, *days))
    return set(found.values())


def _is_country(row: Row, path: str) -> bool:
    return bool(row[f"{path}__kind"] == ActorKind.COUNTRY)


def _event_topics(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> set[ProjectedRow]:
    """Return the topics of events, and those above them: found generation by generation, until there are no more."""
    found: set[ProjectedRow] = set()
    path = "topic"
    while True:
        rows = row_source.parts(EventTopic, "event", ids, (f"{path}_id", *_EVENT), event__state=CurationState.PUBLISHED)
        of_each = {(row["event_id"], row[f"{path}_id"], *(row[column] for column in _EVENT)) for row in rows if row[f"{path}_id"]}
        # A circle, which no constraint can forbid, has no more to add either.
        if of_each <= found:
            return found
        found |= of_each
        path += "__parent"


def _stance_holders(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> set[ProjectedRow]:
    targets = [f"{target}_id" for target in TARGETS]
    columns = ("state", "statement_id", "position", "statement__start_earliest", *targets)
    stances = [row for row in row_source.records(Stance, ids, columns) if row["state"] == CurationState.PUBLISHED]
    statements = list({row["statement_id"]: None for row in stances})
    speakers = row_source.parts(
        Participation, "event", statements, ["actor_id", "on_behalf_of_id"], role=ParticipationRole.SPEAKER
    )
    spoken = grouped(speakers, "event_id", lambda row: row)
    return _of_each(
        (row["pk"], speaker, [row["position"], _target(row), row["statement__start_earliest"]])
        for row in stances
        for speaker in spoken.get(row["statement_id"], ())
    )


def _target(row: Row) -> int:
    (number,) = (target_number(target, row[f"{target}_id"]) for target in TARGETS if row[f"{target}_id"])
    return number


def _of_each(rows: Iterable[tuple[int, Row, Sequence[Any]]]) -> set[ProjectedRow]:
    """Return a row for whoever acts, and one for whom it acts for."""
    return {
        (record, actor, *rest)
        for record, acting, rest in rows
        for actor in (acting["actor_id"], acting["on_behalf_of_id"])
        if actor
    }


def _event_words(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> set[ProjectedRow]:
    columns = ("kind", "spread", "start_earliest", "search_text")
    return {
        (row["pk"], *(row[column] for column in columns))
        for row in row_source.records(Event, ids, ["state", *columns])
        if row["state"] == CurationState.PUBLISHED
    }


EVENT_ACTORS: Final = Projection(
    EventActorIndex,
    "actors",
    ("event_id", "actor_id", "country_id", "kind", "spread", "start_earliest"),
    _event_actors,
    ("actor_id", "country_id"),
)
EVENT_TOPICS: Final = Projection(
    EventTopicIndex, "topics", ("event_id", "topic_id", "kind", "spread", "start_earliest"), _event_topics, ("topic_id",)
)
STANCE_HOLDERS: Final = Projection(
    StanceHolderIndex, "actors", ("stance_id", "actor_id", "position", "target", "start_earliest"), _stance_holders, ("actor_id",)
)
EVENT_WORDS: Final = Projection(
    EventSearchIndex, "words", ("event_id", "kind", "spread", "start_earliest", "search_text"), _event_words
)


def follow_others(touched: Mapping[Model, set[int]]) -> None:
    """Have the index tables of events follow actors that belong to another country, and topics that stand below another."""
    for ids in chunks(sorted(touched.get(Actor, ()))):
        _follow_actors(ids)
    for ids in chunks(sorted(touched.get(Topic, ()))):
        parents = Topic.objects.filter(pk__in=ids).values_list("pk", "parent", "indexed_parent")
        moved = [topic for topic, parent, indexed in parents if parent != indexed]
        events = EventTopicIndex.objects.filter(topic__in=moved).values_list("event", flat=True).distinct() if moved else ()
        for below in chunks(events):
            EVENT_TOPICS.follow(below)


def _follow_actors(ids: Sequence[int]) -> None:
    taking_part = Participation.objects.filter(event=OuterRef("event"), actor=OuterRef("actor"))
    belonging = Actor.objects.filter(pk__in=ids).exclude(kind=ActorKind.COUNTRY).values_list("country", "pk")
    for country, actor in belonging:
        rows = EventActorIndex.objects.filter(Exists(taking_part), actor=actor)
        wrong = rows.exclude(Q(country=country) if country else Q(country=None)).values_list("event", flat=True)
        for events in chunks(wrong):
            EVENT_ACTORS.follow(events)
