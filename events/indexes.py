"""Projections of published events: participants, stance holders, and full text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from config.record.documents.projections import ProjectedRow, Projection
from config.record.documents.rendering import grouped
from config.record.documents.row_source import DATABASE_ROWS, Row, RowSource
from config.record.values.choices import CurationState
from events.choices import ParticipationRole
from events.models import Event, EventActorIndex, EventSearchIndex, Participation, Stance, StanceHolderIndex


def _event_actors(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> set[ProjectedRow]:
    event = ("event__kind", "event__spread", "event__start_earliest")
    columns = ("actor_id", "on_behalf_of_id", *event)
    rows = row_source.parts(Participation, "event", ids, columns, event__state=CurationState.PUBLISHED)
    return _of_each((row["event_id"], row, [row[column] for column in event]) for row in rows)


def _stance_holders(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> set[ProjectedRow]:
    columns = ("state", "statement_id", "position", "statement__start_earliest")
    stances = [row for row in row_source.records(Stance, ids, columns) if row["state"] == CurationState.PUBLISHED]
    statements = list({row["statement_id"]: None for row in stances})
    speakers = row_source.parts(
        Participation, "event", statements, ["actor_id", "on_behalf_of_id"], role=ParticipationRole.SPEAKER
    )
    spoken = grouped(speakers, "event_id", lambda row: row)
    return _of_each(
        (row["pk"], speaker, [row["position"], row["statement__start_earliest"]])
        for row in stances
        for speaker in spoken.get(row["statement_id"], ())
    )


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
    EventActorIndex, "actors", ("event_id", "actor_id", "kind", "spread", "start_earliest"), _event_actors
)
STANCE_HOLDERS: Final = Projection(
    StanceHolderIndex, "actors", ("stance_id", "actor_id", "position", "start_earliest"), _stance_holders
)
EVENT_WORDS: Final = Projection(
    EventSearchIndex, "words", ("event_id", "kind", "spread", "start_earliest", "search_text"), _event_words
)
