"""Records of any table, as pages name them, and who may see and change them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.http import Http404
from django.urls import NoReverseMatch, reverse

from config.desk.models.base import as_kind, kinds_of, table_of
from config.record.documents import writer
from config.record.documents.registry import DOCUMENT_TYPES, Model, Touched
from config.record.values.choices import CurationState

PUBLISH: Final = "record.publish"
# What a row is named by needs none of these, and they are long.
LONG: Final = ("document", "search_text")
# More digits than any primary key has.
TOO_LONG: Final = 19


@dataclass(frozen=True)
class Label:
    """A record as a page names it, and where it is changed."""

    kind: str
    name: str
    slug: str
    state: str
    url: str


@dataclass(frozen=True)
class Labels:
    """Some of many records, and how many there are."""

    shown: list[Label]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


def display_name(user: Any) -> str:
    """Return the name under which pages show a person."""
    return "" if user is None else user.get_full_name() or user.get_username()


def tables() -> list[Model]:
    """Return the tables of the records that go their own way to the public: parts follow their record."""
    return [model for model, document_type in DOCUMENT_TYPES.items() if not document_type.part_of]


def table_or_404(collection: str) -> Model:
    """Return the table of a collection in an address."""
    if collection not in {DOCUMENT_TYPES[model].collection for model in tables()}:
        raise Http404(f"There are no {collection}.")
    return table_of(collection)


def may(user: Any, action: str, model: type[models.Model]) -> bool:
    """Return whether somebody may view, add or change records of a model; who may change may view."""
    meta = model._meta
    actions = {action, "change"} if action == "view" else {action}
    return any(user.has_perm(f"{meta.app_label}.{one}_{meta.model_name}") for one in actions)


def visible(user: Any) -> Iterator[tuple[Model, models.Q]]:
    """Yield the tables that somebody may see something of, each with the condition on its rows."""
    for table in tables():
        kinds = {kind: model for kind, model in kinds_of(table).items() if may(user, "view", model)}
        if kinds:
            yield table, models.Q() if "" in kinds else models.Q(kind__in=sorted(kinds))


def rows(model: Model, ids: Iterable[int]) -> dict[int, Any]:
    """Return records by primary key, each as the model of its kind, without what is long."""
    others = getattr(model, "NAMED_BY", ())
    unread = [*LONG, *(f"{other}__{column}" for other in others for column in LONG)]
    found = model._default_manager.filter(pk__in=list(ids)).select_related(*others).defer(*unread).order_by("slug")
    return {row.pk: as_kind(row) for row in found}


def address_of(row: Any) -> str:
    """Return where a record, given as the model of its kind, is changed; nothing where it has no page."""
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


def label(row: Any) -> Label:
    """Return what a page calls a record that is given as the model of its kind."""
    state = CurationState(row.state).label.lower()
    return Label(str(row._meta.verbose_name), str(row), row.slug, state, address_of(row))


def labels(records: Mapping[Model, Iterable[int]], *, limit: int = 50) -> Labels:
    """Return what a page calls records, the first of many."""
    count = sum(len(set(ids)) for ids in records.values())
    shown: list[Label] = []
    for model, ids in records.items():
        some = sorted(ids)[: limit - len(shown)]
        shown += [label(row) for row in rows(model, some).values()] if some else []
    return Labels(shown, count)


def whole_records(records: Touched) -> Touched:
    """Return records with each part replaced by the record it belongs to."""
    owners = writer.owners(records)
    return {
        model: set(records.get(model, ())) | owners.get(model, set())
        for model in tables()
        if records.get(model) or owners.get(model)
    }


def keys(text: str) -> list[int]:
    """Return the primary keys in a list such as 1,2,3; what is none is left out."""
    found = [int(key) for key in text.split(",") if key.isascii() and key.isdecimal() and len(key) < TOO_LONG]
    return list(dict.fromkeys(found))
