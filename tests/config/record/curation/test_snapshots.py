"""Snapshots of records: taken, compared, joined and put back."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from actors.models import Actor, Official
from config.exceptions import RecordError
from config.record.curation import transitions
from config.record.curation.merging import merge
from config.record.curation.snapshots import (
    EMPTY,
    RecordSnapshot,
    combined,
    contested,
    differences,
    put_back,
    snapshot,
    snapshots,
)
from config.record.documents.registry import DOCUMENT_TYPES
from events.models import Agreement, Event, EventName, Participation, Provision, Topic
from tests.factories import MeetingFactory, OfficialFactory, published

pytestmark = pytest.mark.django_db


def changed(before: RecordSnapshot, after: RecordSnapshot) -> list[tuple[str, str | None, str | None]]:
    return [(one.label, one.before, one.after) for one in differences(before, after)]


def test_every_record_of_the_sample_is_put_back_as_it_was(sample: None) -> None:
    for model, document_type in DOCUMENT_TYPES.items():
        if document_type.part_of:
            continue
        ids = list(model._default_manager.order_by("pk").values_list("pk", flat=True)[:40])
        taken = snapshots(model, ids)
        assert taken.keys() == set(ids)
        for pk, one in taken.items():
            assert RecordSnapshot.loads(one.dumps()) == one
            put_back(model, pk, one, reason="as it was")
        assert snapshots(model, ids) == taken


def test_fifty_portraits_take_as_many_queries_as_one() -> None:
    ids = [MeetingFactory().pk for _ in range(50)]
    counts = []
    for some in (ids[:1], ids):
        with CaptureQueriesContext(connection) as asked:
            snapshots(Event, some)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_record_that_is_not_there_is_empty() -> None:
    assert snapshot(Event, 1) == EMPTY


def test_what_differs_is_told_field_by_field_and_row_by_row() -> None:
    meeting, minister = MeetingFactory(name="A call"), OfficialFactory(name="Sergey Lavrov", slug="lavrov-sergey")
    before = snapshot(Event, meeting.pk)
    meeting.name = "A telephone call"
    meeting.save()
    row = Participation.objects.create(event=meeting, actor=minister, role="participant")
    with_him = snapshot(Event, meeting.pk)
    assert changed(before, with_him) == [
        ("Name", "A call", "A telephone call"), ("Participation", None, "Sergey Lavrov (lavrov-sergey), Participant"),
    ]  # fmt: skip
    row.wording = "the Foreign Minister"
    row.save()
    assert changed(with_him, snapshot(Event, meeting.pk)) == [
        ("Participation · Sergey Lavrov (lavrov-sergey) · wording", "", "the Foreign Minister"),
    ]  # fmt: skip


def test_a_part_that_was_removed_comes_back_under_its_own_key(sample: None) -> None:
    agreement = Agreement.objects.exclude(provisions=None).first()
    whole = snapshot(Event, agreement.pk)
    provision = agreement.provisions.order_by("order").last()
    with transaction.atomic():
        transitions.remove_parts(Provision, [provision.pk], reason="a mistake")
        transitions.amend({Event: [agreement.pk]}, reason="a mistake")
    assert snapshot(Event, agreement.pk) != whole
    with transaction.atomic():
        put_back(Event, agreement.pk, whole, reason="it was right")
        transitions.amend({Event: [agreement.pk]}, reason="it was right")
    again = snapshot(Event, agreement.pk)
    assert (again, Provision.objects.get(pk=provision.pk).text) == (whole, provision.text)


def test_what_two_people_did_at_different_places_is_joined() -> None:
    meeting = MeetingFactory(name="A call", description="Old.")
    base = snapshot(Event, meeting.pk)
    mine = RecordSnapshot.loads(base.dumps())
    mine.rows["events.event"][str(meeting.pk)]["name"] = "Mine"
    mine.rows["events.event"][str(meeting.pk)]["description"] = "Mine."
    theirs = RecordSnapshot.loads(base.dumps())
    theirs.rows["events.event"][str(meeting.pk)]["description"] = "Theirs."
    theirs.rows["events.eventname"] = {
        "7": {"record": meeting.pk, "text": "Call", "language": "en", "script": "", "kind": "alias"}
    }
    (conflict,) = contested(base, theirs, mine)
    assert (conflict.key, conflict.before, conflict.after) == (f"events.event:{meeting.pk}:description", "Old.", "Mine.")

    def row(snapshot: RecordSnapshot) -> dict[str, object]:
        return snapshot.rows["events.event"][str(meeting.pk)]

    joined = combined(base, theirs, mine)
    assert (row(joined)["name"], row(joined)["description"], len(joined.rows["events.eventname"])) == ("Mine", "Theirs.", 1)
    assert row(combined(base, theirs, mine, keep_mine=[conflict.key]))["description"] == "Mine."


def test_a_row_that_one_changed_and_the_other_removed_is_contested() -> None:
    meeting = MeetingFactory()
    name = EventName.objects.create(record=meeting, text="Call")
    base = snapshot(Event, meeting.pk)
    name.text = "A call"
    name.save()
    mine = snapshot(Event, meeting.pk)
    name.delete()
    theirs = snapshot(Event, meeting.pk)
    (conflict,) = contested(base, theirs, mine)
    assert "events.eventname" not in {k for k, rows in combined(base, theirs, mine).rows.items() if rows}
    assert combined(base, theirs, mine, keep_mine=[conflict.key]).rows == mine.rows


def test_what_was_merged_since_is_followed_to_where_it_went() -> None:
    loser, winner = (published(OfficialFactory(slug=slug)) for slug in ("one", "two"))
    meeting = MeetingFactory()
    Participation.objects.create(event=meeting, actor=loser, role="participant")
    before = snapshot(Event, meeting.pk)
    merge(Actor, loser=loser.pk, winner=winner.pk, reason="the same man")
    put_back(Event, meeting.pk, before, reason="as it was")
    assert Participation.objects.get(event=meeting).actor_id == winner.pk


def test_what_is_gone_or_breaks_a_rule_is_refused_and_nothing_changes() -> None:
    minister, meeting = OfficialFactory(), MeetingFactory()
    row = Participation.objects.create(event=meeting, actor=minister, role="participant")
    before = snapshot(Event, meeting.pk)
    row.delete()
    Official.objects.filter(pk=minister.pk).delete()
    now = snapshot(Event, meeting.pk)
    with pytest.raises(RecordError, match="no longer exists"):
        put_back(Event, meeting.pk, before, reason="as it was")
    wrong = RecordSnapshot.loads(now.dumps())
    wrong.rows["events.event"][str(meeting.pk)]["start"] = "yesterday"
    with pytest.raises(RecordError, match="EDTF"):
        put_back(Event, meeting.pk, wrong, reason="as it was")
    assert snapshot(Event, meeting.pk) == now


def test_lists_without_rows_of_their_own_belong_to_the_portrait(sample: None) -> None:
    topic = Topic.objects.exclude(countries=None).first()
    before = snapshot(Topic, topic.pk)
    topic.countries.clear()
    assert [one.label for one in differences(before, snapshot(Topic, topic.pk))] == ["Countries"]
    put_back(Topic, topic.pk, before, reason="as it was")
    assert snapshot(Topic, topic.pk) == before
