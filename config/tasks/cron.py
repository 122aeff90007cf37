"""Cron expressions: minute, hour, day of the month, month, day of the week."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_RANGES: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
# Within eight years every date comes that there is, February 29 too.
_DAYS: Final = 8 * 366


class Cron:
    """Five fields, each `*`, a number, a range `1-5`, a step `*/15`, or several of them joined by commas. Sunday is 0 or 7."""

    def __init__(self, text: str) -> None:
        """Read `text`; raise `ValueError` where it says nothing that comes."""
        fields = text.split()
        if len(fields) != len(_RANGES):
            raise ValueError(f"{text!r} has no five fields.")
        sets = [_values(field, *span) for field, span in zip(fields, _RANGES, strict=True)]
        self.minutes, self.hours, self.days, self.months = (sorted(one) for one in sets[:4])
        self.weekdays = {day % 7 for day in sets[4]}
        # Where both are said, cron takes the days that are either.
        self._either = not fields[2].startswith("*") and not fields[4].startswith("*")

    def next(self, after: datetime) -> datetime:
        """Return the first minute later than `after`."""
        first = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
        day = first.replace(hour=0, minute=0)
        for _ in range(_DAYS):
            if self._on(day):
                for hour in self.hours:
                    for minute in self.minutes:
                        moment = day.replace(hour=hour, minute=minute)
                        if moment >= first:
                            return moment
            day += timedelta(days=1)
        raise ValueError("No such day ever comes.")

    def _on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self._either else in_month and in_week


def _values(field: str, least: int, most: int) -> set[int]:
    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (str(least), "-", str(most)) if span == "*" else span.partition("-")
        start, end = int(first), int(last or (most if step else first))
        if not least <= start <= end <= most:
            raise ValueError(f"{field!r} is not within {least} and {most}.")
        values |= set(range(start, end + 1, int(step or 1)))
    return values
