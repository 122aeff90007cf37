"""The benchmarks ask what they mean to ask: on a tiny world every answer is the right one. Nothing is timed here."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from psycopg import RawCursor

from benchmarks.chancery.asking import Chancery
from benchmarks.chancery.loading import load_world
from benchmarks.floor import postgresql, sqlite, tables
from benchmarks.floor.asking import Floor
from benchmarks.preparing import add_drafts
from benchmarks.questions import QUESTIONS, Facts
from benchmarks.world import MadeUp
from events.models import Event

WORLD = MadeUp(0.001)
DRAWN = 5


@pytest.fixture
def facts(db: None) -> Facts:
    load_world(WORLD, lambda line: None)
    add_drafts(WORLD)
    tables.fill(WORLD)
    # Nobody else can count rows that are not committed.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Facts()


def test_chancery_and_the_floor_answer_rightly(facts: Facts, client: Client) -> None:
    assert Event.objects.exclude(pk__in=Event.objects.public()).count() == 3
    chancery, floor = Chancery(facts), Floor()
    for question in QUESTIONS:
        found = 0
        for asked in question.draws(facts, DRAWN):
            right = question.answer(asked)
            answer = client.get(chancery.address(question.name, asked))
            assert answer.status_code == 200, (question.name, answer.content)
            assert chancery.read(question.name, answer.getvalue()) == right, question.name
            if question.name != "Q7":
                assert floor.read(question.name, of_the_floor(floor.address(question.name, asked))) == right, question.name
            found += len(right)
        assert found, question.name


def of_the_floor(address: str) -> bytes:
    """Return what the floor's SQL answers, within the transaction of the test."""
    _, name, *asked = address.replace("+", " ").split("/")
    if connection.vendor == "sqlite":
        (answer,) = connection.connection.execute(sqlite.SQL[name], asked).fetchone()
        return answer.encode()
    (answer,) = RawCursor(connection.connection).execute(postgresql.SQL[name], asked, binary=True).fetchone()
    return answer


def test_a_world_is_the_same_each_time_it_is_told() -> None:
    for reported in (MadeUp.countries, MadeUp.officials, MadeUp.meetings, MadeUp.agreements, MadeUp.statements):
        assert list(reported(WORLD)) == list(reported(MadeUp(0.001)))
