"""What the tables of actors can be asked."""

from __future__ import annotations

from datetime import date
from typing import Self

from config.record.querysets import DatedQuerySet, Row


class TenureQuerySet(DatedQuerySet[Row]):
    """Who held which office."""

    def held_on(self, day: date) -> Self:
        """Those that can have been held on `day`.

        A tenure whose end is unknown may have ended since; it counts, because nothing says that it had.
        """
        return self.on(day)
