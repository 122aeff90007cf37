"""Loading rows: what is missing comes in, what is wrong is refused whole, what people changed is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from actors.importers.rows import LOADABLES as ACTORS
from actors.models import Actor
from config.exceptions import LoadError
from config.record.curation import transitions
from config.record.curation.merging import rename
from config.record.loading.loader import load
from config.record.models import LogEntry
from events.importers.rows import LOADABLES as EVENTS
from events.models import Event, Provision, ProvisionReview

pytestmark = pytest.mark.django_db

Row = dict[str, Any]
PROOF = [{"source": "report", "role": "supports"}]


def rows() -> list[Row]:
    return [
        {"kind": "source", "slug": "report", "name": "A report", "date": "2020-10-27"},
        {"kind": "country", "slug": "TUR", "name": "Turkey", "status": "state", "citations": PROOF},
        {
            "kind": "official", "slug": "cavusoglu", "name": "Mevlüt Çavuşoğlu", "nationality": "TUR", "citations": PROOF,
            "names": [{"text": "Чавушоглу", "language": "ru", "script": "Cyrl", "kind": "transliteration"}],
        },
        {
            "kind": "agreement", "slug": "ceasefire", "name": "Ceasefire", "start": "2020-10-23", "citations": PROOF,
            "agreement_type": "ceasefire", "stage": "signed", "participations": [{"actor": "cavusoglu", "role": "witness"}],
            "provisions": [
                {
                    "slug": "leave", "order": 1, "text": "Leave.", "category": "foreign_forces", "bound_actors": ["TUR"],
                    "due": {"kind": "relative", "offset": "P3M", "anchor": "signature"},
                    "reviews": [{"status": "pending", "date": "2020-12", "source": "report"}],
                },
            ],
        },
        {
            "kind": "statement", "slug": "doubt", "name": "Doubt", "start": "2020-10-24", "citations": PROOF, "text": "No.",
            "form": "quote", "medium": "speech", "attribution": "direct",
            "relations": [{"type": "refers_to", "object": "ceasefire"}],
            "participations": [{"actor": "cavusoglu", "role": "speaker", "on_behalf_of": "TUR"}],
            "stances": [{"slug": "doubts", "provision": "leave", "position": -1}],
        },
    ]  # fmt: skip


def loaded(changed: list[Row]) -> str:
    return str(load(changed, [*ACTORS, *EVENTS], reason="Test"))


def log() -> list[str]:
    return [f"{one.operation} {one.slug}" for one in LogEntry.objects.all()]


def test_rows_become_published_records_with_everything_in_them() -> None:
    assert loaded(rows()) == "5 created, 0 updated"
    provision = Provision.objects.get()
    assert (str(provision.due_latest), provision.bound_actors.get().slug) == ("2021-01-23", "TUR")
    assert Event.objects.public().count() == 2
    assert set(log()) == {
        "created report", "created TUR", "created cavusoglu", "created leave", "created ceasefire", "created doubts",
        "created doubt",
    }  # fmt: skip


def test_loading_again_changes_nothing() -> None:
    loaded(rows())
    before = log()
    assert loaded(rows()) == "0 created, 0 updated"
    assert log() == before


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert loaded(rows()[::-1]) == "5 created, 0 updated"


def test_what_a_row_says_anew_is_taken_over_and_what_it_no_longer_says_is_taken_back() -> None:
    loaded(rows())
    changed = rows()
    changed[2] |= {"name": "Mevlut Cavusoglu", "names": []}
    changed[3]["provisions"][0] |= {"reviews": [], "locator": "Art. 2"}
    assert loaded(changed) == "0 created, 2 updated"
    assert Actor.objects.get(slug="cavusoglu").names.count() == 0
    assert not ProvisionReview.objects.exists()
    assert {"updated cavusoglu", "updated leave", "updated ceasefire", "refreshed doubt"} <= set(log())


def test_a_part_that_is_gone_from_a_row_is_retracted() -> None:
    loaded(rows())
    changed = rows()
    changed[4]["stances"] = []
    assert loaded(changed) == "0 created, 1 updated"
    assert "retracted doubts" in log()


def test_what_a_person_has_edited_is_left_alone() -> None:
    loaded(rows())
    person = get_user_model().objects.create_user("editor")
    actor = Actor.objects.get(slug="cavusoglu")
    with transaction.atomic():
        actor.name = "M. Çavuşoğlu"
        actor.save()
        transitions.amend({Actor: [actor.pk]}, by=person, reason="Shorter")
    assert loaded(rows()) == "0 created, 0 updated, 1 left alone"
    actor.refresh_from_db()
    assert actor.name == "M. Çavuşoğlu"


def test_what_was_renamed_or_retracted_stays_so_and_is_found_by_its_old_slug() -> None:
    loaded(rows())
    rename(Actor, Actor.objects.get(slug="TUR").pk, "TUE", reason="Test")
    transitions.retract({Event: [Event.objects.get(slug="doubt").pk]}, reason="Wrong")
    assert loaded(rows()) == "0 created, 0 updated, 2 left alone"
    assert not Actor.objects.filter(slug="TUR").exists()


@pytest.mark.parametrize(
    ("index", "change", "named"),
    [
        (1, {"kind": "planet"}, "planet"),
        (1, {"capitol": "Ankara"}, "capitol"),
        (1, {"status": "empire"}, "empire"),
        (2, {"nationality": "TRU"}, "TRU"),
        (2, {"start": "yesterday"}, "yesterday"),
        (2, {"slug": "counts"}, "slug"),
        (2, {"citations": []}, "cavusoglu"),
        (2, {"names": [{"text": "A"}, {"text": "A"}]}, "twice"),
        (3, {"start": "2020-10-23", "end": "2020-10-22"}, "end_not_before_start"),
    ],
)
def test_a_wrong_row_is_refused_and_none_is_loaded(index: int, change: Row, named: str) -> None:
    wrong = rows()
    wrong[index] |= change
    with pytest.raises((LoadError, transitions.UnprovedError), match=named), transaction.atomic():
        loaded(wrong)
    assert not Actor.objects.exists()
    assert log() == []


def test_a_quote_longer_than_an_excerpt_is_refused() -> None:
    wrong = rows()
    wrong[1]["citations"] = [{"source": "report", "quote": "word " * 16}]
    with pytest.raises(LoadError, match="at most 15 words"), transaction.atomic():
        loaded(wrong)
