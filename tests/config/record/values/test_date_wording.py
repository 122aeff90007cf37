"""Partial dates read out in words."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.exceptions import InvalidDateError
from config.record.values import edtf
from config.record.values.date_wording import reading, span

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "unknown"),
        ("..", "still going on"),
        ("2020-10-27", "on 27 October 2020"),
        ("2020-02-01", "on 1 February 2020"),
        ("2020-10", "some time in October 2020"),
        ("2020", "some time in 2020"),
        ("0476", "some time in 0476"),
        ("2020~", "about 2020"),
        ("2020-10~", "about October 2020"),
        ("2020-10-27~", "about 27 October 2020"),
        ("2020?", "perhaps some time in 2020"),
        ("2020-10-27?", "perhaps on 27 October 2020"),
        ("2020-10%", "perhaps about October 2020"),
        ("[2020-10-23..2020-10-27]", "some time between 23 and 27 October 2020"),
        ("[2020-09-30..2020-10-02]", "some time between 30 September and 2 October 2020"),
        ("[2019-12-30..2020-01-02]", "some time between 30 December 2019 and 2 January 2020"),
        ("[2020-10..2020-12]", "some time from October to December 2020"),
        ("[2019..2020]", "some time between 1 January 2019 and 31 December 2020"),
        ("[2020-10-23..2020-10-23]", "on 23 October 2020"),
        ("[2019,2021]", "either some time in 2019 or some time in 2021"),
        ("[2020-10-23,2020-10-27]", "either on 23 October 2020 or on 27 October 2020"),
        ("[..2019]", "on or before 31 December 2019"),
        ("[2019..]", "on or after 1 January 2019"),
        ("2020-21", "some time from March to May 2020"),
        ("202X", "some time between 1 January 2020 and 31 December 2029"),
    ],
)
def test_a_date_is_read_out_in_words(text: str, words: str) -> None:
    assert reading(text) == words


@pytest.mark.parametrize(
    "text", ["soon", "2020-13", "2020-02-30", "[2020..2019]", "[..]", "2020-10-27/2020-10-28", "\x00", "٢٠٢٠"]
)
def test_what_is_no_date_has_no_reading(text: str) -> None:
    with pytest.raises(InvalidDateError):
        reading(text)


def test_days_that_are_not_known_are_said_to_be_so() -> None:
    assert span(edtf.EARLIEST, edtf.LATEST) == "on a day that is not known"
    assert span(edtf.LATEST, edtf.LATEST) == "never"
    assert span(date(2021, 1, 23), date(2021, 1, 23)) == "on 23 January 2021"


@given(st.dates(), st.dates())
def test_every_span_has_a_reading(one: date, other: date) -> None:
    assert span(min(one, other), max(one, other))


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidDateError):
        assert reading(text)
