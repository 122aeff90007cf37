"""Findings: what the rules find, when, and what people do about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import ActorRelation, Country, Official
from config.desk.editorial.checks import inspect, inspect_everything
from config.desk.models import Finding
from config.desk.pages.findings.panel import lines_of
from config.outbound.addresses import url_error
from config.sources.models import Source
from events.models import ProvisionReview
from tests.desk.pages import address, entered, messages
from tests.factories import (
    ActionFactory,
    AgreementFactory,
    CountryFactory,
    MeetingFactory,
    OfficeFactory,
    OfficialFactory,
    OrganizationFactory,
    ParticipationFactory,
    ProvisionFactory,
    SourceFactory,
    StatementFactory,
    TenureFactory,
    cited,
)
from tests.people import person, signed_in

pytestmark = pytest.mark.django_db


def found(record: Any, rule: str = "") -> list[str]:
    """Return what was found about a record."""
    rows = Finding.objects.filter(record_id=record.pk, slug=record.slug).exclude(rule="missing_proof")
    return [one.message for one in (rows.filter(rule=rule) if rule else rows).order_by("id")]


def looked_at(record: Any) -> None:
    inspect({record._meta.concrete_model: [record.pk]})


def met(**values: Any) -> Any:
    """Return a meeting of two, which nothing is wrong with."""
    meeting = MeetingFactory(**values)
    for _ in range(2):
        ParticipationFactory(event=meeting)
    return meeting


# What is found


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2020-10-27", "2020-10", True),
        ("2020-10-05", "2020-10", False),
        ("2020-10-27", "2020-11", False),
        ("2020", "2020-03", True),
        ("2020", "..", False),
        ("", "2020", False),
        ("2020-10-27", "", False),
    ],
)
def test_an_end_that_most_likely_lies_before_the_start(start: str, end: str, *, wrong: bool) -> None:
    meeting = met(start=start, end=end)
    looked_at(meeting)
    assert bool(found(meeting, "end_before_start")) is wrong
    one, other = OrganizationFactory(start=start, end=end), OrganizationFactory()
    ActorRelation.objects.create(subject=other, object=one, type="part_of", start=start, end=end)
    inspect({Country._meta.concrete_model: [one.pk, other.pk]})
    assert bool(found(one, "end_before_start")) is wrong
    assert bool(found(other, "end_before_start")) is wrong


def test_an_agreement_that_ended_before_it_was_made() -> None:
    agreement = AgreementFactory(start="2020-10-23", ended_on="2019")
    ParticipationFactory(event=agreement, role="party")
    looked_at(agreement)
    assert found(agreement) == ["It ended (2019) before its date (2020-10-23)."]


@pytest.mark.parametrize(
    ("first", "second", "acting", "seats", "overlap"),
    [
        (("2010", "2015-06-01"), ("2015-05-01", ".."), False, 1, True),
        (("2010", "2015-06-01"), ("2015-06-01", ".."), False, 1, False),
        (("2010", "2015-06"), ("2015-06-15", ".."), False, 1, False),
        (("2010", ".."), ("2015-06-01", ".."), False, 1, True),
        (("2010", ""), ("2015-06-01", ".."), False, 1, False),
        (("2010", "2020"), ("2015", "2015"), False, 1, True),
        (("2010", "2015-06-01"), ("2015-05-01", ".."), True, 1, False),
        (("2010", "2015-06-01"), ("2015-05-01", ".."), False, 2, False),
    ],
)
def test_two_holders_of_one_seat(first: Any, second: Any, *, acting: bool, seats: int, overlap: bool) -> None:
    office = OfficeFactory(name="Foreign minister", seats=seats)
    status = {"..": "current", "": "unknown"}
    one, two = (
        TenureFactory(office=office, official__name=name, start=start, end=end, status=status.get(end, "ended"), is_acting=acts)
        for name, (start, end), acts in (("One", first, False), ("Two", second, acting))
    )
    # Found whichever of the two is saved.
    for saved in (one, two):
        Finding.objects.all().delete()
        looked_at(saved)
        expected = ["One holds Foreign minister at the same time; the office has one seat."] if overlap else []
        assert found(two, "overlapping_tenures") == expected
    # And gone once the office has room.
    office.seats = None
    office.save()
    looked_at(office)
    assert found(two, "overlapping_tenures") == []


def test_who_takes_part_after_death_or_before_birth() -> None:
    meeting = MeetingFactory(start="2020-10-27")
    dead, unborn = OfficialFactory(name="Late", end="2020-10-26"), OrganizationFactory(name="Early", start="2021")
    alive = OfficialFactory(start="1950", end="2020-10")
    for actor in (dead, unborn, alive):
        ParticipationFactory(event=meeting, actor=actor)
    ended = CountryFactory(name="Over", end="1991")
    ParticipationFactory(event=meeting, on_behalf_of=ended)
    looked_at(meeting)
    assert sorted(found(meeting, "participant_absent")) == [
        "Early took part (2020-10-27), but did not exist yet (2021).",
        "Late took part (2020-10-27), but was no longer alive (2020-10-26).",
        "Over was represented (2020-10-27), but no longer existed (1991).",
    ]
    # A corrected date of death takes back what was found of events.
    dead.end = "2021"
    dead.save()
    with CaptureQueriesContext(connection) as queries:
        looked_at(dead)
    assert not any("Late" in message for message in found(meeting))
    for number in range(20):
        ParticipationFactory(event=MeetingFactory(start=f"20{number + 10}"), actor=dead)
    dead.end = "2000"
    dead.save()
    with CaptureQueriesContext(connection) as more:
        looked_at(dead)
    assert Finding.objects.filter(rule="participant_absent", subject=f"actors/{dead.pk}").count() == 21
    assert len(more) <= len(queries) + 2


def test_who_acts_for_a_body_whose_office_was_his_at_another_time() -> None:
    country = CountryFactory(name="Russia")
    tenure = TenureFactory(office__body=country, official__name="Lavrov", start="2004", end="..", status="current")
    meeting = met(start="2003-05-01")
    ParticipationFactory(event=meeting, actor=tenure.official, on_behalf_of=country)
    looked_at(meeting)
    message = "Lavrov represents Russia, but no tenure in one of its offices covers that date (2003-05-01)."
    assert found(meeting, "out_of_office") == [message]
    tenure.start = "2002"
    tenure.save()
    looked_at(tenure)
    assert found(meeting, "out_of_office") == []


def test_records_that_are_probably_there_twice() -> None:
    one, two = OfficialFactory(name="Mevlüt Çavuşoğlu"), OfficialFactory(name="M. Cavusoglu")
    organization = OrganizationFactory(name="Mevlut Cavusoglu")
    looked_at(two)
    assert found(two) == []
    two.names.create(text="MEVLUT CAVUSOGLU")
    looked_at(two)
    assert found(two) == ["It has the same name as Mevlüt Çavuşoğlu, of the same kind."]
    assert Finding.objects.get(record_id=two.pk, rule="duplicate").subject == f"actors/{one.pk}"
    looked_at(organization)
    assert found(organization) == []
    # What was like the first is still like the other two.
    three = OfficialFactory(name="Mevlut Çavuşoğlu")
    looked_at(three)
    one.name = "Somebody else"
    one.save()
    looked_at(one)
    assert found(two) == []
    assert found(three) == ["It has the same name as M. Cavusoglu, of the same kind."]


def test_events_of_one_day_with_one_name_or_the_same_people() -> None:
    people = [OfficialFactory(), OfficialFactory()]
    meetings = [MeetingFactory(name=name) for name in ("Call", "Talk", "call")]
    for meeting in meetings[:2]:
        for one in people:
            ParticipationFactory(event=meeting, actor=one)
    others = [
        met(name="Call", start="2020-10-28"),
        met(name="Call", start="2020-10"),
        ActionFactory(name="Call", start="2020-10-27"),
    ]
    for event in (*others, meetings[1], meetings[2]):
        looked_at(event)
    assert [found(meeting, "duplicate") for meeting in meetings[1:]] == [["A similar event has the same date: Call."]] * 2
    assert [found(event, "duplicate") for event in others] == [[], [], []]
    # A look at everything agrees with the looks at each.
    before = sorted(Finding.objects.filter(rule="duplicate").values_list("record_id", "subject"))
    Finding.objects.all().delete()
    inspect_everything()
    assert sorted(Finding.objects.filter(rule="duplicate").values_list("record_id", "subject")) == before


def test_sources_with_one_address() -> None:
    one = SourceFactory(name="First", url="https://www.example.org/a/?utm_source=x#top")
    two, other = SourceFactory(url="http://example.org/a"), SourceFactory(url="https://example.org/a?page=2")
    for source in (one, two, other):
        looked_at(source)
    assert found(two) == ["It has the same URL as another source: First."]
    assert found(other) == []


def test_events_that_lack_those_who_make_them() -> None:
    statement, agreement = StatementFactory(), AgreementFactory()
    meeting, action = MeetingFactory(), ActionFactory()
    for event in (statement, agreement, meeting, action):
        ParticipationFactory(event=event, role="observer")
        looked_at(event)
    assert found(statement) == ["It has no speaker."]
    assert found(agreement) == ["It has no party, signatory, guarantor or adopter."]
    assert found(meeting) == ["It has fewer than two participants."]
    assert found(action) == []


def test_days_that_are_still_to_come_or_have_passed() -> None:
    ahead, behind = met(start="2100"), met(start="2020", held_state="scheduled")
    planned, reported = met(start="2100", held_state="scheduled"), ActionFactory(start="2100")
    for event in (ahead, behind, planned, reported):
        looked_at(event)
    assert found(ahead) == found(reported) == ["Its date (2100) is in the future."]
    assert found(behind) == ["Its status is Scheduled, but its date (2020) has passed."]
    assert found(planned) == []


def test_a_deadline_that_passed_without_a_review() -> None:
    provision = ProvisionFactory(due_kind="absolute", due_date="2021-12-24", due_earliest="2021-12-24", due_latest="2021-12-24")
    # Its agreement is what people save.
    looked_at(provision.agreement)
    assert found(provision) == ["It was due by 2021-12-24 and has no compliance review."]
    review = ProvisionReview.objects.create(provision=provision, status="pending", date="2022", source=SourceFactory())
    looked_at(provision)
    assert found(provision) != []
    review.status = "breached"
    review.save()
    looked_at(provision)
    assert found(provision) == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a", "https://localhost/", "http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1:8000/", "http://server/",
        "https://user:secret@example.org/", "http://[", "http://2130706433/", "https://intranet.local/a", "https:///a", "http://x.org:99999/",
    ],
)  # fmt: skip
def test_addresses_that_nobody_can_follow(url: str) -> None:
    assert url_error(url)
    source = SourceFactory()
    Source.objects.filter(pk=source.pk).update(url=url)
    looked_at(source)
    assert len(found(source, "malformed_link")) == 1


def test_drafts_without_proof(editor: Client) -> None:
    meeting = met()
    looked_at(meeting)
    assert Finding.objects.get(rule="missing_proof").message == "No supporting citation."
    cited(meeting)
    looked_at(meeting)
    assert not Finding.objects.filter(rule="missing_proof").exists()


# When


def test_a_save_runs_the_rules_and_an_answer_stays_as_long_as_the_finding(editor: Client) -> None:
    meeting = cited(met(name="Call"))
    url = address(meeting)
    assert editor.post(url, entered(editor, url) | {"start": "2020-10-27", "end": "2020-10"}).status_code == 302
    finding = Finding.objects.get(rule="end_before_start")
    Finding.objects.filter(pk=finding.pk).update(dismissed_at=finding.found_at, answer="Known only so far.")
    editor.post(url, entered(editor, url) | {"description": "Other"})
    finding.refresh_from_db()
    assert finding.answer == "Known only so far."
    editor.post(url, entered(editor, url) | {"end": "2020-10-28"})
    assert not Finding.objects.filter(pk=finding.pk).exists()
    # When it comes again, it is new.
    editor.post(url, entered(editor, url) | {"end": "2020-10"})
    assert Finding.objects.get(rule="end_before_start").answer == ""


def test_findings_go_with_a_deleted_draft(editor: Client) -> None:
    one, two = OfficialFactory(name="Same"), OfficialFactory(name="Same")
    for record in (one, two):
        looked_at(record)
    assert found(two)
    assert editor.post(reverse("admin:actors_official_delete", args=[one.pk]), {"post": "yes"}).status_code == 302
    assert found(two) == []
    looked_at(two)
    editor.post(reverse("admin:actors_official_delete", args=[two.pk]), {"post": "yes"})
    assert not Finding.objects.exists()


def test_a_look_at_one_event_takes_as_many_queries_however_much_hangs_on_it() -> None:
    meeting = met()
    looked_at(meeting)
    counts = []
    for more in (1, 30):
        for _ in range(more):
            ParticipationFactory(event=meeting)
            met(start="2020-10-27")
        with CaptureQueriesContext(connection) as queries:
            looked_at(meeting)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_the_whole_record_is_checked_by_a_command(sample: None, capsys: Any) -> None:
    MeetingFactory(name="Lonely")
    call_command("check_record")
    reported = capsys.readouterr().out
    assert "The database is consistent." in reported
    assert "Missing participants (events)" in reported
    assert Finding.objects.filter(rule="too_few").count() == 2
    with pytest.raises(CommandError, match="open findings"):
        call_command("check_record", strict=True)
    # What it found, it finds again, and no second time.
    before = set(Finding.objects.values_list("pk", flat=True))
    call_command("check_record")
    assert set(Finding.objects.values_list("pk", flat=True)) == before


# On the pages


def with_findings() -> Any:
    """Return a draft about which two things are found, and a late official in it."""
    meeting = cited(MeetingFactory(slug="draft-call", name="Call", start="2020-10-27", end="2020-10"))
    ParticipationFactory(event=meeting, actor=OfficialFactory(name="Late <b>", end="2019"))
    ParticipationFactory(event=meeting)
    looked_at(meeting)
    return meeting


def test_a_record_shows_what_was_found_and_takes_the_answer(curator: Client) -> None:
    meeting = with_findings()
    page = curator.get(address(meeting)).content.decode()
    assert "Data checks: 2 findings" in page
    assert "Its end (2020-10) is probably before its start (2020-10-27)." in page
    assert "Late &lt;b&gt; took part" in page
    assert "Late <b>" not in page
    finding = Finding.objects.get(rule="end_before_start")
    url = reverse("admin:desk_finding_answer", args=[finding.pk])
    for bad in ({}, {"answer": "  "}, {"answer": "a\0b"}, {"answer": "x" * 501}):
        curator.post(url, bad)
        finding.refresh_from_db()
        assert finding.dismissed_at is None
    asked = {"answer": "No source is more exact.", "collection": "events", "record": str(meeting.pk)}
    answer = curator.post(url, asked, follow=True)
    assert answer.redirect_chain[-1][0] == address(meeting)
    page = answer.content.decode()
    assert "Data checks: 1 finding<" in page
    assert "No source is more exact." in page
    finding.refresh_from_db()
    assert finding.dismissed_by.username == "curator"
    # A second answer does not take the place of the first.
    curator.post(url, {"answer": "Other"})
    finding.refresh_from_db()
    assert finding.answer == "No source is more exact."
    curator.post(reverse("admin:desk_finding_ask_again", args=[finding.pk]))
    finding.refresh_from_db()
    assert (finding.dismissed_by, finding.dismissed_at, finding.answer) == (None, None, "")


def test_what_is_found_of_two_records_or_of_a_part_stands_on_both_pages(editor: Client) -> None:
    one, two = OfficialFactory(name="Same"), OfficialFactory(name="Same", slug="same-again")
    looked_at(two)
    assert "Same (same-again)" in editor.get(address(one)).content.decode()
    assert f"See Same ({one.slug})" in editor.get(address(two)).content.decode()
    day = "2021-12-24"
    provision = ProvisionFactory(due_kind="absolute", due_date=day, due_earliest=day, due_latest=day)
    looked_at(provision)
    for record in (provision, provision.agreement):
        assert f"It was due by {day}" in editor.get(address(record)).content.decode()


def test_only_who_may_change_the_record_answers(client: Client) -> None:
    finding = Finding.objects.get(record_id=with_findings().pk, rule="end_before_start")
    url = reverse("admin:desk_finding_answer", args=[finding.pk])
    user = person("staff")
    client.force_login(user)
    assert client.get(reverse("admin:desk_finding_changelist")).status_code == 403
    assert "Data checks" not in client.get(reverse("admin:index")).content.decode()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_meeting"]))
    page = client.get(address(finding.record)).content.decode()
    assert "Data checks: 2 findings" in page
    assert "Dismiss" not in page
    for address_ in (url, reverse("admin:desk_finding_ask_again", args=[finding.pk])):
        assert client.post(address_, {"answer": "So"}).status_code == 403
    queue = reverse("admin:desk_finding_changelist")
    chosen = {"action": "dismiss", "_selected_action": [finding.pk], "answer": "So"}
    assert "may not change" in messages(client.post(queue, chosen, follow=True))
    finding.refresh_from_db()
    assert finding.dismissed_at is None
    client = signed_in("superuser")
    assert client.get(url).status_code == 405
    for strange in (0, 2**63, 10**30):
        assert client.post(f"/admin/desk/finding/{strange}/answer/", {"answer": "So"}).status_code == 404
    assert client.post(reverse("admin:desk_finding_change", args=[finding.pk]), {"message": "Forged"}).status_code == 403
    assert client.post(reverse("admin:desk_finding_delete", args=[finding.pk]), {"post": "yes"}).status_code == 403


def test_the_queue_is_searched_filtered_and_answered(editor: Client) -> None:
    meeting = with_findings()
    looked_at(OfficialFactory(slug="unproved"))
    queue = reverse("admin:desk_finding_changelist")
    assert "No supporting citation." in editor.get(queue).content.decode()
    for query in ("q=draft+call", "rule=end_before_start", "collection=events"):
        page = editor.get(f"{queue}?{query}").content.decode()
        assert "is probably before" in page, query
        assert "unproved" not in page, query
    ids = list(Finding.objects.filter(slug="draft-call").values_list("pk", flat=True))
    chosen = {"action": "dismiss", "_selected_action": ids}
    asked = editor.post(queue, chosen).content.decode()
    assert "Reason for dismissing" in asked
    assert "Enter a reason for dismissing." in editor.post(queue, chosen | {"answer": ""}).content.decode()
    answer = editor.post(queue, chosen | {"answer": "Known."}, follow=True)
    assert "2 dismissed" in messages(answer)
    assert "is probably before" not in editor.get(queue).content.decode()
    assert "Known. (editor)" in editor.get(f"{queue}?answered=yes").content.decode()
    leads = editor.get(reverse("admin:desk_record", args=["events", meeting.pk]))
    assert leads.headers["Location"] == address(meeting)


def test_the_queue_and_the_panel_take_as_many_queries_for_one_finding_as_for_many(editor: Client) -> None:
    meeting, queue = with_findings(), reverse("admin:desk_finding_changelist")
    counts = []
    for more in (1, 30):
        for _ in range(more):
            ParticipationFactory(event=meeting, actor=OfficialFactory(end="2019"))
        looked_at(meeting)
        for page in (queue, reverse("admin:index")):
            with CaptureQueriesContext(connection) as queries:
                assert editor.get(page).status_code == 200
            counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            lines_of(meeting)
        counts.append(len(queries))
    assert counts[:3] == counts[3:]


def test_addresses_that_lead_to_records(sample: None, editor: Client) -> None:
    lavrov = Official.objects.get(slug="sergey-lavrov")
    for url in (f"actors/{lavrov.pk}/", "actors/called/sergey-lavrov/"):
        assert editor.get(f"/admin/record/{url}").headers["Location"] == address(lavrov)
    for url in (
        "actors/0/",
        f"actors/{2**63}/",
        "actors/called/nobody/",
        "actors/called/a%00b/",
        "nothing/1/",
        "nothing/called/a/",
    ):
        assert editor.get(f"/admin/record/{url}").status_code == 404, url
