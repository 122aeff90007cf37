"""Values submitted with the form of a record, read without validation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.http import HttpRequest

from config.record.curation.snapshots import RecordSnapshot, shown

# The most rows of one inline.
ROWS = 1000


@dataclass(frozen=True)
class Typed:
    """A submitted value, and the current value of the field."""

    label: str
    now: str
    mine: str


def values(page: Any, request: HttpRequest, found: Any, now: RecordSnapshot) -> list[Typed]:
    """Return what was typed and differs from what the record holds now."""
    entries = list(_entries(page, request, found, now))
    named = now.named | _named(entries)
    of, typed = RecordSnapshot({}, named), []
    for label, column, held, text in entries:
        mine, there = shown(column, _read(column, text), of), shown(column, held, of)
        if mine != there:
            typed.append(Typed(label, there, mine))
    return typed


def _entries(page: Any, request: HttpRequest, found: Any, now: RecordSnapshot) -> Iterator[tuple[str, Any, Any, list[str]]]:
    """Yield the label, the column, what stands there and what was typed for each value in the request."""
    table = page.record._meta.label_lower
    row = now.rows.get(table, {}).get(str(found.pk), {}) if found else {}
    for name in request.POST:
        column = _column(page.record, name)
        if column is not None:
            yield str(column.verbose_name).capitalize(), column, row.get(name), request.POST.getlist(name)
    for one in page.get_inline_instances(request, found):
        formset = one.get_formset(request, found)
        prefix, part = formset.get_default_prefix(), str(one.model._meta.verbose_name).capitalize()
        rows = now.rows.get(one.model._meta.label_lower, {})
        total = request.POST.get(f"{prefix}-TOTAL_FORMS", "")
        for number in range(min(int(total), ROWS) if total.isascii() and total.isdigit() else 0):
            held = rows.get(request.POST.get(f"{prefix}-{number}-id", ""), {})
            for name in formset.form.base_fields:
                column, key = _column(one.model, name), f"{prefix}-{number}-{name}"
                if column is not None and not column.primary_key and name != formset.fk.name and key in request.POST:
                    label = f"{part} {number + 1} · {column.verbose_name}"
                    yield label, column, held.get(name), request.POST.getlist(key)


def _column(model: Any, name: str) -> Any:
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return column if getattr(column, "editable", False) else None


def _read(column: Any, text: list[str]) -> Any:
    """Return what was typed as the value that it means, or else as it was typed."""
    if column.many_to_many:
        return [int(one) for one in text if one.isascii() and one.isdigit()]
    try:
        return column.to_python(text[-1]) if text[-1] != "" else None
    except ValidationError:
        # Nothing is hidden of what was typed, whatever it is.
        return text[-1]


def _named(entries: list[tuple[str, Any, Any, list[str]]]) -> dict[str, tuple[str, str]]:
    """Return what those records are called that were chosen."""
    wanted: dict[type[models.Model], set[int]] = {}
    for _, column, _, text in entries:
        if column.is_relation:
            keys = {int(one) for one in text if one.isascii() and one.isdigit() and len(one) < len(str(2**63))}
            wanted.setdefault(column.related_model, set()).update(keys)
    return {
        f"{model._meta.label_lower}:{row.pk}": (getattr(row, "slug", ""), str(row))
        for model, keys in wanted.items()
        for row in model._default_manager.filter(pk__in=keys)
    }
