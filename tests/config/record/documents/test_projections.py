"""Rows that follow from published records: written with them, and brought up to date without touching what is right."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.record.documents.projections import ProjectedRow, Projection
from config.record.documents.row_source import DATABASE_ROWS
from config.record.values import edtf
from events.models import Event, EventActorIndex
from tests.factories import CountryFactory, MeetingFactory

pytestmark = pytest.mark.django_db

COLUMNS = ("event_id", "actor_id", "kind", "spread", "start_earliest")


class World:
    """An index of two events, whose rows are what the test says."""

    def __init__(self) -> None:
        self.events = [MeetingFactory().pk for _ in range(2)]
        self.actors = sorted(CountryFactory().pk for _ in range(3))
        self.rows: set[ProjectedRow] = set()
        self.index = Projection(EventActorIndex, "actors", COLUMNS, self._rows_of)

    def _rows_of(self, ids: Any, store: Any = DATABASE_ROWS) -> set[ProjectedRow]:
        return {row for row in self.rows if row[0] in ids}

    def row(self, event: int, actor: int, spread: int = 0) -> ProjectedRow:
        return (self.events[event], self.actors[actor], "meeting", spread, edtf.EARLIEST)

    def there(self) -> set[ProjectedRow]:
        return set(EventActorIndex.objects.values_list(*COLUMNS))


@pytest.fixture
def world() -> World:
    return World()


def test_rows_of_new_records_are_written(world: World) -> None:
    world.index.create([world.row(0, 0), world.row(0, 1)])
    assert world.there() == {world.row(0, 0), world.row(0, 1)}


def test_rows_become_what_they_must_be(world: World) -> None:
    world.rows = {world.row(0, 0), world.row(0, 1)}
    world.index.follow(world.events)
    assert world.there() == world.rows
    world.rows = {world.row(0, 1), world.row(0, 2), world.row(1, 0)}
    world.index.follow(world.events)
    assert world.there() == world.rows


def test_a_row_whose_other_columns_changed_is_written_anew(world: World) -> None:
    world.rows = {world.row(0, 0, spread=0)}
    world.index.follow(world.events)
    world.rows = {world.row(0, 0, spread=2)}
    world.index.follow(world.events)
    assert world.there() == world.rows


def test_rows_that_are_right_stay(world: World) -> None:
    world.rows = {world.row(0, 0), world.row(0, 1)}
    world.index.follow(world.events)
    before = dict(EventActorIndex.objects.values_list("actor_id", "pk"))
    world.rows |= {world.row(0, 2)}
    world.index.follow(world.events)
    after = dict(EventActorIndex.objects.values_list("actor_id", "pk"))
    assert before.items() <= after.items()
    with CaptureQueriesContext(connection) as asked:
        world.index.follow(world.events)
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]


def test_rows_of_other_records_are_not_touched(world: World) -> None:
    world.rows = {world.row(0, 0), world.row(1, 1)}
    world.index.follow(world.events)
    world.rows = set()
    world.index.follow(world.events[:1])
    assert world.there() == {world.row(1, 1)}


def test_records_with_wrong_rows_are_found(world: World) -> None:
    world.rows = {world.row(0, 0), world.row(1, 1)}
    assert world.index.wrong(world.events) == set(world.events)
    world.index.follow(world.events)
    assert world.index.wrong(world.events) == set()
    EventActorIndex.objects.filter(event=world.events[1]).delete()
    assert world.index.wrong(world.events) == {world.events[1]}
    world.index.follow(world.events)
    world.rows = {world.row(0, 0)}
    assert world.index.wrong(world.events) == {world.events[1]}
    assert world.index.wrong([]) == set()


def test_rows_go_with_their_record(world: World) -> None:
    world.rows = {world.row(0, 0), world.row(1, 1)}
    world.index.follow(world.events)
    Event.objects.filter(pk=world.events[0]).delete()
    assert world.there() == {world.row(1, 1)}
