"""Projections: tables derived from published records, with the indexes that lists are read from.

An index is a table that nobody enters: `config.record.documents.writer` has it follow each document that it writes or takes
away, in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Count, Q

from config.record.database.bulk import chunks, create_rows
from config.record.models import IndexCount

ProjectedRow = tuple[Any, ...]


@dataclass(frozen=True)
class Projection:
    """A derived table with rows for each record, and the function that computes them."""

    table: type[models.Model]
    # Description for error messages.
    of: str
    # The key of the record, the columns that are unique per record, and the other columns.
    columns: Sequence[str]
    rows: Callable[..., Iterable[ProjectedRow]]
    # The columns of whose values `IndexCount` has the numbers of records.
    counted: Sequence[str] = ()

    def create(self, rows: Sequence[ProjectedRow]) -> None:
        """Write rows of new records."""
        create_rows(self.table, self.columns, rows)
        if self.counted:
            self._add(self._counted(rows))

    def follow(self, ids: Sequence[int]) -> None:
        """Recompute the rows of the records `ids`; unchanged rows stay."""
        wanted, there = set(self.rows(ids)), self._there(ids)
        record, part = self.columns[:2]
        wrong = Q()
        for row in there - wanted:
            wrong |= Q(**{record: row[0], part: row[1]})
        if wrong:
            self.table._default_manager.filter(wrong).delete()
        create_rows(self.table, self.columns, sorted(wanted - there))
        if self.counted and wanted != there:
            changes = self._counted(wanted)
            changes.subtract(self._counted(there))
            self._add(changes)

    def wrong(self, ids: Sequence[int]) -> set[int]:
        """Return those of the records `ids` whose rows are wrong."""
        return {row[0] for row in set(self.rows(ids)) ^ self._there(ids)}

    def has_right_counts(self) -> bool:
        """Return whether `IndexCount` has the numbers of the rows that there are."""
        # All rows are of one kind where the table does not say of which.
        kind: Any = models.F("kind") if "kind" in self.columns else models.Value("", output_field=models.TextField())
        rows = self.table._default_manager.order_by().annotate(of_kind=kind).values("of_kind")
        number = Count(self.columns[0], distinct=True)
        found: set[ProjectedRow] = set()
        for column in self.counted:
            named = rows.filter(**{f"{column}__isnull": False}).annotate(column=models.Value(column))
            for value in (models.F(column), models.Value(0)):
                counts = named.annotate(value=value, number=number).filter(number__gt=0)
                found |= {*counts.values_list("of_kind", "column", "value", "number")}
        return found == {*self._kept().values_list("kind", "value_column", "value", "number")}

    def _kept(self) -> models.QuerySet[IndexCount]:
        return IndexCount.objects.filter(index_table=self.table._meta.db_table)

    def _counted(self, rows: Iterable[ProjectedRow]) -> Counter[ProjectedRow]:
        """Return what `rows` count as: each record once for each of its values, and once for having any."""
        kind = self.columns.index("kind") if "kind" in self.columns else None
        indexes = [(column, self.columns.index(column)) for column in self.counted]
        of_each = {
            (row[0], "" if kind is None else row[kind], column, value)
            for row in rows
            for column, index in indexes
            for value in ((row[index], 0) if row[index] else ())
        }
        return Counter(tuple(group) for _, *group in of_each)

    def _add(self, changes: Counter[ProjectedRow]) -> None:
        """Add numbers, which may be negative, to those that are kept.

        Whoever publishes holds the lock of the log (`LogWriter`): nobody waits for another here.
        """
        table = connection.ops.quote_name(IndexCount._meta.db_table)
        for part in chunks([(*key, number) for key, number in changes.items() if number]):
            marks = ", ".join(["(%s, %s, %s, %s, %s)"] * len(part))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {table} (index_table, kind, value_column, value, number) VALUES {marks} "  # noqa: S608 - names of our own
                    "ON CONFLICT (index_table, value_column, kind, value) "
                    f"DO UPDATE SET number = {table}.number + excluded.number",
                    [value for row in part for value in (self.table._meta.db_table, *row)],
                )
        if min(changes.values(), default=0) < 0:
            self._kept().filter(number=0).delete()

    def _there(self, ids: Sequence[int]) -> set[ProjectedRow]:
        return set(self.table._default_manager.filter(**{f"{self.columns[0]}__in": ids}).values_list(*self.columns))
