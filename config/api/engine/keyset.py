"""Keyset pagination: the part of an ordered list that begins after (or ends before) a position.

A position is the values that the columns of the order have in the last row of a page. Rows beyond it are compared as a whole,
`(start, id) > ('2020-10-27', 42)`, so that the database enters the index of the order at the very row, and nothing is lost or
seen twice while records are added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from django.db.models import BooleanField, DateField, DateTimeField, Expression, F, Field, IntegerField, QuerySet, Value

from config.api.errors import ErrorItem, InvalidParametersError
from config.api.parameters.base import Ordering
from config.api.parameters.paging import DEFAULT_LIMIT, BrokenCursorError
from config.api.parameters.query_string import Query
from config.api.parameters.request import ParsedRequest

_BIGGEST: Final = 2**63

AnyField: TypeAlias = "Field[Any, Any]"


class CursorPosition(NamedTuple):
    """The part of a list that a request asks for."""

    ordering: Ordering
    limit: int
    check: str
    backwards: bool = False
    key_values: tuple[Any, ...] | None = None

    @classmethod
    def from_request(cls, parsed: ParsedRequest, ordering: Ordering, rows: QuerySet[Any] | Sequence[AnyField]) -> CursorPosition:
        """Return the position that a request asks for in `rows`; raise `InvalidParametersError` for a cursor of another list.

        Instead of rows, the fields of the columns can be given that `ordering` goes by.
        """
        request, query, values = parsed
        limit, check = values.get("limit", DEFAULT_LIMIT), _check(request.path, query, ordering)
        if "cursor" not in values:
            return cls(ordering, limit, check)
        fields = fields_of(rows, ordering.columns) if isinstance(rows, QuerySet) else rows
        given, direction, raw = values["cursor"]
        try:
            if given != check or len(raw) != len(fields):
                raise BrokenCursorError  # noqa: TRY301 - answered like every broken one
            key_values = tuple([_read(value, field) for value, field in zip(raw, fields, strict=True)])
        except BrokenCursorError as error:
            raise InvalidParametersError(ErrorItem(error.code, str(error), "cursor")) from error
        return cls(ordering, limit, check, direction == "previous", key_values)

    @property
    def descending(self) -> bool:
        """Return whether the rows are read from the highest on."""
        return self.ordering.descending != self.backwards

    def fetch(self, queryset: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
        """Return the rows of this position and one more: the columns of the order, then `columns`."""
        return list(self.page_queryset(queryset, *columns))

    def page_queryset(self, queryset: QuerySet[Any], *columns: str) -> QuerySet[Any]:
        """Return the query of `rows_of`."""
        return self._limited(self.filtered(queryset, *columns))

    def filtered(self, queryset: QuerySet[Any], *columns: str) -> QuerySet[Any]:
        """Return the rows of `queryset` that come after this position: the columns of the order, then `columns`."""
        if self.key_values is not None:
            queryset = queryset.filter(KeysetCondition(self.ordering.columns, self.key_values, descending=self.descending))
        return queryset.values_list(*self.ordering.columns, *columns)

    def limited(self, rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
        """Return, in order, as many of `rows` as the page holds, and one more."""
        return list(self._limited(rows))

    def _limited(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        sign = "-" if self.descending else ""
        return rows.order_by(*(sign + column for column in self.ordering.columns))[: self.limit + 1]


def _check(path: str, query: Query, ordering: Ordering) -> str:
    asked = [path, ordering.name, str(ordering.descending), *sorted(query.without("cursor", "limit", "order").pairs)]
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:10]


def _read(value: Any, field: AnyField) -> Any:
    """Return one value of a cursor's position as its column has it."""
    if value is None and field.null:
        return None
    try:
        if isinstance(field, DateTimeField):
            return _instant(value)
        if isinstance(field, DateField):
            return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BrokenCursorError from error
    if isinstance(field, IntegerField):
        fits = type(value) is int and -_BIGGEST <= value < _BIGGEST
    else:
        fits = isinstance(value, str) and "\x00" not in value
    if not fits:
        raise BrokenCursorError
    return value


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or not date.min.year < instant.year < date.max.year:
        raise BrokenCursorError
    return instant


class KeysetCondition(Expression):
    """The condition that a row stands beyond a position.

    Columns are compared as rows, which databases look up in an index: they enter it at the very row. Were it said of one
    column after the other, all rows of the day that were on earlier pages would be met once more.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[str], key_values: Sequence[Any], *, descending: bool) -> None:
        super().__init__()
        self.columns: list[Any] = [F(column) for column in columns]
        self.key_values, self.descending = key_values, descending

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        values = [Value(value, column.output_field) for column, value in zip(self.columns, self.key_values, strict=True)]
        (left, given), (right, asked) = self._row(compiler, self.columns), self._row(compiler, values)
        return f"{left} {'<' if self.descending else '>'} {right}", [*given, *asked]

    @staticmethod
    def _row(compiler: Any, expressions: Sequence[Any]) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in expressions]
        return f"({', '.join(sql for sql, _ in parts)})", [value for _, given in parts for value in given]


def fields_of(queryset: QuerySet[Any], columns: Sequence[str]) -> list[AnyField]:
    """Return the fields of columns, which may be annotations or lie behind foreign keys."""
    annotated: Any = queryset.query.annotations
    model: Any = queryset.model
    return [annotated[column].output_field if column in annotated else _field_of(model, column) for column in columns]


@cache
def _field_of(model: Any, column: str) -> AnyField:
    *path, last = column.split("__")
    for step in path:
        model = model._meta.get_field(step).related_model
    field: AnyField = model._meta.pk if last == "pk" else model._meta.get_field(last)
    return field
