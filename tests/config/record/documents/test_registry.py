"""Which tables become documents, and which records are parts of which."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from actors.models import Actor, Country, Office, Official, Tenure
from config.record.documents import registry
from config.record.documents.registry import DOCUMENT_TYPES, DocumentType, document_type_of, has_kind, parent_of, parts_of
from config.record.documents.rendering import Rendering
from config.record.models import Documented
from config.sources.models import Source
from events.models import (
    Event,
    EventActorIndex,
    EventSearchIndex,
    EventTopicIndex,
    Meeting,
    Provision,
    Stance,
    StanceHolderIndex,
    Statement,
    Topic,
)

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("model", "collection"),
    [
        (Source, "sources"),
        (Actor, "actors"),
        (Country, "actors"),
        (Official, "actors"),
        (Office, "offices"),
        (Tenure, "tenures"),
        (Topic, "topics"),
        (Provision, "provisions"),
        (Stance, "stances"),
        (Event, "events"),
        (Meeting, "events"),
        (Statement, "events"),
    ],
)
def test_each_model_has_that_of_its_table(model: type[Documented], collection: str) -> None:
    assert document_type_of(model).collection == collection
    assert document_type_of(model).model is model._meta.concrete_model


def test_what_is_no_record_has_none() -> None:
    with pytest.raises(KeyError):
        document_type_of(User)


def test_parts_are_rendered_before_what_embeds_their_documents() -> None:
    order = list(DOCUMENT_TYPES)
    for model in order:
        for part in parts_of(model):
            assert order.index(part.model) < order.index(model)


def test_parts_and_what_they_belong_to() -> None:
    assert [one.collection for one in parts_of(Event)] == ["provisions", "stances"]
    assert [list(parts_of(model)) for model in DOCUMENT_TYPES if model is not Event] == [[]] * (len(DOCUMENT_TYPES) - 1)
    for model in (Provision, Stance):
        assert parent_of(document_type_of(model)) is Event


def test_collections_are_called_once() -> None:
    names = [one.collection for one in DOCUMENT_TYPES.values()]
    assert len(set(names)) == len(names)


def test_tables_that_nobody_enters() -> None:
    assert registry.derived_tables() == {EventActorIndex, EventTopicIndex, StanceHolderIndex, EventSearchIndex}


@pytest.mark.parametrize(("model", "several"), [(Event, True), (Meeting, True), (Actor, True), (Source, False), (Topic, False)])
def test_tables_of_several_kinds(model: type[Documented], several: bool) -> None:
    assert has_kind(model) is several


def test_a_document_type_takes_the_place_of_the_one_that_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "DOCUMENT_TYPES", {})

    def render(ids: Any) -> dict[int, Rendering]:
        return {}

    first, second = (DocumentType(model=Source, collection=name, render=render) for name in ("one", "two"))
    registry.register(first, DocumentType(model=Topic, collection="topics", render=render))
    registry.register(second)
    assert [one.collection for one in registry.DOCUMENT_TYPES.values()] == ["two", "topics"]
    # What is not said of a type: it is entered by itself, called by its name and needs proof.
    assert (first.part_of, first.projections, first.optional, first.proved) == ("", (), frozenset(), True)
    assert str(first.title) == "F(name)"


def test_every_record_that_others_show_can_be_called() -> None:
    for document_type in DOCUMENT_TYPES.values():
        for column in document_type.reference_columns:
            assert document_type.model._meta.get_field(column)
        for path in document_type.kinds:
            assert document_type.model._meta.get_field(path.split("__")[0]).is_relation
