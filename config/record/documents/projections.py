"""Rows that follow from published records, kept in the order in which lists are read.

An index is a table that nobody enters: `config.record.documents.writer` has it follow each document that it writes or takes
away, in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Count, Q

from config.record.database.bulk import chunks, create_rows
from config.record.documents.row_source import RowSource
from config.record.models import IndexCount

ProjectedRow = tuple[Any, ...]


@dataclass(frozen=True)
class Projection:
    """A table of rows that hang on records, and what they must be for some of these."""

    table: type[models.Model]
    # What of a record it tells, in words.
    of: str
    # The key of the record, what tells its rows apart, and the other columns.
    columns: Sequence[str]
    rows: Callable[..., Iterable[ProjectedRow]]
    # The column by whose values `IndexCount` has the numbers of rows, if any.
    counted: str = ""

    def create(self, ids: Sequence[int], row_source: RowSource) -> None:
        """Write the rows of new records."""
        rows = sorted(self.rows(ids, row_source))
        create_rows(self.table, self.columns, rows)
        if self.counted:
            self._add(Counter(self._values(rows)))

    def follow(self, ids: Sequence[int]) -> None:
        """Make the rows of the records `ids` what they must be; those that are right stay."""
        wanted, there = set(self.rows(ids)), self._there(ids)
        record, part = self.columns[:2]
        wrong = Q()
        for row in there - wanted:
            wrong |= Q(**{record: row[0], part: row[1]})
        if wrong:
            self.table._default_manager.filter(wrong).delete()
        create_rows(self.table, self.columns, sorted(wanted - there))
        if self.counted and wanted != there:
            changes = Counter(self._values(wanted))
            changes.subtract(Counter(self._values(there)))
            self._add(changes)

    def wrong(self, ids: Sequence[int]) -> set[int]:
        """Return those of the records `ids` whose rows are not what they must be."""
        return {row[0] for row in set(self.rows(ids)) ^ self._there(ids)}

    def has_right_counts(self) -> bool:
        """Return whether `IndexCount` has the numbers of the rows that there are."""
        if not self.counted:
            return True
        # All rows are of one kind where the table does not say of which.
        kind: Any = models.F("kind") if "kind" in self.columns else models.Value("", output_field=models.TextField())
        rows = self.table._default_manager.order_by().annotate(of_kind=kind).values("of_kind")
        of_values = rows.annotate(value=models.F(self.counted), number=Count("pk"))
        any_value = rows.annotate(value=models.Value(0), number=Count(self.columns[0], distinct=True)).filter(number__gt=0)
        columns = ("of_kind", "value", "number")
        found = {*of_values.values_list(*columns), *any_value.values_list(*columns)}
        return found == {*self._kept().values_list("kind", "value", "number")}

    def _kept(self) -> models.QuerySet[IndexCount]:
        return IndexCount.objects.filter(index_table=self.table._meta.db_table)

    def _values(self, rows: Iterable[ProjectedRow]) -> Iterator[tuple[str, int]]:
        """Yield what `rows` count as: each for its value, and each record once for having any."""
        value, kind = self.columns.index(self.counted), self.columns.index("kind") if "kind" in self.columns else None
        records: dict[int, str] = {}
        for row in rows:
            records[row[0]] = "" if kind is None else row[kind]
            yield records[row[0]], row[value]
        yield from ((one, 0) for one in records.values())

    def _add(self, changes: Counter[tuple[str, int]]) -> None:
        """Add numbers, which may be negative, to those that are kept.

        Whoever publishes holds the lock of the log (`LogWriter`): nobody waits for another here.
        """
        table = connection.ops.quote_name(IndexCount._meta.db_table)
        for part in chunks([(*key, number) for key, number in changes.items() if number]):
            marks = ", ".join(["(%s, %s, %s, %s)"] * len(part))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {table} (index_table, kind, value, number) VALUES {marks} "  # noqa: S608 - names of our own
                    f"ON CONFLICT (index_table, kind, value) DO UPDATE SET number = {table}.number + excluded.number",
                    [value for row in part for value in (self.table._meta.db_table, *row)],
                )
        if min(changes.values(), default=0) < 0:
            self._kept().filter(number=0).delete()

    def _there(self, ids: Sequence[int]) -> set[ProjectedRow]:
        return set(self.table._default_manager.filter(**{f"{self.columns[0]}__in": ids}).values_list(*self.columns))
