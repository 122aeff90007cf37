"""What every collection and every column keeps to."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Field

from config.api.engine.keyset import fields_of
from config.api.parameters.base import FilterSet
from config.api.parameters.types import Choice
from config.api.views.filtersets import RecordFilters
from config.api.views.viewsets import DocumentViewSet
from config.api_urls import COLLECTIONS, addresses
from config.record.models.documented import PUBLIC_COLUMNS

pytestmark = pytest.mark.any_database

OURS = ("record", "sources", "actors", "events", "api", "desk", "tasks", "webhooks")
# The curators' own state, and what describes a name, a citation or a log entry rather than a record.
UNFILTERED = {"CurationState", "NameKind", "CitationRole", "Operation", "DeadlineAnchor"}


def _names() -> list[str]:
    """Return the names of all addresses of the API."""
    return [one.name for one in addresses if one.name]


def test_every_collection_has_its_addresses() -> None:
    names = _names()
    for name in COLLECTIONS:
        assert {f"{name}-list", f"{name}-detail", f"{name}-versions", f"{name}-counts", f"{name}-export"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_collection_is_described_filtered_and_ordered(name: str) -> None:
    view = COLLECTIONS[name]
    assert issubclass(view, DocumentViewSet)
    assert inspect.getdoc(view)
    assert view.noun
    assert view.serializer_class
    assert issubclass(view.filterset_class, RecordFilters)
    assert "state" in str(view.queryset.query.where), "A collection starts from .public()"
    parameters = view.filterset_class.parameters()
    assert {"slug", "q", "publisher", "updated_after", "fields", "known_at", "limit", "cursor"} <= set(parameters)
    for ordering in parameters["order"].orders.values():
        assert ordering.columns[-1] == "pk"
        for field in fields_of(view.queryset.all(), ordering.columns):
            # updated_at of a published record is never null, which a constraint cannot say for all states.
            assert not field.null or field.name == "updated_at", (name, ordering.name, field.name)


@pytest.mark.parametrize(
    "filterset", list(dict.fromkeys(view.filterset_class for view in COLLECTIONS.values())), ids=lambda one: one.__name__
)
def test_every_parameter_says_what_it_means(filterset: type[FilterSet]) -> None:
    for name, parameter in filterset.parameters().items():
        assert parameter.help_text.endswith((".", "…", "`.")), name
        described = parameter.described(name)
        assert described["schema"], name
        if described["schema"].get("type") == "array":
            assert described["explode"] is parameter.takes_several is True, name
        assert "example" not in described or parameter.required, f"{name}: interactive documentation would send it along"


def _columns() -> list[Any]:
    return [
        pytest.param(field, id=f"{model._meta.label_lower}.{field.name}")
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model._meta.proxy
        for field in model._meta.concrete_fields
        if not field.primary_key and field.editable and field.name not in PUBLIC_COLUMNS
    ]


@pytest.mark.parametrize("field", _columns())
def test_every_column_that_people_fill_in_is_explained(field: Field[Any, Any]) -> None:
    # What a name or a citation hangs on, and what only the house itself writes, needs no words.
    written_by_the_house = field.model.__name__ in ("Transition", "Redirect", "EventTopic") or field.name in ("record", "event")
    assert field.help_text or written_by_the_house or field.is_relation, field


def test_every_vocabulary_has_a_filter() -> None:
    asked = {
        parameter.choices.__name__
        for view in COLLECTIONS.values()
        for parameter in view.filterset_class.parameters().values()
        if isinstance(parameter, Choice)
    }
    held = set()
    for package in ("config.record.values", "actors", "events"):
        module = __import__(f"{package}.choices", fromlist=["choices"])
        held |= {name for name, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__}
    assert held - asked == UNFILTERED


def test_every_table_can_be_reached_in_the_admin() -> None:
    inlines = {inline.model for one in admin.site._registry.values() for inline in one.inlines}
    for model in apps.get_models():
        # Of actors and events it is the kinds, and topics are chosen in a field; what follows from others is nobody's to enter.
        if model._meta.app_label not in OURS or model.__name__ in (
            "LogHead", "IndexCount", "Actor", "Event", "EventTopic", "EventActorIndex", "EventTopicIndex", "StanceHolderIndex",
            "EventSearchIndex", "Revision", "Approval", "Sheet", "PendingDocument", "RepeatedTask", "Worker",
        ):  # fmt: skip
            continue
        assert model in admin.site._registry or model in inlines or model._meta.auto_created, model
