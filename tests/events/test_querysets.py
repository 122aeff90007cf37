"""What is in force, due or over on a day: what can be, and what is for certain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from config.record.models.querysets import Among
from config.record.values.choices import CurationState
from events import resolution
from events.models import Event, Provision, ProvisionReview, Topic
from events.querysets import MaterializedKeys
from tests.factories import AgreementFactory, MeetingFactory, ProvisionFactory, SourceFactory, TopicFactory

pytestmark = pytest.mark.django_db

DAYS = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 6, 15), date(2020, 12, 31), date(2021, 1, 1), date(2030, 1, 1)]


def slugs(rows: Iterable[Any]) -> set[str]:
    return {row.slug for row in rows}


def agreement(slug: str, in_force_on: str, ended_on: str, stage: str = "in_force") -> Event:
    return AgreementFactory(slug=slug, start="2019", stage=stage, in_force_on=in_force_on, ended_on=ended_on)  # type: ignore[return-value]


def provision(slug: str, of: Event | None = None, *reviews: tuple[str, str], **deadlines: str) -> Provision:
    """Make a provision that is reviewed, each time with a status and a date, and whose deadlines are days."""
    made = ProvisionFactory(slug=slug, agreement=of or AgreementFactory(), **deadlines)
    source = SourceFactory() if reviews else None
    for status, day in reviews:
        ProvisionReview.objects.create(provision=made, status=status, date=day, source=source)
    resolution.set_deadlines([made.pk])
    return made  # type: ignore[return-value]


def public(*provisions: Provision) -> None:
    """Have everybody see agreements and their provisions, without documents of their own."""
    shown = {"state": CurationState.PUBLISHED, "document": "{}"}
    Provision.objects.filter(pk__in=[one.pk for one in provisions]).update(**shown)
    Event.objects.filter(provisions__in=provisions).update(**shown)


class TestInForce:
    """Agreements in force on a day, and those that had ended by then."""

    @pytest.mark.parametrize(
        ("in_force_on", "ended_on", "possible", "certain"),
        [
            # Both of its ends belong to the time in which an agreement is in force.
            ("2020-01-01", "2020-12-31", "1 2 3", "1 2 3"),
            ("2020", "2020-12-31", "1 2 3", "3"),
            ("2020", "2021", "1 2 3 4", "3 4"),
            ("2020-01-01", "", "1 2 3 4 5", ""),
            ("2020-01-01", "..", "1 2 3 4 5", "1 2 3 4 5"),
            # In force since it was made, for all that is known, which was in 2019.
            ("", "..", "0 1 2 3 4 5", ""),
        ],
    )
    def test_partial_dates_are_possible_or_certain(self, in_force_on: str, ended_on: str, possible: str, certain: str) -> None:
        agreement("one", in_force_on, ended_on)
        found = [bool(Event.objects.in_force_on(day)) for day in DAYS]
        sure = [bool(Event.objects.in_force_on(day, certain=True)) for day in DAYS]
        assert " ".join(str(place) for place, there in enumerate(found) if there) == possible
        # An entry that nobody knows, and an end that nobody knows, are on no day for certain.
        assert " ".join(str(place) for place, there in enumerate(sure) if there) == certain

    def test_what_is_suspended_can_be_in_force_and_is_not_for_certain(self) -> None:
        agreement("suspended", "2020-01-01", "..", stage="suspended")
        day = date(2020, 6, 1)
        assert slugs(Event.objects.in_force_on(day)) == {"suspended"}
        assert slugs(Event.objects.in_force_on(day, certain=True)) == set()

    @pytest.mark.parametrize("stage", ["proposed", "initialled", "rejected"])
    def test_what_was_not_concluded_is_never_in_force(self, stage: str) -> None:
        agreement("draft", "", "..", stage=stage)
        assert not [day for day in DAYS if Event.objects.in_force_on(day)]

    def test_only_agreements_are_in_force_or_end(self) -> None:
        MeetingFactory(start="2020", end="2020")
        assert not Event.objects.in_force_on(date(2020, 6, 1))
        assert not Event.objects.ended_by(date(2030, 1, 1))

    def test_what_has_ended_by_a_day(self) -> None:
        for slug, ended_on in (("early", "2020-06-15"), ("late", "2020"), ("open", ".."), ("unknown", "")):
            agreement(slug, "2020-01-01", ended_on)
        for day, possible, certain in (
            ("2019-12-31", set(), set()),
            ("2020-01-01", {"late", "unknown"}, set()),
            ("2020-06-14", {"late", "unknown"}, set()),
            ("2020-06-15", {"early", "late", "unknown"}, {"early"}),
            ("2020-12-31", {"early", "late", "unknown"}, {"early", "late"}),
        ):
            assert slugs(Event.objects.ended_by(date.fromisoformat(day))) == possible, day
            assert slugs(Event.objects.ended_by(date.fromisoformat(day), certain=True)) == certain, day


class TestStanding:
    """Provisions that bind somebody on a day."""

    @pytest.mark.parametrize(
        ("in_force_on", "ended_on", "last", "possible", "certain"),
        [
            ("2020-01-01", "2020-12-31", "", "1 2 3", "1 2 3"),
            # It ends before its agreement, on a day that belongs to it.
            ("2020-01-01", "2020-12-31", "2020-06-15", "1 2", "1 2"),
            ("2020-01-01", "2020-12-31", "2020-06", "1 2", "1"),
            # It does not outlive it.
            ("2020-01-01", "2020-12-31", "2030", "1 2 3", "1 2 3"),
        ],
    )
    def test_as_long_as_its_agreement_and_itself(
        self, in_force_on: str, ended_on: str, last: str, possible: str, certain: str
    ) -> None:
        until = {"lasts_until_kind": "absolute", "lasts_until_date": last} if last else {}
        public(provision("one", agreement("pact", in_force_on, ended_on), **until))
        for sure, expected in ((False, possible), (True, certain)):
            found = [place for place, day in enumerate(DAYS) if Provision.objects.in_effect_on(day, certain=sure)]
            assert " ".join(map(str, found)) == expected

    def test_one_that_ends_on_an_unmet_condition_can_stand_and_does_not_for_certain(self) -> None:
        condition = {"lasts_until_kind": "conditional", "lasts_until_condition": "Peace"}
        public(provision("one", agreement("pact", "2020-01-01", ".."), **condition))
        assert slugs(Provision.objects.in_effect_on(date(2020, 6, 1))) == {"one"}
        assert not Provision.objects.in_effect_on(date(2020, 6, 1), certain=True)

    def test_one_of_a_suspended_agreement_does_not_stand_for_certain(self) -> None:
        public(provision("one", agreement("pact", "2020-01-01", "..", stage="suspended")))
        assert slugs(Provision.objects.in_effect_on(date(2020, 6, 1))) == {"one"}
        assert not Provision.objects.in_effect_on(date(2020, 6, 1), certain=True)

    def test_those_of_agreements_that_are_not_public_are_left_out(self) -> None:
        provision("one", agreement("pact", "2020-01-01", ".."))
        assert not Provision.objects.in_effect_on(date(2020, 6, 1))


class TestOverdue:
    """Provisions whose day has passed while nobody found them kept."""

    DUE = {"due_kind": "absolute", "due_date": "2020-06-15"}  # noqa: RUF012 - a constant

    @pytest.mark.parametrize(
        ("reviews", "possible", "certain"),
        [
            ([], True, True),
            # Only what is fulfilled or has lapsed is settled.
            ([("breached", "2020-06-10")], True, True),
            ([("partly_fulfilled", "2020-06-10")], True, True),
            ([("fulfilled", "2020-06-10")], False, False),
            ([("lapsed", "2020-06-10")], False, False),
            ([("breached", "2020-06-10"), ("fulfilled", "2020-06-20")], False, False),
            # A review of a later day says nothing of this one.
            ([("fulfilled", "2020-07-01")], True, True),
            # The day of a review can be before or after it.
            ([("fulfilled", "2020")], True, False),
        ],
    )
    def test_reviews_settle_it(self, reviews: list[tuple[str, str]], possible: bool, certain: bool) -> None:
        provision("one", None, *reviews, **self.DUE)
        day = date(2020, 6, 30)
        assert bool(Provision.objects.overdue_on(day)) is possible
        assert bool(Provision.objects.overdue_on(day, certain=True)) is certain

    @pytest.mark.parametrize(
        ("due", "day", "possible", "certain"),
        [
            ("2020-06-15", "2020-06-15", False, False),
            ("2020-06-15", "2020-06-16", True, True),
            ("2020-06", "2020-06-01", False, False),
            ("2020-06", "2020-06-02", True, False),
            ("2020-06", "2020-06-30", True, False),
            ("2020-06", "2020-07-01", True, True),
        ],
    )
    def test_its_day_has_passed(self, due: str, day: str, possible: bool, certain: bool) -> None:
        provision("one", None, due_kind="absolute", due_date=due)
        assert bool(Provision.objects.overdue_on(date.fromisoformat(day))) is possible
        assert bool(Provision.objects.overdue_on(date.fromisoformat(day), certain=True)) is certain

    def test_what_has_no_day_is_never_overdue(self) -> None:
        provision("none")
        provision("unmet", None, due_kind="conditional", due_condition="Peace")
        assert not Provision.objects.overdue_on(date(9999, 12, 30))
        assert slugs(Provision.objects.not_overdue_on(date(9999, 12, 30), certain=True)) == {"none", "unmet"}

    def test_each_is_certainly_one_or_possibly_the_other(self) -> None:
        """What can be overdue is what is not certainly not overdue, and the other way round, on every day."""
        number = 0
        for due in ("", "2020-06-15", "2020-06", "2020"):
            for reviews in ([], [("fulfilled", "2020-06-10")], [("fulfilled", "2020")], [("breached", "2020-06-20")]):
                number += 1
                deadline = {"due_kind": "absolute", "due_date": due} if due else {}
                provision(f"p-{number}", None, *reviews, **deadline)
        everything = slugs(Provision.objects.all())
        assert len(everything) == 16
        for day in (*DAYS, date(2020, 6, 10), date(2020, 6, 16), date(2020, 7, 1)):
            for certain in (False, True):
                overdue = slugs(Provision.objects.overdue_on(day, certain=certain))
                assert slugs(Provision.objects.not_overdue_on(day, certain=not certain)) == everything - overdue, (day, certain)
            # What is certain is possible.
            assert slugs(Provision.objects.overdue_on(day, certain=True)) <= slugs(Provision.objects.overdue_on(day))
            sure = slugs(Provision.objects.not_overdue_on(day, certain=True))
            assert sure <= slugs(Provision.objects.not_overdue_on(day))

    def test_reviews_of_another_settle_nothing(self) -> None:
        provision("one", None, **self.DUE)
        provision("other", None, ("fulfilled", "2020-06-10"), **self.DUE)
        assert slugs(Provision.objects.overdue_on(date(2020, 7, 1), certain=True)) == {"one"}


class TestKeys:
    """Keys that are found first, and compared."""

    @pytest.fixture
    def tree(self) -> dict[str, Topic]:
        """Two trees: a with b and c below, d below b; and x with y below."""
        made: dict[str, Topic] = {}
        for slug, parent in (("a", None), ("b", "a"), ("c", "a"), ("d", "b"), ("x", None), ("y", "x")):
            made[slug] = TopicFactory(slug=slug, parent=made.get(parent or ""))  # type: ignore[assignment]
        return made

    def test_keys_are_found_first_and_compared(self, tree: dict[str, Topic]) -> None:
        keys = MaterializedKeys(Topic.objects.filter(slug__in=["b", "y"]).values("pk"))
        assert slugs(Topic.objects.filter(Among("pk", keys))) == {"b", "y"}
        assert slugs(Topic.objects.exclude(Among("pk", keys))) == set("acdx")
        none = MaterializedKeys(Topic.objects.filter(slug="nothing").values("pk"))
        assert not Topic.objects.filter(Among("pk", none))

    def test_keys_of_several_questions_are_one_list(self, tree: dict[str, Topic]) -> None:
        roots = Topic.objects.filter(parent=None).values("pk")
        union = roots.union(Topic.objects.filter(slug="d").values("pk"))
        assert slugs(Topic.objects.filter(Among("pk", MaterializedKeys(union)))) == {"a", "x", "d"}
