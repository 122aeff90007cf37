"""QuerySets of events and provisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.db.models import BigIntegerField, Expression, OuterRef, Q, QuerySet

from config.record.models.querysets import PUBLIC, CorrelatedExists, DatedQuerySet, DocumentedQuerySet, Row, lasting
from events.choices import AgreementStage, ReviewStatus

SETTLED = (ReviewStatus.FULFILLED, ReviewStatus.LAPSED)


class EventQuerySet(DatedQuerySet[Row]):
    """QuerySet of events."""

    def in_force_on(self, day: date, *, certain: bool = False) -> Self:
        """Return the agreements that can have been in force on `day`, or were for certain.

        Their bounds say from when one can be in force whose entry into force is unknown. Since when one is suspended is not on
        record: it is in force on no day for certain.
        """
        found = self.filter(lasting("in_force_on", "ended_on", day, certain=certain), kind="agreement")
        return found.exclude(stage=AgreementStage.SUSPENDED) if certain else found

    def ended_by(self, day: date, *, certain: bool = False) -> Self:
        """Return the agreements that can have ceased to be in force by `day`, or had for certain."""
        ended = Q(ended_on_latest__lte=day) if certain else Q(ended_on_earliest__lte=day)
        # An unknown end comes after the beginning.
        return self.filter(ended, kind="agreement", in_force_on_earliest__lte=day)


class ProvisionQuerySet(DocumentedQuerySet[Row]):
    """QuerySet of provisions."""

    def decided_by_day(self, day: date, *, certain: bool) -> Q:
        """Return the condition that a review found the provision fulfilled or lapsed by `day`, possibly or certainly."""
        reviews = self.model._meta.get_field("reviews").related_model.objects  # type: ignore[union-attr]
        dated = Q(date_latest__lte=day) if certain else Q(date_earliest__lte=day)
        return Q(CorrelatedExists(reviews.filter(dated, provision=OuterRef("pk"), status__in=SETTLED)))

    def in_effect_on(self, day: date, *, certain: bool = False) -> Self:
        """Return those that can have bound somebody on `day`, or did for certain: in force, and not over themselves."""
        found = self.filter(lasting("agreement__in_force_on", "agreement__ended_on", day, certain=certain))
        found = found.filter(lasts_until_latest__gte=day)
        if certain:
            found = found.filter(lasts_until_earliest__gte=day).exclude(agreement__stage=AgreementStage.SUSPENDED)
        # Redundant, but the partial indexes of agreements need the condition.
        return found.filter(agreement__state=PUBLIC, agreement__kind="agreement")

    def overdue_on(self, day: date, *, certain: bool = False) -> Self:
        """Return those that can have been overdue on `day`, or were for certain.

        Their day had passed, and no review had found them fulfilled or lapsed.
        """
        passed = Q(due_latest__lt=day) if certain else Q(due_earliest__lt=day)
        return self.filter(~self.decided_by_day(day, certain=not certain), passed)

    def not_overdue_on(self, day: date, *, certain: bool = False) -> Self:
        """Return those that can have been not overdue on `day`, or were not for certain."""
        ahead = Q(due_earliest__gte=day) if certain else Q(due_latest__gte=day)
        return self.filter(ahead | self.decided_by_day(day, certain=certain))


class MaterializedKeys(Expression):
    """The keys of a queryset as a materialized CTE, evaluated before the rest of the query."""

    output_field = BigIntegerField()

    def __init__(self, keys: QuerySet[Any]) -> None:
        super().__init__()
        # A union would be put in the order of the model otherwise, which nobody reads.
        self.keys = keys.order_by().query

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


def any_of(model: Any, *conditions: Q) -> Q:
    """Return the condition that one of `conditions` holds of a row of `model`, each found by its own index."""
    first, *others = (model._default_manager.filter(condition).order_by().values("pk") for condition in conditions)
    return Q(pk__in=MaterializedKeys(first.union(*others, all=True) if others else first))


def _few(keys: str) -> str:
    """Return a subquery of PostgreSQL that reads as one of few rows, which are found first, then what hangs on them.

    The planner has no notion of how many rows there are in a union of several parts, and goes through all there is for fear of
    many. Of an array it expects ten.
    """
    return f"(SELECT unnest(ARRAY{keys}))"
