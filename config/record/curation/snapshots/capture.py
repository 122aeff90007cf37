"""Snapshots, and how they are taken: the rows of records in a number of queries that does not grow with them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

import orjson
from django.apps import apps
from django.db import models

from config.record.curation.snapshots.tables import columns, concrete, many_to_many, relations, tables_of
from config.record.database.bulk import chunks
from config.record.database.existence import which_exist
from config.record.documents.registry import DOCUMENT_TYPES, Model

Values = dict[str, Any]
Rows = dict[str, dict[str, Values]]


@dataclass(frozen=True)
class RecordSnapshot:
    """The rows of a record by table and primary key, and what those are called that they refer to."""

    rows: Rows
    # By `app.model:pk`, the slug and the name that a row had which is referred to.
    named: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Digest that differs between any two different snapshots of the record."""
        return hashlib.sha256(orjson.dumps(self.rows, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def dumps(self) -> str:
        """Return it as JSON."""
        return orjson.dumps({"rows": self.rows, "named": self.named}, option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def loads(cls, text: str) -> RecordSnapshot:
        """Read what `dumps` wrote."""
        kept = orjson.loads(text)
        return cls(kept["rows"], {key: (slug, name) for key, (slug, name) in kept["named"].items()})


EMPTY: Final = RecordSnapshot({})
# So many lists of names are read in one query.
AT_ONCE: Final = 20


def snapshot(model: Model, pk: int) -> RecordSnapshot:
    """Return the snapshot of one record; an empty one where there is none."""
    return snapshots(model, [pk]).get(pk, EMPTY)


def snapshots(model: Model, ids: Iterable[int]) -> dict[int, RecordSnapshot]:
    """Return the snapshots of records, in a number of queries that does not grow with them."""
    wanted = sorted(set(ids))
    taken: dict[int, RecordSnapshot] = {}
    for chunk in chunks(wanted):
        taken |= _taken(model, chunk)
    return taken


def _taken(model: Model, ids: Sequence[int]) -> dict[int, RecordSnapshot]:
    rows: dict[int, Rows] = {}
    for table, path in _filled(model, ids):
        owner = path or "pk"
        filled = columns(table)
        found = list(
            table._default_manager.filter(**{f"{owner}__in": ids})
            .order_by("pk")
            .values("pk", *(column.attname for column in filled), _owner=models.F(owner))
        )
        several = _several(table, [row["pk"] for row in found])
        label = table._meta.label_lower
        for row in found:
            values = {column.name: plain(row[column.attname]) for column in filled}
            values |= several.get(row["pk"], {})
            rows.setdefault(row["_owner"], {}).setdefault(label, {})[str(row["pk"])] = values
    return _named(rows)


def _filled(model: Model, ids: Sequence[int]) -> list[tuple[type[models.Model], str]]:
    """Return the tables in which there is anything of the records: most records fill few of them."""
    own, *others = tables_of(model)
    there = which_exist([table._default_manager.filter(**{f"{path}__in": ids}) for table, path in others])
    return [own, *(one for one, is_there in zip(others, there, strict=True) if is_there)]


def _several(table: type[models.Model], ids: Collection[int]) -> dict[int, Values]:
    if not ids:
        return {}
    found: dict[int, Values] = {pk: {one.name: [] for one in many_to_many(table)} for pk in ids}
    for one in many_to_many(table):
        here, there = one.m2m_field_name(), one.m2m_reverse_field_name()
        through: Any = one.remote_field.through
        links = through._default_manager.filter(**{f"{here}__in": ids})
        for pk, target in links.order_by(there).values_list(f"{here}_id", f"{there}_id"):
            found[pk][one.name].append(target)
    return found


def plain(value: Any) -> Any:
    """Return the value of a column as JSON, as snapshots keep it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value


def _named(rows: Mapping[int, Rows]) -> dict[int, RecordSnapshot]:
    """Add what the rows refer to, as it is called now."""
    wanted: dict[type[models.Model], set[int]] = {}
    mentioned: dict[int, set[tuple[type[models.Model], int]]] = {}
    for owner, tables in rows.items():
        mentioned[owner] = set(_mentions(tables))
        for model, pk in mentioned[owner]:
            wanted.setdefault(model, set()).add(pk)
    names = _names(wanted)
    return {
        owner: RecordSnapshot(
            tables,
            {
                f"{model._meta.label_lower}:{pk}": names[concrete(model)][pk]
                for model, pk in sorted(mentioned[owner], key=lambda one: (one[0]._meta.label_lower, one[1]))
                if pk in names[concrete(model)]
            },
        )
        for owner, tables in rows.items()
    }


def _mentions(tables: Rows) -> Iterator[tuple[type[models.Model], int]]:
    for label, rows in tables.items():
        for column in relations(apps.get_model(label)):
            model: Any = column.related_model
            for values in rows.values():
                value = values.get(column.name)
                yield from ((model, pk) for pk in (value if isinstance(value, list) else [value]) if pk is not None)


def _names(wanted: Mapping[type[models.Model], Iterable[int]]) -> dict[Any, dict[int, tuple[str, str]]]:
    """Return by table the slugs and the names of the rows referred to: those of all records in one query."""
    tables: dict[Any, set[int]] = {}
    for model, ids in wanted.items():
        tables.setdefault(concrete(model), set()).update(ids)
    named: dict[Any, dict[int, tuple[str, str]]] = {table: {} for table in tables}
    records = [(table, chunk) for table, ids in tables.items() if table in DOCUMENT_TYPES for chunk in chunks(sorted(ids))]
    for some in chunks(records, AT_ONCE):
        titles = [
            table._default_manager.filter(pk__in=ids)
            .order_by()
            .values_list(models.Value(number), "pk", "slug", DOCUMENT_TYPES[table].title)
            for number, (table, ids) in enumerate(some)
        ]
        first, *others = titles
        for number, pk, slug, title in first.union(*others, all=True) if others else first:
            named[some[number][0]][pk] = (slug, str(title))
    for table in tables.keys() - DOCUMENT_TYPES.keys():
        for chunk in chunks(sorted(tables[table])):
            named[table] |= {row.pk: ("", str(row)) for row in table._default_manager.filter(pk__in=chunk)}
    return named


def part(of: RecordSnapshot, model: Model, pk: int) -> RecordSnapshot:
    """Return the snapshot of a part within that of its record."""
    rows: Rows = {}
    for table, path in tables_of(model):
        label = table._meta.label_lower
        there = of.rows.get(label, {})
        if not path:
            kept = {str(pk): there[str(pk)]} if str(pk) in there else {}
        else:
            above: Any = table._meta.get_field(path.partition("__")[0]).related_model
            keys = rows.get(above._meta.label_lower, {})
            kept = {key: row for key, row in there.items() if str(row[path.partition("__")[0]]) in keys}
        if kept:
            rows[label] = kept
    return RecordSnapshot(rows, of.named)


def row_values(row: models.Model) -> Values:
    """Return what people entered in one row."""
    return {column.name: plain(getattr(row, column.attname)) for column in columns(type(row))}
