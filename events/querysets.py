"""What the tables of events can be asked."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import Exists, OuterRef, Q

from config.record.querysets import DatedQuerySet, DocumentedQuerySet, Row
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
        reviews = self.model._meta.get_field("reviews").related_model.objects  # type: ignore[union-attr] # noqa: SLF001
        return Q(Exists(reviews.filter(provision=OuterRef("pk"), status__in=SETTLED, date_latest__lte=day)))

    def overdue_on(self, day: date) -> Self:
        """Those whose day had passed by `day` without a review that found them fulfilled or lapsed."""
        return self.filter(~self.settled_by(day), due_latest__lt=day)
