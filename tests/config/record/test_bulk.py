"""Rows written past the ORM are the rows that the ORM would have written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from actors.models import Actor
from config.record.database.bulk import WORTH_COPYING, create_rows, new_keys, update_rows
from config.record.database.columns import columns_of
from config.sources.models import Source

pytestmark = pytest.mark.django_db

AWKWARD = 'Tab\there, line\nbreak, back\\slash, "quotes", \\N, \\., {braces}, комма'
MOMENT = datetime(2020, 10, 27, 12, 30, 15, 123456, tzinfo=UTC)


def countries(count: int) -> list[dict[str, Any]]:
    columns = columns_of(Actor)
    return [
        columns.complete({
            "kind": "country", "slug": f"C{key}", "name": AWKWARD, "status": "state", "latitude": "41.00820",
            "longitude": "-28.97840", "start": "1923-10-29",
        })
        | {"id": key, "updated_at": MOMENT}
        for key in new_keys(Actor, count)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, WORTH_COPYING * 2])
def test_rows_come_back_as_they_were_written(count: int) -> None:
    rows, columns = countries(count), columns_of(Actor)
    create_rows(Actor, columns.every, [columns.values(row) for row in rows])
    assert list(Actor.objects.order_by("pk").values(*columns.every)) == rows
    actor = Actor.objects.order_by("-pk")[0]
    assert (actor.name, actor.latitude, actor.start_earliest) == (AWKWARD, Decimal("41.00820"), date(1923, 10, 29))


def test_updated_rows_get_values_of_their_own() -> None:
    rows, columns = countries(3), columns_of(Actor)
    create_rows(Actor, columns.every, [columns.values(row) for row in rows])
    new = [(f"{AWKWARD} {row['id']}", None, None, date(1999, 12, 31), None, row["id"]) for row in rows[:2]]
    update_rows(Actor, ["description", "latitude", "longitude", "start_latest", "updated_at"], new)
    read = Actor.objects.order_by("pk").values_list("description", "latitude", "longitude", "start_latest", "updated_at", "pk")
    assert list(read)[:2] == new
    assert list(read)[2] == ("", Decimal("41.00820"), Decimal("-28.97840"), date(1923, 10, 29), MOMENT, rows[2]["id"])


def test_keys_are_given_once_and_the_next_row_gets_another() -> None:
    first, second = new_keys(Source, 3), new_keys(Source, 0)
    assert (len(set(first)), second) == (3, [])
    create_rows(Source, ["id", "slug", "name"], [])
    columns = columns_of(Source)
    rows = [columns.complete({"slug": f"s{key}", "name": "A"}) | {"id": key} for key in first]
    create_rows(Source, columns.every, [columns.values(row) for row in rows])
    assert Source.objects.create(slug="another", name="B").pk not in first
    assert not {*new_keys(Source, 2)} & {*Source.objects.values_list("pk", flat=True)}
