"""Pages of stored documents, walked by cursor: nothing is lost or seen twice while records are added.

A cursor says after (or before) which values of the order a page begins; it is bound to the list, its filters and
its order, and opaque to whoever uses it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

import orjson
from django.db.models import BooleanField, DateField, DateTimeField, Expression, F, Field, IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse

from config.api.errors import Flaw, InvalidParametersError
from config.api.filters import FilterSet, Ordering, Parameter, UnreadableError, Values
from config.api.parameters import Query
from config.api.values import Number
from config.api.views import json_response

USUAL: Final = 50
MOST: Final = 200
# What RFC 8288 calls the links of a page.
RELATIONS: Final = {"next": "next", "previous": "prev"}

_ALPHABET = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)
_BIGGEST: Final = 2**63

AnyField: TypeAlias = "Field[Any, Any]"
Links = dict[str, str | None]


class CursorParameter(Parameter):
    """Where a page begins: taken from `next` or `previous` of another page."""

    value_schema = {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "^[A-Za-z0-9_-]+$"}  # noqa: RUF012 - as its base

    def __init__(self) -> None:
        super().__init__(help_text="Where the page begins, as `next` or `previous` of another page has it. Opaque.")

    def read_one(self, text: str) -> tuple[str, str, Any]:
        """Return what the cursor holds: a check of the list it belongs to, its direction, its position."""
        if not _ALPHABET.match(text):
            raise BrokenCursorError
        try:
            check, direction, position = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, TypeError, binascii.Error) as error:
            raise BrokenCursorError from error
        if direction not in ("next", "previous") or not isinstance(check, str) or not isinstance(position, list):
            raise BrokenCursorError
        return check, direction, position


class BrokenCursorError(UnreadableError):
    """A cursor that no page of this list gave."""

    def __init__(self) -> None:
        super().__init__("invalid_cursor", "No page of this list has this cursor. Begin again without it.")


class Limit(Number):
    """How long a page is."""

    def __init__(self) -> None:
        super().__init__(least=1, most=MOST, default=USUAL, help_text=f"How many records a page holds, at most {MOST}.")


class ListFilters(FilterSet):
    """The parameters that every list has."""

    limit = Limit()
    cursor = CursorParameter()


class Place(NamedTuple):
    """The part of a list that a request asks for."""

    ordering: Ordering
    limit: int
    check: str
    backwards: bool = False
    position: tuple[Any, ...] | None = None

    @classmethod
    def asked_for(
        cls, request: HttpRequest, query: Query, values: Values, ordering: Ordering, fields: Sequence[AnyField]
    ) -> Place:
        """Return the place that `values` ask for; raise `InvalidParametersError` for a cursor of another list.

        `fields` are those of the columns that `ordering` goes by.
        """
        limit, check = values.get("limit", USUAL), _check(request.path, query, ordering)
        if "cursor" not in values:
            return cls(ordering, limit, check)
        given, direction, raw = values["cursor"]
        try:
            if given != check or len(raw) != len(fields):
                raise BrokenCursorError  # noqa: TRY301 - answered like every broken one
            position = tuple([_read(value, field) for value, field in zip(raw, fields, strict=True)])
        except BrokenCursorError as error:
            raise InvalidParametersError(Flaw(error.code, str(error), "cursor")) from error
        return cls(ordering, limit, check, direction == "previous", position)

    @property
    def descending(self) -> bool:
        """Tell whether the rows are read from the highest on."""
        return self.ordering.descending != self.backwards

    def rows_of(self, queryset: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
        """Return the rows of this place and one more: the columns of the order, then `columns`."""
        return list(self.ordered(queryset, *columns))

    def ordered(self, queryset: QuerySet[Any], *columns: str) -> QuerySet[Any]:
        """Return the query of `rows_of`."""
        return self._first_of(self.beyond(queryset, *columns))

    def beyond(self, queryset: QuerySet[Any], *columns: str) -> QuerySet[Any]:
        """Return the rows of `queryset` that come after this place: the columns of the order, then `columns`."""
        if self.position is not None:
            queryset = queryset.filter(_Beyond(self.ordering.columns, self.position, descending=self.descending))
        return queryset.values_list(*self.ordering.columns, *columns)

    def first_of(self, rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
        """Return, in order, as many of `rows` as the page holds, and one more."""
        return list(self._first_of(rows))

    def _first_of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        sign = "-" if self.descending else ""
        return rows.order_by(*(sign + column for column in self.ordering.columns))[: self.limit + 1]


def _check(path: str, query: Query, ordering: Ordering) -> str:
    asked = [path, ordering.name, str(ordering.descending), *sorted(query.without("cursor", "limit", "order").pairs)]
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:10]


def _read(value: Any, field: AnyField) -> Any:
    """Return one value of a cursor's position as its column has it."""
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


class _Beyond(Expression):
    """The condition that a row stands beyond a position.

    Columns are compared as rows, which databases look up in an index: they enter it at the very row. Were it said of one
    column after the other, all rows of the day that were on earlier pages would be met once more.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[str], position: Sequence[Any], *, descending: bool) -> None:
        super().__init__()
        self.columns: list[Any] = [F(column) for column in columns]
        self.position, self.descending = position, descending

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        values = [Value(value, column.output_field) for column, value in zip(self.columns, self.position, strict=True)]
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


class Page(NamedTuple):
    """A page of a list: its rows, each with its place in the order, and whether there are more on either side."""

    place: Place
    rows: list[tuple[Any, ...]]
    more: bool

    @classmethod
    def of(cls, place: Place, rows: list[tuple[Any, ...]]) -> Page:
        """Make a page of the rows that `Place.rows_of` returned."""
        kept = rows[: place.limit]
        return cls(place, kept[::-1] if place.backwards else kept, len(rows) > place.limit)

    def last_column(self) -> list[Any]:
        """Return the last column of each row."""
        return [row[-1] for row in self.rows]

    def cursor(self, direction: str) -> str | None:
        """Return the cursor of the page beside this one; None where there is none."""
        has_page = self.more if (direction == "previous") == self.place.backwards else self.place.position is not None
        if not (has_page and self.rows):
            return None
        row = self.rows[-1 if direction == "next" else 0]
        position = list(row[: len(self.place.ordering.columns)])
        text = base64.urlsafe_b64encode(orjson.dumps([self.place.check, direction, position]))
        return text.decode().rstrip("=")

    def links(self, request: HttpRequest, query: Query) -> Links:
        """Return the addresses of the pages beside this one."""
        following, preceding = self.cursor("next"), self.cursor("previous")
        if not (following or preceding):
            return {"next": None, "previous": None}
        rest = query.without("cursor").encoded()
        # The path of a list is words and slugs, in which nothing has to be escaped.
        before = f"{request.scheme}://{request.get_host()}{request.path}?{rest}{'&' if rest else ''}cursor="
        return {"next": following and before + following, "previous": preceding and before + preceding}


def page_response(request: HttpRequest, query: Query, page: Page, results: Sequence[bytes], etag: str = "") -> HttpResponse:
    """Answer with a page whose records are JSON already."""
    return json_page(results, page.links(request, query), etag)


def page_etag(query: Query, links: Links, hashes: Sequence[str]) -> str:
    """Return the entity tag of a page: made of the hashes of its records, so that no document is read for it."""
    told = [repr(query.pairs), *map(str, links.values()), *hashes]
    return f'"{hashlib.sha256("|".join(told).encode()).hexdigest()}"'


def json_page(results: Sequence[bytes], links: Links, etag: str = "") -> HttpResponse:
    """Join JSON texts and links to a page."""
    # What stands around the records is added to the first and the last, so that all of them are copied but once.
    first, *others = results or [b""]
    *others, last = [b'{"results":[' + first, *others]
    body = b",".join([*others, last + b"]," + orjson.dumps(links)[1:]])
    response = json_response(body, etag)
    if given := [f'<{url}>; rel="{RELATIONS[name]}"' for name, url in links.items() if url and name in RELATIONS]:
        response.headers["Link"] = ", ".join(given)
    return response
