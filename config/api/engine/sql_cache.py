"""A cache of compiled SQL: lists are compiled once for each query signature.

Building and compiling a filtered query costs Django several times what the database needs to answer it. The signature is all that
the SQL depends on: which parameters were given, with how many values each, the order, the direction of a cursor, the length of a
page. The query is compiled with placeholder values; each request binds its own arguments in their stead.
A query that cannot be compiled so is built anew for each request.

Worked example. `/api/v1/meetings?country=LBY&date_before=2020-12-31` has the arguments `[434, date(2020, 12, 31)]` and this
signature:

    (Meeting, MeetingFilters, ("document",), "start", False, 50,
     (("country", ((int,),)), ("date_before", date)), None)

The first request with it builds the queryset with placeholders, 4611686018427387905 for the country and 0003-01-03 for the day,
and compiles `… WHERE country_id IN (4611686018427387905) AND start_earliest <= '0003-01-03' … LIMIT 51`. Where a placeholder
arrived in the SQL's parameters, the number of its argument is written:

    … WHERE country_id IN (%(1)s) AND start_earliest <= %(2)s … LIMIT 51

Later requests with this signature run that SQL with their own arguments. A placeholder that did not arrive was changed on the way
(a converter, a computed value): such a signature is not cached.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, Final, NamedTuple, Protocol

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

from config.api.database.connection import adapted, fetched
from config.api.database.prepared import Row
from config.api.database.replicas import reading_alias
from config.api.engine.index_scans import DAYS, SHOWN_BY, PageQuery
from config.api.parameters.base import FilterSet, Values
from config.record.database.search import Terms
from config.record.values.fields import Utf8Field

MAX_SIGNATURES: Final = 500
_DAY: Final = date(3, 1, 1)
_MOMENT: Final = datetime(3, 1, 1, tzinfo=UTC)

Arguments = list[Any]


class RawSQLQuery(Protocol):
    """A query in raw SQL, written by hand. Iterating over it yields its rows without conversion."""

    def as_sql(self) -> tuple[str, Sequence[Any]]:
        """Return the SQL and its parameters; raise `EmptyResultSet` where nothing can be found."""
        ...

    def __iter__(self) -> Iterator[Row]:
        """Execute the query and yield its rows."""
        ...


Built = QuerySet[Any] | RawSQLQuery


@dataclass(frozen=True, slots=True)
class CompiledSQL:
    """Compiled SQL, in which `%(1)s` stands for the first value of a request."""

    sql: str
    # By the index of the column: the functions that convert a database value to Python.
    converters: Mapping[int, Any]

    def converted(self, rows: list[Row]) -> list[Row]:
        """Return the rows converted to Python values."""
        return [tuple(map(self._converted, range(len(row)), row)) for row in rows] if self.converters else rows

    def _converted(self, index: int, value: Any) -> Any:
        functions, expression = self.converters.get(index, ((), None))
        for function in functions:
            value = function(value, expression, connection)
        return value


class CachedQuery(NamedTuple):
    """A query and its arguments, ready to run."""

    # None: built anew for each request.
    compiled: CompiledSQL | None
    arguments: Arguments
    built: Callable[[], Built]
    # Whether one plan serves for all values; else the database sees these before it plans.
    planned: bool = False

    def rows(self) -> list[Row]:
        """Execute the query and return its rows."""
        if self.compiled is None:
            return list(self.built())
        return self.compiled.converted(fetched(self.compiled.sql, self.arguments, planned=self.planned))


# None: a signature whose query is built anew for each request.
_compiled_sql: dict[Any, CompiledSQL | None] = {}


def cached_page(page: PageQuery) -> CachedQuery:
    """Return the query of a page, compiled once for its signature."""
    base, filterset, values, position, columns = page

    def built(with_placeholders: Values, key_values: Any) -> QuerySet[Any]:
        return page._replace(values=with_placeholders, position=position._replace(key_values=key_values)).queryset()

    given = {name: values[name] for name in sorted(values) if name not in SHOWN_BY}
    key = (base.model, filterset, columns, position.ordering.name, position.backwards, position.limit)
    query = cached_query(key, filterset, given, position.key_values, built)
    parameters = [filterset.parameters()[name] for name in given]
    partitioned = position.ordering.columns[0] in DAYS and all(
        one.is_partitioned or not one.needs_custom_plan for one in parameters
    )
    return query._replace(planned=True) if partitioned else query


def cached_query(
    key: tuple[Any, ...], filterset: type[FilterSet], given: Values, key_values: Any, built: Callable[[Values, Any], Built]
) -> CachedQuery:
    """Return the query that `built` returns for values and the key values of a position, compiled once for its signature.

    `key` is what the query depends on besides them.
    """
    parameters = filterset.parameters()
    if not all(parameters[name].cacheable(value) for name, value in given.items()):
        return CachedQuery(None, [], partial(built, given, key_values))
    arguments: Arguments = []
    asked = tuple([(name, _signature(value, arguments, bindable=parameters[name].bindable)) for name, value in given.items()])
    key = (*key, asked, _signature(key_values, arguments, bindable=True))

    def with_placeholders() -> Built:
        numbers = count(1)
        values = {name: _with_placeholders(value, numbers, bindable=parameters[name].bindable) for name, value in given.items()}
        return built(values, _with_placeholders(key_values, numbers, bindable=True))

    planned = not any(parameters[name].needs_custom_plan for name in given)
    return CachedQuery(_sql_of(key, arguments, with_placeholders), arguments, partial(built, given, key_values), planned)


def compiled_query(
    key: tuple[Any, ...], arguments: Arguments, built: Callable[[Arguments], QuerySet[Any]], *, planned: bool = True
) -> CachedQuery:
    """Return the query that `built` makes of `arguments`; `key` says all else that its SQL depends on.

    Unless it is `planned` once for all values, it is planned for each anew.
    """

    def with_placeholders() -> QuerySet[Any]:
        return built([_placeholder(argument, number) for number, argument in enumerate(arguments, 1)])

    return CachedQuery(_sql_of(key, arguments, with_placeholders), arguments, partial(built, arguments), planned=planned)


def padded(values: list[Any]) -> list[Any]:
    """Return `values` with the last repeated until there are one, two, four … of them: for each number a query is compiled."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values)) if values else []


def _sql_of(key: tuple[Any, ...], arguments: Arguments, with_placeholders: Callable[[], Built]) -> CompiledSQL | None:
    """Return the SQL of a key, compiled from the query with placeholders the first time."""
    if key not in _compiled_sql:
        compiled = _compiled(with_placeholders(), arguments)
        if len(_compiled_sql) >= MAX_SIGNATURES:
            _compiled_sql.clear()
        _compiled_sql[key] = compiled
    # Another thread may have cleared them all: then it is built.
    return _compiled_sql.get(key)


def _signature(value: Any, arguments: Arguments, *, bindable: bool) -> Any:
    """Return the part of a value that the SQL depends on; the rest is added to `arguments`."""
    if isinstance(value, (list, tuple)):
        return tuple([_signature(one, arguments, bindable=bindable) for one in value])
    if not bindable or value is None:
        return value
    arguments.append(value)
    return type(value)


def _with_placeholders(value: Any, numbers: Iterator[int], *, bindable: bool) -> Any:
    """Return a value with placeholders in place of what `_signature` adds to the arguments."""
    if isinstance(value, (list, tuple)):
        return [_with_placeholders(one, numbers, bindable=bindable) for one in value]
    return _placeholder(value, next(numbers)) if bindable and value is not None else value


def _placeholder(value: Any, number: int) -> Any:
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


def _compiled(queryset: Built, arguments: Arguments) -> CompiledSQL | None:
    if not settings.FAST_PATH:
        return None
    try:
        sql, parameters, converters = _of_queryset(queryset) if isinstance(queryset, QuerySet) else (*queryset.as_sql(), {})
    except EmptyResultSet:
        return None
    values = [_placeholder(argument, number) for number, argument in enumerate(arguments, 1)]
    placeholders = {value: number for number, value in enumerate(adapted(values, connections[DEFAULT_DB_ALIAS]), 1)}
    written = [_written(one, placeholders) for one in parameters]
    # A placeholder that is not in the parameters was converted on the way: such a signature cannot be cached.
    if None in written or {number for number in placeholders.values() if f"%({number})s" not in written}:
        return None
    first, *others = sql.split("%s")
    text = first + "".join(f"{value}{part}" for value, part in zip(written, others, strict=True))
    return CompiledSQL(text, converters)


def _of_queryset(queryset: QuerySet[Any]) -> tuple[str, Sequence[Any], Mapping[int, Any]]:
    compiler = queryset.query.get_compiler(reading_alias())
    sql, parameters = compiler.as_sql()
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    # `fetched` reads texts as bytes by itself, which is cheaper.
    converters = {
        index: one
        for index, one in compiler.get_converters(columns).items()
        if not isinstance(columns[index].output_field, Utf8Field)
    }
    return sql, parameters, converters


def _written(value: Any, placeholders: Mapping[Any, int]) -> str | None:
    """Return a parameter as written in the SQL: the number of a placeholder, or a constant."""
    if isinstance(value, Hashable) and value in placeholders:
        return f"%({placeholders[value]})s"
    if isinstance(value, int):
        return str(value).upper() if isinstance(value, bool) else f"{value:d}"
    if isinstance(value, (str, date)):
        return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"
    return None
