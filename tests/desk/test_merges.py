"""Merging two records field by field, and undoing the merge."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import Actor, ActorName, Official
from config.desk.models import Revision
from config.record.curation.consistency import findings
from config.record.curation.snapshots import snapshot
from config.record.models import LogEntry, Redirect
from events.models import Meeting, Participation, Topic
from tests.desk.pages import address, change, history_of, messages, page
from tests.factories import (
    MeetingFactory,
    OfficeFactory,
    OfficialFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    cited,
    published,
)

pytestmark = pytest.mark.django_db


def merge_of(one: Any, other: Any) -> str:
    meta = one._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_merge", args=[one.pk]) + f"?with={other.pk}"


def merge(client: Client, one: Any, other: Any, **choices: str) -> Any:
    """Send the page of a merge as a browser would."""
    context = client.get(merge_of(one, other)).context
    sent = {f"field-{field.name}": field.chosen for field in context["choices"] if field.differs}
    sent |= {
        "stays": context["stays"],
        "seen-left": context["seen"][0],
        "seen-right": context["seen"][1],
        "reason": "The same man",
    }
    return client.post(merge_of(one, other), sent | choices, follow=True)


def part(client: Client, winner: Any, number: int | None = None, reason: str = "Two men") -> Any:
    merged = Revision.objects.filter(record_id=winner.pk, action="merged", detail__has_key="loser").first()
    return client.post(history_of(winner), {"part": number or merged.number, "reason": reason}, follow=True)


@pytest.fixture
def twins() -> tuple[Official, Official]:
    """Two published officials who are one, each with a name, a tenure and meetings, one of them with both."""
    lavrov = OfficialFactory(slug="lavrov", name="Lavrov", description="")
    twin = OfficialFactory(slug="sergey-lavrov", name="Sergey Lavrov", description="Minister.")
    for one in (lavrov, twin):
        ActorName.objects.create(record=one, text="Sergei Lavrov")
        published(one)
        published(TenureFactory(official=one, slug=f"{one.slug}-minister"))
        meeting = MeetingFactory(slug=f"with-{one.slug}")
        Participation.objects.create(event=meeting, actor=one, role="participant")
        published(meeting)
    both = MeetingFactory(slug="with-both")
    for one in (lavrov, twin):
        Participation.objects.create(event=both, actor=one, role="participant")
    published(both)
    return lavrov, twin


def test_two_are_chosen_in_the_list(ann: Client, twins: tuple[Official, Official]) -> None:
    lists, keys = address(twins[0], "changelist"), [one.pk for one in twins]
    answer = ann.post(lists, {"action": "merge_two", "_selected_action": keys})
    assert answer.url == merge_of(*twins)
    refused = ann.post(lists, {"action": "merge_two", "_selected_action": keys[:1]}, follow=True)
    assert "Choose exactly two" in messages(refused)


def test_the_page_shows_both_and_what_will_move(ann: Client, twins: tuple[Official, Official]) -> None:
    text = page(ann.get(merge_of(*twins)))
    assert "Sergey Lavrov" in text
    assert "Minister." in text
    counts = {label: (left, right) for label, left, right in ann.get(merge_of(*twins)).context["counts"]}
    assert counts["Participations (actor)"] == (2, 2)
    assert counts["Tenures (official)"] == (1, 1)
    with CaptureQueriesContext(connection) as few:
        ann.get(merge_of(*twins))
    for _n in range(10):
        Participation.objects.create(event=MeetingFactory(), actor=twins[0], role="participant")
    with CaptureQueriesContext(connection) as more:
        ann.get(merge_of(*twins))
    assert len(few) == len(more)


def test_a_merge_takes_the_fields_that_are_chosen_and_all_references(ann: Client, twins: tuple[Official, Official]) -> None:
    lavrov, twin = twins
    merge(ann, lavrov, twin, **{"field-name": "right"})
    lavrov.refresh_from_db()
    assert (lavrov.name, lavrov.description, lavrov.slug) == ("Sergey Lavrov", "Minister.", "lavrov")
    assert not Actor.objects.filter(pk=twin.pk).exists()
    assert set(lavrov.participations.values_list("event__slug", flat=True)) == {"with-lavrov", "with-sergey-lavrov", "with-both"}
    assert ann.get("/api/v1/officials/sergey-lavrov").status_code == 308
    assert ann.get("/api/v1/officials/lavrov").json()["name"] == "Sergey Lavrov"
    assert LogEntry.objects.filter(slug="sergey-lavrov").order_by("-sequence").first().operation == "merged"
    assert [one.operation for one in LogEntry.objects.filter(slug="lavrov").order_by("sequence")] == ["created", "updated"]
    assert list(findings()) == []
    gone = page(ann.get(history_of(twin)))
    assert "was merged into" in gone


@pytest.mark.parametrize("chosen", ["left", "right"])
def test_both_names_are_kept(ann: Client, twins: tuple[Official, Official], chosen: str) -> None:
    lavrov, twin = twins
    assert "The other name is kept as an alias." in page(ann.get(merge_of(*twins)))
    merge(ann, lavrov, twin, **{"field-name": chosen})
    other = {"left": "Sergey Lavrov", "right": "Lavrov"}[chosen]
    names = list(ActorName.objects.filter(record=lavrov).order_by("pk").values_list("text", "kind"))
    assert names == [("Sergei Lavrov", "alias"), (other, "alias")]
    public = ann.get("/api/v1/officials/lavrov").json()
    assert [one["text"] for one in public["names"]] == ["Sergei Lavrov", other]
    part(ann, lavrov)
    for one in twins:
        assert list(ActorName.objects.filter(record=one).values_list("text", flat=True)) == ["Sergei Lavrov"]


@pytest.mark.parametrize(
    ("factory", "field", "label"),
    [(SourceFactory, "name", "name"), (OfficeFactory, "name", "name"), (TenureFactory, "title_held", "title held")],
)
def test_a_name_that_will_be_dropped_is_told_before_and_kept_in_the_history(
    ann: Client, factory: Any, field: str, label: str
) -> None:
    one, other = factory(**{field: "One way to say it"}), factory(**{field: "The other way"})
    says = f"the other {label} is dropped"
    assert says in page(ann.get(merge_of(one, other)))
    merge(ann, one, other)
    one.refresh_from_db()
    assert getattr(one, field) == "One way to say it"
    last = Revision.objects.filter(record_id=other.pk, slug=other.slug).first()
    assert "The other way" in page(ann.get(f"{history_of(other)}?version={last.number}"))
    # Nothing is dropped where both say the same.
    assert says not in page(ann.get(merge_of(one, factory(**{field: "One way to say it"}))))


def test_one_name_is_kept_once(ann: Client, twins: tuple[Official, Official]) -> None:
    topics = [TopicFactory(slug=f"libya-{number}", name="Libya") for number in (1, 2)]
    merge(ann, *topics)
    assert not topics[0].names.exists()


def test_a_merge_is_undone_within_the_history(ann: Client, twins: tuple[Official, Official]) -> None:
    lavrov, twin = twins
    was = [snapshot(Actor, one.pk) for one in twins]
    before = {slug: ann.get(f"/api/v1/officials/{slug}").json() for slug in ("lavrov", "sergey-lavrov")}
    merge(ann, lavrov, twin, **{"field-name": "right"})
    assert "Undo merge" in page(ann.get(history_of(lavrov)))
    answer = part(ann, lavrov)
    assert "The merge was undone." in messages(answer)
    assert [snapshot(Actor, one.pk).rows for one in twins] == [one.rows for one in was]
    for slug, old in before.items():
        new = ann.get(f"/api/v1/officials/{slug}").json()
        assert {key: new[key] for key in new if key not in {"version", "updated_at"}} == {
            key: old[key] for key in old if key not in {"version", "updated_at"}
        }
    assert set(twin.participations.values_list("event__slug", flat=True)) == {"with-sergey-lavrov", "with-both"}
    assert set(lavrov.participations.values_list("event__slug", flat=True)) == {"with-lavrov", "with-both"}
    assert twin.tenures.get().slug == "sergey-lavrov-minister"
    assert not Redirect.objects.exists()
    reported = [(one.version, one.operation) for one in LogEntry.objects.filter(slug="sergey-lavrov").order_by("sequence")]
    assert reported == [(1, "created"), (2, "merged"), (3, "restored")]
    assert list(findings()) == []
    assert "Undo merge" not in page(ann.get(history_of(lavrov)))
    assert "undone already" in messages(part(ann, lavrov))
    assert [one.action for one in Revision.objects.filter(record_id=twin.pk)] == ["unmerged", "merged", "found"]


def test_what_was_done_since_stays_where_it_was_done(ann: Client, twins: tuple[Official, Official]) -> None:
    lavrov, twin = twins
    merge(ann, lavrov, twin)
    change(ann, lavrov, description="Of Russia.", reason="More")
    later = MeetingFactory(slug="later")
    Participation.objects.create(event=later, actor=lavrov, role="participant")
    published(later)
    gone = Meeting.objects.get(slug="with-sergey-lavrov")
    Participation.objects.filter(event=gone).delete()
    part(ann, lavrov)
    lavrov.refresh_from_db()
    assert lavrov.description == "Of Russia."
    assert set(lavrov.participations.values_list("event__slug", flat=True)) == {"with-lavrov", "with-both", "later"}
    assert set(twin.participations.values_list("event__slug", flat=True)) == {"with-both"}


def test_what_forbids_the_parting_is_told(ann: Client, bob: Client, twins: tuple[Official, Official]) -> None:
    lavrov, twin = twins
    merge(ann, lavrov, twin)
    assert "Enter a reason" in messages(part(ann, lavrov, reason=" "))
    assert part(bob, lavrov).status_code == 403
    assert ann.post(history_of(lavrov), {"part": 1, "reason": "x"}).status_code == 404
    Redirect.objects.update(new_slug="elsewhere")
    assert "Its slug redirects elsewhere now" in messages(part(ann, lavrov))
    assert not Actor.objects.filter(pk=twin.pk).exists()


def test_who_may_not_publish_merges_drafts_alone(bob: Client, twins: tuple[Official, Official]) -> None:
    assert bob.get(merge_of(*twins)).status_code == 403
    assert bob.post(merge_of(*twins), {"reason": "x"}).status_code == 403
    draft = OfficialFactory(slug="draft")
    assert bob.post(merge_of(draft, twins[0]), {"reason": "x", "stays": "left"}).status_code == 403
    one, two = OfficialFactory(slug="one"), OfficialFactory(slug="two", description="Two.")
    Participation.objects.create(event=MeetingFactory(slug="call"), actor=two, role="participant")
    merge(bob, one, two)
    one.refresh_from_db()
    assert (one.description, one.participations.count(), Redirect.objects.count()) == ("Two.", 1, 0)
    assert not LogEntry.objects.filter(slug__in=["one", "two"]).exists()
    part(bob, one)
    one.refresh_from_db()
    assert (one.description, two.participations.count(), Official.objects.get(pk=two.pk).state) == ("", 1, "draft")
    assert list(findings()) == []


def test_a_draft_is_merged_into_what_is_published(ann: Client, twins: tuple[Official, Official]) -> None:
    draft = OfficialFactory(slug="draft", description="A draft.")
    ActorName.objects.create(record=draft, text="Another name")
    refused = merge(ann, draft, twins[0], stays="left")
    assert "A published record is merged only into a published one" in page(refused)
    answer = merge(ann, draft, twins[0], stays="right")
    assert "was merged into lavrov" in messages(answer)
    assert "Another name" in str(ann.get("/api/v1/officials/lavrov").json()["names"])
    assert ann.get("/api/v1/officials/draft").status_code == 404
    part(ann, twins[0])
    assert "Another name" not in str(ann.get("/api/v1/officials/lavrov").json()["names"])
    assert list(findings()) == []


def test_what_a_draft_cites_must_be_public_before_it_is_merged(ann: Client, twins: tuple[Official, Official]) -> None:
    draft = cited(OfficialFactory(slug="draft"))
    refused = merge(ann, draft, twins[0], stays="right")
    assert "cannot link to unpublished records" in page(refused)
    assert Official.objects.filter(slug="draft").exists()


def test_a_child_is_merged_into_its_parent_and_the_merge_is_undone(ann: Client) -> None:
    parent = TopicFactory(slug="syria", name="Syria")
    child = TopicFactory(slug="syrian-war", name="Syrian war", parent=parent)
    grandchild = TopicFactory(slug="idlib", parent=child)
    merge(ann, parent, child, stays="left")
    assert Topic.objects.get(slug="syria").parent is None
    grandchild.refresh_from_db()
    assert grandchild.parent_id == parent.pk
    part(ann, parent)
    assert Topic.objects.get(slug="syrian-war").parent_id == parent.pk
    merge(ann, parent, child, stays="right")
    assert Topic.objects.get(slug="syrian-war").parent is None
    part(ann, child)
    assert Topic.objects.get(slug="syrian-war").parent_id == parent.pk
    assert list(findings()) == []


def test_a_merge_of_what_changed_meanwhile_is_refused(ann: Client) -> None:
    one, two = OfficialFactory(slug="one"), OfficialFactory(slug="two")
    sent = {"stays": "left", "seen-left": "x", "seen-right": "y", "reason": "The same"}
    refused = ann.post(merge_of(one, two), sent)
    assert refused.status_code == 409
    assert "was changed since this page was loaded" in page(refused)
    assert "Enter a reason for the merge" in page(ann.post(merge_of(one, two), sent | {"reason": ""}))
    assert Official.objects.filter(slug="two").exists()


@pytest.mark.parametrize("other", ["", "nobody", "%00", "9223372036854775808", "<script>"])
def test_another_that_is_not_there_is_asked_for(ann: Client, other: str) -> None:
    one = OfficialFactory()
    url = reverse("admin:actors_official_merge", args=[one.pk]) + f"?with={other}"
    answer = ann.get(url)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "Slug of the other official" in page(answer)
