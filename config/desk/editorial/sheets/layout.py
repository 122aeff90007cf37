"""The columns of a sheet: the fields of the admin page of its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.db import models

from config.desk.editorial.sheets.columns import Column, FieldColumn, ListColumn, SlugsColumn
from config.record.curation.snapshots import RecordSnapshot, belonging, entered, snapshots
from config.record.database.bulk import chunks
from config.record.documents.registry import DOCUMENT_TYPES, Model, document_type_of
from config.record.values.fields import DerivedField

ID: Final = "id"
SLUG: Final = "slug"
STATE: Final = "state"
SEEN: Final = "seen"
# Columns of the record that say what the sheet was made from.
DENORMALIZED: Final = {
    ID: "Primary key of the record. Empty: a new record, or one identified by its slug.",
    STATE: "Editorial state. Read-only.",
    SEEN: "Version of the record when the sheet was downloaded. A line is stale if the record has changed since; "
    "empty the cell to overwrite it.",
}
# What lists of other things than records leave out.
_UNSHOWN: Final = frozenset({"document", "search_text", "content", "plan", "cells"})


@dataclass(frozen=True)
class Layout:
    """The columns of the sheet of one admin page."""

    # The model of its pages, which may be one kind of a table.
    model: Any
    columns: tuple[Column, ...]

    @property
    def table(self) -> Model:
        """The table of the records."""
        return document_type_of(self.model).model

    @property
    def header(self) -> list[str]:
        """The first line of the sheet."""
        return [ID, *(column.name for column in self.columns), STATE, SEEN]

    @property
    def explained(self) -> list[tuple[str, str]]:
        """The description of each column for users."""
        means = {column.name: column.means for column in self.columns}
        return [(name, DENORMALIZED.get(name) or means[name]) for name in self.header]

    def lines(self, ids: Sequence[int]) -> Iterator[list[str]]:
        """Yield the line of each record, in this order."""
        for chunk in chunks(ids):
            taken = snapshots(self.table, chunk)
            for pk in chunk:
                # Whoever is gone since the list was read has no line.
                if pk in taken:
                    yield self.line(pk, taken[pk])

    def line(self, pk: int, snapshot: RecordSnapshot) -> list[str]:
        """Return the line of a record."""
        (row,) = snapshot.rows[self.table._meta.label_lower].values()
        return [str(pk), *(column.cell(snapshot, pk) for column in self.columns), str(row[STATE]), seen(snapshot)]


def seen(snapshot: RecordSnapshot) -> str:
    """Return the digest of a record, to detect concurrent changes; the letter keeps spreadsheets from reading a number."""
    return f"v{snapshot.digest[:16]}"


def layout_of(page: Any) -> Layout:
    """Return the sheet of the records that an admin page is for."""
    return Layout(page.model, (*_fields(page), *_lists(page)))


def _fields(page: Any) -> Iterator[Column]:
    known = {column.name for column in page.model._meta.get_fields() if column.concrete}
    names = [name for name in flatten_fieldsets(page.content) if name in known]
    for name in (SLUG, *(name for name in names if name != SLUG)):
        column = page.model._meta.get_field(name)
        if column.many_to_many:
            yield SlugsColumn(name, column)
        else:
            yield FieldColumn(name, column, shown_only=name in page.readonly_fields)


def _lists(page: Any) -> Iterator[Column]:
    parts = belonging(document_type_of(page.model).model)
    inlines = {inline.model: inline for inline in page.inlines}
    # Parts that a single field of the page is for come first; what is a record of its own has a sheet of its own.
    for part in [*(part for part in parts if part not in inlines), *(part for part in inlines if part in parts)]:
        if part in DOCUMENT_TYPES:
            continue
        inline = inlines.get(part)
        fieldsets = getattr(inline, "fieldsets", None) or ()
        shown = flatten(inline.fields) if inline and inline.fields else flatten_fieldsets(fieldsets)
        fields = sorted(entered(part), key=lambda one: shown.index(one.name) if one.name in shown else len(shown))
        if len(fields) == 1 and fields[0].is_relation:
            yield SlugsColumn(f"{fields[0].name}s", fields[0], part, parts[part])
        else:
            name = part._meta.get_field(parts[part]).remote_field.related_name
            yield ListColumn(name, part, parts[part], tuple(fields))


def plain_lines(rows: models.QuerySet[Any]) -> Iterator[list[str]]:
    """Yield the lines of a list of other things than records, the header first: their columns as they are."""
    shown = [
        column
        for column in rows.model._meta.concrete_fields
        if column.name not in _UNSHOWN and not isinstance(column, DerivedField)
    ]
    yield [column.name for column in shown]
    keys = list(rows.values_list("pk", flat=True))
    paths = [_path(column) for column in shown]
    for chunk in chunks(keys):
        found = {row[0]: row[1:] for row in rows.model._default_manager.filter(pk__in=chunk).values_list("pk", *paths)}
        yield from ([_text(value) for value in found[pk]] for pk in chunk if pk in found)


def _path(column: Any) -> str:
    if not column.is_relation:
        return str(column.name)
    names = {one.name for one in column.related_model._meta.concrete_fields}
    called = next((name for name in (SLUG, "username") if name in names), "pk")
    return f"{column.name}__{called}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
