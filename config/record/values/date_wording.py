"""Wording of partial dates in plain English, for the entry forms and the desk."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from config.exceptions import InvalidDateError
from config.record.values import edtf

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PRECISE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>[01]\d)(?:-(?P<day>\d\d))?)?(?P<qualifier>[~?%]?)", re.ASCII)
_CHOICE = re.compile(r"\[([^.,\[\]]+(?:,[^.,\[\]]+)+)\]")
# How sure the one who wrote a date was of it: of `~` only its precision is in doubt, of `?` the date itself.
_QUALIFIED: Final = {"~": "about {}", "?": "perhaps {}", "%": "perhaps about {}"}


def reading(text: str) -> str:
    """Say what the EDTF `text` means; raise `InvalidDateError` where it means nothing."""
    bounds = edtf.bounds(text)
    if text == edtf.UNKNOWN:
        return "unknown"
    if text == edtf.OPEN:
        return "still going on"
    if match := _PRECISE.fullmatch(text):
        return _precise(match)
    if match := _CHOICE.fullmatch(text):
        return "either " + " or ".join(reading(one.strip()) for one in match[1].split(","))
    return span(bounds.earliest, bounds.latest)


def interval_reading(text: str) -> str:
    """Say what an EDTF interval means: its start and its end. Raise `InvalidDateError` where `text` is none."""
    found = edtf.interval(text)
    if found is None:
        raise InvalidDateError(text)
    start, end = map(reading, found)
    last = {edtf.UNKNOWN: "the end is unknown", edtf.OPEN: end}.get(found[1], f"ended {end}")
    return f"began {start}, {last}"


def _precise(match: re.Match[str]) -> str:
    """Read a day, a month or a year, with what is said of its certainty."""
    year, month, day = match["year"], match["month"], match["day"]
    called = " ".join(filter(None, (day and str(int(day)), month and _MONTHS[int(month) - 1], year)))
    within = f"on {called}" if day else f"some time in {called}"
    qualifier = match["qualifier"]
    return _QUALIFIED[qualifier].format(called if qualifier != "?" else within) if qualifier else within


def span(earliest: date, latest: date) -> str:
    """Say on which days something can fall that falls from `earliest` to `latest`."""
    low, high = edtf.shown(earliest), edtf.shown(latest)
    if low is None and high is None:
        return "never" if earliest == edtf.LATEST else "on a day that is not known"
    if low is None:
        return f"on or before {_day(latest)}"
    if high is None:
        return f"on or after {_day(earliest)}"
    if earliest == latest:
        return f"on {_day(earliest)}"
    if earliest.day == 1 and (latest + timedelta(days=1)).day == 1 and earliest.year == latest.year:
        return _months(earliest, latest)
    return f"some time between {_from(earliest, latest)} and {_day(latest)}"


def _months(earliest: date, latest: date) -> str:
    """Say of whole months of one year which they are."""
    first, last = _MONTHS[earliest.month - 1], _MONTHS[latest.month - 1]
    if (earliest.month, latest.month) == (1, 12):
        return f"some time in {earliest.year:04}"
    return f"some time in {first} {earliest.year:04}" if first == last else f"some time from {first} to {last} {latest.year:04}"


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04}"


def _from(earliest: date, latest: date) -> str:
    """Name the first of two days, without the year and the month that it shares with the second."""
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return str(earliest.day)
    return f"{earliest.day} {_MONTHS[earliest.month - 1]}" if earliest.year == latest.year else _day(earliest)
