"""Lists read by SQL that is compiled once for each shape of a question.

Building and compiling a filtered query costs Django several times what the database needs to answer it. A shape is all
that the SQL depends on: which parameters were given, with how many values each, the order, the side of a cursor, the
length of a page. It is compiled with marks in place of values; the values of each request take the places of the marks.
A question that cannot be put so is asked as the filter set builds it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

from config.api import leads
from config.api.database import adapted, fetched
from config.api.filters import FilterSet, Values
from config.api.pagination import Place
from config.api.prepared import Row
from config.record.search import Terms

MOST_SHAPES: Final = 500
_DAY: Final = date(3, 1, 1)
_MOMENT: Final = datetime(3, 1, 1, tzinfo=UTC)

Leaves = list[Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """Compiled SQL, in which `%(1)s` stands for the first value of a request."""

    sql: str
    # By the place of the column: what makes of the database's values those of Python.
    converters: Mapping[int, Any]

    def converted(self, rows: list[Row]) -> list[Row]:
        """Return the rows of the database as those of Python."""
        return [tuple(map(self._converted, range(len(row)), row)) for row in rows] if self.converters else rows

    def _converted(self, place: int, value: Any) -> Any:
        functions, expression = self.converters.get(place, ((), None))
        for function in functions:
            value = function(value, expression, connection)
        return value


class Question(NamedTuple):
    """A query and its values, ready to be asked."""

    # None: one that is built anew each time.
    statement: Statement | None
    values: Leaves
    built: Callable[[], QuerySet[Any]]
    # Whether one plan serves for all values; else the database sees these before it plans.
    planned: bool = False

    def rows(self) -> list[Row]:
        """Ask, and return the rows."""
        if self.statement is None:
            return list(self.built())
        return self.statement.converted(fetched(self.statement.sql, self.values, planned=self.planned))


# None: a shape that has to be built anew each time.
_statements: dict[Any, Statement | None] = {}


def page_of(base: QuerySet[Any], filterset: type[FilterSet], values: Values, place: Place, *columns: str) -> Question:
    """Return the question for what `place.rows_of` returns for the rows of `base` that `values` select."""

    def built(marked: Values, position: Any) -> QuerySet[Any]:
        return leads.page_of(base, filterset, marked, place._replace(position=position), *columns)

    given = {name: values[name] for name in sorted(values) if name not in leads.SHOWN_BY}
    key = (base.model, filterset, columns, place.ordering.name, place.backwards, place.limit)
    return question(key, filterset, given, place.position, built)


def question(
    key: tuple[Any, ...], filterset: type[FilterSet], given: Values, position: Any, built: Callable[[Values, Any], QuerySet[Any]]
) -> Question:
    """Return the question for the rows of the query that `built` makes of values and of a position.

    `key` is what the query depends on besides them.
    """
    parameters = filterset.parameters()
    if not all(parameters[name].compiles(value) for name, value in given.items()):
        return Question(None, [], partial(built, given, position))
    leaves: Leaves = []
    asked = tuple([(name, _shape(value, leaves, slotted=parameters[name].slotted)) for name, value in given.items()])
    key = (*key, asked, _shape(position, leaves, slotted=True))
    if key not in _statements:
        numbers = count(1)
        marked = {name: _marked(value, numbers, slotted=parameters[name].slotted) for name, value in given.items()}
        compiled = _compiled(built(marked, _marked(position, numbers, slotted=True)), leaves)
        if len(_statements) >= MOST_SHAPES:
            _statements.clear()
        _statements[key] = compiled
    planned = not any(parameters[name].weighed for name in given)
    # Another thread may have cleared them all: then it is built.
    return Question(_statements.get(key), leaves, partial(built, given, position), planned)


def _shape(value: Any, leaves: Leaves, *, slotted: bool) -> Any:
    """Return what of a value the SQL depends on; what it does not depend on is added to `leaves`."""
    if isinstance(value, (list, tuple)):
        return tuple([_shape(one, leaves, slotted=slotted) for one in value])
    if not slotted or value is None:
        return value
    leaves.append(value)
    return type(value)


def _marked(value: Any, numbers: Iterator[int], *, slotted: bool) -> Any:
    """Return a value with marks in place of what `_shape` adds to the leaves."""
    if isinstance(value, (list, tuple)):
        return [_marked(one, numbers, slotted=slotted) for one in value]
    return _mark(value, next(numbers)) if slotted and value is not None else value


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


def _compiled(queryset: QuerySet[Any], leaves: Leaves) -> Statement | None:
    compiler = queryset.query.get_compiler(connection.alias)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    marked = [_mark(leaf, number) for number, leaf in enumerate(leaves, 1)]
    marks = {mark: number for number, mark in enumerate(adapted(marked, connections[DEFAULT_DB_ALIAS]), 1)}
    written = [_written(one, marks) for one in parameters]
    # A mark that did not arrive was made into something else on the way: such a shape cannot be used again.
    if None in written or {number for number in marks.values() if f"%({number})s" not in written}:
        return None
    first, *others = sql.split("%s")
    text = first + "".join(f"{value}{part}" for value, part in zip(written, others, strict=True))
    converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
    return Statement(text, converters)


def _written(value: Any, marks: Mapping[Any, int]) -> str | None:
    """Return how a parameter stands in the SQL: as the number of a mark, or as the constant that it is."""
    if isinstance(value, Hashable) and value in marks:
        return f"%({marks[value]})s"
    if isinstance(value, int):
        return str(value).upper() if isinstance(value, bool) else f"{value:d}"
    if isinstance(value, (str, date)):
        return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"
    return None
