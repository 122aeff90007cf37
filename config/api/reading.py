"""Reading one public row by its slug, as cheaply as the database can: the SQL is made once for each collection."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

# No slug has this form; in the compiled SQL it shows where the slug goes.
_MARK: Final = "\N{REPLACEMENT CHARACTER}"


class BySlug:
    """The columns of the row of `queryset` with a slug. Building and compiling the query anew costs more than running it."""

    def __init__(self, queryset: QuerySet[Any], *columns: str) -> None:
        self._queryset = queryset.filter(slug=_MARK).order_by().values_list(*columns)
        self._compiled: tuple[str, tuple[Any, ...]] | None = None

    def read(self, slug: str) -> tuple[Any, ...] | None:
        """Return the columns of the row; None where there is none."""
        if self._compiled is None:
            self._compiled = self._queryset.query.sql_with_params()
        sql, parameters = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [slug if one == _MARK else one for one in parameters])
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found
