"""The first and the last day of everything that a day is asked of, for what is possible and for what is certain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from actors.models import ActorRelation, Country
from config.api.parameters.types import AS_OF_HELP, DATE_MATCH_HELP, AsOf
from config.api_urls import COLLECTIONS
from tests.api.asking import slugs
from tests.factories import (
    AgreementFactory,
    CountryFactory,
    MeetingFactory,
    OfficialFactory,
    OrganizationFactory,
    ParticipationFactory,
    ProvisionFactory,
    SourceFactory,
    StanceFactory,
    StatementFactory,
    TenureFactory,
    TopicFactory,
    published,
)

pytestmark = pytest.mark.django_db

SPAN = {"start": "2001-05", "end": "2010-06"}
FORCE = {"start": "2001-05-01", "in_force_on": "2001-05", "ended_on": "2010-06"}
LASTING = {"lasts_until_kind": "absolute", "lasts_until_date": "2010-06"}
DUE = {"due_kind": "absolute", "due_date": "2010-06"}
ALWAYS = ("0001-01-01", "9999-12-31")
# From May 2001 to June 2010, where the one and the other day are not known: as can be, and as is certain.
POSSIBLE, CERTAIN = ("2001-05-01", "2010-06-30"), ("2001-05-31", "2010-06-01")


def _part(record: Any, whole: Any) -> Any:
    """Publish what a record belongs to, and with it the record."""
    published(whole)
    record.refresh_from_db()
    return record


def _meeting(**columns: Any) -> Any:
    return published(MeetingFactory(**columns))


def _tenure(**columns: Any) -> Any:
    return published(TenureFactory(status="ended", **SPAN, **columns))


def _member(start: str = SPAN["start"], end: str = SPAN["end"]) -> Any:
    hub, _ = Country.objects.get_or_create(slug="HUB", defaults={"name": "Hub", "status": "state"})
    member = OrganizationFactory(start="1990", end="..")
    ActorRelation.objects.create(subject=member, object=hub, type="member_of", start=start, end=end)
    if hub.state != "published":
        published(hub)
    return published(member)


def _provision(agreement: dict[str, Any] | None = None, **columns: Any) -> Any:
    provision = ProvisionFactory(agreement=AgreementFactory(**agreement or {}), **columns)
    return _part(provision, provision.agreement)


def _stance(**columns: Any) -> Any:
    stance = StanceFactory(statement=StatementFactory(**columns), target_topic=TopicFactory())
    return _part(stance, stance.statement)


def _reviewed(**columns: Any) -> Any:
    provision = ProvisionFactory(**columns)
    provision.reviews.create(status="breached", date="2010-06", source=published(SourceFactory()))
    return _part(provision, provision.agreement)


Made = Callable[[], Any]
HELD_BY: dict[str, Made] = {
    "countries?as_of={}": lambda: published(CountryFactory(**SPAN)),
    "organizations?as_of={}": lambda: published(OrganizationFactory(**SPAN)),
    "officials?as_of={}": lambda: published(OfficialFactory(**SPAN)),
    "actors?as_of={}": lambda: published(CountryFactory(**SPAN)),
    "organizations?related_to=HUB&relation_type=member_of&as_of={}": _member,
    "organizations?relation_type=member_of&as_of={}": _member,
    "tenures?as_of={}": _tenure,
    "offices?as_of={}": lambda: _tenure().office,
    "offices?holder=holder&as_of={}": lambda: _tenure(official=OfficialFactory(slug="holder")).office,
    "agreements?as_of={}": lambda: published(AgreementFactory(**FORCE)),
    "provisions?as_of={}": lambda: _provision(FORCE),
    "provisions?as_of={}&category=foreign_forces": lambda: _provision(FORCE | {"ended_on": ".."}, **LASTING),
}


def lists(client: Client, path: str, day: date, match: str) -> list[str]:
    return slugs(client, f"{path.format(day.isoformat())}&date_match={match}")


@pytest.mark.parametrize("path", HELD_BY)
def test_the_first_and_the_last_day_of_what_lasts_count(client: Client, path: str) -> None:
    record = HELD_BY[path]()
    for match, (first, last) in (("possible", POSSIBLE), ("certain", CERTAIN)):
        low, high = date.fromisoformat(first), date.fromisoformat(last)
        for day in (low, high):
            assert record.slug in lists(client, path, day, match), (match, day)
        for day in (low - timedelta(days=1), high + timedelta(days=1)):
            assert record.slug not in lists(client, path, day, match), (match, day)
    assert record.slug in slugs(client, path.format("2001-05-01")), "possible, if left out"


def test_who_held_an_office_for_certain_is_asked_of_the_holder(client: Client) -> None:
    surely, perhaps = (OfficialFactory(slug=slug) for slug in ("surely", "perhaps"))
    office = published(TenureFactory(official=surely, start="2001-01-01", end="2001-12-31", status="ended")).office
    published(TenureFactory(official=perhaps, office=office, start="2001-05", end="2001-12-31", status="ended"))
    held = {
        (holder, match): slugs(client, f"offices?holder={holder}&as_of=2001-05-10&date_match={match}") == [office.slug]
        for holder in ("surely", "perhaps")
        for match in ("possible", "certain")
    }
    assert held == {
        ("surely", "possible"): True,
        ("surely", "certain"): True,
        ("perhaps", "possible"): True,
        ("perhaps", "certain"): False,
    }


# What is known of the start and of the end; on which days it can have lasted, and on which it did for certain.
KNOWN: tuple[tuple[str, str, tuple[str, str], tuple[str, str] | None], ...] = (
    ("", "", ALWAYS, None),
    ("", "..", ALWAYS, None),
    ("2001-05", "", ("2001-05-01", ALWAYS[1]), None),
    ("2001-05", "..", ("2001-05-01", ALWAYS[1]), ("2001-05-31", ALWAYS[1])),
    ("", "2010-06", (ALWAYS[0], "2010-06-30"), None),
    ("[..2001-05]", "..", ALWAYS, ("2001-05-31", ALWAYS[1])),
    ("2001", "2001", ("2001-01-01", "2001-12-31"), None),
)


@pytest.mark.parametrize(("start", "end", "possible", "certain"), KNOWN)
def test_what_is_unknown_can_be_any_day_and_what_is_open_does_not_end(
    client: Client, start: str, end: str, possible: tuple[str, str], certain: tuple[str, str] | None
) -> None:
    country = published(CountryFactory(start=start, end=end))
    for day in (*ALWAYS, "2001-01-01", "2001-04-30", "2001-05-01", "2001-05-31", "2001-12-31", "2010-06-30", "2010-07-01"):
        for match, held in (("possible", possible), ("certain", certain)):
            expected = [country.slug] if held and held[0] <= day <= held[1] else []
            assert slugs(client, f"countries?as_of={day}&date_match={match}") == expected, (day, match)
            counted = client.get(f"/api/v1/countries/counts?by=status&as_of={day}&date_match={match}").json()
            assert counted["total"] == len(expected), (day, match)


# From when an agreement of 7 November 2020 can be in force, and is for certain, by its stage and what is known of that.
STAGES = (
    ({"stage": "signed"}, "2020-11-07", None),
    ({"stage": "adopted", "ended_on": ".."}, "2020-11-07", None),
    ({"stage": "terminated"}, "2020-11-07", None),
    ({"stage": "proposed"}, None, None),
    ({"stage": "initialled"}, None, None),
    ({"stage": "rejected"}, None, None),
    ({"stage": "initialled", "in_force_on": "2020-12", "ended_on": ".."}, "2020-12-01", "2020-12-31"),
    ({"stage": "in_force", "in_force_on": "2020-12-08", "ended_on": ".."}, "2020-12-08", "2020-12-08"),
    ({"stage": "in_force", "in_force_on": "2020-12-08"}, "2020-12-08", None),
    ({"stage": "suspended", "in_force_on": "2020-12-08", "ended_on": ".."}, "2020-12-08", None),
)


@pytest.mark.parametrize(("columns", "possible", "certain"), STAGES)
def test_from_when_an_agreement_is_in_force(
    client: Client, columns: dict[str, str], possible: str | None, certain: str | None
) -> None:
    agreement = _provision({"start": "2020-11-07", **columns}, slug="provision").agreement
    for match, first in (("possible", possible), ("certain", certain)):
        for day in (
            "2020-11-06",
            "2020-11-07",
            "2020-12-01",
            "2020-12-07",
            "2020-12-08",
            "2020-12-30",
            "2020-12-31",
            "9999-12-31",
        ):
            holds = first is not None and first <= day
            asked = f"as_of={day}&date_match={match}"
            assert slugs(client, f"agreements?{asked}") == [agreement.slug] * holds, (match, day)
            assert slugs(client, f"provisions?{asked}") == ["provision"] * holds, (match, day)


def test_the_earliest_day_in_force_stands_in_the_document(client: Client) -> None:
    def shown(**columns: str) -> tuple[str | None, ...]:
        agreement = published(AgreementFactory(start="2020-11", **columns))
        document = client.get(f"/api/v1/agreements/{agreement.slug}").json()
        return tuple(document[f"in_force_on{edge}"] for edge in ("", "_earliest", "_latest"))

    assert shown() == (None, "2020-11-01", None)
    assert shown(in_force_on="2020-12") == ("2020-12", "2020-12-01", "2020-12-31")
    assert shown(stage="proposed") == (None, None, None)


def test_a_provision_that_ends_with_a_condition_lasts_on_no_day_for_certain(client: Client) -> None:
    force = FORCE | {"ended_on": ".."}
    until = {"lasts_until_kind": "conditional", "lasts_until_condition": "A government is elected"}
    open_ended = _provision(force, **until)
    met = _provision(force, **until, lasts_until_condition_met_on="2010-06-30")
    _provision(force, slug="without-end")
    assert slugs(client, "provisions?as_of=2010-07-01&order=updated_at") == [open_ended.slug, "without-end"]
    assert slugs(client, "provisions?as_of=2010-06-30&date_match=certain") == [met.slug, "without-end"]
    assert slugs(client, "provisions?as_of=2010-07-01&date_match=certain") == ["without-end"]
    assert open_ended.slug in slugs(client, "provisions?lasts_until_after=2050-01-01")
    assert open_ended.slug in slugs(client, "provisions?lasts_until_before=2001-06-01")
    assert open_ended.slug not in slugs(client, "provisions?lasts_until_after=2001-06-01&date_match=certain")


# By parameter: the last day before which (or the first after which) a date in June 2010 does not lie, possibly and for certain.
SIDES: dict[str, tuple[Made, str, str]] = {
    "events?date_after={}": (lambda: _meeting(start="2010-06"), "2010-06-30", "2010-06-01"),
    "events?date_before={}": (lambda: _meeting(start="2010-06"), "2010-06-01", "2010-06-30"),
    "meetings?date_after={}": (
        lambda: _meeting(start="2010-05-20", end="2010-06-30"),
        "2010-06-30",
        "2010-05-20",
    ),
    "meetings?date_before={}": (
        lambda: _meeting(start="2010-05-20", end="2010-06-30"),
        "2010-05-20",
        "2010-06-30",
    ),
    "events?known_at=2100-01-01&date_after={}": (lambda: _meeting(start="2010-06"), "2010-06-30", "2010-06-01"),
    "events?known_at=2100-01-01&date_before={}": (lambda: _meeting(start="2010-06"), "2010-06-01", "2010-06-30"),
    "sources?date_after={}": (lambda: published(SourceFactory(date="2010-06")), "2010-06-30", "2010-06-01"),
    "sources?date_before={}": (lambda: published(SourceFactory(date="2010-06")), "2010-06-01", "2010-06-30"),
    "stances?date_after={}": (lambda: _stance(start="2010-06"), "2010-06-30", "2010-06-01"),
    "stances?date_before={}": (lambda: _stance(start="2010-06"), "2010-06-01", "2010-06-30"),
    "agreements?ended_before={}": (lambda: published(AgreementFactory(**FORCE)), "2010-06-01", "2010-06-30"),
    "provisions?due_after={}": (lambda: _provision(**DUE), "2010-06-30", "2010-06-01"),
    "provisions?due_before={}": (lambda: _provision(**DUE), "2010-06-01", "2010-06-30"),
    "provisions?lasts_until_after={}": (lambda: _provision(**LASTING), "2010-06-30", "2010-06-01"),
    "provisions?lasts_until_before={}": (lambda: _provision(**LASTING), "2010-06-01", "2010-06-30"),
    "provisions?reviewed_after={}": (_reviewed, "2010-06-30", "2010-06-01"),
    "provisions?reviewed_before={}": (_reviewed, "2010-06-01", "2010-06-30"),
    "provisions?overdue=true&as_of={}": (lambda: _provision(**DUE), "2010-06-02", "2010-07-01"),
    "provisions?overdue=false&as_of={}": (lambda: _provision(**DUE), "2010-06-30", "2010-06-01"),
}


@pytest.mark.parametrize("path", SIDES)
def test_the_day_of_a_range_belongs_to_it(client: Client, path: str) -> None:
    made, *edges = SIDES[path]
    record = made()
    later = -1 if "after" in path or "=false" in path else 1
    for match, edge in zip(("possible", "certain"), edges, strict=True):
        day = date.fromisoformat(edge)
        assert record.slug in lists(client, path, day, match), match
        assert record.slug in lists(client, path, day + timedelta(days=later * 40), match), match
        assert record.slug not in lists(client, path, day - timedelta(days=later), match), match


@pytest.mark.parametrize("match", ["possible", "certain"])
def test_what_is_on_no_known_day_is_not_taken_for_the_end_of_the_calendar(client: Client, match: str) -> None:
    """What is unknown or open is stored as the ends of the calendar; nobody who names these gets it for that."""
    _provision({"ended_on": ".."})
    published(MeetingFactory(start=""))
    assert slugs(client, f"agreements?ended_before=9999-12-31&date_match={match}") == []
    for asked in ("due_before=9999-12-31", "due_after=0001-01-01", "lasts_until_before=9999-12-31", "overdue=true"):
        assert slugs(client, f"provisions?{asked}&date_match={match}") == [], asked
    assert slugs(client, "events?year=1") == []
    if match == "certain":
        assert slugs(client, "meetings?date_before=9999-12-31&date_match=certain") == []
        assert slugs(client, "meetings?date_after=0001-01-01&date_match=certain") == []


def test_an_agreement_whose_end_is_unknown_ended_no_sooner_than_it_began(client: Client) -> None:
    agreement = published(AgreementFactory(start="2020-10-23"))
    published(AgreementFactory(start="2020-10-23", stage="proposed"))
    assert slugs(client, "agreements?ended_before=2020-10-22") == []
    assert slugs(client, "agreements?ended_before=2020-10-23") == [agreement.slug]
    assert slugs(client, "agreements?ended_before=2020-10-23&date_match=certain") == []


# A review of some day in March 2021 finds it fulfilled; it was due on 23 January.
REVIEWED = (
    ("2021-01-23", "possible", False, True),
    ("2021-01-24", "possible", True, False),
    ("2021-02-28", "possible", True, False),
    ("2021-03-01", "possible", True, True),
    ("2021-03-30", "possible", True, True),
    ("2021-03-31", "possible", False, True),
    ("2021-01-23", "certain", False, True),
    ("2021-01-24", "certain", True, False),
    ("2021-02-28", "certain", True, False),
    ("2021-03-01", "certain", False, False),
    ("2021-03-30", "certain", False, False),
    ("2021-03-31", "certain", False, True),
)


def test_a_review_settles_a_provision_from_its_day_on(client: Client) -> None:
    provision = ProvisionFactory(due_kind="absolute", due_date="2021-01-23")
    provision.reviews.create(status="fulfilled", date="2021-03", source=published(SourceFactory()))
    provision.reviews.create(status="breached", date="2021-01-23", source=published(SourceFactory()))
    _part(provision, provision.agreement)
    for day, match, overdue, not_overdue in REVIEWED:
        asked = f"as_of={day}&date_match={match}"
        assert slugs(client, f"provisions?overdue=true&{asked}") == [provision.slug] * overdue, (day, match)
        assert slugs(client, f"provisions?overdue=false&{asked}") == [provision.slug] * not_overdue, (day, match)
    with time_machine.travel(datetime(2021, 1, 24, tzinfo=UTC), tick=False):
        assert slugs(client, "provisions?overdue=true&date_match=certain") == [provision.slug]
    with time_machine.travel(datetime(2021, 1, 23, 23, 59, tzinfo=UTC), tick=False):
        assert slugs(client, "provisions?overdue=true") == []


def test_the_first_and_the_last_day_of_a_year(client: Client) -> None:
    first, last = (published(MeetingFactory(start=day)) for day in ("2010-01-01", "2010-12-31"))
    published(MeetingFactory(start="2009-12-31"))
    published(MeetingFactory(start="2011-01-01"))
    assert slugs(client, "events?year=2010") == [last.slug, first.slug]
    assert slugs(client, "meetings?year=2010&order=start") == [first.slug, last.slug]


def test_the_very_moment_of_a_change_belongs_to_what_was_before_and_after_it(client: Client) -> None:
    moment, sooner, later = (f"2021-05-01T12:00:00.{fraction}Z" for fraction in ("000500", "000499", "000501"))
    with time_machine.travel(datetime(2021, 5, 1, 12, 0, 0, 500, tzinfo=UTC), tick=False):
        topic = published(MeetingFactory())
    for asked, found in (("updated_after", (sooner, moment)), ("updated_before", (moment, later)), ("known_at", (moment, later))):
        for at in (sooner, moment, later):
            expected = [topic.slug] if at in found else []
            assert slugs(client, f"meetings?{asked}={at}") == expected, (asked, at)
    assert client.get(f"/api/v1/meetings/{topic.slug}?known_at={moment}").status_code == 200
    assert client.get(f"/api/v1/meetings/{topic.slug}?known_at={sooner}").status_code == 404


# When somebody took part who held an office from 24 November 2015 to 27 October 2020, and whether it was in that office.
TOOK_PART = (
    ("2015-11-23", False), ("2015-11-24", True), ("2020-10-27", True), ("2020-10-28", False),
    ("[2015-11-20..2015-11-23]", False), ("[2015-11-20..2015-11-24]", True), ("[2020-10-27..2020-10-31]", True),
    ("[2020-10-28..2020-10-31]", False),
)  # fmt: skip


@pytest.mark.parametrize(("day", "in_office"), TOOK_PART)
def test_the_first_and_the_last_day_of_a_tenure_count_as_held(client: Client, day: str, *, in_office: bool) -> None:
    tenure = published(TenureFactory(start="2015-11-24", end="2020-10-27", status="ended"))
    meeting = MeetingFactory(start=day)
    ParticipationFactory(event=meeting, actor=tenure.official)
    published(meeting)
    expected = [meeting.slug] if in_office else []
    assert slugs(client, f"events?participant_office={tenure.office.slug}") == expected
    assert slugs(client, "meetings?participant_rank=foreign_minister") == expected
    (shown,) = client.get(f"/api/v1/meetings/{meeting.slug}").json()["participations"]
    assert (shown["capacity"] and shown["capacity"]["slug"]) == (tenure.slug if in_office else None)


def test_a_relation_is_asked_of_the_day(client: Client) -> None:
    """Who was a member on a day, not who was one at some time and existed on that day."""
    member, other = _member(), _member("1990", "..")
    assert set(slugs(client, "organizations?related_to=HUB")) == {member.slug, other.slug}
    assert slugs(client, "organizations?related_to=HUB&as_of=2015-01-01") == [other.slug]
    assert slugs(client, "organizations?exclude_related_to=HUB&as_of=2015-01-01") == [member.slug]
    assert slugs(client, "organizations?exclude_related_to=HUB&as_of=2005-01-01") == []
    # What is left out is what the filter would list: of the day in question nobody is certain.
    assert slugs(client, "organizations?exclude_related_to=HUB&as_of=2001-05-15&date_match=certain") == [member.slug]
    counted = client.get("/api/v1/organizations/counts?related_to=HUB&as_of=2015-01-01&by=type").json()
    assert counted["total"] == 1


def test_every_as_of_says_the_same() -> None:
    """The rule is one, and so are its words."""
    asked = {name: view.filterset_class.parameters() for name, view in COLLECTIONS.items()}
    common = AS_OF_HELP.partition("{}")[2]
    found = {name for name, parameters in asked.items() if "as_of" in parameters}
    assert found == {"countries", "organizations", "officials", "actors", "offices", "tenures", "agreements", "provisions"}
    for name, parameters in asked.items():
        if "date_match" not in parameters:
            continue
        assert parameters["date_match"].help_text.startswith(DATE_MATCH_HELP)
        for needed in parameters["date_match"].needs:
            assert "date_match" in parameters[needed].help_text, (name, needed)
        if isinstance(parameters.get("as_of"), AsOf):
            assert common in parameters["as_of"].help_text, name
            assert "as_of" in parameters["date_match"].needs


def test_how_dates_match_needs_a_day_to_match(client: Client) -> None:
    for name in ("countries", "tenures", "offices", "agreements", "provisions"):
        (error_item,) = client.get(f"/api/v1/{name}?date_match=certain").json()["errors"]
        assert (error_item["parameter"], error_item["code"]) == ("date_match", "missing_parameter"), name
