"""Row sources of rendering: the database, or rows in memory before they are written.

Both have the same interface: two queries, and one setter of derived columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from django.db import models

from config.record.database.bulk import update_rows

Row = dict[str, Any]
# The column of a part under which what it belongs to reads its document.
_BODY: Final = "document"


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


class DatabaseRows:
    """The rows in the database."""

    # They are read at once: Django's `iterator` opens a cursor, for which PostgreSQL plans as if a tenth of the rows were read.

    def records(self, model: type[models.Model], ids: Sequence[int], columns: Sequence[str]) -> Iterable[Row]:
        return model._default_manager.filter(pk__in=ids).values("pk", *columns)

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
        found = model._default_manager.filter(**{f"{by}__in": ids}, **where).order_by(*order, "id")
        return found.values(*dict.fromkeys(("pk", f"{by}_id", *columns)))

    def set_columns(self, model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        update_rows(model, columns, rows)


DATABASE_ROWS: Final[RowSource] = DatabaseRows()


class WithDocuments(DatabaseRows):
    """The rows in the database, with documents of parts that are rendered and not written yet."""

    def __init__(self, bodies: Mapping[tuple[Any, int], str]) -> None:
        self.bodies = bodies

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
        for row in super().parts(model, by, ids, columns, order=order, **where):
            if _BODY in row:
                row[_BODY] = self.bodies.get((model, row["pk"]), row[_BODY])
            yield row
