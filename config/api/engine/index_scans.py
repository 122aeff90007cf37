"""Index scans: the SQL that finds the primary keys of a page in an index, before any document is read.

The keys come from the narrowest table that has the conditions and the order: the table of the list itself, or a driving table
(`config.api.parameters.base.DrivingTable`). If no single scan of an index returns the rows in order, several do, each limited to
the length of a page; their union is sorted at last.

Example: `statements?participant=RUS&limit=20`. The driving table is `events_eventactorindex`, with the index (actor, kind,
spread, start_earliest, event). It has the rows of one kind in the order of the days for each spread, so there are four scans:

    SELECT … FROM events_event WHERE id IN (
        SELECT scan0.found FROM (SELECT event_id AS found FROM events_eventactorindex WHERE actor_id = 7 AND kind = 'statement'
            AND spread = 0 ORDER BY start_earliest DESC, event_id DESC LIMIT 21) AS scan0
        UNION ALL SELECT scan1.found FROM (… spread = 1 …) AS scan1 UNION ALL …
    ) ORDER BY start_earliest DESC, id DESC LIMIT 21
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, Expression, F, OuterRef, Q, QuerySet

from config.api.engine.keyset import CursorPosition
from config.api.parameters.base import Days, DrivingTable, FilterSet, Values
from config.record.database.search import LAST_BUCKET, bucket
from config.record.models.querysets import Among, CorrelatedExists
from config.record.values.edtf import SPREADS

DAY: Final = "start_earliest"
# The order of exports. Its index has the rows in order, whichever filters apply.
SLUG: Final = "slug"
# The columns of orders by day.
DAYS: Final = (DAY, "date_earliest")
# Parameters that do not filter: page size, order and the keys shown.
SHOWN_BY: Final = frozenset({"cursor", "limit", "order", "fields"})


class PageQuery(NamedTuple):
    """A query of one page of a list: `columns` of the rows of `base` that match `values`, after `position`."""

    base: QuerySet[Any]
    filterset: type[FilterSet]
    values: Values
    position: CursorPosition
    columns: tuple[str, ...]

    def queryset(self) -> QuerySet[Any]:
        """Return the queryset of the page: ordered, limited, the columns of the order first."""
        base, filterset, values, position, columns = self
        asked = {name: value for name, value in values.items() if name not in SHOWN_BY}
        if any(filterset.parameters()[name].unordered for name in asked):
            return position._replace(key_values=None).page_queryset(
                base.filter(pk__in=_gathered(base, filterset, asked, position)), *columns
            )
        dated = position.ordering.columns[0] in DAYS
        days, by_more = filterset.days(asked)
        if position.ordering.columns[0] == SLUG or not (by_more or (dated and days.lower_bounds)):
            return position.page_queryset(filterset.narrow(base, asked), *columns)
        tables = filterset.driving_tables(asked) if dated else []
        driving = tables[0] if tables else None
        rest = {name: value for name, value in asked.items() if driving is None or name not in driving.covers}
        # What one other table tells in one way is looked up there for the rows of the first.
        lookups = [one for one in tables[1:] if one.covers and one.record == tables[0].record and len(one.alternatives) == 1]
        known = frozenset[str]().union(*(one.covers for one in lookups))
        dates = all(filterset.parameters()[name].days(value, asked) for name, value in rest.items() if name not in known)
        parts = next(filter(None, (filterset.parameters()[name].partitions(value) for name, value in asked.items())), [Q()])
        parts, days = (parts, days) if dated else ([Q()], Days())
        scans = list(_Scans(filterset.narrow(base, rest), position, driving, lookups, parts, days, dates=dates))
        return position._replace(key_values=None).page_queryset(base.filter(pk__in=_Union(scans)), *columns)


@dataclass(frozen=True)
class _Scans:
    """The scans that together find the keys of a page, each limited to the length of one."""

    queryset: QuerySet[Any]
    position: CursorPosition
    driving: DrivingTable | None
    # Other tables that cover what narrows the list.
    lookups: Sequence[DrivingTable]
    # What the rows of the list itself are partitioned by, each part in an index of its own.
    parts: Sequence[Q]
    days: Days
    # Whether only days narrow the list, besides what these tables cover.
    dates: bool

    def __iter__(self) -> Iterator[QuerySet[Any]]:
        for window in self._windows():
            if self.driving is None:
                for part in self.parts:
                    yield self.position.page_queryset(self.queryset.filter(part, **window)).values(found=F("pk"))
                continue
            for rows in self.driving.alternatives:
                if self.dates and self.days.whole and (self.days.exact or window.get("spread") == 0):
                    yield self._covering(self.driving, rows, window)
                else:
                    yield self._joined(self.driving, rows, window)

    def _windows(self) -> Iterator[dict[str, Any]]:
        """Yield the conditions on days: one for each spread, the distance of the first possible day of a record to its last."""
        day = DAY if self.driving else self.position.ordering.columns[0]
        window: dict[str, Any] = {f"{day}__lte": self.days.last} if self.days.last else {}
        kind = getattr(self.queryset.model, "KIND", "")
        if kind and self.driving and self.driving.spread:
            window["kind"] = kind
        if self.days.first:
            window[f"{day}__gte"] = self.days.first
        if self.days.lower_bounds and self._know_spread():
            for spread, first in enumerate(self.days.lower_bounds):
                yield window | {"spread": spread, f"{day}__gte": first}
            yield window | {"spread": len(SPREADS)}
        elif "kind" in window:
            # The rows of one kind are in the order of the days for each spread.
            yield from (window | {"spread": spread} for spread in range(len(SPREADS) + 1))
        else:
            yield window

    def _know_spread(self) -> bool:
        own = any(column.name == "spread" for column in self.queryset.model._meta.concrete_fields)
        return self.driving.spread if self.driving else own

    def _joined(self, driving: DrivingTable, rows: Sequence[Mapping[str, Any]], window: dict[str, Any]) -> QuerySet[Any]:
        queryset = self.queryset
        # The first row is scanned in the order of the days; the other rows are looked up for each row scanned.
        for row, days in zip(rows, (window, *({} for _ in rows[1:])), strict=True):
            queryset = queryset.filter(**{f"{driving.path}__{column}": value for column, value in {**days, **row}.items()})
        if driving.repeats:
            queryset = queryset.distinct()
        return self._in_driving_table(f"{driving.path}__", driving).page_queryset(queryset).values(found=F("pk"))

    def _covering(self, driving: DrivingTable, rows: Sequence[Mapping[str, Any]], window: dict[str, Any]) -> QuerySet[Any]:
        """Return an index-only scan of the driving table: no condition needs the table of the records.

        What has to be in other rows as well is read once, from the same days, and looked up in a hash.
        """
        record = f"{driving.record}_id"
        first, *others = (driving.table._default_manager.filter(**window, **row) for row in rows)
        for one in self.lookups:
            own = window if one.spread and driving.spread else {}
            others += [one.table._default_manager.filter(**own, **row) for row in one.alternatives[0]]
        for other in others:
            first = first.filter(Among(record, other.values(record)))
        if driving.repeats:
            first = first.distinct()
        return self._in_driving_table("", driving).page_queryset(first).values(found=F(record))

    def _in_driving_table(self, before: str, driving: DrivingTable) -> CursorPosition:
        columns = (f"{before}{DAY}", f"{before}{driving.record}_id")
        return self.position._replace(ordering=replace(self.position.ordering, columns=columns))


class _Union(Expression):
    """UNION ALL of several ordered and limited queries of keys, as a subquery."""

    output_field = BigIntegerField()

    def __init__(self, scans: Sequence[QuerySet[Any]]) -> None:
        super().__init__()
        self.scans = [scan.query for scan in scans]

    def get_source_expressions(self) -> list[Any]:
        return list(self.scans)

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.scans = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        parts, parameters = [], []
        for number, scan in enumerate(self.scans):
            sql, given = compiler.compile(scan)
            parts.append(f"SELECT scan{number}.found FROM {sql} AS scan{number}")  # noqa: S608 - compiled by Django
            parameters += given
        return f"({' UNION ALL '.join(parts)})", parameters


def _gathered(base: QuerySet[Any], filterset: type[FilterSet], asked: Values, position: CursorPosition) -> Expression:
    kind = getattr(base.model, "KIND", "")
    for name in asked:
        rest = {other: value for other, value in asked.items() if other != name}
        days, others = filterset.days(rest)
        # With filters other than days, fewer rows may match than have the words: the planner chooses better where to begin.
        if filterset.parameters()[name].buckets and position.ordering.columns[0] == DAY and not others:
            rows = filterset.parameters()[name].buckets._default_manager.filter(search_text__bucketed=asked[name])
            return _bucketed(rows, position, days, kind, None if days.exact else filterset.narrow(base, rest))
    if kind and all(filterset.parameters()[name].unordered for name in asked):
        # Only public records have words. The kind is checked afterwards, or the planner might read half of the table by it.
        everything = base.model._meta.concrete_model._default_manager.all()
        return _Gathered(position.filtered(filterset.narrow(everything, asked), "kind"), position, kind)
    return _Gathered(position.filtered(filterset.narrow(base, asked)), position)


class _Gathered(Expression):
    """The keys of a page of a query whose matches are all found before they are sorted, as a subquery."""

    output_field = BigIntegerField()

    def __init__(self, rows: QuerySet[Any], position: CursorPosition, kind: str = "") -> None:
        super().__init__()
        self.rows, self.position, self.kind = rows.query, position, kind

    def get_source_expressions(self) -> list[Any]:
        return [self.rows]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        [self.rows] = exprs

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        # SQLite reads the full-text index first by itself.
        return self._ordered(compiler, "")

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        # OFFSET keeps the planner from scanning the list in order and matching the words row by row, which is slow.
        return self._ordered(compiler, " OFFSET 0")

    def _ordered(self, compiler: Any, fence: str) -> tuple[str, Any]:
        sql, parameters = compiler.compile(self.rows)
        direction = " DESC" if self.position.descending else ""
        order = ", ".join(f'gathered."{column}"{direction}' for column in self.position.ordering.columns)
        rows = f"({sql[1:-1]}{fence}) AS gathered" + (" WHERE gathered.kind = %s" if self.kind else "")
        given = [*parameters, *([self.kind] if self.kind else [])]
        return f"(SELECT gathered.pk FROM {rows} ORDER BY {order} LIMIT {self.position.limit + 1})", given  # noqa: S608 - as above


def _bucketed(rows: QuerySet[Any], position: CursorPosition, days: Days, kind: str, among: QuerySet[Any] | None) -> _Bucketed:
    """Return the keys of a page of `rows` that match words, bucket by bucket: within `days`, and only of records in `among`."""
    rows = rows.filter(
        **({"kind": kind} if kind else {}),
        **({f"{DAY}__gte": days.first} if days.first else {}),
        **({f"{DAY}__lte": days.last} if days.last else {}),
    )
    if days.lower_bounds:
        lower_bounds = Q(spread=len(SPREADS))
        for spread, day in enumerate(days.lower_bounds):
            lower_bounds |= Q(spread=spread, **{f"{DAY}__gte": day})
        rows = rows.filter(lower_bounds)
    if among is not None:
        rows = rows.filter(CorrelatedExists(among.filter(pk=OuterRef("pk"))))
    beyond = position.key_values[0] if position.key_values else None
    first, last = (days.first, beyond or days.last) if position.descending else (beyond or days.first, days.last)
    return _Bucketed(position.page_queryset(rows).values(day=F(DAY), found=F("pk")), position, first, last)


class _Bucketed(Expression):
    """The keys of a page that is searched bucket by bucket until it is full, as a subquery.

    The buckets between two days, if these are given, are looked through in the order of the days until the page is full.
    """

    output_field = BigIntegerField()

    def __init__(self, rows: QuerySet[Any], position: CursorPosition, first: Any, last: Any) -> None:
        super().__init__()
        self.rows, self.position, self.first, self.last = rows.query, position, first, last

    def get_source_expressions(self) -> list[Any]:
        return [self.rows]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        [self.rows] = exprs

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        # SQLite has no buckets: these rows are so short that sorting all matches is cheap.
        sql, parameters = compiler.compile(self.rows)
        return f"(SELECT bucketed.found FROM {sql} AS bucketed)", parameters  # noqa: S608 - as above

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, parameters = compiler.compile(self.rows)
        first, last = (bucket("%s::date") if day else str(end) for day, end in ((self.first, 0), (self.last, LAST_BUCKET)))
        direction = " DESC" if self.position.descending else ""
        # Knowing that the bucket numbers are ordered, the planner sorts bucket by bucket and stops at the LIMIT.
        numbers = f"SELECT number FROM generate_series({first}, {last}) AS number ORDER BY number{direction} OFFSET 0"  # noqa: S608 - as above
        order = ", ".join(column + direction for column in ("bucket.number", "bucketed.day", "bucketed.found"))
        found = f"({numbers}) AS bucket CROSS JOIN LATERAL {sql} AS bucketed"
        text = f"(SELECT bucketed.found FROM {found} ORDER BY {order} LIMIT {self.position.limit + 1})"  # noqa: S608 - as above
        return text, [*filter(None, (self.first, self.last)), *parameters]
