"""New rows in memory, complete but for derived columns, before they are written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import models

from config.record.database.bulk import chunks
from config.record.documents.row_source import Row
from config.record.models import Documented
from config.record.values.choices import CurationState

Targets = dict[int | None, Row]
# The foreign key of the rows, its table, the columns wanted there, and what they are called here.
Join = tuple[str, type[models.Model], tuple[str, ...], tuple[str, ...]]


class StagedRows:
    """A row source of new rows, each with its primary key. Rows that they refer to are read from the database once."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], dict[int, Row]] = defaultdict(dict)
        self._lists: dict[tuple[type[models.Model], str], dict[int, list[Row]]] = {}
        self._known: dict[tuple[type[models.Model], tuple[str, ...]], Targets] = {}

    def add(self, model: type[models.Model], rows: Iterable[Row]) -> None:
        """Add rows of a table, before any query. Records among them count as published."""
        mine = self.rows[model]
        for row in rows:
            mine[row["id"]] = row
            row["pk"] = row["id"]
            if issubclass(model, Documented):
                row["state"] = CurationState.PUBLISHED.value

    def records(self, model: type[models.Model], ids: Sequence[int], columns: Sequence[str]) -> Sequence[Row]:
        rows = self.rows[model]
        return self._joined(model, [rows[key] for key in ids], columns)

    def parts(
        self,
        model: type[models.Model],
        by: str,
        ids: Sequence[int],
        columns: Sequence[str],
        *,
        order: Sequence[str] = (),
        **where: Any,
    ) -> Sequence[Row]:
        lists = self._list(model, f"{by}_id")
        rows: Sequence[Row] = [row for key in ids for row in lists.get(key, ())] if lists else []
        if not rows:
            return []
        rows = self._joined(model, rows, [*columns, *order, *where])
        for column, value in where.items():
            rows = [row for row in rows if row[column] == value]
        return sorted(rows, key=itemgetter(*order)) if order else rows

    def set_columns(self, model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        attnames = [model._meta.get_field(name).attname for name in columns]  # type: ignore[union-attr]
        for *values, key in rows:
            self.rows[model][key].update(zip(attnames, values, strict=True))

    def _list(self, model: type[models.Model], attname: str) -> dict[int, list[Row]]:
        """Return the rows of a table under what their foreign key leads to."""
        if (model, attname) not in self._lists:
            lists: dict[int, list[Row]] = defaultdict(list)
            for row in self.rows[model].values():
                lists[row[attname]].append(row)
            self._lists[model, attname] = lists
        return self._lists[model, attname]

    def _joined(self, model: type[models.Model], rows: Sequence[Row], columns: Sequence[str]) -> Sequence[Row]:
        """Return the rows with the columns behind their foreign keys."""
        joins = _joins(model, tuple(columns))
        if not joins:
            return rows
        joined = [row.copy() for row in rows]
        for attname, target, behind, here in joins:
            targets = self._targets(target, {row[attname] for row in rows}, behind)
            pairs = list(zip(here, behind, strict=True))
            for row in joined:
                found = targets[row[attname]]
                for name, column in pairs:
                    row[name] = found[column]
        return joined

    def _targets(self, model: type[models.Model], keys: set[int | None], columns: tuple[str, ...]) -> Targets:
        """Return `columns` of rows that others refer to, new ones and those in the database."""
        known = self._known.setdefault((model, columns), {None: dict.fromkeys(columns)})
        missing: Any = keys - known.keys()
        new = [self.rows[model][key] for key in missing if key in self.rows[model]]
        known.update({row["id"]: row for row in self._joined(model, new, columns)})
        for chunk in chunks(missing - known.keys()):
            stored = model._default_manager.filter(pk__in=chunk).values("pk", *columns)
            known.update({row["pk"]: row for row in stored})
        return known


@cache
def _joins(model: type[models.Model], columns: tuple[str, ...]) -> list[Join]:
    behind: dict[str, list[str]] = defaultdict(list)
    for column in dict.fromkeys(columns):
        name, _, rest = column.partition("__")
        if rest:
            behind[name].append(rest)
    joins = []
    for name, rests in behind.items():
        key: Any = model._meta.get_field(name)
        target = key.related_model._meta.concrete_model
        joins.append((key.attname, target, tuple(rests), tuple(f"{name}__{rest}" for rest in rests)))
    return joins
