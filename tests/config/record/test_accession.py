"""New records are written once and complete, and what follows from them reaches the others."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from actors.importers.rows import LOADABLES as ACTORS
from actors.models import Actor
from config.exceptions import UnpublishedPartsError
from config.record.curation.consistency import findings
from config.record.loading.loader import load
from config.record.models import LogEntry, Transition
from config.sources.models import Source
from events.importers.rows import LOADABLES as EVENTS
from events.models import Event, EventRelation, Participation, Provision

pytestmark = pytest.mark.django_db

Row = dict[str, Any]
PROOF = [{"source": "report", "role": "supports", "quote": "They met."}]


def base() -> list[Row]:
    return [
        {"kind": "source", "slug": "report", "name": "A report", "date": "2020-10-27"},
        {"kind": "country", "slug": "TUR", "name": "Turkey", "status": "state", "citations": PROOF},
        {"kind": "official", "slug": "cavusoglu", "name": "Mevlüt Çavuşoğlu", "nationality": "TUR", "citations": PROOF},
        {
            "kind": "office", "slug": "minister", "name": "Foreign minister", "body": "TUR", "rank": "foreign_minister",
            "citations": PROOF,
        },
    ]  # fmt: skip


def tenure() -> Row:
    return {
        "kind": "tenure", "slug": "tenure", "official": "cavusoglu", "office": "minister", "start": "2015-11-24",
        "status": "unknown", "citations": PROOF,
    }  # fmt: skip


def meeting(number: int = 1, **more: Any) -> Row:
    return {
        "kind": "meeting", "slug": f"meeting-{number}", "name": f"Meeting {number}", "start": "2020-10-27", "mode": "bilateral",
        "held_state": "held", "codes": [{"scheme": "cameo", "code": "040"}, {"scheme": "cameo", "code": "036"}],
        "participations": [{"actor": "cavusoglu", "role": "host", "on_behalf_of": "TUR"}], "citations": PROOF, **more,
    }  # fmt: skip


def agreement(*provisions: Row) -> Row:
    return {
        "kind": "agreement", "slug": "ceasefire", "name": "Ceasefire", "start": "2020-10-23", "citations": PROOF,
        "agreement_type": "ceasefire", "stage": "signed", "provisions": list(provisions),
        "party_actions": [
            {"actor": "TUR", "type": "signature", "date": "2020-10-25"},
            {"actor": "TUR", "type": "ratification", "date": "2020-10"},
        ],
    }  # fmt: skip


def provision(order: int) -> Row:
    return {
        "slug": f"provision-{order}", "order": order, "text": "Leave.", "category": "foreign_forces",
        "due": {"kind": "relative", "offset": "P3M", "anchor": "signature"}, "bound_actors": ["TUR"],
    }  # fmt: skip


def loaded(*rows: Row) -> str:
    return str(load(rows, [*ACTORS, *EVENTS], reason="Test"))


def capacity() -> str | None:
    return Participation.objects.values_list("capacity__slug", flat=True).get()


def test_all_that_follows_is_there_from_the_start() -> None:
    loaded(*base(), tenure(), meeting(), agreement(provision(2), provision(1)))
    assert list(findings()) == []
    assert capacity() == "tenure"
    assert {str(one.due_latest) for one in Provision.objects.all()} == {"2021-01-25"}
    assert Transition.objects.filter(from_state="draft", to_state="published").count() == 7
    assert [entry.version for entry in LogEntry.objects.all()] == [1] * 9


def test_a_new_record_is_never_updated() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        loaded(*base(), tenure(), meeting(), agreement(provision(1)))
    assert {query["sql"].split()[1] for query in asked if query["sql"].startswith("UPDATE")} == {'"record_loghead"'}


def test_many_rows_need_no_more_questions_than_few() -> None:
    loaded(*base(), tenure())
    counts = []
    for numbers in (range(20), range(20, 120)):
        with CaptureQueriesContext(connection) as asked:
            loaded(*(meeting(number) for number in numbers))
        counts.append(len([query for query in asked if "INSERT" not in query["sql"]]))
    assert counts[0] >= counts[1]


def test_a_new_tenure_changes_documents_that_were_there() -> None:
    loaded(*base(), meeting())
    assert capacity() is None
    assert loaded(tenure()) == "1 created, 0 updated"
    assert capacity() == "tenure"
    entry = LogEntry.objects.get(slug="meeting-1", version=2)
    assert (entry.operation, entry.cause) == ("refreshed", "tenures:tenure")
    assert list(findings()) == []


def test_what_changed_and_what_is_new_are_told_apart_in_one_load() -> None:
    loaded(*base(), meeting(), agreement(provision(1)))
    related = meeting(relations=[{"type": "follows", "object": "meeting-2"}])
    assert loaded(related, meeting(2), tenure(), agreement(provision(1), provision(2))) == "2 created, 2 updated"
    operations = dict(LogEntry.objects.filter(version=2).values_list("slug", "operation"))
    assert operations == {"meeting-1": "updated", "ceasefire": "updated"}
    assert Provision.objects.public().count() == 2
    assert EventRelation.objects.get().object.slug == "meeting-2"
    assert list(findings()) == []


def test_a_slug_that_comes_back_counts_on() -> None:
    loaded(*base(), meeting())
    Event.objects.get().delete()
    loaded(meeting())
    assert list(LogEntry.objects.filter(slug="meeting-1").values_list("version", flat=True)) == [1, 2]
    assert Event.objects.get().version == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"participations": [{"actor": "draft"}]}, "actors/draft"),
        ({"country": "draft"}, "actors/draft"),
        ({"citations": [{"source": "secret"}]}, "sources/secret"),
    ],
)
def test_a_new_record_cannot_show_a_draft(change: Row, named: str) -> None:
    loaded(*base())
    Actor.objects.create(kind="country", slug="draft", name="Draft", status="state")
    Source.objects.create(slug="secret", name="Secret")
    with pytest.raises(UnpublishedPartsError, match=named), transaction.atomic():
        loaded(meeting() | change)
    assert not Event.objects.exists()


def test_a_relation_to_a_draft_is_left_out_until_it_is_public() -> None:
    loaded(*base())
    Event.objects.create(kind="action", slug="draft", name="A draft", action_type="aid")
    loaded(meeting(relations=[{"type": "follows", "object": "draft"}]))
    assert '"relations":[]' in str(Event.objects.get(slug="meeting-1").document)
    assert list(findings()) == []


def test_lists_in_memory_have_the_order_of_the_database() -> None:
    loaded(*base(), meeting(), agreement(provision(2), provision(1)))
    held, ceasefire = (str(Event.objects.get(slug=slug).document) for slug in ("meeting-1", "ceasefire"))
    assert held.index('"036"') < held.index('"040"')
    assert ceasefire.index("ratification") < ceasefire.index("signature")
    assert ceasefire.index("provision-1") < ceasefire.index("provision-2")
