"""What the tables of events can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.db.models import BigIntegerField, Expression, OuterRef, Q, QuerySet

from config.record.querysets import PUBLIC, DatedQuerySet, DocumentedQuerySet, Row, ThereIs
from events.choices import ReviewStatus

SETTLED = (ReviewStatus.FULFILLED, ReviewStatus.LAPSED)


class EventQuerySet(DatedQuerySet[Row]):
    """What happened."""

    def in_force_on(self, day: date) -> Self:
        """Agreements that can have been in force on `day`."""
        return self.filter(kind="agreement", in_force_on_earliest__lte=day, ended_on_latest__gte=day).exclude(in_force_on="")


class ProvisionQuerySet(DocumentedQuerySet[Row]):
    """What agreements provide."""

    def settled_by(self, day: date) -> Q:
        """The condition that a review on or before `day` found the provision fulfilled or lapsed."""
        reviews = self.model._meta.get_field("reviews").related_model.objects  # type: ignore[union-attr]
        return Q(ThereIs(reviews.filter(provision=OuterRef("pk"), status__in=SETTLED, date_latest__lte=day)))

    def standing_on(self, day: date) -> Self:
        """Those that can have bound somebody on `day`: agreed by then, and neither they nor the agreement over."""
        agreed = self.filter(agreement__start_earliest__lte=day, agreement__ended_on_latest__gte=day, lasts_until_latest__gte=day)
        # Nothing new, but what indexes of agreements must hear.
        return agreed.filter(agreement__state=PUBLIC, agreement__kind="agreement")

    def overdue_on(self, day: date) -> Self:
        """Those whose day had passed by `day` without a review that found them fulfilled or lapsed."""
        return self.filter(~self.settled_by(day), due_latest__lt=day)

    def not_overdue_on(self, day: date) -> Self:
        """The others."""
        return self.filter(Q(due_latest__gte=day) | self.settled_by(day))


class _Below(Expression):
    """The keys of records and of all that stand below them in the tree of their table, as a subquery."""

    output_field = BigIntegerField()

    def __init__(self, tops: QuerySet[Any]) -> None:
        super().__init__()
        self.table = tops.model._meta.db_table
        self.tops = tops.query

    def get_source_expressions(self) -> list[Any]:
        return [self.tops]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.tops,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        tops, parameters = compiler.compile(self.tops)
        table = connection.ops.quote_name(self.table)
        # UNION, not UNION ALL: a circle, which no constraint can forbid, ends instead of going on.
        below = f"SELECT lower.id FROM {table} lower JOIN below ON lower.parent_id = below.id"  # noqa: S608 - names of our own tables
        both = f"SELECT * FROM {tops} AS tops UNION {below}"  # noqa: S608 - as above
        return f"(WITH RECURSIVE below(id) AS ({both}) SELECT id FROM below)", parameters  # noqa: S608 - as above

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, parameters = self.as_sql(compiler, connection)
        return _few(sql), parameters


class First(Expression):
    """The keys that a queryset finds, as a subquery that is answered before anything else."""

    output_field = BigIntegerField()

    def __init__(self, keys: QuerySet[Any]) -> None:
        super().__init__()
        self.keys = keys.query

    def get_source_expressions(self) -> list[Any]:
        return [self.keys]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.keys,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, parameters = compiler.compile(self.keys)
        return f"(SELECT found.* FROM {sql} AS found)", parameters  # noqa: S608 - compiled by Django

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, parameters = compiler.compile(self.keys)
        return _few(sql), parameters


def _few(keys: str) -> str:
    """Return a subquery of PostgreSQL that reads as one of few rows, which are found first, then what hangs on them.

    The planner has no notion of how many rows there are below others in a tree, or in a union of several parts, and goes
    through all there is for fear of many. Of an array it expects ten.
    """
    return f"(SELECT unnest(ARRAY{keys}))"


def topics_within(keys: QuerySet[Any]) -> Expression:
    """Return the keys of the topics in `keys` and of those below them, for use in a condition."""
    return _Below(keys)
