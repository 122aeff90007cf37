"""How many records of a list there are, and how many with each value of one or two properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import CharField, IntegerField, QuerySet

from config.api.engine import sql_cache
from config.api.engine.grouping import Groups
from config.api.engine.keyset import CursorPosition
from config.api.parameters.base import FilterSet, Ordering, UnreadableError, Values
from config.api.parameters.dimensions import Dimension, has_several
from config.api.parameters.paging import CursorParameter, Limit
from config.api.parameters.request import ParsedRequest
from config.api.parameters.types import OneOf
from config.api.views.pagination import Links, Page

MAX_DIMENSIONS: Final = 2
MAX_GROUPS: Final = 1000
# What belongs to a page of records or to one of them, and means nothing to a count.
_UNCOUNTED: Final = ("order", "fields", "known_at")
_NO_LINKS: Final[Links] = {"next": None, "previous": None}


class By(OneOf):
    """The one or two dimensions, as a list."""

    def __init__(self, dimensions: Mapping[str, Dimension]) -> None:
        self.dimensions = dimensions
        several = [name for name, dimension in dimensions.items() if has_several(dimension)]
        note = f" A record can have several values of {', '.join(several)}, and counts for each." if several else ""
        super().__init__(lambda: tuple(dimensions), help_text="")
        self.help_text = f"Group by one or two properties, comma-separated or repeated; without it, only the total.{note}"

    def read(self, texts: Sequence[str]) -> Any:
        """Return the names of the dimensions; raise `UnreadableError` for too many, or the same one twice."""
        read = super().read(texts)
        if len(read) < len(",".join(texts).split(",")):
            raise UnreadableError("repeated_value", "Give each property once.")
        if len(read) > MAX_DIMENSIONS:
            raise UnreadableError("too_many_values", f"At most {MAX_DIMENSIONS} properties.")
        return read

    def described(self, name: str) -> dict[str, Any]:
        """Return the parameter as an OpenAPI document describes it."""
        described = super().described(name)
        described["schema"] |= {"maxItems": MAX_DIMENSIONS, "uniqueItems": True, "examples": [[next(iter(self.dimensions))]]}
        return described


def dimensions(filterset: type[FilterSet]) -> dict[str, Dimension]:
    """Return what a list can be counted by: whatever its filters compare with."""
    found = {name: parameter.dimension() for name, parameter in filterset.parameters().items()}
    return {name: one for name, one in found.items() if one}


def counting(filterset: Any) -> type[FilterSet]:
    """Return the parameters of the counts of a list: its filters, by what to count, and which page of the groups."""
    left_out = dict.fromkeys(name for name in _UNCOUNTED if name in filterset.parameters())
    limit = Limit(MAX_GROUPS, MAX_GROUPS, f"Number of groups per page, at most {MAX_GROUPS}.")
    own: dict[str, Any] = {"by": By(dimensions(filterset)), "limit": limit, "cursor": CursorParameter()}
    made: type[FilterSet] = type(filterset)(
        f"{filterset.__name__}Counts", (filterset,), {**left_out, **own, "__doc__": filterset.__doc__}
    )
    return made


def counts(parsed: ParsedRequest, base: QuerySet[Any], filterset: type[FilterSet]) -> tuple[dict[str, Any], Links]:
    """Return a page of the groups of the records of `base` that are asked for, the most frequent first, and its links."""
    values = parsed.values
    known: Mapping[str, Dimension] = filterset.parameters()["by"].dimensions
    given = {name: values[name] for name in sorted(values) if name not in ("by", "limit", "cursor")}
    by = {name: known[name] for name in values.get("by", ())}
    if not by:
        answer = {"total": _total(base, filterset, given), "adds_up": False, "groups": []}
        return answer | _NO_LINKS, _NO_LINKS
    position = _position(parsed, by)
    page = Page.of(position, _question(base, filterset, given, by, position).rows())
    # A page that shrank to nothing since its cursor was given does not tell the total.
    total = page.rows[0][-1] if page.rows else _total(base, filterset, given)
    groups = [dict(zip(by, row[1:-1], strict=True)) | {"count": row[0]} for row in page.rows]
    links = page.links(parsed)
    adds_up = not any(map(has_several, by.values()))
    return {"total": total, "adds_up": adds_up, "groups": groups} | links, links


def _position(parsed: ParsedRequest, by: Mapping[str, Dimension]) -> CursorPosition:
    ordering = Ordering("-count", ("count", *by), descending=True)
    fields = [IntegerField(), *map(_field, by.values())]
    return CursorPosition.from_request(parsed._replace(values={"limit": MAX_GROUPS} | dict(parsed.values)), ordering, fields)


def _field(dimension: Dimension) -> Any:
    """Return the field of the values of a dimension, as a cursor holds them."""
    return IntegerField(null=True) if dimension.is_number else CharField(null=True)


def _total(base: QuerySet[Any], filterset: type[FilterSet], given: Values) -> int:
    ((total,),) = _question(base, filterset, given, {}, None).rows()
    return int(total)


def _question(
    base: QuerySet[Any], filterset: type[FilterSet], given: Values, by: Mapping[str, Dimension], position: CursorPosition | None
) -> sql_cache.CachedQuery:
    def built(marked: Values, key_values: Any) -> Any:
        return Groups(base, filterset, marked, by, position and position._replace(key_values=key_values))

    key = (base.model, filterset, "counts", *by, *((position.limit, position.backwards) if position else ()))
    return sql_cache.cached_query(key, filterset, given, position and position.key_values, built)
