"""How the parts that all documents share are read and shown.

Documents are rendered from a constant number of queries for any number of records. A blank text is null in a
document, never an empty string; a key is never missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from config.record import dates

Row = dict[str, Any]
Grouped = dict[int, list[Any]]


@dataclass(frozen=True, slots=True)
class Rendering:
    """The body of one document, still without its stamps, and the texts that find it."""

    kind: str
    slug: str
    name: str
    body: Row
    texts: Sequence[str | None]


def ref_columns(path: str, *, kind: bool = True, name: str = "name") -> list[str]:
    """Return the columns behind the foreign key `path` that a reference to a record needs."""
    return [f"{path}__slug", f"{path}__{name}", *([f"{path}__kind"] if kind else [])]


def ref(row: Row, path: str, kind: str = "", *, name: str = "name") -> Row | None:
    """Return the reference to the record behind the foreign key `path`; None where there is none."""
    slug = row[f"{path}__slug"]
    if slug is None:
        return None
    return {"slug": slug, "kind": kind or row[f"{path}__kind"], "name": row[f"{path}__{name}"]}


def partial_date(row: Row, column: str, shown_as: str = "") -> Row:
    """Return the three keys of a partial date: as it was written, and the days that it can mean."""
    key = shown_as or column
    return {
        key: row[column] or None,
        f"{key}_earliest": dates.shown(row[f"{column}_earliest"]),
        f"{key}_latest": dates.shown(row[f"{column}_latest"]),
    }


def date_columns(*columns: str) -> list[str]:
    """Return the columns that `partial_date` reads."""
    return [name for column in columns for name in (column, f"{column}_earliest", f"{column}_latest")]


def grouped(queryset: models.QuerySet[Any], by: str, columns: Iterable[str], show: Callable[[Row], Any]) -> Grouped:
    """Read the rows of a nested list and return them, as `show` makes them, under the record they belong to."""
    lists: Grouped = defaultdict(list)
    for row in queryset.values(by, *columns).iterator(chunk_size=2000):
        lists[row[by]].append(show(row))
    return lists


def names_of(model: type[models.Model], ids: Sequence[int]) -> Grouped:
    """Return the names of the records `ids`."""
    columns = ("text", "language", "script", "kind")
    return grouped(_children(model, "names", ids), "record_id", columns, lambda row: {key: row[key] or None for key in columns})


def identifiers_of(model: type[models.Model], ids: Sequence[int]) -> Grouped:
    """Return the codes of the records `ids`."""
    columns = ("scheme", "value", "valid_from", "valid_to")
    return grouped(
        _children(model, "identifiers", ids), "record_id", columns, lambda row: {key: row[key] or None for key in columns}
    )


_CITATION = ("role", "field", "claim", "quote", "locator", "attribution", "is_inferred", "note")


def citations_of(model: type[models.Model], ids: Sequence[int]) -> Grouped:
    """Return the proof of the records `ids`."""
    return grouped(_children(model, "citations", ids), "record_id", [*_CITATION, *ref_columns("source", kind=False)], _citation)


def _citation(row: Row) -> Row:
    shown = {key: row[key] or None for key in _CITATION} | {"is_inferred": row["is_inferred"]}
    return {"source": ref(row, "source", "source")} | shown


def _children(model: type[models.Model], name: str, ids: Sequence[int]) -> models.QuerySet[Any]:
    related = model._meta.get_field(name).related_model
    return related._default_manager.filter(record_id__in=ids).order_by("id")  # type: ignore[union-attr]


def number(value: Any) -> float | None:
    """Return a decimal as a JSON number."""
    return None if value is None else float(value)
