"""Row sources of rendering: the database, or rows in memory before they are written.

Both have the same interface: two queries, and one setter of derived columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from django.db import models

from config.record.database.bulk import update_rows

Row = dict[str, Any]


class RowSource(Protocol):
    """Rows of tables. Columns may lead over foreign keys, as in the lookups of a query: `actor__name`."""

    def records(self, model: type[models.Model], ids: Sequence[int], columns: Sequence[str]) -> Iterable[Row]:
        """Return `columns` of the rows whose primary keys are among `ids`."""

    def parts(
        self,
        model: type[models.Model],
        by: str,
        ids: Sequence[int],
        columns: Sequence[str],
        *,
        order: Sequence[str] = (),
        **where: Any,
    ) -> Iterable[Row]:
        """Return `columns` of the rows whose foreign key `by` is among `ids`: by `order`, then as they were written."""

    def set_columns(self, model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Set `columns` of rows; each of `rows` ends in the primary key."""


class _DatabaseRows:
    """The rows in the database."""

    def records(self, model: type[models.Model], ids: Sequence[int], columns: Sequence[str]) -> Iterator[Row]:
        return model._default_manager.filter(pk__in=ids).values("pk", *columns).iterator(chunk_size=2000)

    def parts(
        self,
        model: type[models.Model],
        by: str,
        ids: Sequence[int],
        columns: Sequence[str],
        *,
        order: Sequence[str] = (),
        **where: Any,
    ) -> Iterator[Row]:
        found = model._default_manager.filter(**{f"{by}__in": ids}, **where).order_by(*order, "id")
        return found.values(*dict.fromkeys(("pk", f"{by}_id", *columns))).iterator(chunk_size=2000)

    def set_columns(self, model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        update_rows(model, columns, rows)


DATABASE_ROWS: Final[RowSource] = _DatabaseRows()
