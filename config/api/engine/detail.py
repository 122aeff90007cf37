"""Cached SQL of one public row by its slug: compiled once for each collection."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet

from config.api.database.connection import fetched
from config.api.database.prepared import Row

# No slug has this form; in the compiled SQL it shows where the slug goes.
_MARK: Final = "\N{REPLACEMENT CHARACTER}"


class BySlug:
    """The columns of the row of `queryset` with a slug. Building and compiling the query anew costs more than running it."""

    def __init__(self, queryset: QuerySet[Any], *columns: str) -> None:
        self._queryset = queryset.order_by().values_list(*columns)

    def read(self, slug: str) -> Row | None:
        """Return the columns of the row; None where there is none."""
        rows = fetched(self._sql, [slug]) if self._sql else list(self._queryset.filter(slug=slug))
        return rows[0] if rows else None

    @cached_property
    def _sql(self) -> str:
        if not settings.FAST_PATH:
            return ""
        sql, parameters = self._queryset.filter(slug=_MARK).query.sql_with_params()
        return sql % tuple("%(1)s" if one == _MARK else f"'{one}'" for one in parameters)
