"""Review: queues, steps that are confirmed, proposals, and records that two editors publish."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import Actor, Country, Official
from config.desk.editorial.safeguards import guarded, require_unguarded
from config.desk.models import Approval, Proposal, Revision, Safeguard
from config.desk.pages.review import queues
from config.exceptions import RecordError
from config.record.curation import transitions
from config.record.curation.snapshots import snapshot
from config.record.models import LogEntry
from events.models import Event, EventTopic, Meeting, Provision, Stance, Topic
from tests.desk.pages import address, confirm_page, confirmed, entered, hidden, messages, saved
from tests.factories import (
    AgreementFactory,
    MeetingFactory,
    OfficialFactory,
    ParticipationFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    cited,
    published,
)
from tests.people import signed_in, take_permission

pytestmark = pytest.mark.django_db


def state_of(record: Any) -> str:
    return str(type(record)._default_manager.values_list("state", flat=True).get(pk=record.pk))


def decide(client: Client, proposal: Proposal, **data: Any) -> Any:
    url = reverse("admin:desk_proposal_change", args=[proposal.pk])
    token = re.findall(r'name="token" value="([^"]+)"', client.get(url).content.decode())
    return client.post(url, {"token": "".join(token)} | data, follow=True)


# Steps


def test_a_record_goes_the_whole_way_and_each_step_keeps_a_version(curator: Client, editor: Client) -> None:
    call = cited(MeetingFactory(slug="call", name="A call"), source=published(SourceFactory()))
    confirmed(curator, "submit", call, reason="Please look")
    assert state_of(call) == "in_review"
    refused = confirmed(editor, "send_back", call)
    assert "A reason is required." in refused.content.decode()
    confirmed(editor, "send_back", call, reason="Which day?")
    assert state_of(call) == "draft"
    confirmed(curator, "submit", call)
    answer = confirmed(editor, "publish", call, reason="Proved")
    assert answer.redirect_chain[-1][0] == address(call)
    assert "A call: published." in messages(answer)
    confirmed(editor, "retract", call, reason="Not proved")
    assert state_of(call) == "retracted"
    confirmed(editor, "restore", call, reason="Proved after all")
    assert state_of(call) == "published"
    actions = Revision.objects.filter(slug="call").order_by("number").values_list("action", "by__username", "reason")
    assert list(actions) == [
        ("found", None, ""), ("submitted", "curator", "Please look"), ("sent_back", "editor", "Which day?"),
        ("submitted", "curator", ""), ("published", "editor", "Proved"), ("retracted", "editor", "Not proved"),
        ("republished", "editor", "Proved after all"),
    ]  # fmt: skip


def test_the_page_of_a_retraction_promises_what_the_api_does(editor: Client) -> None:
    call, reader = published(MeetingFactory(slug="call", name="A call")), Client()
    document = reader.get("/api/v1/meetings/call").json()
    before = LogEntry.objects.get(slug="call").at.isoformat().replace("+00:00", "Z")
    lists = ("meetings", "events", "search?q=call", "exports/meetings")

    def listing(path: str) -> str:
        answer = reader.get(f"/api/v1/{path}")
        return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()  # type: ignore[attr-defined]

    assert all('"A call"' in listing(path) for path in lists)
    page = re.search(r'<p class="help">(.*?)</p>', editor.get(confirm_page("retract", call)).content.decode())
    confirmed(editor, "retract", call, reason="Not proved")
    gone = reader.get("/api/v1/meetings/call")
    versions = reader.get(gone.json()["versions"]).json()["results"]
    retraction = reader.get("/api/v1/changes").json()["results"][-1]
    # What the page says, sentence by sentence, and whether it is so.
    kept = {
        "The record is removed from all lists; its URL shows the date and the reason.": [
            *('"A call"' not in listing(path) for path in lists),
            (gone.status_code, gone["Content-Type"]) == (410, "application/problem+json"),
            (gone.json()["gone_at"], gone.json()["reason"]) == (versions[-1]["at"], "Not proved"),
        ],
        "Its versions stay public.": [
            [one["document"] for one in versions] == [document, None],
            reader.get(f"/api/v1/meetings/call?known_at={before}").json() == document,
            reader.get(f"/api/v1/meetings?known_at={before}").json()["results"] == [document],
        ],
        "The reason is public, in the change feed.": [
            versions[-1]["reason"] == "Not proved",
            (retraction["operation"], retraction["reason"]) == ("retracted", "Not proved"),
        ],
    }
    assert page
    assert re.split(r"(?<=\.) ", page[1]) == list(kept)
    assert {sentence: checks for sentence, checks in kept.items() if not all(checks)} == {}


def test_a_curator_submits_and_nothing_else_whatever_the_request_says(curator: Client) -> None:
    draft, public = MeetingFactory(), published(MeetingFactory())
    for step, record in (("send_back", draft), ("publish", draft), ("retract", public), ("restore", public)):
        assert curator.get(confirm_page(step, record)).status_code == 403
        seen = f"{record.pk}:{snapshot(Event, record.pk).digest}"
        assert curator.post(confirm_page(step, record), {"seen": seen, "along": "", "reason": "Why not"}).status_code == 403
        curator.post(address(record, "changelist"), {"action": step, "_selected_action": [record.pk], "reason": "Why not"})
    assert (state_of(draft), state_of(public)) == ("draft", "published")


def test_who_may_not_change_a_kind_takes_no_step_with_it(editor: Client) -> None:
    take_permission("Editor", "change_meeting")
    assert editor.get(confirm_page("publish", cited(MeetingFactory()))).status_code == 403
    assert editor.get(confirm_page("publish", cited(AgreementFactory()))).status_code == 200


def test_actions_of_a_list_lead_to_the_page_that_confirms_them(editor: Client) -> None:
    drafts = [cited(MeetingFactory()), cited(MeetingFactory())]
    lists = address(drafts[0], "changelist")
    data = {"action": "publish", "_selected_action": [one.pk for one in drafts]}
    asked = editor.post(lists, data)
    assert asked.url == confirm_page("publish", *sorted(drafts, key=lambda one: one.pk))
    answer = confirmed(editor, "publish", *drafts)
    assert answer.redirect_chain[-1][0] == lists
    assert [state_of(one) for one in drafts] == ["published", "published"]


def test_the_page_lists_what_is_published_along_and_what_is_rendered_again(editor: Client) -> None:
    minister, call = OfficialFactory(name="Sergey Lavrov"), cited(MeetingFactory(name="A call"))
    ParticipationFactory(event=call, actor=minister)
    earlier = published(MeetingFactory(name="An earlier call"))
    earlier.relations.create(object=call, type="follows")
    page = editor.get(confirm_page("publish", call))
    step_preview = page.context["step_preview"]
    names = [one.name for one in step_preview.along.shown]
    assert "Sergey Lavrov" in names
    assert [one.name for one in step_preview.refreshed.shown] == ["An earlier call"]
    assert [one.name for one in step_preview.unproved.shown] == ["Sergey Lavrov"]
    assert "No supporting citation" in page.content.decode()
    assert 'name="reason"' not in page.content.decode()
    assert state_of(minister) == "draft"

    cited(minister, source=published(SourceFactory()))
    answer = confirmed(editor, "publish", call)
    assert "Published with it:" in messages(answer)
    assert "Sergey Lavrov" in messages(answer)
    kept = Revision.objects.get(collection="actors", record_id=minister.pk, action="published")
    assert kept.by.username == "editor"


def test_what_is_published_along_is_what_was_shown(editor: Client) -> None:
    minister, call = cited(OfficialFactory()), cited(MeetingFactory())
    ParticipationFactory(event=call, actor=minister)
    url = confirm_page("publish", call)
    data = hidden(editor.get(url).content.decode())
    Official.objects.filter(pk=minister.pk).update(description="Changed meanwhile")
    assert "Changed in the meantime" in messages(editor.post(url, data))
    assert state_of(call) == "draft"
    assert editor.post(url, hidden(editor.get(url).content.decode())).status_code == 302
    assert state_of(minister) == "published"


def test_a_record_that_changed_since_the_page_was_made_is_not_published(editor: Client) -> None:
    call = cited(MeetingFactory(slug="call"))
    url = confirm_page("publish", call)
    data = hidden(editor.get(url).content.decode())
    Meeting.objects.filter(pk=call.pk).update(description="Changed meanwhile")
    answer = editor.post(url, data | {"reason": "Proved"})
    assert "Changed in the meantime. Check again: events/call" in messages(answer)
    assert 'value="Proved"' in answer.content.decode()
    assert state_of(call) == "draft"
    call.delete()
    assert editor.post(url, data).status_code == 302


def test_a_retraction_names_what_still_shows_the_record(sample: None, editor: Client) -> None:
    lavrov = Official.objects.get(slug="sergey-lavrov")
    page = editor.get(confirm_page("retract", lavrov))
    assert "lavrov-cavusoglu-call-2020-10-27" in [one.slug for one in page.context["step_preview"].holding.shown]
    seen = f"{lavrov.pk}:{snapshot(Actor, lavrov.pk).digest}"
    forged = {"seen": seen, "along": page.context["step_preview"].plan.token, "reason": "Wrong man"}
    assert "Published records still link to it" in messages(editor.post(confirm_page("retract", lavrov), forged))
    assert state_of(lavrov) == "published"


def test_records_in_another_state_can_be_left_out(editor: Client) -> None:
    draft, public = cited(MeetingFactory()), published(MeetingFactory())
    page = editor.get(confirm_page("publish", draft, public)).content.decode()
    assert "Publish is not possible for these" in page
    assert confirm_page("publish", draft) in page


@pytest.mark.parametrize("records", ["", "x", "9" * 40, "-1", "9223372036854775807", "\0"])
def test_a_broken_address_leads_back(editor: Client, records: str) -> None:
    url = reverse("admin:desk_confirm", args=["events", "publish"])
    assert editor.get(url, {"records": records}).status_code == 302
    assert editor.post(url, {"seen": [f"{records}:x", records], "along": records, "reason": "\0"}).status_code == 302
    assert editor.get(reverse("admin:desk_confirm", args=["nothing", "publish"])).status_code == 404
    assert editor.get(reverse("admin:desk_confirm", args=["events", "nothing"])).status_code == 404


def test_the_page_takes_as_many_queries_for_one_record_as_for_many(editor: Client) -> None:
    minister = cited(OfficialFactory())
    calls = [cited(MeetingFactory()) for _ in range(20)]
    for call in calls:
        ParticipationFactory(event=call, actor=minister)
    counts = []
    for some in (calls[:6], calls):
        with CaptureQueriesContext(connection) as asked:
            assert editor.get(confirm_page("publish", *some)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_markup_in_a_name_stays_text(editor: Client) -> None:
    draft = cited(MeetingFactory(name="<script>alert(1)</script>"))
    for url in (confirm_page("publish", draft), reverse("admin:desk_changes", args=["events", draft.pk])):
        page = editor.get(url).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


# What changed


def test_the_page_of_a_record_tells_where_it_stands_and_what_can_be_done(curator: Client, editor: Client) -> None:
    call = cited(MeetingFactory())
    confirmed(curator, "submit", call, reason="Please look")
    panel = editor.get(address(call)).context["panel"]
    assert (panel.state, panel.last.action, panel.last.by, panel.last.reason) == (
        "In review", "submitted for review", "curator", "Please look",
    )  # fmt: skip
    assert [step.name for step, _ in panel.steps] == ["send_back", "publish"]
    assert [step.name for step, _ in curator.get(address(call)).context["panel"].steps] == []


def test_what_changed_since_it_was_public_is_told_field_by_field(editor: Client) -> None:
    call = published(MeetingFactory(name="A call"))
    url = reverse("admin:desk_changes", args=["events", call.pk])
    page = editor.get(url)
    assert "No public version is stored" in page.content.decode()
    confirmed(editor, "retract", call, reason="Wrong day")
    saved(editor, call, start="2020-10-28")
    page = editor.get(url)
    assert [(one.label, one.before, one.after) for one in page.context["changes"].found] == [
        ("Start", "2020-10-27", "2020-10-28")
    ]
    draft = editor.get(reverse("admin:desk_changes", args=["events", MeetingFactory(name="New").pk]))
    assert ("Name", "", "New") in [(one.label, one.before, one.after) for one in draft.context["changes"].found]
    assert editor.get(reverse("admin:desk_changes", args=["events", 10**30])).status_code == 404


# Queues


def queue(client: Client, name: str) -> list[str]:
    page = client.get(reverse("admin:desk_queue", args=[name]))
    assert page.status_code == 200
    return [row.record.slug for row in page.context["rows"]]


def test_queues_hold_what_waits_over_all_tables(curator: Client, editor: Client) -> None:
    call, topic, source = MeetingFactory(slug="call"), TopicFactory(slug="war"), SourceFactory(slug="report")
    saved(curator, call, description="Told.")
    assert (queue(curator, "drafts"), queue(editor, "drafts")) == (["call"], [])
    for record in (topic, call, source):
        confirmed(curator, "submit", record, reason=f"About {record.slug}")
    assert queue(editor, "review") == ["war", "call", "report"]
    row = editor.get(reverse("admin:desk_queue", args=["review"])).context["rows"][0]
    assert (row.record.kind, row.by, row.reason) == ("topic", "curator", "About war")
    confirmed(editor, "send_back", call, reason="Which day?")
    assert queue(curator, "sent-back") == ["call"]
    back = curator.get(reverse("admin:desk_queue", args=["sent-back"])).context["rows"][0]
    assert (back.mine, back.by, back.reason) == (True, "editor", "Which day?")
    curated, edited = (User.objects.get(username=name) for name in ("curator", "editor"))
    assert queues.counts(curated) == {"drafts": 0, "review": 2, "sent-back": 1, "proposals": 0}
    assert queues.counts(edited)["drafts"] == 1
    assert editor.get(reverse("admin:desk_queue", args=["nothing"])).status_code == 404


def test_my_drafts_are_those_i_began(curator: Client, editor: Client) -> None:
    topic = {"name": "War", "slug": "war", "type": "conflict"}
    url = reverse("admin:events_topic_add")
    page = curator.get(url)
    data = {name: value for one in page.context["inline_admin_formsets"]
            for name, value in ((bound.html_name, 0) for bound in one.formset.management_form)}  # fmt: skip
    answer = curator.post(url, data | topic)
    assert answer.status_code == 302, answer.context["errors"]
    saved(editor, Topic.objects.get(slug="war"), description="Longer.")
    assert (queue(curator, "drafts"), queue(editor, "drafts")) == (["war"], ["war"])


def test_queues_show_only_kinds_that_one_may_see(curator: Client, editor: Client) -> None:
    for record in (MeetingFactory(slug="call"), AgreementFactory(slug="pact")):
        confirmed(curator, "submit", record)
    reader = signed_in("staff", "reader", may=["view_agreement"])
    assert queue(reader, "review") == ["pact"]
    assert reader.get(reverse("admin:desk_changes", args=["events", Meeting.objects.get().pk])).status_code == 403
    assert queue(signed_in("staff"), "review") == []
    assert queues.counts(User.objects.get(username="staff"))["review"] == 0


def test_queues_take_as_many_queries_for_one_as_for_fifty(editor: Client) -> None:
    user = User.objects.get(username="editor")
    counts = []
    for more in (1, 60):
        records = {Event: [MeetingFactory().pk for _ in range(more)]}
        records |= {type(one)._meta.concrete_model: [one.pk] for one in (SourceFactory(), OfficialFactory(), TenureFactory())}
        transitions.submit(records, by=user)
        with CaptureQueriesContext(connection) as asked:
            page = editor.get(reverse("admin:desk_queue", args=["review"]))
        counts.append(len(asked))
        assert editor.get(reverse("admin:desk_queue", args=["review"]), {"page": "9" * 30}).status_code == 200
    assert len(page.context["rows"]) == 50
    assert counts[0] == counts[1]


# Proposals


def test_what_a_curator_changes_in_a_published_record_becomes_a_proposal(curator: Client, editor: Client) -> None:
    call, minister = published(MeetingFactory(name="A call", slug="call")), published(OfficialFactory(name="Sergey Lavrov"))
    assert "your change becomes a proposal" in curator.get(address(call)).content.decode()
    before, logged = snapshot(Event, call.pk), LogEntry.objects.count()
    data = {"description": "Told.", "participations-TOTAL_FORMS": "1", "participations-0-actor": minister.pk,
            "participations-0-role": "participant"}  # fmt: skip
    assert "Enter the reason for changing this published record." in saved(curator, call, **data).content.decode()
    answer = saved(curator, call, **data, reason="The report says so")
    assert "saved as a proposal" in messages(answer)
    assert "was changed successfully" not in messages(answer)
    assert (snapshot(Event, call.pk), LogEntry.objects.count()) == (before, logged)
    proposal = Proposal.objects.get()
    assert (proposal.by.username, proposal.reason, proposal.base.snapshot) == ("curator", "The report says so", before)
    assert [(one.label, one.after) for one in answer.context["look"].found] == [
        ("Description", "Told."), ("Participation", "Sergey Lavrov (" + minister.slug + "), Participant"),
    ]  # fmt: skip
    assert queue(editor, "proposals") == ["call"]
    assert editor.get(address(call)).context["panel"].proposals == [proposal]

    # What was rolled back left its key to others.
    elsewhere = ParticipationFactory(event=MeetingFactory(), actor=minister)
    assert "Proposal applied" in messages(decide(editor, proposal, apply="Apply"))
    elsewhere.refresh_from_db()
    assert elsewhere.event_id != call.pk
    call.refresh_from_db()
    assert (call.description, call.participations.get().actor.slug) == ("Told.", minister.slug)
    last = LogEntry.objects.order_by("-sequence").first()
    assert (last.slug, last.reason) == ("call", "The report says so")
    version = Revision.objects.order_by("-pk").first()
    assert (version.action, version.by.username, version.detail) == (
        "applied", "editor", {"proposal": proposal.pk, "proposed_by": "curator"},
    )  # fmt: skip
    page = curator.get(reverse("admin:desk_proposal_change", args=[proposal.pk])).content.decode()
    assert "Applied by editor" in page
    assert 'name="apply"' not in page
    assert "applied already" in messages(decide(editor, proposal, apply="Apply"))


def test_a_proposal_keeps_to_the_rules_like_any_change(curator: Client) -> None:
    call = published(MeetingFactory())
    assert "The end lies before the start." in saved(curator, call, end="2019", reason="Try").content.decode()
    data = entered(curator, address(call))
    gone = {name.replace("-id", "-DELETE"): "on" for name in data if re.fullmatch(r"citations-\d+-id", name)}
    assert "No supporting citation" in saved(curator, call, **gone, reason="Try").content.decode()
    assert "no changes to propose" in messages(saved(curator, call, reason="Nothing"))
    assert not Proposal.objects.exists()


def test_a_part_on_its_own_page_is_proposed_for_its_record(curator: Client, editor: Client) -> None:
    pact = published(AgreementFactory(slug="pact"))
    provision = Provision.objects.create(slug="pact-1", agreement=pact, order=1, text="Talks.", category="political_process")
    transitions.amend({Event: [pact.pk]}, reason="Article 1")
    provision.refresh_from_db()
    answer = saved(curator, provision, text="Talks begin.", reason="The text")
    assert "saved as a proposal" in messages(answer)
    proposal = Proposal.objects.get()
    assert (proposal.collection, proposal.slug) == ("events", "pact")
    decide(editor, proposal, apply="Apply")
    assert editor.get("/api/v1/agreements/pact").json()["provisions"][0]["text"] == "Talks begin."


def test_new_parts_and_removed_ones_can_be_proposed(curator: Client, editor: Client) -> None:
    pact = published(AgreementFactory(slug="pact"))
    data = {"provisions-TOTAL_FORMS": "1", "provisions-0-order": "1", "provisions-0-text": "Talks begin.",
            "provisions-0-category": "political_process", "provisions-0-due_kind": "none",
            "provisions-0-lasts_until_kind": "none"}  # fmt: skip
    saved(curator, pact, **data, reason="Article 1")
    assert not Provision.objects.exists()
    decide(editor, Proposal.objects.get(), apply="Apply")
    assert editor.get("/api/v1/agreements/pact").json()["provisions"][0]["text"] == "Talks begin."
    saved(curator, pact, **{"provisions-0-DELETE": "on"}, reason="Not so")
    assert Provision.objects.exists()
    decide(editor, Proposal.objects.first(), apply="Apply")
    assert not Provision.objects.exists()


def test_where_both_changed_a_place_the_editor_chooses(curator: Client, editor: Client) -> None:
    call = published(MeetingFactory(name="A call", description="Old."))
    saved(curator, call, name="A phone call", description="Proposed.", reason="Better")
    saved(editor, call, description="Edited.", place_name="Moscow", reason="Mine")
    proposal = Proposal.objects.get()
    url = reverse("admin:desk_proposal_change", args=[proposal.pk])
    (conflict,) = editor.get(url).context["look"].conflicts
    assert (conflict.label, conflict.was, conflict.now, conflict.proposed) == ("Description", "Old.", "Edited.", "Proposed.")
    assert "Choose a version for each conflict" in messages(decide(editor, proposal, apply="Apply"))
    decide(editor, proposal, apply="Apply", **{f"keep:{conflict.key}": "now"})
    call.refresh_from_db()
    assert (call.name, call.description, call.place_name) == ("A phone call", "Edited.", "Moscow")


def test_a_stale_decision_is_refused(curator: Client, editor: Client) -> None:
    call = published(MeetingFactory())
    saved(curator, call, name="A phone call", reason="Better")
    proposal = Proposal.objects.get()
    assert "changed in the meantime" in messages(decide(editor, proposal, apply="Apply", token="0" * 64))
    confirmed(editor, "retract", call, reason="Wrong")
    assert "no longer published" in messages(decide(editor, proposal, apply="Apply"))
    assert Proposal.objects.get().decision == "open"


def test_a_proposal_is_refused_with_an_answer_or_withdrawn(curator: Client, editor: Client) -> None:
    call = published(MeetingFactory(name="A call"))
    saved(curator, call, name="A phone call", reason="Better")
    first = Proposal.objects.get()
    assert "Enter a reason for rejecting" in messages(decide(editor, first, refuse="Refuse"))
    decide(editor, first, refuse="Refuse", answer="Which phone?\0")
    first.refresh_from_db()
    assert (first.decision, first.answer, first.decided_by.username) == ("refused", "Which phone?", "editor")
    assert "Which phone?" in curator.get(reverse("admin:desk_proposal_change", args=[first.pk])).content.decode()
    saved(curator, call, name="A phone call", reason="Really")
    second = Proposal.objects.exclude(pk=first.pk).get()
    assert "Only its author" in messages(decide(editor, second, withdraw="Withdraw"))
    decide(curator, second, withdraw="Withdraw")
    second.refresh_from_db()
    assert second.decision == "withdrawn"
    assert Meeting.objects.get(pk=call.pk).name == "A call"


def test_curators_decide_nothing_and_see_only_their_own(curator: Client) -> None:
    call = published(MeetingFactory(name="A call"))
    saved(curator, call, name="A phone call", reason="Better")
    proposal = Proposal.objects.get()
    url = reverse("admin:desk_proposal_change", args=[proposal.pk])
    for decision in ("apply", "refuse", "nothing"):
        token = snapshot(Event, call.pk).digest
        assert curator.post(url, {decision: "x", "token": token, "answer": "x"}).status_code == 403
    another = signed_in("Curator", "another")
    assert another.get(url).status_code == 302
    assert (queue(another, "proposals"), queue(curator, "proposals")) == ([], [call.slug])
    assert curator.get(reverse("admin:desk_proposal_changelist")).status_code == 200
    assert curator.get(reverse("admin:desk_proposal_change", args=["9" * 40])).status_code == 302


# Two editors


@pytest.fixture
def libya(sample: None) -> Topic:
    Safeguard.objects.create(collection="topics", slug="libya", note="A war")
    return published(Topic.objects.get(slug="libya")) if not Topic.objects.public().filter(slug="libya").exists() else (
        Topic.objects.get(slug="libya")
    )  # fmt: skip


def about(topic: Topic, **values: Any) -> Meeting:
    call = cited(MeetingFactory(**values), source=published(SourceFactory()))
    EventTopic.objects.create(event=call, topic=topic)
    return call


def test_a_guarded_record_is_published_by_two_editors(libya: Topic, editor: Client, other_editor: Client) -> None:
    call = about(libya, slug="call", name="A call")
    answer = confirmed(editor, "publish", call)
    assert "One more editor is needed" in messages(answer)
    assert state_of(call) == "in_review"
    confirmed(editor, "publish", call)
    assert state_of(call) == "in_review"
    assert "Approved by editor" in other_editor.get(confirm_page("publish", call)).content.decode()
    assert "Approved by editor" in other_editor.get(address(call)).content.decode()
    confirmed(other_editor, "publish", call)
    assert state_of(call) == "published"
    version = Revision.objects.get(slug="call", action="published")
    assert (version.by.username, version.detail) == ("other", {"approved_by": ["editor"]})
    assert not Approval.objects.exists()


def test_a_change_in_between_voids_an_approval(libya: Topic, editor: Client, other_editor: Client) -> None:
    call = about(libya)
    confirmed(editor, "publish", call)
    saved(other_editor, call, description="Added.")
    confirmed(other_editor, "publish", call)
    assert state_of(call) == "in_review"
    confirmed(editor, "publish", call)
    assert state_of(call) == "published"


@pytest.mark.parametrize("by", ["a closed account", "another role"])
def test_whoever_publishes_no_longer_approves_no_longer(libya: Topic, editor: Client, other_editor: Client, by: str) -> None:
    call = about(libya)
    confirmed(editor, "publish", call)
    if by == "a closed account":
        User.objects.filter(username="editor").update(is_active=False)
    else:
        User.objects.get(username="editor").groups.set(Group.objects.filter(name="Curator"))
    confirmed(other_editor, "publish", call)
    assert state_of(call) == "in_review"


def test_sending_back_takes_the_approval_away(libya: Topic, editor: Client, other_editor: Client) -> None:
    call = about(libya)
    confirmed(editor, "publish", call)
    confirmed(other_editor, "send_back", call, reason="No")
    assert not Approval.objects.exists()


def test_no_other_way_passes_two_editors_by(libya: Topic, editor: Client, other_editor: Client) -> None:
    watched, plain = about(libya, slug="guarded"), cited(MeetingFactory(slug="plain"))
    # Some of many: the others are published.
    confirmed(editor, "publish", watched, plain)
    assert (state_of(watched), state_of(plain)) == ("in_review", "published")
    # Republished.
    confirmed(other_editor, "publish", watched)
    confirmed(editor, "retract", watched, reason="One is enough to take away")
    confirmed(editor, "restore", watched, reason="Again")
    assert state_of(watched) == "retracted"
    confirmed(other_editor, "restore", watched, reason="Again")
    assert state_of(watched) == "published"
    # Saved: what is guarded before or after the change.
    saved(editor, watched, name="Another name", reason="Try")
    saved(editor, watched, about=[], reason="Try")
    saved(editor, plain, about=[libya.pk], reason="Try")
    assert list(Event.objects.filter(topics=libya, slug__in=["guarded", "plain"]).values_list("slug", flat=True)) == ["guarded"]
    assert set(Proposal.objects.values_list("slug", flat=True)) == {"guarded", "plain"}


def test_no_sheet_merge_or_earlier_version_passes_two_editors_by(libya: Topic, editor: Client, other_editor: Client) -> None:
    watched, twin = about(libya, slug="guarded", name="A call"), published(MeetingFactory(slug="twin"))
    for one in (editor, other_editor):
        confirmed(one, "publish", watched)
    lists = reverse("admin:events_meeting_upload")
    brought = editor.post(lists, {"sheet": SimpleUploadedFile("sheet.csv", b"slug,name\nguarded,Another name\n")}, follow=True)
    done = editor.post(brought.request["PATH_INFO"], {"reason": "Try", "import": "Import"}, follow=True)
    assert "These need two editors; propose the change instead: events/guarded" in done.content.decode()
    assert editor.get(reverse("admin:events_meeting_merge", args=[watched.pk]) + f"?with={twin.pk}").status_code == 403
    history = reverse("admin:events_meeting_history", args=[watched.pk])
    seen = editor.get(f"{history}?version=1").context["seen"]
    editor.post(history, {"restore": 1, "seen": seen, "reason": "Try"})
    watched.refresh_from_db()
    assert (watched.name, watched.version) == ("A call", 1)


def test_who_proposes_leads_on_to_nothing_that_is_saved_at_once(curator: Client) -> None:
    call = published(MeetingFactory(name="A call"))
    saved(curator, call, name="Another name", reason="Try", _from_source="meeting")
    assert (Meeting.objects.get(pk=call.pk).name, Proposal.objects.count()) == ("A call", 1)


def test_drafts_that_a_proposal_names_are_there_when_it_is_applied(curator: Client, editor: Client) -> None:
    minister = published(OfficialFactory(slug="minister"))
    drafted = {
        "relations-TOTAL_FORMS": "1",
        "relations-0-object": "new:organization.party:A new party",
        "relations-0-type": "member_of",
    }
    answer = saved(curator, minister, reason="He joined it", **drafted)
    assert Proposal.objects.exists(), answer.context["errors"]
    (party,) = Actor.objects.filter(name="A new party")
    assert (party.state, minister.relations.count()) == ("draft", 0)
    decide(editor, Proposal.objects.get(), apply="Apply")
    assert [one.object_id for one in minister.relations.all()] == [party.pk]


def test_what_is_guarded_is_not_published_along_by_one(editor: Client, other_editor: Client) -> None:
    Safeguard.objects.create(kind="official")
    minister, call = cited(OfficialFactory(name="Sergey Lavrov"), source=published(SourceFactory())), cited(MeetingFactory())
    ParticipationFactory(event=call, actor=minister)
    page = editor.get(confirm_page("publish", call)).content.decode()
    assert "These linked records need two editors" in page
    answer = editor.post(confirm_page("publish", call), hidden(page))
    assert "Linked records need two editors" in messages(answer)
    assert (state_of(call), state_of(minister)) == ("draft", "draft")
    confirmed(other_editor, "publish", minister)
    confirmed(editor, "publish", call)
    assert (state_of(call), state_of(minister)) == ("published", "published")


def test_what_an_editor_proposes_another_one_applies(libya: Topic, editor: Client, other_editor: Client) -> None:
    call = about(libya, name="A call")
    for one in (editor, other_editor):
        confirmed(one, "publish", call)
    assert "which another editor applies" in editor.get(address(call)).content.decode()
    saved(editor, call, name="A phone call", reason="Better")
    proposal = Proposal.objects.get()
    assert "another editor reviews" in messages(decide(editor, proposal, apply="Apply"))
    decide(other_editor, proposal, apply="Apply")
    assert Meeting.objects.get(pk=call.pk).name == "A phone call"


def test_what_a_curator_proposes_two_editors_apply(libya: Topic, curator: Client, editor: Client, other_editor: Client) -> None:
    call = about(libya, name="A call")
    for one in (editor, other_editor):
        confirmed(one, "publish", call)
    saved(curator, call, name="A phone call", reason="Better")
    proposal = Proposal.objects.get()
    for _ in range(2):
        assert "One more editor is needed" in messages(decide(editor, proposal, apply="Apply"))
    assert Meeting.objects.get(pk=call.pk).name == "A call"
    decide(other_editor, proposal, apply="Apply")
    assert Meeting.objects.get(pk=call.pk).name == "A phone call"
    assert Revision.objects.order_by("-pk").first().detail["approved_by"] == ["editor"]


def test_other_ways_of_changing_records_can_ask_whether_one_is_enough(libya: Topic) -> None:
    watched, plain = about(libya, slug="guarded"), MeetingFactory()
    require_unguarded({Event: [plain.pk]})
    with pytest.raises(RecordError, match="events/guarded"):
        require_unguarded({Event: [plain.pk, watched.pk]})


def test_a_statement_shows_what_its_stances_are_about(sample: None) -> None:
    stance = Stance.objects.exclude(target_event=None).select_related("target_event").first()
    Safeguard.objects.create(collection="events", slug=stance.target_event.slug)
    assert (Event, stance.statement_id) in guarded({Event: Event.objects.values_list("pk", flat=True)})


def test_safeguards_are_set_by_whom_their_permissions_name(sample: None, editor: Client) -> None:
    add = reverse("admin:desk_safeguard_add")
    assert editor.get(add).status_code == 403
    assert editor.get(reverse("admin:desk_safeguard_changelist")).status_code == 200
    client = signed_in("Administrator")
    for wrong, said in (
        ({}, "Enter a kind, or a record that is referred to."),
        ({"slug": "libya"}, "A slug needs its collection"),
        ({"collection": "topics", "slug": "nowhere"}, "There is no record “nowhere” in topics."),
    ):
        assert said in client.post(add, wrong).content.decode()
    assert client.post(add, {"kind": "statement", "collection": "topics", "slug": "libya"}).status_code == 302
    assert str(Safeguard.objects.get()) == "statement about topics/libya"
    assert Country.objects.exists()
