"""Entry sessions: autocomplete, inline drafts, the next form from a source, and the preview."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import Actor, Country, Official, Organization
from config.desk.models import Revision
from config.record.curation import transitions
from config.record.curation.snapshots import snapshot
from config.record.models import LogEntry, LogHead
from config.sources.models import Source
from events.models import Agreement, Event, Meeting, Provision, Stance, Statement, Topic
from tests.desk.entry import agreement, errors, form, meeting, page, statement
from tests.factories import MeetingFactory, OfficialFactory, SourceFactory
from tests.people import signed_in

pytestmark = pytest.mark.django_db
CALL = "lavrov-cavusoglu-call-2020-10-27"
QUOTE = "held a telephone conversation"


def found(client: Client, term: str, model: str = "participation", field: str = "actor", **more: str) -> dict[str, Any]:
    asked = {"term": term, "app_label": "events", "model_name": model, "field_name": field}
    answer: dict[str, Any] = client.get(reverse("admin:autocomplete"), asked | more).json()
    return answer


def names(answer: dict[str, Any]) -> list[str]:
    return [one["text"] for one in answer["results"]]


# From a source


def test_a_source_leads_to_forms_that_cite_it(sample: None, editor: Client) -> None:
    answer = editor.post(page("source"), form(name="A report", date="2020-10-27", _from_source="meeting"))
    source = Source.objects.get(name="A report")
    assert (source.slug, answer.status_code) == ("report-2020-10-27", 302)
    assert answer["Location"] == f"{page('meeting')}?source={source.pk}"
    begun = editor.get(answer["Location"], {"source": source.pk, "quote": QUOTE})
    citations = next(one.formset for one in begun.context["inline_admin_formsets"] if one.formset.prefix == "citations")
    assert citations.forms[0].initial == {"source": source.pk, "role": "supports", "quote": QUOTE}
    assert f'action="{page("meeting")}"' in editor.get(page("source", "change", source.pk)).content.decode()


def test_an_event_leads_on_with_its_source_its_date_and_its_topics(sample: None, editor: Client) -> None:
    source, topic = Source.objects.get(slug="libya-report-2020-10"), Topic.objects.get(slug="libya")
    proof = {"citations__0__source": source.pk, "citations__0__role": "supports", "citations__0__quote": QUOTE}
    answer = editor.post(page("meeting"), meeting(about=[topic.pk], **proof, _from_source="statement"))
    call = Meeting.objects.get(name="A call")
    assert answer["Location"] == f"{page('statement')}?source={source.pk}&after={call.pk}"
    begun = editor.get(answer["Location"])
    assert begun.context["adminform"].form["start"].value() == "2020-10-27"
    assert begun.context["adminform"].form["about"].value() == [topic.pk]
    citations = next(one.formset for one in begun.context["inline_admin_formsets"] if one.formset.prefix == "citations")
    assert citations.forms[0].initial["quote"] == QUOTE


@pytest.mark.parametrize("key", ["", "x", "-1", "0", "9" * 19, "9" * 400, "1\x00", "²"])
def test_an_entry_session_without_a_source_is_an_empty_form(editor: Client, key: str) -> None:
    assert editor.get(page("meeting"), {"source": key, "after": key}).status_code == 200


def test_nobody_is_led_to_a_form_that_is_not_his() -> None:
    client = signed_in("staff", may=["view_meeting", "add_meeting", "view_source", "add_source"])
    answer = client.post(page("source"), form(name="A report", _from_source="statement"))
    assert "statement" not in answer["Location"]
    shown = client.get(page("meeting")).content.decode()
    assert 'id="go-on-meeting"' in shown
    assert 'id="go-on-statement"' not in shown


# What is proposed


def test_slugs_and_names_are_proposed(sample: None, editor: Client) -> None:
    lavrov, cavusoglu = (Official.objects.get(slug=slug) for slug in ("sergey-lavrov", "mevlut-cavusoglu"))
    people = {
        "participations__0__actor": lavrov.pk,
        "participations__0__role": "participant",
        "participations__1__actor": cavusoglu.pk,
        "participations__1__role": "participant",
    }
    for slug in (
        "phone-call-sergey-lavrov-mevlut-cavusoglu-2021-02-03",
        "phone-call-sergey-lavrov-mevlut-cavusoglu-2021-02-03-2",
    ):
        answer = editor.post(page("meeting"), meeting(**people) | {"name": "", "start": "2021-02-03"})
        assert answer.status_code == 302, errors(answer)
        assert Meeting.objects.get(slug=slug).name == "Phone call of Sergey Lavrov and Mevlüt Çavuşoğlu"
    editor.post(page("statement"), statement() | {"start": "[2020-10-23..2020-10-27]"})
    assert Statement.objects.get(name="A word").slug == "word-2020-10"
    refused = editor.post(page("meeting"), meeting() | {"name": ""})
    assert "Enter a name, or the form of the meeting and its participants." in errors(refused)


def test_deadlines_are_entered_in_the_words_of_the_report(sample: None, editor: Client) -> None:
    plain = {"category": "foreign_forces", "due_kind": "none", "lasts_until_kind": "none"}
    rows = [
        {"text": "They leave.", "due_offset": "within three months"},
        {"text": "It is frozen.", "lasts_until_condition": "Elected"},
        {"text": "It is over.", "due_date": "2021-01"},
    ]
    values = {f"provisions__{place}__{key}": value for place, row in enumerate(rows) for key, value in (plain | row).items()}
    answer = editor.post(page("agreement"), agreement(**values))
    assert answer.status_code == 302, errors(answer)
    made = Provision.objects.filter(agreement__slug="ceasefire-2020-10-23").order_by("order")
    assert [(one.order, one.due_kind, one.lasts_until_kind) for one in made] == [
        (1, "relative", "none"),
        (2, "none", "conditional"),
        (3, "absolute", "none"),
    ]
    assert (made[0].due_offset, made[0].due_anchor) == ("P3M", "signature")


# Finding


def test_names_codes_and_slugs_are_found_best_first(sample: None, editor: Client) -> None:
    assert names(found(editor, "cavusoglu")) == ["Mevlüt Çavuşoğlu"]
    assert names(found(editor, "Лавров")) == ["Sergey Lavrov"]
    for code in ("TUR", "tr", "wikidata:Q58217"):
        assert names(found(editor, code))[0] in ("Turkey", "Sergey Lavrov"), code
    # A list of states has these letters for Austria, North Macedonia and Montenegro.
    assert [names(found(editor, code))[0] for code in ("AUS", "MAC", "MNG")] == ["Australia", "Macao", "Mongolia"]
    assert names(found(editor, "libya", "eventtopic", "topic"))[0] == "Libya"
    lavrov = found(editor, "lavrov", day="2020-10-27")["results"][0]
    assert lavrov["about"] == "Minister of Foreign Affairs of Russia · official · Russia · published"
    assert lavrov["represents"]["text"] == "Russia"
    OfficialFactory(name="Sergey Lavrovsky")
    drafted = found(editor, "lavrovsky")["results"]
    assert [one["about"] for one in drafted] == ["official · draft"]


def test_what_is_not_found_can_be_drafted_by_those_who_may_add_it(sample: None) -> None:
    client = signed_in("staff", may=["view_actor", "add_official"])
    offers = found(client, "Nobody Known")["drafts"]
    assert [(one["id"], one["about"]) for one in offers] == [
        ("new:official:Nobody Known", "Create “Nobody Known” as a draft official")
    ]


def test_finding_takes_as_many_queries_for_twenty_as_for_one(editor: Client) -> None:
    counts = []
    for more in (1, 19):
        OfficialFactory.create_batch(more, country=Country.objects.order_by("pk").first())
        with CaptureQueriesContext(connection) as queries:
            assert names(found(editor, "official"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("term", ["", "\x00", "'", "%", "_", "9" * 400, "new:official:x", "ı" * 300])
def test_anything_can_be_typed(sample: None, editor: Client, term: str) -> None:
    for page_number in ("1", "x", "-1", "99999999999999999999"):
        found(editor, term, page=page_number)


def test_who_may_not_see_a_table_finds_nothing_in_it() -> None:
    asked = {"term": "x", "app_label": "events", "model_name": "participation", "field_name": "actor"}
    assert signed_in("staff", may=["view_meeting"]).get(reverse("admin:autocomplete"), asked).status_code == 403


# Drafts in place


def test_who_is_missing_is_drafted_with_the_proof_of_the_form(editor: Client) -> None:
    source = SourceFactory()
    answer = editor.post(
        page("meeting"),
        meeting(
            about=["new:topic:A conflict"], citations__0__source=source.pk, citations__0__role="supports",
            citations__0__quote=QUOTE, participations__0__actor="new:official:Ada Lovelace",
            participations__0__role="participant",
            participations__0__on_behalf_of="new:organization.armed_group:The Engine",
            participations__1__actor="new:official:Ada  Lovelace", participations__1__role="chair",
        ),
    )  # fmt: skip
    assert answer.status_code == 302, errors(answer)
    ada, engine = Official.objects.get(), Organization.objects.get()
    assert (ada.slug, ada.state, engine.organization_type) == ("ada-lovelace", "draft", "armed_group")
    for row in (ada, engine, Topic.objects.get()):
        assert [(one.source, one.role, one.quote) for one in row.citations.all()] == [(source, "supports", QUOTE)]
    kept = Revision.objects.filter(collection="actors").values_list("slug", "action", "by__username")
    assert set(kept) == {("ada-lovelace", "entered", "editor"), ("engine", "entered", "editor")}


def test_a_refused_form_drafts_nothing_and_loses_nothing(editor: Client) -> None:
    values = meeting(participations__0__actor="new:official:Ada Lovelace", participations__0__role="participant")
    refused = editor.post(page("meeting"), values | {"start": "soon"})
    assert "is not a date in EDTF" in refused.content.decode()
    assert '<option value="new:official:Ada Lovelace" selected' in refused.content.decode()
    assert not Official.objects.exists()
    assert not Revision.objects.exists()


def test_who_may_not_add_a_record_cannot_draft_it() -> None:
    client = signed_in("staff", may=["add_meeting", "view_meeting", "view_actor", "add_participation", "view_participation"])
    for forged in ("new:official:Ada", "new:country:Utopia", "new:user:root", "new:topic:X"):
        refused = client.post(page("meeting"), meeting(participations__0__actor=forged, participations__0__role="participant"))
        assert "You cannot create a record of this kind here." in errors(refused)
    assert not Actor.objects.exists()


@pytest.mark.parametrize(
    "key", ["x", "-1", "0", "9" * 19, "9" * 400, "²", "new:official:", "new:official:\x00", "new:official:" + "x" * 501]
)
def test_broken_choices_are_told_and_nothing_is_saved(editor: Client, key: str) -> None:
    for values in (
        meeting(participations__0__actor=key, participations__0__role="participant"),
        meeting(about=[key.replace("official", "topic")]),
    ):
        assert editor.post(page("meeting"), values).status_code == 200
    target = statement(stances__0__target=f"target_actor:{key}", stances__0__position="1", stances__0__explicitness="explicit")
    assert editor.post(page("statement"), target).status_code == 200
    assert not Event.objects.exists()
    assert not Actor.objects.exists()


# Readings


def test_a_date_is_read_out_while_it_is_entered(editor: Client, client: Client) -> None:
    def asked(text: str) -> Any:
        return editor.get(reverse("admin:reading"), {"text": text}).json()

    assert asked("[2020-10-23..2020-10-27]") == {"reading": "some time between 23 and 27 October 2020"}
    assert "is not a date" in asked("soon\x00")["error"]
    client.logout()
    assert client.get(reverse("admin:reading"), {"text": "2020"}).status_code == 302


def test_an_interval_is_the_start_and_the_end(sample: None, editor: Client) -> None:
    for typed, start, end in (
        ("2023-03-06/2023-03-10", "2023-03-06", "2023-03-10"),
        ("2023-03/2023-04~", "2023-03", "2023-04~"),
        ("2023-03-06/..", "2023-03-06", ".."),
        ("2023-03-06/", "2023-03-06", ""),
    ):
        answer = editor.post(page("meeting"), meeting(name="Talks", start=typed, end=""))
        assert answer.status_code == 302, errors(answer)
        made = Meeting.objects.latest("pk")
        assert (made.start, made.end) == (start, end)
    assert Meeting.objects.get(slug="talks-2023-03-06").end == "2023-03-10"
    refused = editor.post(page("meeting"), meeting(start="2023-03-06/2023-03-10", end="2023-03-12"))
    assert "is an interval, from one date to another" in errors(refused)
    assert "is not a date in EDTF" in errors(editor.post(page("meeting"), meeting(start="2023-03-10/2023-03-06")))


def test_an_interval_that_cannot_be_meant_says_what_to_do(sample: None, editor: Client) -> None:
    refused = editor.post(page("source"), form(name="A report", date="2023-03-06/2023-03-10"))
    assert "for one day in between, of which it is not known which, write [2023-03-06..2023-03-10]." in errors(refused)
    asked = {"text": "2023-03-06/2023-03-10"}
    read = editor.get(reverse("admin:reading"), asked).json()
    assert read["error"].startswith("“2023-03-06/2023-03-10” is an interval")
    read = editor.get(reverse("admin:reading"), asked | {"until": "end"}).json()
    assert read == {"reading": "began on 6 March 2023, ended on 10 March 2023"}


# The preview


def test_nothing_is_wrong_with_a_public_record_that_nobody_has_changed(sample: None, editor: Client) -> None:
    call = Meeting.objects.get(slug=CALL)
    call.description = "One line.\nAnother."
    call.save()
    shown = editor.get(page("meeting", "change", call.pk))
    sent = {}
    for one in (shown.context["adminform"].form, *(each.formset for each in shown.context["inline_admin_formsets"])):
        for part in (one.management_form, *one.forms) if hasattr(one, "management_form") else (one,):
            values = {part.add_prefix(name): part[name].value() for name in part.fields}
            sent |= {name: value for name, value in values.items() if value is not None and value is not False}
    sent["description"] = sent["description"].replace("\n", "\r\n")
    assert previewed(editor, "meeting", sent, call.pk).mistakes == []
    changed = previewed(editor, "meeting", sent | {"description": "Otherwise."}, call.pk).mistakes
    assert [one.message for one in changed] == ["Enter the reason for changing this published record."]
    row = next(name for name in sent if name.startswith("participations-") and name.endswith("-role"))
    changed = previewed(editor, "meeting", sent | {row: "observer"}, call.pk).mistakes
    assert [one.message for one in changed] == ["Enter the reason for changing this published record."]


def previewed(client: Client, model: str, data: dict[str, Any], *key: Any) -> Any:
    url = page(model, "preview", *key) if key else page(model, "preview_add")
    answer = client.post(url, data, headers={"x-requested-with": "fetch"})
    assert answer.status_code == 200
    return answer.context["preview"]


def test_the_preview_is_what_would_be_published_and_leaves_no_trace(sample: None, editor: Client) -> None:
    lavrov, source = Official.objects.get(slug="sergey-lavrov"), Source.objects.get(slug="libya-report-2020-10")
    data = meeting(
        participations__0__actor=lavrov.pk,
        participations__0__role="participant",
        participations__1__actor="new:official:Ada Lovelace",
        participations__1__role="participant",
        citations__0__source=source.pk,
        citations__0__role="supports",
    )
    head, last = LogHead.objects.get().sequence, LogEntry.objects.count()
    seen = previewed(editor, "meeting", data)
    document = json.loads(seen.document)
    assert document["participations"][0]["capacity"]["name"] == "Minister of Foreign Affairs of Russia"
    assert seen.notes == {"participations-0": "Minister of Foreign Affairs of Russia"}
    assert seen.along == ["Ada Lovelace (official)"]
    assert seen.unproved == [], "the draft will have the proof of the form"
    assert not Official.objects.filter(slug="ada-lovelace").exists()
    assert not Event.objects.filter(name="A call").exists()
    assert (LogHead.objects.get().sequence, LogEntry.objects.count(), Revision.objects.count()) == (head, last, 0)

    editor.post(page("meeting"), data)
    call = Meeting.objects.get(name="A call")
    transitions.publish({Event: [call.pk]}, along=True)
    public = editor.get(f"/api/v1/meetings/{call.slug}").json()
    assert {key: public[key] for key in document} == document


def test_the_preview_resolves_deadlines_and_shows_parts(sample: None, editor: Client) -> None:
    ceasefire = Agreement.objects.get(slug="libya-ceasefire-2020-10-23")
    plain = {"provisions__0__category": "other", "provisions__0__text": "They leave.", "provisions__0__due_offset": "P3M"}
    seen = previewed(editor, "agreement", agreement(**plain))
    assert seen.notes == {"provisions-0": "Due on 23 January 2021."}
    assert json.loads(seen.document)["provisions"][0]["due"]["latest"] == "2021-01-23"
    assert seen.unproved == ["A ceasefire (agreement)"]
    seen = previewed(editor, "agreement", agreement(name="Renamed", slug=ceasefire.slug), ceasefire.pk)
    assert [one.message for one in seen.mistakes] == ["Enter the reason for changing this published record."]
    assert json.loads(seen.document)["name"] == "Renamed"
    ceasefire.refresh_from_db()
    assert ceasefire.name != "Renamed"


def test_the_preview_says_what_is_wrong_and_where(editor: Client) -> None:
    seen = previewed(
        editor, "meeting", meeting(participations__0__actor="x", participations__0__role="chair") | {"start": "soon"}
    )
    assert [(one.where, one.field) for one in seen.mistakes] == [
        ("Start", "id_start"),
        ("Participation 1 · Actor", "id_participations-0-actor"),
    ]
    assert seen.document == ""


def test_the_preview_never_makes_markup_of_what_people_enter(editor: Client) -> None:
    answer = editor.post(page("meeting", "preview_add"), meeting() | {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.content.decode()
    assert "&lt;script&gt;alert" in answer.content.decode()


def test_only_who_may_save_a_form_sees_its_preview(sample: None) -> None:
    client = signed_in("staff", may=["view_meeting", "change_meeting"])
    call = Meeting.objects.get(slug=CALL)
    assert client.post(page("meeting", "preview_add"), meeting()).status_code == 403
    assert client.post(page("meeting", "preview", call.pk), meeting()).status_code == 200, "it would be a proposal"
    draft = MeetingFactory()
    assert client.post(page("meeting", "preview", draft.pk), meeting()).status_code == 200
    assert client.get(page("meeting", "preview", draft.pk)).status_code == 405
    assert client.post(page("meeting", "preview", "x"), meeting()).status_code == 404


# Stances and provisions within their record


def test_a_stance_finds_its_target_in_one_field_whatever_it_is(sample: None, editor: Client) -> None:
    topic, turkey = Topic.objects.get(slug="libya"), Actor.objects.get(slug="TUR")
    answer = editor.post(
        page("statement"),
        statement(
            stances__0__target=f"target_topic:{topic.pk}", stances__0__position="1", stances__0__explicitness="explicit",
            stances__1__target=f"target_actor:{turkey.pk}", stances__1__position="0", stances__1__explicitness="explicit",
            stances__2__target="target_topic:new:topic:A new issue", stances__2__position="-1",
            stances__2__explicitness="explicit",
        ),
    )  # fmt: skip
    assert answer.status_code == 302, errors(answer)
    stances = Stance.objects.filter(statement__slug="word-2020-10-27").order_by("slug")
    assert [str(one.target_topic or one.target_actor) for one in stances] == ["Libya", "Turkey", "A new issue"]
    assert [one.slug for one in stances] == [f"word-2020-10-27-stance-{number}" for number in (1, 2, 3)]


def test_a_stance_is_about_nothing_but_what_is_there_and_once(sample: None, editor: Client) -> None:
    topic = Topic.objects.get(slug="libya")
    rows = {
        f"stances__{row}__{key}": value
        for row in (0, 1)
        for key, value in (("target", f"target_topic:{topic.pk}"), ("position", "1"), ("explicitness", "explicit"))
    }
    assert editor.post(page("statement"), statement(**rows)).status_code == 200
    assert editor.post(page("statement"), statement(**rows | {"stances__1__target": "statement:1"})).status_code == 200
    assert not Statement.objects.filter(name="A word").exists()


def test_topics_are_exchanged_in_one_field(sample: None, editor: Client) -> None:
    libya, syria = (Topic.objects.get(slug=slug) for slug in ("libya", "syria"))
    draft = MeetingFactory()
    url = page("meeting", "change", draft.pk)
    for chosen in ([libya.pk], [libya.pk, syria.pk], [syria.pk], []):
        seen = snapshot(Event, draft.pk).digest
        assert editor.post(url, meeting(slug=draft.slug, about=chosen, seen=seen)).status_code == 302
        assert sorted(draft.topics.values_list("pk", flat=True)) == sorted(chosen)


# Proof of parts that are not there yet


def test_proof_names_a_part_by_its_place(sample: None, editor: Client) -> None:
    source = Source.objects.get(slug="libya-report-2020-10")
    expected = {"provisions__0__category": "other", "provisions__0__text": "They leave."}
    proof = {"source": source.pk, "role": "supports"}
    fields = ("", "provisions/1", "provisions/1/due", "provisions/2", "start")
    cited = {
        f"citations__{row}__{key}": value for row, name in enumerate(fields) for key, value in (proof | {"field": name}).items()
    }
    assert editor.post(page("agreement"), agreement(**expected, **cited)).status_code == 302
    made = Agreement.objects.get(slug="ceasefire-2020-10-23")
    part = "provisions/ceasefire-2020-10-23-provision-1"
    assert [one.field for one in made.citations.order_by("pk")] == ["", part, f"{part}/due", "provisions/2", "start"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ada Lovelace", "official"),
        ("Government of the North", "organization.government"),
        ("Northern Army", "organization.armed_group"),
        ("Northern Armed Forces", "organization.state_organ"),
        ("Northern media outlets", "organization.collective"),
        ("Partying", "official"),
    ],
)
def test_the_sort_that_a_name_sounds_like_is_offered_first(editor: Client, name: str, first: str) -> None:
    assert found(editor, name)["drafts"][0]["id"] == f"new:{first}:{name}"


def test_to_whom_a_source_ascribes_something_is_not_carried_over(sample: None, editor: Client) -> None:
    source = Source.objects.get(slug="libya-report-2020-10")
    proof = {"source": source.pk, "role": "supports", "locator": "paragraph 1", "attribution": "according to diplomats"}
    cited = {f"citations__0__{key}": value for key, value in proof.items()}
    begun = editor.get(editor.post(page("meeting"), meeting(**cited, _from_source="statement"))["Location"])
    citations = next(one.formset for one in begun.context["inline_admin_formsets"] if one.formset.prefix == "citations")
    assert citations.forms[0].initial == {"source": source.pk, "role": "supports", "quote": "", "locator": "paragraph 1"}
