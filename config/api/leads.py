"""Lists found in an index before any document is read.

Which records stand on a page is asked of the narrowest rows that know it: those of the list itself, or the rows of a lead
(`config.api.filters.Lead`), in the order of the days. Only then are the documents of that page read. A question that no
one walk through an index answers is asked in several, each as long as a page; what they find is put in order at last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import BigIntegerField, Expression, QuerySet

from config.api.filters import Days, FilterSet, Lead, Values
from config.api.pagination import Place
from config.record.dates import SPREADS

DAY: Final = "start_earliest"
# What says how much of a list is shown, and how, but not which records are on it.
SHOWN_BY: Final = frozenset({"cursor", "limit", "order", "fields"})


def page_of(base: QuerySet[Any], filterset: type[FilterSet], values: Values, place: Place, *columns: str) -> QuerySet[Any]:
    """Return the query of the rows of `base` that `values` select and that `place` asks for, as `Place.ordered` has it."""
    asked = {name: value for name, value in values.items() if name not in SHOWN_BY}
    if any(filterset.parameters()[name].gathers for name in asked):
        found: Any = _Gathered(place.beyond(filterset.narrow(base, asked)), place)
        return replace(place, position=None).ordered(base.filter(pk__in=found), *columns)
    dated = place.ordering.columns[0] == DAY
    days, others = filterset.days(asked)
    if not others and not (dated and days.reaching):
        return place.ordered(filterset.narrow(base, asked), *columns)
    lead = filterset.lead(asked) if dated else None
    rest = {name: value for name, value in asked.items() if lead is None or name not in lead.says}
    walks = list(_Walks(filterset.narrow(base, rest), place, lead, days if dated else Days()))
    found = walks[0] if len(walks) == 1 else _Found(walks)
    return replace(place, position=None).ordered(base.filter(pk__in=found), *columns)


@dataclass(frozen=True)
class _Walks:
    """The walks that together find the keys of a page, each of them as long as one."""

    queryset: QuerySet[Any]
    place: Place
    lead: Lead | None
    days: Days

    def __iter__(self) -> Iterator[QuerySet[Any]]:
        for window in self._windows():
            if self.lead is None:
                yield self.place.ordered(self.queryset.filter(**window)).values("pk")
            else:
                for rows in self.lead.arms:
                    yield self._led(self.lead, rows, window)

    def _windows(self) -> Iterator[dict[str, Any]]:
        """Yield the ranges of days, by how far the first and the last day of a record lie apart."""
        window: dict[str, Any] = {f"{DAY}__lte": self.days.last} if self.days.last else {}
        kind = getattr(self.queryset.model, "KIND", "")
        if kind and self.lead and self.lead.spread:
            window["kind"] = kind
        if self.days.first:
            window[f"{DAY}__gte"] = self.days.first
        if not (self.days.reaching and self._know_spread()):
            yield window
            return
        for spread, first in enumerate(self.days.reaching):
            yield window | {"spread": spread, f"{DAY}__gte": first}
        yield window | {"spread": len(SPREADS)}

    def _know_spread(self) -> bool:
        own = any(column.name == "spread" for column in self.queryset.model._meta.concrete_fields)
        return self.lead.spread if self.lead else own

    def _led(self, lead: Lead, rows: Sequence[Mapping[str, Any]], window: dict[str, Any]) -> QuerySet[Any]:
        queryset = self.queryset
        # The first row is met in the order of the days; whether there are the others is looked up for each that is met.
        for row, days in zip(rows, (window, *({} for _ in rows[1:])), strict=True):
            queryset = queryset.filter(**{f"{lead.path}__{column}": value for column, value in {**days, **row}.items()})
        columns = (f"{lead.path}__{DAY}", f"{lead.path}__{lead.record}")
        place = replace(self.place, ordering=replace(self.place.ordering, columns=columns))
        return place.ordered(queryset).values("pk")


class _Found(Expression):
    """The keys that several queries find, each in an order and of a length of its own, as a subquery."""

    output_field = BigIntegerField()

    def __init__(self, walks: Sequence[QuerySet[Any]]) -> None:
        super().__init__()
        self.walks = [walk.query for walk in walks]

    def get_source_expressions(self) -> list[Any]:
        return list(self.walks)

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.walks = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        parts, parameters = [], []
        for number, walk in enumerate(self.walks):
            sql, given = compiler.compile(walk)
            parts.append(f"SELECT walk{number}.pk FROM {sql} AS walk{number}")  # noqa: S608 - compiled by Django
            parameters += given
        return f"({' UNION ALL '.join(parts)})", parameters


class _Gathered(Expression):
    """The keys of the first rows of a query that are all found before they are put in order, as a subquery."""

    output_field = BigIntegerField()

    def __init__(self, rows: QuerySet[Any], place: Place) -> None:
        super().__init__()
        self.rows, self.place = rows.query, place

    def get_source_expressions(self) -> list[Any]:
        return [self.rows]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        [self.rows] = exprs

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        # SQLite gathers by itself what stands in the index of words.
        return self._ordered(compiler, "")

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        # OFFSET keeps the planner from walking a list in its order and trying the words of each row, which is dear.
        return self._ordered(compiler, " OFFSET 0")

    def _ordered(self, compiler: Any, fence: str) -> tuple[str, Any]:
        sql, parameters = compiler.compile(self.rows)
        direction = " DESC" if self.place.descending else ""
        order = ", ".join(f'found."{column}"{direction}' for column in self.place.ordering.columns)
        rows = f"({sql[1:-1]}{fence}) AS found"
        return f"(SELECT found.pk FROM {rows} ORDER BY {order} LIMIT {self.place.limit + 1})", parameters  # noqa: S608 - as above
