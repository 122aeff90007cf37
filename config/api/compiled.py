"""Lists read by SQL that is compiled once for each shape of a question.

Building and compiling a filtered query costs Django several times what the database needs to answer it. A shape is all
that the SQL depends on: which parameters were given, with how many values each, the order, the side of a cursor, the
length of a page. It is compiled with marks in place of values; the values of each request take the places of the marks.
A question that cannot be put so is asked as the filter set builds it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from config.api import leads
from config.api.filters import FilterSet, Values
from config.api.pagination import Place
from config.record.search import Terms

MOST_SHAPES: Final = 500
_DAY: Final = date(3, 1, 1)
_MOMENT: Final = datetime(3, 1, 1, tzinfo=UTC)

Leaves = list[Any]


@dataclass(frozen=True, slots=True)
class _Statement:
    """Compiled SQL: its parameters, of which those that are marks say which value of a request goes there."""

    sql: str
    parameters: tuple[Any, ...]
    marks: tuple[tuple[int, int], ...]
    # By the place of the column: what makes of the database's values those of Python.
    converters: Mapping[int, Any]

    def rows(self, leaves: Leaves) -> list[tuple[Any, ...]]:
        parameters = list(self.parameters)
        for place, leaf in self.marks:
            parameters[place] = _adapted(leaves[leaf])
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        if not self.converters:
            return rows
        return [tuple(self._converted(place, value) for place, value in enumerate(row)) for row in rows]

    def _converted(self, place: int, value: Any) -> Any:
        if place in self.converters:
            functions, expression = self.converters[place]
            for function in functions:
                value = function(value, expression, connection)
        return value


# None: a shape that has to be built anew each time.
_statements: dict[Any, _Statement | None] = {}


def rows_of(
    base: QuerySet[Any], filterset: type[FilterSet], values: Values, place: Place, *columns: str
) -> list[tuple[Any, ...]]:
    """Return what `place.rows_of` returns for the rows of `base` that `values` select."""
    parameters = filterset.parameters()
    given = {name: values[name] for name in sorted(values) if name not in leads.SHOWN_BY}
    if all(parameters[name].compiles(value) for name, value in given.items()):
        leaves: Leaves = []
        parts = {name: _taken_apart(value, leaves, slotted=parameters[name].slotted) for name, value in given.items()}
        shape, position = _taken_apart(place.position, leaves, slotted=True)
        asked = tuple((name, part) for name, (part, _) in parts.items())
        key = (connection.vendor, base.model, filterset, columns, place.ordering, place.backwards, place.limit, asked, shape)
        if key not in _statements:
            marked = {name: part for name, (_, part) in parts.items()}
            compiled = _compiled(leads.page_of(base, filterset, marked, replace(place, position=position), *columns), leaves)
            if len(_statements) >= MOST_SHAPES:
                _statements.clear()
            _statements[key] = compiled
        if statement := _statements.get(key):
            return statement.rows(leaves)
    return list(leads.page_of(base, filterset, values, place, *columns))


def _taken_apart(value: Any, leaves: Leaves, *, slotted: bool) -> tuple[Any, Any]:
    """Return what of a value the SQL depends on, and the value with marks for the rest, which is added to `leaves`."""
    if isinstance(value, (list, tuple)):
        parts = [_taken_apart(one, leaves, slotted=slotted) for one in value]
        return tuple(shape for shape, _ in parts), [marked for _, marked in parts]
    if not slotted or value is None:
        return value, value
    leaves.append(value)
    return type(value), _mark(value, len(leaves))


def _mark(value: Any, number: int) -> Any:
    """Return a value of the type of `value` that no request has."""
    if isinstance(value, Terms):
        return Terms(((f"\N{REPLACEMENT CHARACTER}{number}", False),))
    if isinstance(value, datetime):
        return _MOMENT + timedelta(days=number)
    if isinstance(value, date):
        return _DAY + timedelta(days=number)
    if isinstance(value, int):
        return 2**62 + number
    return f"\N{REPLACEMENT CHARACTER}{number}"


def _adapted(value: Any) -> Any:
    """Return a value as the database's driver takes it, which is how Django hands it over."""
    if isinstance(value, Terms):
        return value.query(connection.vendor)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def _compiled(queryset: QuerySet[Any], leaves: Leaves) -> _Statement | None:
    compiler = queryset.query.get_compiler(connection.alias)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    marks = {_adapted(_mark(leaf, number)): number - 1 for number, leaf in enumerate(leaves, 1)}
    places = tuple((place, marks[one]) for place, one in enumerate(parameters) if isinstance(one, Hashable) and one in marks)
    # A mark that did not arrive was made into something else on the way: such a shape cannot be used again.
    if {number for _, number in places} != set(marks.values()):
        return None
    converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
    return _Statement(sql, tuple(parameters), places, converters)
