"""The log as it is asked: every version, and what was public at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.record.documents.log import known_at, last_entry, versions
from config.record.documents.log_writer import Change, append
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.models import LogEntry
from config.sources.models import Source
from events.models import Topic

pytestmark = pytest.mark.django_db

SOURCES, TOPICS = DOCUMENT_TYPES[Source], DOCUMENT_TYPES[Topic]
START = datetime(2020, 1, 1, tzinfo=UTC)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


@pytest.fixture(autouse=True)
def history() -> None:
    """A source that was changed, retracted and restored; one that was erased; a topic with the slug of the first."""
    for at, slug, version, operation, document in (
        (0, "report", 1, "created", "{1}"),
        (1, "secret", 1, "created", None),
        (2, "report", 2, "updated", "{2}"),
        (3, "report", 3, "retracted", None),
        (4, "secret", 2, "erased", None),
        (5, "report", 4, "restored", "{4}"),
    ):
        append([_entry("sources", slug, version, operation, document)], Change(at=hour(at)))
    append([_entry("topics", "report", 1, "created", "{topic}")], Change(at=hour(6)))


def _entry(collection: str, slug: str, version: int, operation: str, document: str | None) -> dict[str, Any]:
    reported = {"collection": collection, "kind": collection[:-1], "slug": slug, "version": version}
    return reported | {"operation": operation, "document": document}


def documents(rows: Any) -> list[str | None]:
    return [row.document for row in rows.order_by("sequence")]


def test_versions_are_those_of_one_table() -> None:
    assert [(one.slug, one.version) for one in versions(SOURCES)] == [
        ("report", 1),
        ("secret", 1),
        ("report", 2),
        ("report", 3),
        ("secret", 2),
        ("report", 4),
    ]
    assert documents(versions(TOPICS)) == ["{topic}"]


@pytest.mark.parametrize(
    ("at", "known"),
    [
        (-0.5, []),
        # What was appended at a moment was known at it.
        (0, ["{1}"]),
        (1.5, ["{1}"]),
        (2, ["{2}"]),
        # It was retracted by then, and was not known any more.
        (3, []),
        (4.5, []),
        (5, ["{4}"]),
        (100, ["{4}"]),
    ],
)
def test_what_was_public_at_a_moment_as_it_was_then(at: float, known: list[str]) -> None:
    assert documents(known_at(SOURCES, hour(at))) == known


def test_what_was_erased_is_known_at_no_moment() -> None:
    for at in range(8):
        assert "secret" not in {one.slug for one in known_at(SOURCES, hour(at))}


def test_tables_do_not_hide_each_other() -> None:
    assert documents(known_at(TOPICS, hour(5))) == []
    assert documents(known_at(TOPICS, hour(6))) == ["{topic}"]


@pytest.mark.parametrize(("at", "version"), [(None, 4), (0, 1), (1.9, 1), (2, 2), (3.5, 3), (9, 4), (-1, None)])
def test_the_last_entry_up_to_a_moment(at: float | None, version: int | None) -> None:
    found = last_entry(SOURCES, "report", None if at is None else hour(at))
    assert (found.version if found else None) == version


def test_what_was_never_public_has_no_entry() -> None:
    assert last_entry(SOURCES, "nothing") is None
    assert last_entry(TOPICS, "secret") is None


def test_two_versions_of_one_moment_are_told_apart_by_their_numbers() -> None:
    same = Change(at=hour(7))
    append([_entry("sources", "report", version, "updated", f"{{{version}}}") for version in (5, 6)], same)
    assert documents(known_at(SOURCES, hour(7))) == ["{6}"]
    found = last_entry(SOURCES, "report", hour(7))
    assert found is not None
    assert found.version == 6
    assert LogEntry.objects.filter(at=hour(7)).count() == 2
