"""Partial dates in EDTF (Extended Date/Time Format, ISO 8601-2:2019), and what days they can mean.

The stored text is the truth; the earliest and the latest possible day are derived from it when it is written.
`""` is *unknown* and `".."` is *open* (it has not ended); they are different answers. The choice of the bounds
is explained in `docs/decisions/0003-partial-dates.md`.
"""

import calendar
import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from config.exceptions import InvalidDateError

UNKNOWN: Final = ""
OPEN: Final = ".."
EARLIEST: Final = date.min
LATEST: Final = date.max
# Valid days lie between these two: the bounds represent an unknown date and an open end.
FIRST_DAY: Final = EARLIEST + timedelta(days=1)
LAST_DAY: Final = LATEST - timedelta(days=1)
LONGEST: Final = 60

_COMMON = re.compile(r"(?P<year>\d{4})(?:-(?P<month>[01]\d)(?:-(?P<day>\d\d))?)?(?P<qualifier>[~?%]?)", re.ASCII)
_SET = re.compile(r"\[(?P<low>[^.,\[\]]*)(?:\.\.|,.*,|,)(?P<high>[^.,\[\]]*)\]")
_DURATION = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The earliest and the latest day that a partial date can mean; both belong to it."""

    earliest: date
    latest: date


ANY_DAY: Final = Bounds(EARLIEST, LATEST)
NEVER: Final = Bounds(LATEST, LATEST)


# The limits, in days, of how far two days lie apart; farther is the next place.
SPREADS: Final = (0, 31, 366)


def spread(first: date, last: date) -> int:
    """Return the place in `SPREADS` of the first limit that holds the days from `first` to `last`."""
    return bisect_left(SPREADS, (last - first).days)


def interval(text: str) -> tuple[str, str] | None:
    """Return the two dates of an EDTF interval such as `2023-03-06/2023-03-10`; None for anything else.

    A record keeps its start and its end apart. An end that is left out is unknown, and `..` is open; a start is a date.
    """
    first, slash, last = (part.strip() for part in text.partition("/"))
    if not slash or first in (UNKNOWN, OPEN):
        return None
    try:
        low, high = bounds(first).earliest, bounds(last).latest
    except InvalidDateError:
        return None
    return (first, last) if low <= high else None


@lru_cache(maxsize=65536)
def bounds(text: str) -> Bounds:
    """Return the days that the EDTF `text` can mean; raise `InvalidDateError` where it means none.

    Unknown can be any day; open lies after every day.
    """
    if text == UNKNOWN:
        return ANY_DAY
    if text == OPEN:
        return NEVER
    if match := _COMMON.fullmatch(text):
        return _common(text, match)
    if match := _SET.fullmatch(text):
        return _one_of(text, match)
    return _uncommon(text)


def _common(text: str, match: re.Match[str]) -> Bounds:
    """Read the forms that nearly every date has: a year, a month or a day, perhaps with a qualifier."""
    year, month, day = int(match["year"]), int(match["month"] or 0), int(match["day"] or 0)
    try:
        low = date(year, month or 1, day or 1)
        high = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError as error:
        raise InvalidDateError(text) from error
    if match["month"] == "00" or match["day"] == "00":
        raise InvalidDateError(text)
    if match["qualifier"] not in ("~", "%"):
        return Bounds(low, high)
    return _widened(low, high, Duration(days=1) if day else Duration(months=1) if month else Duration(years=1))


def _widened(low: date, high: date, unit: "Duration") -> Bounds:
    """Return the bounds of an approximate date: one unit of its own precision more on either side."""
    before, after = unit.before(low), unit.after(high)
    if unit.days == 0:
        after = after.replace(day=calendar.monthrange(after.year, after.month)[1])
    return Bounds(before, after)


def _one_of(text: str, match: re.Match[str]) -> Bounds:
    """Read a set of which one member is meant: `[2020-10-23..2020-10-27]`, `[..2019]`, `[2019,2021]`."""
    if not (match["low"] or match["high"]):
        raise InvalidDateError(text)
    low = bounds(match["low"]).earliest if match["low"] else EARLIEST
    high = bounds(match["high"]).latest if match["high"] else LATEST
    if low > high:
        raise InvalidDateError(text)
    return Bounds(low, high)


def _uncommon(text: str) -> Bounds:
    """Leave every rarer form (seasons, unspecified digits) to the EDTF library; intervals are two fields here."""
    # A parser of this size is kept from servers, which read dates and never write them.
    from edtf import parse_edtf  # noqa: PLC0415
    from edtf.parser.edtf_exceptions import EDTFParseException  # noqa: PLC0415

    if "/" in text or len(text) > LONGEST or not re.fullmatch(r"[\[\]{}0-9A-Z.,?~%-]+", text):
        raise InvalidDateError(text)
    try:
        parsed = parse_edtf(text)
        low, high = parsed.lower_strict(), parsed.upper_strict()
        return Bounds(date(low.tm_year, low.tm_mon, low.tm_mday), date(high.tm_year, high.tm_mon, high.tm_mday))
    except (EDTFParseException, ValueError, AttributeError, TypeError) as error:
        raise InvalidDateError(text) from error


@dataclass(frozen=True, slots=True)
class Duration:
    """A nominal span of calendar time (ISO 8601 duration without a time part)."""

    years: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read an ISO 8601 duration such as `P3M` or `P2W`; raise `InvalidDateError` for anything else."""
        match = _DURATION.fullmatch(text)
        if match is None:
            raise InvalidDateError(text)
        years, months, weeks, days = (int(group or 0) for group in match.groups())
        return cls(years, months, weeks * 7 + days)

    def after(self, start: date) -> date:
        """Return the day this long after `start`; the last day of the month where the day does not exist."""
        return self._moved(start, 1)

    def before(self, start: date) -> date:
        """Return the day this long before `start`."""
        return self._moved(start, -1)

    def _moved(self, start: date, sign: int) -> date:
        months = start.year * 12 + start.month - 1 + sign * (self.years * 12 + self.months)
        year, month = divmod(months, 12)
        if year < EARLIEST.year:
            return EARLIEST
        if year > LATEST.year:
            return LATEST
        day = min(start.day, calendar.monthrange(year, month + 1)[1])
        try:
            return date(year, month + 1, day) + timedelta(days=sign * self.days)
        except OverflowError:
            return LATEST if sign > 0 else EARLIEST


def shown(day: date) -> str | None:
    """Return a bound as the API shows it: RFC 3339 full-date, or None where there is no such bound."""
    return None if day in (EARLIEST, LATEST) else day.isoformat()
