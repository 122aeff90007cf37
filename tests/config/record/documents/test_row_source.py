"""Rows for documents: those in the database and those in memory answer alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from config.record.documents.row_source import DATABASE_ROWS, RowSource
from config.record.loading.staging import StagedRows
from config.record.values.choices import CurationState
from events.models import Event, Participation, PartyAction, Provision
from tests.factories import (
    AgreementFactory,
    CountryFactory,
    MeetingFactory,
    OfficialFactory,
    ParticipationFactory,
    ProvisionFactory,
)

pytestmark = pytest.mark.django_db


def staged(*querysets: models.QuerySet[Any]) -> StagedRows:
    """Return a stage with the rows of `querysets`, as if they were new."""
    stage = StagedRows()
    for rows in querysets:
        columns = [field.attname for field in rows.model._meta.concrete_fields]
        stage.add(rows.model, list(rows.order_by("pk").values(*columns)))
    return stage


@pytest.fixture(params=["stored", "staged"])
def store(request: pytest.FixtureRequest) -> RowSource:
    """Both stores, with two meetings, an agreement, who took part, and what it provides."""
    russia, lavrov = CountryFactory(slug="RUS", name="Russia"), OfficialFactory(slug="lavrov", name="Sergey Lavrov")
    first, second = MeetingFactory(slug="first", start="2020-10-27"), MeetingFactory(slug="second", start="2020")
    ParticipationFactory(event=second, actor=russia, role="host")
    ParticipationFactory(event=first, actor=lavrov, on_behalf_of=russia, wording="the Minister")
    ParticipationFactory(event=second, actor=lavrov)
    pact = AgreementFactory(slug="pact")
    for order, slug in ((2, "later"), (1, "first"), (3, "last")):
        ProvisionFactory(slug=slug, agreement=pact, order=order)
    for kind, day in (("ratification", "2021"), ("signature", "2020-10-23")):
        PartyAction(agreement=pact, actor=russia, type=kind, date=day).save()
    if request.param == "stored":
        return DATABASE_ROWS
    return staged(Event.objects.all(), Participation.objects.all(), Provision.objects.all(), PartyAction.objects.all())


def keys(*slugs: str) -> list[int]:
    return [Event.objects.get(slug=slug).pk for slug in slugs]


def test_records_have_the_columns_that_were_asked_for(store: RowSource) -> None:
    first, second = keys("first", "second")
    rows = {row["pk"]: row for row in store.records(Event, [first, second], ["slug", "start", "start_latest"])}
    assert set(rows) == {first, second}
    assert (rows[first]["slug"], rows[first]["start"]) == ("first", "2020-10-27")
    assert rows[second]["start_latest"] == date(2020, 12, 31)


def test_columns_lead_over_foreign_keys(store: RowSource) -> None:
    (row,) = store.parts(Participation, "event", keys("first"), ["actor__name", "on_behalf_of__slug", "capacity__office__name"])
    assert (row["actor__name"], row["on_behalf_of__slug"], row["capacity__office__name"]) == ("Sergey Lavrov", "RUS", None)
    assert row["event_id"] == keys("first")[0]


def test_parts_come_as_they_were_written(store: RowSource) -> None:
    rows = store.parts(Participation, "event", keys("second"), ["actor__slug"])
    assert [row["actor__slug"] for row in rows] == ["RUS", "lavrov"]


@pytest.mark.parametrize(("order", "slugs"), [((), ["later", "first", "last"]), (("order",), ["first", "later", "last"])])
def test_parts_come_in_another_order_where_it_is_asked_for(store: RowSource, order: tuple[str, ...], slugs: list[str]) -> None:
    rows = store.parts(Provision, "agreement", keys("pact"), ["slug"], order=order)
    assert [row["slug"] for row in rows] == slugs


def test_days_are_put_in_order_as_days(store: RowSource) -> None:
    rows = store.parts(PartyAction, "agreement", keys("pact"), ["type", "date_earliest"], order=["date_earliest"])
    assert [(row["type"], row["date_earliest"]) for row in rows] == [
        ("signature", date(2020, 10, 23)),
        ("ratification", date(2021, 1, 1)),
    ]


def test_parts_are_chosen_by_their_values_and_by_those_behind_them(store: RowSource) -> None:
    hosts = store.parts(Participation, "event", keys("first", "second"), ["actor__slug"], role="host")
    assert [row["actor__slug"] for row in hosts] == ["RUS"]
    people = store.parts(Participation, "event", keys("second"), ["role"], actor__kind="official")
    assert [row["role"] for row in people] == ["participant"]
    assert not list(store.parts(Participation, "event", keys("first"), ["role"], role="mediator"))


def test_nothing_is_asked_of_nobody(store: RowSource) -> None:
    assert not list(store.records(Event, [], ["slug"]))
    assert not list(store.parts(Participation, "event", [], ["role"]))
    assert not list(store.parts(Participation, "event", keys("pact"), ["role"]))


def test_columns_are_set_row_by_row(store: RowSource) -> None:
    rows = list(store.parts(Provision, "agreement", keys("pact"), ["slug"], order=["order"]))
    days = [date(2021, 1, number) for number in range(1, 4)]
    store.set_columns(
        Provision, ["due_earliest", "due_latest"], [(day, day, row["pk"]) for day, row in zip(days, rows, strict=True)]
    )
    found = store.parts(Provision, "agreement", keys("pact"), ["due_earliest", "due_latest"], order=["order"])
    assert [(row["due_earliest"], row["due_latest"]) for row in found] == [(day, day) for day in days]
    store.set_columns(Provision, ["due_earliest"], [])


def test_foreign_keys_are_set_by_their_names(store: RowSource) -> None:
    (row,) = store.parts(Participation, "event", keys("first"), ["on_behalf_of_id"])
    store.set_columns(Participation, ["on_behalf_of"], [(None, row["pk"])])
    (row,) = store.parts(Participation, "event", keys("first"), ["on_behalf_of_id", "on_behalf_of__slug"])
    assert (row["on_behalf_of_id"], row["on_behalf_of__slug"]) == (None, None)


class TestStage:
    """New rows, before they are written."""

    def test_new_records_are_as_good_as_published(self) -> None:
        MeetingFactory(slug="first")
        (row,) = staged(Event.objects.all()).records(Event, keys("first"), ["state"])
        assert row["state"] == CurationState.PUBLISHED

    def test_what_they_refer_to_in_the_database_is_read_once(self) -> None:
        russia = CountryFactory(slug="RUS")
        for _ in range(3):
            ParticipationFactory(event=MeetingFactory(), actor=russia)
        stage = staged(Event.objects.all(), Participation.objects.all())
        events = list(Event.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as asked:
            for _ in range(2):
                rows = list(stage.parts(Participation, "event", events, ["actor__slug", "event__slug"]))
        assert {row["actor__slug"] for row in rows} == {"RUS"}
        assert len(asked) == 1

    def test_a_row_that_was_handed_out_is_no_row_of_the_stage(self) -> None:
        ParticipationFactory(event=MeetingFactory(slug="first"))
        stage = staged(Event.objects.all(), Participation.objects.all())
        (row,) = stage.parts(Participation, "event", keys("first"), ["actor__slug"])
        row["role"] = "changed"
        (again,) = stage.parts(Participation, "event", keys("first"), ["role"])
        assert again["role"] == "participant"
