"""Rendering of the parts that all documents share: references, names, identifiers, citations, dates.

Documents are rendered with a constant number of queries to a row source for any number of records. A blank text is null in a
document, never an empty string; a key is never missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from config.record.documents.row_source import Row, RowSource
from config.record.values import edtf
from config.record.values.choices import CitationRole

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


# Further keys of a reference to a source, named as in its document.
SOURCE_REF: Final = ("publisher", "date", "url")


def source_columns(path: str) -> list[str]:
    """Return the columns behind the foreign key `path` that a reference to a source needs."""
    return [*ref_columns(path, kind=False), *(f"{path}__{column}" for column in SOURCE_REF)]


def source_ref(row: Row, path: str) -> Row:
    """Return the reference to the source behind the foreign key `path`: enough to look it up."""
    shown = {"slug": row[f"{path}__slug"], "kind": "source", "name": row[f"{path}__name"]}
    return shown | {column: row[f"{path}__{column}"] or None for column in SOURCE_REF}


def partial_date(row: Row, column: str, shown_as: str = "") -> Row:
    """Return the three keys of a partial date: as it was written, and the days that it can mean."""
    key = shown_as or column
    return {
        key: row[column] or None,
        f"{key}_earliest": edtf.shown(row[f"{column}_earliest"]),
        f"{key}_latest": edtf.shown(row[f"{column}_latest"]),
    }


def date_columns(*columns: str) -> list[str]:
    """Return the columns that `partial_date` reads."""
    return [name for column in columns for name in (column, f"{column}_earliest", f"{column}_latest")]


def grouped(rows: Iterable[Row], by: str, show: Callable[[Row], Any]) -> Grouped:
    """Return the rows of a nested list, as `show` makes them, under the record they belong to."""
    lists: Grouped = defaultdict(list)
    for row in rows:
        lists[row[by]].append(show(row))
    return lists


def names_of(row_source: RowSource, model: type[models.Model], ids: Sequence[int]) -> Grouped:
    """Return the names of the records `ids`."""
    columns = ("text", "language", "script", "kind")
    rows = row_source.parts(_children(model, "names"), "record", ids, columns)
    return grouped(rows, "record_id", lambda row: {key: row[key] or None for key in columns})


def identifiers_of(row_source: RowSource, model: type[models.Model], ids: Sequence[int]) -> Grouped:
    """Return the codes of the records `ids`."""
    columns = ("scheme", "value", "valid_from", "valid_to", "listed_from", "listed_to")
    rows = row_source.parts(_children(model, "identifiers"), "record", ids, columns)
    return grouped(rows, "record_id", lambda row: {key: row[key] or None for key in columns})


_CITATION = ("role", "field", "claim", "quote", "locator", "attribution", "is_inferred", "note")


def citations_of(row_source: RowSource, model: type[models.Model], ids: Sequence[int]) -> Grouped:
    """Return the citations of the records `ids`."""
    columns = [*_CITATION, *source_columns("source")]
    return grouped(row_source.parts(_children(model, "citations"), "record", ids, columns), "record_id", _citation)


def _citation(row: Row) -> Row:
    shown = {key: row[key] or None for key in _CITATION} | {"is_inferred": row["is_inferred"]}
    return {"source": source_ref(row, "source")} | shown


def part_citations(citations: Sequence[Row], path: str, whole: str) -> list[Row]:
    """Return the citations of a part of a record, given the `citations` of the record.

    Those about the part, or what it holds, name their field as the part's document does: of `provisions/leave/due` and the
    path `provisions/leave`, `due` is left. Unless one of them supports the part itself, those of the record as a whole and
    of its list of parts follow; if none of these supports anything, all others. Their fields begin with `whole`, the key
    under which the part shows the record: `agreement`, `agreement/start`.
    """
    below = f"{path}/"
    own = [one for one in citations if f"{one['field']}/".startswith(below)]
    shown = [one | {"field": one["field"].removeprefix(path).removeprefix("/") or None} for one in own]
    if _supports(one for one in shown if one["field"] is None):
        return shown
    wider = [one for one in citations if one["field"] in (None, path.partition("/")[0])]
    if not _supports([*own, *wider]):
        wider = [one for one in citations if one not in own]
    return shown + [one | {"field": f"{whole}/{one['field']}" if one["field"] else whole} for one in wider]


def _supports(citations: Iterable[Row]) -> bool:
    return any(one["role"] == CitationRole.SUPPORTS for one in citations)


def _children(model: type[models.Model], name: str) -> type[models.Model]:
    return model._meta.get_field(name).related_model  # type: ignore[return-value]


def number(value: Any) -> float | None:
    """Return a decimal as a JSON number."""
    return None if value is None else float(value)
