"""The history of records at the desk: read, compared, and made again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import Official
from config.desk.choices import RevisionAction
from config.desk.editorial import versions
from config.desk.models import Proposal, Revision
from config.record.curation import transitions
from config.record.curation.consistency import findings
from config.record.models import LogEntry
from events.models import Agreement, Event, Meeting, Participation, Provision
from tests.desk.pages import change, history_of, messages, page
from tests.factories import MeetingFactory, OfficialFactory, ProvisionFactory, published
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def restore(client: Client, record: Any, number: int, reason: str = "It was right") -> Any:
    seen = client.get(history_of(record) + f"?version={number}").context["seen"]
    return client.post(history_of(record), {"restore": number, "seen": seen, "reason": reason}, follow=True)


def test_who_changed_what_when_and_why_is_told_newest_first(ann: Client, bob: Client) -> None:
    meeting = MeetingFactory(name="A call")
    change(
        bob,
        meeting,
        name="A telephone call",
        description="About Syria.",
        start="2020-10-28",
        place_name="Sochi",
        held_state="scheduled",
    )
    published(meeting)
    change(ann, meeting, name="Call <b>", reason="Shorter & better")
    text = page(ann.get(history_of(meeting)))
    reported = [text.index(words) for words in ("Version 4", "Version 3", "Version 2", "Version 1")]
    assert reported == sorted(reported)
    assert "5 changes" in text
    assert "and 2 more" in text
    assert "<del>A call</del> → <ins>A telephone call</ins>" in text
    assert "Call &lt;b&gt;" in text
    assert "Shorter &amp; better" in text
    assert "Draft → published" in text


def test_histories_of_any_length_take_as_many_queries(ann: Client) -> None:
    meeting = MeetingFactory()
    counts = []

    def revise(text: str) -> None:
        with versions.changing(Event, [meeting.pk], by=None, action=RevisionAction.CHANGED):
            Event.objects.filter(pk=meeting.pk).update(description=text)

    for more in (2, 20):
        for n in range(more):
            revise(f"{more} {n}")
        with CaptureQueriesContext(connection) as asked:
            assert ann.get(history_of(meeting)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    for n in range(10):
        revise(f"last {n}")
    assert "Version 1<" in page(ann.get(history_of(meeting) + "?p=2"))


def test_versions_are_compared(ann: Client) -> None:
    meeting = MeetingFactory(name="One")
    for name in ("Two", "Three"):
        change(ann, meeting, name=name)
    two = ann.get(history_of(meeting) + "?from=1&to=3")
    assert [(one.before, one.after) for one in two.context["changes"]] == [("One", "Three")]
    one = ann.get(history_of(meeting) + "?version=2")
    assert [(one.before, one.after) for one in one.context["changes"]] == [("One", "Two")]
    assert [(one.before, one.after) for one in one.context["back"]] == [("Three", "Two")]


@pytest.mark.parametrize(
    "query", ["version=0", "version=x", "version=9223372036854775808", "from=1", "from=1&to=9", "version=%00"]
)
def test_versions_that_are_not_there_are_not_found(ann: Client, query: str) -> None:
    meeting = MeetingFactory()
    change(ann, meeting, name="Two")
    assert ann.get(history_of(meeting) + f"?{query}").status_code == 404


def test_a_published_record_is_made_again_what_it_was(sample: None, ann: Client, bob: Client) -> None:
    meeting = Meeting.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    before = meeting.participations.count()
    change(ann, meeting, **{"participations-0-DELETE": "on", "name": "Wrong", "reason": "Wrong"})
    change(ann, meeting, description="Right", reason="Right")
    assert "Enter a reason" in messages(restore(ann, meeting, 1, reason=" "))
    restore(bob, meeting, 1)
    assert (Proposal.objects.get().by.username, Proposal.objects.get().reason) == ("bob", "It was right")
    assert Meeting.objects.get(pk=meeting.pk).participations.count() == before - 1
    restore(ann, meeting, 1)
    meeting.refresh_from_db()
    assert (meeting.name != "Wrong", meeting.participations.count()) == (True, before)
    last = Revision.objects.first()
    assert (last.number, last.action, last.reason, last.by.username) == (4, "restored", "It was right", "ann")
    entry = LogEntry.objects.filter(slug=meeting.slug).order_by("-sequence").first()
    assert (entry.operation, entry.reason) == ("updated", "It was right")
    assert list(findings()) == []


def test_a_version_is_not_made_again_over_a_change_nobody_saw(ann: Client, bob: Client) -> None:
    meeting = MeetingFactory(name="One")
    change(bob, meeting, name="Two")
    seen = bob.get(history_of(meeting) + "?version=1").context["seen"]
    change(ann, meeting, name="Three")
    answer = bob.post(history_of(meeting), {"restore": 1, "seen": seen, "reason": "x"}, follow=True)
    assert "was changed since this page was loaded" in messages(answer)
    meeting.refresh_from_db()
    assert meeting.name == "Three"


def test_a_version_that_refers_to_what_is_gone_is_refused(ann: Client) -> None:
    meeting, nobody = MeetingFactory(), OfficialFactory(name="Nobody")
    Participation.objects.create(event=meeting, actor=nobody, role="participant")
    change(ann, meeting, **{"participations-0-DELETE": "on"})
    Official.objects.filter(pk=nobody.pk).delete()
    assert "Nobody no longer exists" in page(restore(ann, meeting, 1))
    assert not meeting.participations.exists()


def test_the_history_of_a_part_is_that_of_its_record(ann: Client) -> None:
    provision = ProvisionFactory()
    change(ann, provision, text="Changed")
    agreement = Agreement.objects.get(pk=provision.agreement_id)
    answer = ann.get(history_of(provision))
    assert (answer.status_code, answer.url) == (302, history_of(agreement))
    assert "Changed" in page(ann.get(history_of(agreement)))
    restore(ann, agreement, 1)
    assert Provision.objects.get().text != "Changed"


def test_a_deleted_draft_is_brought_back(ann: Client, bob: Client) -> None:
    meeting = MeetingFactory(name="A call", slug="call")
    Participation.objects.create(event=meeting, actor=OfficialFactory(name="Lavrov"), role="participant")
    key = meeting.pk
    assert ann.post(reverse("admin:events_meeting_delete", args=[key]), {"post": "yes"}).status_code == 302
    listed = page(bob.get(reverse("admin:desk_deleted")))
    assert "A call" in listed
    assert "ann" in listed
    meeting.pk = key
    assert "It was deleted" in page(bob.get(history_of(meeting)))
    assert bob.get(reverse("admin:events_statement_history", args=[key])).status_code == 404
    number = Revision.objects.get(action="deleted").number
    restore(bob, meeting, number)
    again = Meeting.objects.get(pk=key)
    assert (again.slug, again.state, again.participations.get().actor.name) == ("call", "draft", "Lavrov")
    assert "A call" not in page(bob.get(reverse("admin:desk_deleted")))


def test_who_may_not_see_a_record_does_not_see_its_history() -> None:
    client = signed_in("staff")
    meeting = MeetingFactory()
    assert client.get(history_of(meeting)).status_code == 403
    transitions.submit({Event: [meeting.pk]})
    assert client.post(history_of(meeting), {"restore": 1}).status_code == 403


def test_a_record_that_was_never_there_has_no_history(ann: Client) -> None:
    for key in ("99999", "abc", "9223372036854775808"):
        assert ann.get(f"/admin/events/meeting/{key}/history/").status_code == 404
