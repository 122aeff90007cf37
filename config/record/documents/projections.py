"""Projections: tables derived from published records, with the indexes that lists are read from.

An index is a table that nobody enters: `config.record.documents.writer` has it follow each document that it writes or takes
away, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from config.record.database.bulk import create_rows
from config.record.documents.row_source import RowSource

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

    def create(self, ids: Sequence[int], row_source: RowSource) -> None:
        """Write the rows of new records."""
        create_rows(self.table, self.columns, sorted(self.rows(ids, row_source)))

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

    def wrong(self, ids: Sequence[int]) -> set[int]:
        """Return those of the records `ids` whose rows are wrong."""
        return {row[0] for row in set(self.rows(ids)) ^ self._there(ids)}

    def _there(self, ids: Sequence[int]) -> set[ProjectedRow]:
        return set(self.table._default_manager.filter(**{f"{self.columns[0]}__in": ids}).values_list(*self.columns))
