"""QuerySets of tenures."""

from __future__ import annotations

from datetime import date
from typing import Self

from config.record.models.querysets import DatedQuerySet, Row


class TenureQuerySet(DatedQuerySet[Row]):
    """QuerySet of tenures."""

    def held_on(self, day: date, *, certain: bool = False) -> Self:
        """Return those that can have been held on `day`, or were for certain.

        A tenure whose end is unknown may have ended since: it can have been held, and is not certain to have been.
        """
        return self.on(day, certain=certain)
