"""In which office somebody took part, and on which day something is due: computed, and again when the record changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Actor, Office, Tenure
from config.record.documents.registry import Cause
from config.record.values.choices import CurationState
from events import resolution
from events.models import Agreement, Event, Participation, PartyAction, Provision
from tests.factories import (
    AgreementFactory,
    CountryFactory,
    MeetingFactory,
    OfficeFactory,
    OfficialFactory,
    OrganizationFactory,
    ParticipationFactory,
    ProvisionFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

NEVER = ("9999-12-31", "9999-12-31")
UNKNOWN = ("0001-01-01", "9999-12-31")


def held(official: Actor, **tenure: Any) -> Tenure:
    """Return a tenure that the public knows, whatever its document."""
    made = TenureFactory(official=official, **tenure)
    Tenure.objects.filter(pk=made.pk).update(state=CurationState.PUBLISHED, document="{}")
    return made  # type: ignore[return-value]


def resolved(provision: Provision, prefix: str = "due") -> tuple[str, str]:
    """Return the days that a deadline resolves to."""
    resolution.set_deadlines([provision.pk])
    provision.refresh_from_db()
    return str(getattr(provision, f"{prefix}_earliest")), str(getattr(provision, f"{prefix}_latest"))


def signed(agreement: Agreement, *days: str, kind: str = "signature") -> None:
    """Have one more party sign on each of `days`."""
    PartyAction.objects.bulk_create(
        PartyAction(agreement=agreement, actor=CountryFactory(), type=kind, date=day, **_bounds(day)) for day in days
    )


def _bounds(day: str) -> dict[str, date]:
    low, high = resolution.edtf.bounds(day).earliest, resolution.edtf.bounds(day).latest
    return {"date_earliest": low, "date_latest": high}


class TestDeadlines:
    """Deadlines as days."""

    @pytest.mark.parametrize("prefix", ["due", "lasts_until"])
    @pytest.mark.parametrize(
        ("deadline", "days"),
        [
            ({"kind": "none"}, NEVER),
            ({"kind": "absolute", "date": "2021-01-23"}, ("2021-01-23", "2021-01-23")),
            ({"kind": "absolute", "date": "2021-02"}, ("2021-02-01", "2021-02-28")),
            ({"kind": "absolute", "date": "[2021..2022-06]"}, ("2021-01-01", "2022-06-30")),
            ({"kind": "conditional", "condition": "Peace", "condition_met_on": "2021-03"}, ("2021-03-01", "2021-03-31")),
            ({"kind": "relative", "offset": "P3M", "anchor": "signature"}, ("2021-01-23", "2021-01-23")),
            ({"kind": "relative", "offset": "P1Y2M3D", "anchor": "signature"}, ("2021-12-26", "2021-12-26")),
            ({"kind": "relative", "offset": "P2W", "anchor": "entry_into_force"}, ("2020-11-15", "2020-12-14")),
        ],
    )
    def test_a_deadline_is_the_days_that_it_can_mean(self, prefix: str, deadline: dict[str, str], days: tuple[str, str]) -> None:
        agreement = AgreementFactory(start="2020-10-23", in_force_on="2020-11", stage="in_force")
        fixed = {f"{prefix}_{column}": value for column, value in deadline.items()}
        assert resolved(ProvisionFactory(agreement=agreement, **fixed), prefix) == days

    def test_nobody_knows_when_an_unmet_condition_ends_something_and_nothing_is_due_by_it(self) -> None:
        provision = ProvisionFactory(
            due_kind="conditional", due_condition="Peace", lasts_until_kind="conditional", lasts_until_condition="War"
        )
        assert resolved(provision, "due") == NEVER
        assert resolved(provision, "lasts_until") == UNKNOWN

    def test_both_deadlines_of_a_provision_are_kept_apart(self) -> None:
        provision = ProvisionFactory(
            due_kind="absolute", due_date="2021", lasts_until_kind="absolute", lasts_until_date="2025-06-30"
        )
        assert resolved(provision, "due") == ("2021-01-01", "2021-12-31")
        assert resolved(provision, "lasts_until") == ("2025-06-30", "2025-06-30")

    @pytest.mark.parametrize(
        ("signatures", "days"),
        [
            # Of several the last counts, whatever the order in which they were entered.
            (["2020-10-25", "2020-10-23", "2020-10-24"], ("2021-01-25", "2021-01-25")),
            # One that can have been later than another moves the latest day alone.
            (["2020-10-25", "2020-10"], ("2021-01-25", "2021-01-31")),
            (["2020-10", "2020-11"], ("2021-02-01", "2021-02-28")),
            # One without a date tells nothing.
            (["", "2020-10-24"], ("2021-01-24", "2021-01-24")),
            ([""], ("2021-01-20", "2021-01-20")),
            ([], ("2021-01-20", "2021-01-20")),
        ],
    )
    def test_an_agreement_is_signed_by_its_last_signature_with_a_date(
        self, signatures: Sequence[str], days: tuple[str, str]
    ) -> None:
        agreement = AgreementFactory(start="2020-10-20")
        signed(agreement, *signatures)
        provision = ProvisionFactory(agreement=agreement, due_kind="relative", due_offset="P3M", due_anchor="signature")
        assert resolved(provision) == days

    @pytest.mark.parametrize("kind", ["ratification", "accession", "withdrawal", "vote_for"])
    def test_only_signatures_sign(self, kind: str) -> None:
        agreement = AgreementFactory(start="2020-10-20")
        signed(agreement, "2022-01-01", kind=kind)
        provision = ProvisionFactory(agreement=agreement, due_kind="relative", due_offset="P1D", due_anchor="signature")
        assert resolved(provision) == ("2020-10-21", "2020-10-21")

    def test_signatures_of_one_agreement_are_not_those_of_another(self) -> None:
        one, other = AgreementFactory(start="2020-01-01"), AgreementFactory(start="2020-01-01")
        signed(other, "2020-06-01")
        provisions = [
            ProvisionFactory(agreement=made, due_kind="relative", due_offset="P1M", due_anchor="signature")
            for made in (one, other)
        ]
        assert [resolved(provision)[0] for provision in provisions] == ["2020-02-01", "2020-07-01"]

    def test_what_is_counted_from_an_event_begins_with_it(self) -> None:
        summit = MeetingFactory(start="2021-01", end="2021-05")
        provision = ProvisionFactory(
            due_kind="relative",
            due_offset="P1M",
            due_anchor="event",
            due_anchor_event=summit,
            lasts_until_kind="relative",
            lasts_until_offset="P1Y",
            lasts_until_anchor="event",
            lasts_until_anchor_event=summit,
        )
        assert resolved(provision, "due") == ("2021-02-01", "2021-02-28")
        assert resolved(provision, "lasts_until") == ("2022-01-01", "2022-01-31")

    @pytest.mark.parametrize("anchor", ["signature", "entry_into_force", "event"])
    def test_what_is_counted_from_an_unknown_day_is_unknown(self, anchor: str) -> None:
        agreement = AgreementFactory(start="", stage="in_force", in_force_on="")
        event = {"due_anchor_event": MeetingFactory(start="")} if anchor == "event" else {}
        provision = ProvisionFactory(agreement=agreement, due_kind="relative", due_offset="P30Y", due_anchor=anchor, **event)
        # Were the first day of all moved, the deadline would seem to have been long ago.
        assert resolved(provision) == UNKNOWN

    def test_what_was_never_concluded_never_enters_into_force(self) -> None:
        agreement = AgreementFactory(start="2020", stage="rejected")
        provision = ProvisionFactory(agreement=agreement, due_kind="relative", due_offset="P1D", due_anchor="entry_into_force")
        assert resolved(provision) == NEVER

    @pytest.mark.parametrize(
        ("start", "offset", "day"),
        [("2020-11-30", "P3M", "2021-02-28"), ("2020-02-29", "P1Y", "2021-02-28"), ("2020-12-31", "P1M1D", "2021-02-01")],
    )
    def test_a_day_that_a_month_lacks_is_its_last(self, start: str, offset: str, day: str) -> None:
        agreement = AgreementFactory(start=start)
        provision = ProvisionFactory(agreement=agreement, due_kind="relative", due_offset=offset, due_anchor="signature")
        assert resolved(provision) == (day, day)

    def test_only_what_changed_is_returned_and_written(self) -> None:
        dated = ProvisionFactory(due_kind="absolute", due_date="2021")
        undated = ProvisionFactory()
        assert resolution.set_deadlines([dated.pk, undated.pk]) == [dated.pk]
        with CaptureQueriesContext(connection) as asked:
            assert resolution.set_deadlines([dated.pk, undated.pk]) == []
        assert not [query for query in asked if query["sql"].startswith("UPDATE")]
        Provision.objects.filter(pk=dated.pk).update(lasts_until_kind="absolute", lasts_until_date="2022")
        assert resolution.set_deadlines([undated.pk, dated.pk]) == [dated.pk]

    def test_many_take_as_many_queries_as_one(self) -> None:
        agreements = [AgreementFactory() for _ in range(12)]
        provisions = [
            ProvisionFactory(agreement=one, due_kind="relative", due_offset="P1D", due_anchor="signature").pk
            for one in agreements
        ]
        counts = []
        for some in (provisions[:1], provisions[1:]):
            with CaptureQueriesContext(connection) as asked:
                assert resolution.set_deadlines(some) == some
            counts.append(len([query for query in asked if query["sql"].startswith("SELECT")]))
        assert counts[0] == counts[1]


class TestCapacities:
    """The tenure in which somebody takes part."""

    def capacity(self, participation: Participation) -> Tenure | None:
        resolution.set_capacities([participation.event_id])
        participation.refresh_from_db()
        return participation.capacity

    @pytest.mark.parametrize(
        ("day", "start", "end", "fits"),
        [
            ("2020-10-27", "2015-11-24", "2023-06-03", True),
            # Both of its ends belong to a tenure.
            ("2015-11-24", "2015-11-24", "2023-06-03", True),
            ("2023-06-03", "2015-11-24", "2023-06-03", True),
            ("2015-11-23", "2015-11-24", "2023-06-03", False),
            ("2023-06-04", "2015-11-24", "2023-06-03", False),
            # Partial dates fit where they can.
            ("2015", "2015-11-24", "2023-06-03", True),
            ("2023", "2015-11-24", "2023-06-03", True),
            ("2015-10", "2015", "2016", True),
            ("2014", "2015", "2016", False),
            ("2020", "", "2016", False),
            ("2010", "", "2016", True),
            ("", "2015", "2016", True),
        ],
    )
    def test_the_office_that_can_have_been_held_on_the_day(self, day: str, start: str, end: str, fits: bool) -> None:
        minister = OfficialFactory()
        tenure = held(minister, start=start, end=end, status="ended")
        participation = ParticipationFactory(event=MeetingFactory(start=day), actor=minister)
        assert self.capacity(participation) == (tenure if fits else None)

    def test_a_tenure_without_an_end_goes_on(self) -> None:
        minister = OfficialFactory()
        tenure = held(minister, start="2004", end="..", status="current")
        assert self.capacity(ParticipationFactory(event=MeetingFactory(start="2026-11-28"), actor=minister)) == tenure

    @pytest.mark.parametrize("state", [CurationState.DRAFT, CurationState.IN_REVIEW, CurationState.RETRACTED])
    def test_a_tenure_that_is_not_public_gives_none(self, state: str) -> None:
        minister = OfficialFactory()
        made = held(minister)
        participation = ParticipationFactory(actor=minister)
        assert self.capacity(participation) == made
        Tenure.objects.filter(pk=made.pk).update(state=state, document=None)
        assert self.capacity(participation) is None

    def test_of_several_offices_the_one_of_whom_it_is_for(self) -> None:
        minister, turkey, party = OfficialFactory(), CountryFactory(), OrganizationFactory()
        foreign, chair = (held(minister, office=OfficeFactory(body=body), start="2015") for body in (turkey, party))
        for body, expected in ((turkey, foreign), (party, chair), (CountryFactory(), None), (None, None)):
            participation = ParticipationFactory(actor=minister, on_behalf_of=body)
            assert self.capacity(participation) == expected

    def test_an_office_of_an_organization_is_one_of_its_country_too(self) -> None:
        minister, turkey = OfficialFactory(), CountryFactory()
        ministry, other = OrganizationFactory(country=turkey), OrganizationFactory(country=CountryFactory())
        foreign, _ = (held(minister, office=OfficeFactory(body=body), start="2015") for body in (ministry, other))
        assert self.capacity(ParticipationFactory(actor=minister, on_behalf_of=turkey)) == foreign

    def test_where_two_of_them_fit_nobody_knows(self) -> None:
        minister, turkey = OfficialFactory(), CountryFactory()
        for _ in range(2):
            held(minister, office=OfficeFactory(body=turkey), start="2015")
        assert self.capacity(ParticipationFactory(actor=minister, on_behalf_of=turkey)) is None

    def test_for_whom_it_is_does_not_matter_where_one_office_fits(self) -> None:
        minister = OfficialFactory()
        only = held(minister, start="2015")
        assert self.capacity(ParticipationFactory(actor=minister, on_behalf_of=CountryFactory())) == only

    def test_only_people_hold_offices(self) -> None:
        organization = OrganizationFactory()
        held(OfficialFactory(), office=OfficeFactory(body=organization))
        assert self.capacity(ParticipationFactory(actor=organization)) is None

    def test_each_role_of_one_event_has_it_and_each_event_its_own(self) -> None:
        minister, meeting = OfficialFactory(), MeetingFactory(start="2020-10-27")
        before, since = (
            held(minister, start=start, end=end, status="ended") for start, end in (("2010", "2014"), ("2015", "2023"))
        )
        host, guest = (ParticipationFactory(event=meeting, actor=minister, role=role) for role in ("host", "participant"))
        earlier = ParticipationFactory(event=MeetingFactory(start="2012-03"), actor=minister)
        resolution.set_capacities([meeting.pk, earlier.event_id])
        found = {one.pk: one.capacity_id for one in Participation.objects.filter(actor=minister)}
        assert found == {host.pk: since.pk, guest.pk: since.pk, earlier.pk: before.pk}

    def test_an_event_that_moves_takes_another_or_none(self) -> None:
        minister = OfficialFactory()
        tenure = held(minister, start="2015", end="2023", status="ended")
        participation = ParticipationFactory(event=MeetingFactory(start="2020"), actor=minister)
        assert self.capacity(participation) == tenure
        event = participation.event
        for start, expected in (("2030", None), ("2023-05", tenure)):
            event.start = start
            event.save()
            assert self.capacity(participation) == expected


class TestResolve:
    """What a change of some records changes in others, and why."""

    def neighbours(self, *touched: Any, inserted: Sequence[Any] = ()) -> dict[tuple[Any, int], set[Cause]]:
        """Return the other records that were changed, each with its causes."""
        found = resolution.resolve(_by_table(touched), _by_table(inserted))
        return {(model, key): causes for model, rows in found.items() for key, causes in rows.items()}

    @pytest.mark.parametrize("how", ["touched", "inserted"])
    def test_a_tenure_reaches_what_its_holder_took_part_in(self, how: str) -> None:
        minister, other = OfficialFactory(), OfficialFactory()
        during, after = (
            ParticipationFactory(event=MeetingFactory(start=day), actor=minister) for day in ("2018-04-01", "2024-04-01")
        )
        ParticipationFactory(event=during.event, actor=other)
        tenure = held(minister, start="2015", end="2023", status="ended")
        found = self.neighbours(tenure) if how == "touched" else self.neighbours(inserted=[tenure])
        assert found == {(Event, during.event_id): {(Tenure, tenure.pk)}}
        during.refresh_from_db()
        after.refresh_from_db()
        assert (during.capacity, after.capacity) == (tenure, None)

    def test_a_second_time_nothing_changes(self) -> None:
        participation = ParticipationFactory()
        tenure = held(participation.actor)
        assert self.neighbours(tenure)
        assert self.neighbours(tenure) == {}

    def test_an_office_reaches_what_its_holders_took_part_in(self) -> None:
        minister, turkey = OfficialFactory(), CountryFactory()
        office, other = OfficeFactory(body=CountryFactory()), OfficeFactory(body=CountryFactory())
        mine, _ = held(minister, office=office), held(minister, office=other)
        participation = ParticipationFactory(actor=minister, on_behalf_of=turkey)
        assert self.neighbours(office) == {}
        Office.objects.filter(pk=office.pk).update(body=turkey)
        assert self.neighbours(office) == {(Event, participation.event_id): {(Office, office.pk)}}
        participation.refresh_from_db()
        assert participation.capacity == mine

    def test_all_causes_are_named(self) -> None:
        minister, turkey = OfficialFactory(), CountryFactory()
        participation = ParticipationFactory(actor=minister, on_behalf_of=turkey)
        tenure = held(minister, office=OfficeFactory(body=turkey))
        assert self.neighbours(tenure, tenure.office) == {
            (Event, participation.event_id): {(Tenure, tenure.pk), (Office, tenure.office_id)}
        }

    def test_an_event_that_is_touched_itself_is_no_neighbour(self) -> None:
        participation = ParticipationFactory()
        tenure = held(participation.actor)
        assert self.neighbours(participation.event, tenure) == {}
        participation.refresh_from_db()
        assert participation.capacity == tenure

    @pytest.mark.parametrize("prefix", ["due", "lasts_until"])
    def test_a_moved_event_moves_what_is_counted_from_it(self, prefix: str) -> None:
        summit, other = MeetingFactory(start="2021-01-01"), MeetingFactory(start="2021-01-01")
        anchored, _ = (
            ProvisionFactory(
                **{f"{prefix}_kind": "relative", f"{prefix}_offset": "P1M", f"{prefix}_anchor": "event"},
                **{f"{prefix}_anchor_event": event},
            )
            for event in (summit, other)
        )
        assert self.neighbours(summit) == {(Provision, anchored.pk): {(Event, summit.pk)}}
        assert self.neighbours(summit) == {}
        Event.objects.filter(pk=summit.pk).update(description="Longer.")
        assert self.neighbours(summit) == {}
        summit.start = "2021-06-01"
        summit.save()
        assert self.neighbours(summit) == {(Provision, anchored.pk): {(Event, summit.pk)}}
        anchored.refresh_from_db()
        assert str(getattr(anchored, f"{prefix}_latest")) == "2021-07-01"

    def test_the_cause_is_the_event_that_was_touched(self) -> None:
        first, second = MeetingFactory(start="2021"), MeetingFactory(start="2022")
        provision = ProvisionFactory(
            due_kind="relative",
            due_offset="P1M",
            due_anchor="event",
            due_anchor_event=first,
            lasts_until_kind="relative",
            lasts_until_offset="P1M",
            lasts_until_anchor="event",
            lasts_until_anchor_event=second,
        )
        assert self.neighbours(second) == {(Provision, provision.pk): {(Event, second.pk)}}
        first.start = "2021-02"
        first.save()
        assert self.neighbours(first) == {(Provision, provision.pk): {(Event, first.pk)}}
        for event in (first, second):
            event.start = "2023"
            event.save()
        # Of two it is the one from which something is due.
        assert self.neighbours(first, second) == {(Provision, provision.pk): {(Event, first.pk)}}

    def test_nothing_follows_from_what_nothing_hangs_on(self) -> None:
        assert self.neighbours() == {}
        assert self.neighbours(MeetingFactory(), OfficeFactory(), OfficialFactory(), ProvisionFactory()) == {}


def _by_table(records: Sequence[Any]) -> dict[Any, set[int]]:
    tables: dict[Any, set[int]] = {}
    for record in records:
        tables.setdefault(record._meta.concrete_model, set()).add(record.pk)
    return tables
