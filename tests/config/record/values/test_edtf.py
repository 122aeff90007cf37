"""Partial dates: what days an EDTF text can mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.exceptions import InvalidDateError
from config.record.values import edtf

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2020-10-27", "2020-10-27", "2020-10-27"),
        ("2020-10", "2020-10-01", "2020-10-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-10-27?", "2020-10-27", "2020-10-27"),
        ("2020-10-27~", "2020-10-26", "2020-10-28"),
        ("2020-10~", "2020-09-01", "2020-11-30"),
        ("2020~", "2019-01-01", "2021-12-31"),
        ("2020%", "2019-01-01", "2021-12-31"),
        ("[2020-10-23..2020-10-27]", "2020-10-23", "2020-10-27"),
        ("[2019,2021]", "2019-01-01", "2021-12-31"),
        ("[..2019]", "0001-01-01", "2019-12-31"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("2001-21", "2001-03-01", "2001-05-31"),
        ("", "0001-01-01", "9999-12-31"),
        ("..", "9999-12-31", "9999-12-31"),
    ],
)
def test_bounds_are_the_days_a_date_can_mean(text: str, earliest: str, latest: str) -> None:
    assert edtf.bounds(text) == edtf.Bounds(date.fromisoformat(earliest), date.fromisoformat(latest))


@pytest.mark.parametrize(
    "text",
    [
        "2020-13", "2020-02-30", "27.10.2020", "2020-1", "2020/2021", "[2021..2020]", "[]", "[..]", "tomorrow", "0000",
        "2020-00", "2020-10-00", "2020-10-27T10:00", " 2020", "2020\x00", "9" * 70, "²⁰²⁰", "٢٠٢٠",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidDateError):
        edtf.bounds(text)


@given(st.text(max_size=30))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        days = edtf.bounds(text)
    except InvalidDateError:
        return
    assert days.earliest <= days.latest


@given(st.dates())
def test_a_day_means_itself(day: date) -> None:
    assert edtf.bounds(day.isoformat()) == edtf.Bounds(day, day)


@pytest.mark.parametrize(
    ("start", "duration", "after"),
    [
        ("2020-10-23", "P3M", "2021-01-23"),
        ("2020-11-30", "P3M", "2021-02-28"),
        ("2020-01-31", "P1M", "2020-02-29"),
        ("2020-10-23", "P2W", "2020-11-06"),
        ("2020-10-23", "P1Y6M", "2022-04-23"),
        ("2020-10-23", "P90D", "2021-01-21"),
        ("9999-12-31", "P1D", "9999-12-31"),
    ],
)
def test_a_duration_ends_on_a_calendar_day(start: str, duration: str, after: str) -> None:
    assert edtf.Duration.parse(duration).after(date.fromisoformat(start)) == date.fromisoformat(after)


@pytest.mark.parametrize("text", ["", "P", "3M", "P3", "PT3H", "P-3M", "three months"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidDateError):
        edtf.Duration.parse(text)
