"""Two people at one record: nothing that either typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from actors.models import Office
from config.desk.models import Proposal, Revision
from config.record.curation.merging import merge
from config.record.models import LogEntry
from config.sources.models import Source
from events.models import Agreement, Event, Meeting, Participation, Provision
from tests.desk.pages import address, entered, page
from tests.factories import MeetingFactory, OfficeFactory, OfficialFactory, ProvisionFactory, SourceFactory, published
from tests.people import take_permission

pytestmark = pytest.mark.django_db


def settled(answer: Any, **choices: str) -> dict[str, Any]:
    """Return what a browser would send from the page that shows both versions."""
    assert answer.status_code == 409
    sent: dict[str, Any] = {}
    for name, value in answer.context["sent"]:
        sent.setdefault(name, []).append(value)
    chosen = {one.name: choices.get(one.label, one.chosen) for one in answer.context["differences"] if one.name}
    return sent | chosen | {"now": answer.context["now"], "reason": answer.context["reason"]}


def test_what_two_people_changed_at_different_places_is_joined(ann: Client, bob: Client) -> None:
    meeting = MeetingFactory(name="A call", description="Old.")
    url = address(meeting)
    mine = entered(bob, url) | {"name": "A telephone call"}
    assert ann.post(url, entered(ann, url) | {"description": "New."}).status_code == 302

    refused = bob.post(url, mine)
    text = page(refused)
    assert refused.status_code == 409
    assert "was changed since you opened it" in text
    assert "Changed by ann" in text
    assert [(one.label, one.was, one.now, one.mine) for one in refused.context["differences"]] == [
        ("Name", "A call", "A call", "A telephone call"), ("Description", "Old.", "New.", "Old."),
    ]  # fmt: skip
    meeting.refresh_from_db()
    assert (meeting.name, meeting.description) == ("A call", "New.")

    assert bob.post(url, settled(refused)).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.name, meeting.description) == ("A telephone call", "New.")
    last = Revision.objects.first()
    assert (last.by.username, last.action) == ("bob", "changed")


@pytest.mark.parametrize(("choice", "outcome"), [("mine", "Bob's."), ("now", "Ann's.")])
def test_where_both_changed_a_place_it_is_asked_whose_stands(ann: Client, bob: Client, choice: str, outcome: str) -> None:
    meeting = MeetingFactory(description="Old.")
    url = address(meeting)
    mine = entered(bob, url) | {"description": "Bob's."}
    ann.post(url, entered(ann, url) | {"description": "Ann's."})
    refused = bob.post(url, mine)
    assert "Conflict" in page(refused)
    again = bob.post(url, settled(refused))
    assert "Choose a version for each conflict" in page(again)
    assert bob.post(url, settled(refused, Description=choice)).status_code == 302
    meeting.refresh_from_db()
    assert meeting.description == outcome


def test_a_choice_made_too_late_is_refused_again(ann: Client, bob: Client) -> None:
    meeting = MeetingFactory(description="Old.")
    url = address(meeting)
    mine = entered(bob, url) | {"name": "Bob's"}
    ann.post(url, entered(ann, url) | {"description": "Ann's."})
    refused = bob.post(url, mine)
    ann.post(url, entered(ann, url) | {"description": "Ann's again."})
    again = bob.post(url, settled(refused))
    assert "It was changed again in the meantime" in page(again)
    assert bob.post(url, settled(again)).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.name, meeting.description) == ("Bob's", "Ann's again.")


def test_rows_that_are_gone_and_rows_that_came_are_told(sample: None, ann: Client, bob: Client) -> None:
    meeting = Meeting.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    url = address(meeting)
    mine = entered(ann, url) | {"reason": "More exact"}
    first, second = meeting.participations.order_by("pk")[:2]
    mine |= {"participations-0-wording": "the Minister", "participations-1-wording": "his colleague"}
    theirs = entered(ann, url) | {"reason": "He was not there", "participations-0-DELETE": "on"}
    assert ann.post(url, theirs).status_code == 302
    refused = ann.post(url, mine)
    assert [(one.contested, one.now, one.mine) for one in refused.context["differences"][:2]] == [
        (True, None, "the Minister"), (False, second.wording, "his colleague"),
    ]  # fmt: skip
    label = refused.context["differences"][0].label
    assert ann.post(url, settled(refused, **{label: "mine"})).status_code == 302
    assert set(Participation.objects.filter(event=meeting).values_list("pk", "wording")) >= {
        (first.pk, "the Minister"), (second.pk, "his colleague"),
    }  # fmt: skip
    assert LogEntry.objects.order_by("-sequence").first().reason == "More exact"


def test_a_published_record_needs_the_reason_again(ann: Client) -> None:
    meeting = MeetingFactory()
    url = address(meeting)
    mine = entered(ann, url) | {"name": "Another"}
    published(meeting)
    refused = ann.post(url, mine)
    assert "Enter the reason" in page(ann.post(url, settled(refused)))
    assert ann.post(url, settled(refused) | {"reason": "A better name"}).status_code == 302
    assert LogEntry.objects.order_by("-sequence").first().reason == "A better name"


def test_what_was_published_meanwhile_is_proposed_by_who_may_not_publish(bob: Client) -> None:
    meeting = MeetingFactory(name="A call")
    url = address(meeting)
    mine = entered(bob, url) | {"name": "Typed"}
    published(meeting)
    refused = bob.post(url, mine)
    assert refused.status_code == 409
    assert "Typed" in page(refused)
    assert bob.post(url, settled(refused) | {"reason": "More exact"}).status_code == 302
    meeting.refresh_from_db()
    proposal = Proposal.objects.get()
    assert (meeting.name, proposal.by.username, proposal.reason) == ("A call", "bob", "More exact")
    assert proposal.snapshot.rows["events.event"][str(meeting.pk)]["name"] == "Typed"


def test_who_may_not_change_it_any_more_sees_what_he_typed(bob: Client) -> None:
    meeting = MeetingFactory()
    url = address(meeting)
    mine = entered(bob, url) | {"name": "Typed in vain"}
    take_permission("Curator", "change_meeting")
    assert bob.post(url, mine).status_code == 403
    meeting.refresh_from_db()
    assert meeting.name != "Typed in vain"


def test_a_change_that_no_version_tells_is_shown_in_two_columns(ann: Client) -> None:
    meeting = MeetingFactory(name="A call")
    url = address(meeting)
    mine = entered(ann, url) | {"name": "Typed"}
    Event.objects.filter(pk=meeting.pk).update(description="By a command")
    refused = ann.post(url, mine)
    assert "Version that you opened" not in page(refused)
    assert [(one.label, one.now, one.mine) for one in refused.context["differences"]] == [
        ("Name", "A call", "Typed"), ("Description", "By a command", ""),
    ]  # fmt: skip
    assert ann.post(url, settled(refused, Description="now")).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.name, meeting.description) == ("Typed", "By a command")


def test_what_cannot_be_joined_is_shown_as_it_was_typed(ann: Client) -> None:
    meeting, lavrov = MeetingFactory(), OfficialFactory(name="Sergey Lavrov")
    row = Participation.objects.create(event=meeting, actor=lavrov, role="participant")
    url = address(meeting)
    mine = entered(ann, url) | {"name": "Typed <b>", "start": "soon", "participations-0-wording": "the Minister"}
    row.delete()
    refused = ann.post(url, mine)
    assert refused.status_code == 409
    typed = {one.label: one.mine for one in refused.context["typed"]}
    assert typed["Name"] == "Typed <b>"
    assert typed["Start"] == "soon"
    assert (typed["Participation 1 · actor"], typed["Participation 1 · wording"]) == (
        "Sergey Lavrov (" + lavrov.slug + ")",
        "the Minister",
    )
    assert "Typed &lt;b&gt;" in page(refused)


def test_a_record_that_is_gone_shows_what_was_typed_and_where_it_went(ann: Client) -> None:
    gone = MeetingFactory()
    url = address(gone)
    mine = entered(ann, url) | {"name": "Typed in vain"}
    ann.post(reverse("admin:events_meeting_delete", args=[gone.pk]), {"post": "yes"})
    refused = ann.post(url, mine)
    assert refused.status_code == 409
    assert "no longer exists" in page(refused)
    assert "Typed in vain" in page(refused)

    loser, winner = (published(MeetingFactory(slug=slug)) for slug in ("one", "two"))
    url = address(loser)
    mine = entered(ann, url) | {"name": "Typed in vain", "reason": "Better"}
    ann.post(url, entered(ann, url) | {"reason": "A version", "description": "x"})
    merge(Event, loser=loser.pk, winner=winner.pk, reason="the same")
    assert "it was merged into" in page(ann.post(url, mine))
    assert ann.post(address(gone).replace(str(gone.pk), "99999999"), mine).status_code == 302


def test_a_part_is_saved_beside_a_change_of_another(ann: Client, bob: Client) -> None:
    one, two = ProvisionFactory(order=1), ProvisionFactory(order=2)
    Provision.objects.filter(pk=two.pk).update(agreement=one.agreement)
    agreement = Agreement.objects.get(pk=one.agreement_id)
    mine = entered(bob, address(one)) | {"text": "Mine"}
    ann.post(address(two), entered(ann, address(two)) | {"text": "Another part"})
    assert bob.post(address(one), mine).status_code == 302
    assert Revision.objects.filter(record_id=agreement.pk, action="changed").count() == 2

    mine = entered(bob, address(one)) | {"locator": "Art. 1"}
    whole = entered(ann, address(agreement)) | {"provisions-0-text": "Theirs"}
    assert ann.post(address(agreement), whole).status_code == 302
    refused = bob.post(address(one), mine)
    assert [(one.label.rpartition(" · ")[2], one.now, one.mine) for one in refused.context["differences"]] == [
        ("locator", "", "Art. 1"), ("text", "Theirs", "Mine"),
    ]  # fmt: skip
    assert bob.post(address(one), settled(refused)).status_code == 302
    one.refresh_from_db()
    assert (one.text, one.locator) == ("Theirs", "Art. 1")


@pytest.mark.parametrize("key", ["0", "abc", "9223372036854775808", "1%00"])
def test_broken_keys_lead_nowhere(ann: Client, key: str) -> None:
    answer = ann.post(f"/admin/events/meeting/{key}/change/", {"name": "x"})
    assert answer.status_code == 302


@pytest.mark.parametrize("seen", ["", "x", "a\0b"])
def test_a_save_without_what_was_seen_is_refused(ann: Client, seen: str) -> None:
    meeting = MeetingFactory(name="A call")
    data = entered(ann, address(meeting)) | {"seen": seen, "name": "Forged"}
    refused = ann.post(address(meeting), data)
    assert refused.status_code == 409
    meeting.refresh_from_db()
    assert meeting.name == "A call"


def test_versions_still_only_grow(ann: Client) -> None:
    meeting = MeetingFactory()
    ann.post(address(meeting), entered(ann, address(meeting)) | {"name": "x"})
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Revision.objects.update(reason="another")


# Lists


def row_of(client: Client, record: Any) -> dict[str, Any]:
    """Return what a browser would send if the list were saved as it is."""
    context = client.get(address(record, "changelist")).context
    formset, sent = context["cl"].formset, {"_save": "Save"}
    for form in (formset.management_form, *formset.forms):
        sent |= {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
    return sent | {f"seen-{row.pk}": row.seen for row in context["cl"].result_list}


def test_drafts_are_changed_in_their_list_and_versions_kept(bob: Client) -> None:
    source = SourceFactory(publisher="")
    lists = address(source, "changelist")
    assert bob.post(lists, row_of(bob, source) | {"form-0-publisher": "SANA"}).status_code == 302
    source.refresh_from_db()
    assert source.publisher == "SANA"
    assert [one.action for one in Revision.objects.filter(record_id=source.pk, collection="sources")] == ["changed", "found"]
    office = OfficeFactory()
    refused = bob.post(address(office, "changelist"), row_of(bob, office) | {"form-0-seats": "0"})
    assert "An office has at least one seat." in refused.content.decode()


def test_published_rows_are_not_changed_in_their_list(ann: Client) -> None:
    source = published(SourceFactory(publisher="SANA"))
    text = ann.get(address(source, "changelist")).content.decode()
    assert "SANA" in text
    assert "form-0-publisher" not in text
    Source.objects.filter(pk=source.pk).update(description="By a command")
    ann.post(address(source, "changelist"), row_of(ann, source) | {"form-0-publisher": "Forged"})
    source.refresh_from_db()
    assert source.publisher == "SANA"


def test_a_row_that_somebody_else_changed_is_refused_with_both_values(ann: Client, bob: Client) -> None:
    source, other = SourceFactory(publisher="", name="A"), SourceFactory(publisher="", name="B")
    lists = address(source, "changelist")
    mine = row_of(bob, source)
    place = next(name.split("-")[1] for name, value in mine.items() if name.endswith("-id") and value == source.pk)
    mine |= {f"form-{place}-publisher": "Bob's"}
    ann.post(lists, row_of(ann, source) | {f"form-{place}-publisher": "Ann's"})
    refused = bob.post(lists, mine)
    assert refused.status_code == 409
    assert "Ann&#x27;s" in page(refused)
    assert "Bob&#x27;s" in page(refused)
    source.refresh_from_db()
    assert source.publisher == "Ann's"

    sent = dict(refused.context["sent"]) | {f"seen-{source.pk}": refused.context["rows"][0]["digest"]}
    kept = bob.post(lists, sent | {f"row-{source.pk}": "now"})
    source.refresh_from_db()
    assert (kept.status_code, source.publisher) == (302, "Ann's")
    assert bob.post(lists, sent | {f"row-{source.pk}": "mine"}).status_code == 302
    source.refresh_from_db()
    assert source.publisher == "Bob's"
    assert not Revision.objects.filter(collection="sources", record_id=other.pk, action="changed").exists()


def test_a_row_that_only_somebody_else_changed_stays_his(ann: Client, bob: Client) -> None:
    one, two = OfficeFactory(name="A", seats=None), OfficeFactory(name="B", seats=None)
    mine = row_of(bob, one)
    places = {value: name.split("-")[1] for name, value in mine.items() if name.endswith("-id")}
    ann.post(address(one, "changelist"), row_of(ann, one) | {f"form-{places[one.pk]}-seats": "2"})
    assert bob.post(address(one, "changelist"), mine | {f"form-{places[two.pk]}-seats": "3"}).status_code == 302
    assert list(Office.objects.order_by("name").values_list("seats", flat=True)) == [2, 3]


def test_an_action_on_a_record_that_changed_since_the_list_was_shown_is_refused(ann: Client, bob: Client) -> None:
    meeting = MeetingFactory(name="A call")
    lists = address(meeting, "changelist")
    (shown,) = ann.get(lists).context["cl"].result_list
    assert f'name="seen-{meeting.pk}" value="{shown.seen}"' in ann.get(lists).content.decode()
    bob.post(address(meeting), entered(bob, address(meeting)) | {"name": "Another call"})
    asked = {"action": "submit", "_selected_action": [meeting.pk], f"seen-{meeting.pk}": shown.seen}
    refused = ann.post(lists, asked)
    assert refused.status_code == 409
    assert "A call" in page(refused)
    assert "Another call" in page(refused)
    assert "Changed by bob" in page(refused)
    meeting.refresh_from_db()
    assert meeting.state == "draft"
    (shown,) = ann.get(lists).context["cl"].result_list
    asked_again = ann.post(lists, asked | {f"seen-{meeting.pk}": shown.seen})
    assert asked_again.headers["Location"].startswith("/admin/desk/confirm/events/submit/")
