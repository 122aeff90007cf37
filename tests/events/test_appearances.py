"""Lists of what an actor took part in follow every change of the record."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from config.record import curation, documents
from config.record.checking import findings
from config.record.merging import merge
from events.appearances import APPEARANCES, HOLDINGS
from events.models import Appearance, Event, Holding, Participation, Stance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

CALL = "lavrov-cavusoglu-call-2020-10-27"


def _slugs(client: Client, **query: Any) -> list[str]:
    return [one["slug"] for one in client.get("/api/v1/events", query).json()["results"]]


def _wrong() -> set[int]:
    events = list(Event.objects.values_list("pk", flat=True))
    return APPEARANCES.wrong(events) | HOLDINGS.wrong(list(Stance.objects.values_list("pk", flat=True)))


def test_the_sample_is_indexed() -> None:
    assert _wrong() == set()
    assert Appearance.objects.count() > Event.objects.count()
    assert Holding.objects.exists()


def test_drafts_do_not_appear(client: Client) -> None:
    draft = Event.objects.create(kind="action", slug="a-draft", name="A draft", start="2020-10-27", action_type="aid")
    by = Event.objects.get(slug=CALL).participations.first()
    assert by
    Participation.objects.create(event=draft, actor=by.actor, role="agent")
    documents_before = _slugs(client, participant=by.actor.slug, limit=200)
    assert "a-draft" not in documents_before
    assert not draft.appearances.exists()


def test_a_moved_event_moves_in_the_lists_of_those_who_took_part(client: Client) -> None:
    call = Event.objects.get(slug=CALL)
    call.start = "2019"
    call.save()
    curation.amend({Event: [call.pk]}, reason="Moved")
    assert _wrong() == set()
    assert CALL in _slugs(client, participant="sergey-lavrov", date_after="2019-12-31", date_before="2019-12-31")
    assert CALL not in _slugs(client, participant="sergey-lavrov", date_after="2020-01-01", date_before="2020-12-31")
    assert {row.spread for row in call.appearances.all()} == {2}


def test_a_retracted_event_leaves_the_lists(client: Client) -> None:
    # Nothing shows this one.
    retracted = next(one for one in Event.objects.order_by("slug") if not documents.showing(Event, [one.pk])[Event])
    actor = retracted.appearances.first()
    assert actor
    slug = actor.actor.slug
    assert retracted.slug in _slugs(client, participant=slug, limit=200)
    curation.retract({Event: [retracted.pk]}, reason="Wrong")
    assert retracted.slug not in _slugs(client, participant=slug, limit=200)
    assert not retracted.appearances.exists()
    curation.restore({Event: [retracted.pk]}, reason="Right after all")
    assert retracted.slug in _slugs(client, participant=slug, limit=200)
    assert _wrong() == set()


def test_what_a_merged_actor_took_part_in_is_the_other_ones(client: Client) -> None:
    lavrov, other = (Participation.objects.filter(actor__slug=slug)[0].actor for slug in ("sergey-lavrov", "mevlut-cavusoglu"))
    merge(type(lavrov), loser=other.pk, winner=lavrov.pk, reason="Only for this test")
    assert _wrong() == set()
    assert CALL in _slugs(client, participant="mevlut-cavusoglu", limit=200)


def test_a_check_finds_an_index_that_is_wrong() -> None:
    assert list(findings()) == []
    Appearance.objects.filter(event__slug=CALL).update(start_earliest="1999-01-01")
    assert list(findings()) == [f"events/{CALL}: the index of its actors is not what the record says"]
