"""The log of documents: what is appended, what is left quiet, and that stored always equals freshly rendered."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from actors.models import Actor, Country, Office, Tenure
from config.record.curation import transitions
from config.record.curation.consistency import findings
from config.record.curation.merging import merge, rename
from config.record.documents import writer
from config.record.documents.writer import DOCUMENT_TYPES
from config.record.models import Documented, LogEntry, PendingDocument, Redirect
from config.record.values.choices import CurationState, Operation
from config.sources.models import Source
from events.models import Event, EventRelation, Provision, Stance, Topic
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
    StanceFactory,
    StatementFactory,
    TenureFactory,
    TopicFactory,
    cited,
    published,
)

pytestmark = pytest.mark.django_db


def appended(after: int) -> list[tuple[str, str]]:
    """Return operation and record of the entries that followed the entry `after`."""
    return [(one.operation, f"{one.collection}/{one.slug}") for one in LogEntry.objects.filter(sequence__gt=after)]


def last() -> int:
    return LogEntry.objects.count()


def amend(record: Documented, **values: Any) -> None:
    with transaction.atomic():
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
        transitions.amend({record._meta.concrete_model: [record.pk]}, reason="Corrected")


@pytest.fixture
def call() -> Event:
    """A phone call of a minister, published with all that it shows."""
    russia = CountryFactory(slug="RUS", name="Russia")
    lavrov = OfficialFactory(slug="sergey-lavrov", name="Sergey Lavrov", country=russia)
    office = OfficeFactory(slug="foreign-minister-of-russia", name="Foreign Minister of Russia", body=russia)
    published(TenureFactory(slug="lavrov-foreign-minister", official=lavrov, office=office, start="2004-03-09"))
    meeting = MeetingFactory(slug="call", name="The call")
    ParticipationFactory(event=meeting, actor=lavrov, on_behalf_of=russia)
    meeting.topics.add(TopicFactory(slug="libya", name="Libya"))
    published(meeting)
    return Event.objects.get(slug="call")


@pytest.fixture
def ceasefire() -> Event:
    """A ceasefire with a provision, and a statement that doubts it."""
    agreement = AgreementFactory(slug="ceasefire", name="The ceasefire")
    ProvisionFactory(
        slug="leave", agreement=agreement, order=1, text="Foreign forces leave.",
        due_kind="relative", due_offset="P3M", due_anchor="signature",
    )  # fmt: skip
    published(agreement)
    statement = StatementFactory(slug="doubt", name="The doubt")
    ParticipationFactory(event=statement, actor=OfficialFactory(slug="erdogan", name="Erdoğan"), role="speaker")
    StanceFactory(slug="doubt-of-ceasefire", statement=statement, target_event=agreement)
    published(statement)
    return Event.objects.get(slug="ceasefire")


def names_in(slug: str) -> set[str]:
    """Return what the document of an event calls those who took part."""
    return {one["actor"]["name"] for one in orjson.loads(Event.objects.get(slug=slug).document)["participations"]}


@pytest.fixture
def meetings(monkeypatch: pytest.MonkeyPatch) -> Country:
    """Three meetings of a country, where two documents are as many as are rendered with a change."""
    monkeypatch.setattr(writer, "MAX_AT_ONCE", 2)
    russia = CountryFactory(slug="RUS", name="Russia")
    for slug in ("one", "three", "two"):
        meeting = MeetingFactory(slug=slug)
        ParticipationFactory(event=meeting, actor=russia)
        published(meeting)
    return russia


def test_many_documents_that_show_a_renamed_record_are_rendered_later_and_part_by_part(meetings: Country) -> None:
    before = last()
    amend(meetings, name="Russian Federation")
    assert appended(before) == [("updated", "actors/RUS")]
    assert [names_in(slug) for slug in ("one", "two", "three")] == [{"Russia"}] * 3
    assert not list(findings())

    newest = PendingDocument.objects.latest("pk")
    assert writer.render_pending(2) == 2
    assert list(PendingDocument.objects.all()) == [newest]
    assert not list(findings())
    assert (writer.render_pending(2), writer.render_pending(2)) == (1, 0)
    assert [names_in(slug) for slug in ("one", "two", "three")] == [{"Russian Federation"}] * 3
    refreshed = LogEntry.objects.filter(sequence__gt=before + 1)
    assert {(one.operation, one.slug, one.version, one.cause) for one in refreshed} == {
        ("refreshed", slug, 2, "actors:RUS") for slug in ("one", "two", "three")
    }
    assert not list(findings())


def test_as_many_as_may_be_are_rendered_with_the_change(meetings: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_AT_ONCE", 3)
    amend(meetings, name="Russian Federation")
    assert not PendingDocument.objects.exists()
    assert [names_in(slug) for slug in ("one", "two", "three")] == [{"Russian Federation"}] * 3


def test_two_changes_of_a_pending_document_make_one_version(meetings: Country) -> None:
    before = last()
    amend(meetings, name="Russian Federation")
    amend(meetings, name="Russia (Federation)")
    assert PendingDocument.objects.count() == 6
    while writer.render_pending(4):
        pass
    assert names_in("one") == {"Russia (Federation)"}
    assert sorted(appended(before)) == [
        *[("refreshed", f"events/{slug}") for slug in ("one", "three", "two")],
        *[("updated", "actors/RUS")] * 2,
    ]


def test_a_pending_document_that_is_changed_or_retracted_meanwhile_stays_so(meetings: Country) -> None:
    amend(meetings, name="Russian Federation")
    amend(Event.objects.get(slug="one"), description="More is known.")
    transitions.retract({Event: [Event.objects.get(slug="two").pk]}, reason="It was another day.")
    assert names_in("one") == {"Russian Federation"}
    before = last()
    assert writer.render_pending(10) == 3
    assert appended(before) == [("refreshed", "events/three")]
    assert Event.objects.get(slug="two").document is None
    assert not list(findings())


def test_what_is_retracted_is_in_no_document_at_once_however_many_showed_it(meetings: Country) -> None:
    one = Event.objects.get(slug="one")
    for slug in ("two", "three", "four"):
        subject = Event.objects.filter(slug=slug).first() or MeetingFactory(slug=slug)
        EventRelation.objects.create(subject=subject, object=one, type="follows")
        published(subject) if slug == "four" else amend(subject)
    transitions.retract({Event: [one.pk]}, reason="It was another day.")
    assert not PendingDocument.objects.exists()
    assert not Event.objects.filter(document__contains='"slug":"one"').exists()


def test_documents_of_an_earlier_version_are_rendered_again_on_request(call: Event, ceasefire: Event) -> None:
    for model in (Event, Provision):
        for row in model.objects.all():
            older = row.document.replace('"kind"', '"sort"')
            digest = hashlib.sha256(older.encode()).hexdigest()
            model.objects.filter(pk=row.pk).update(document=older, document_hash=digest)
    assert list(findings())
    before = last()
    call_command("render_documents")
    assert not list(findings())
    assert {operation for operation, _ in appended(before)} == {"updated"}
    assert '"sort"' not in Event.objects.get(pk=call.pk).document
    before = last()
    call_command("render_documents")
    assert not appended(before)


def test_a_stored_document_is_hashed_logged_and_on_the_row(call: Event) -> None:
    entry = LogEntry.objects.get(collection="events", slug="call")
    assert (entry.operation, entry.version, entry.kind) == ("created", 1, "meeting")
    assert entry.document == call.document
    assert entry.sha256 == call.document_hash == hashlib.sha256(call.document.encode()).hexdigest()


def test_a_document_shows_the_office_held_on_the_day(call: Event) -> None:
    assert orjson.loads(call.document)["participations"] == [
        {
            "actor": {"slug": "sergey-lavrov", "kind": "official", "name": "Sergey Lavrov"},
            "role": "participant",
            "on_behalf_of": {"slug": "RUS", "kind": "country", "name": "Russia"},
            "wording": None,
            "capacity": {
                "slug": "lavrov-foreign-minister",
                "kind": "tenure",
                "name": "Foreign Minister of Russia",
            },
        }
    ]


def test_saving_without_a_change_appends_nothing(call: Event) -> None:
    before = last()
    amend(call)
    amend(Actor.objects.get(slug="RUS"))
    assert appended(before) == []


def test_a_change_appends_one_entry_and_a_version(call: Event) -> None:
    before = last()
    amend(call, description="They spoke.")
    assert appended(before) == [("updated", "events/call")]
    call.refresh_from_db()
    document = orjson.loads(call.document)
    assert (document["version"], document["description"]) == (2, "They spoke.")
    assert document["updated_at"] > document["published_at"]


def test_renaming_refreshes_what_shows_the_record_and_names_the_cause(call: Event) -> None:
    before, updated_at = last(), call.updated_at
    amend(Actor.objects.get(slug="sergey-lavrov"), name="Sergei Lavrov")
    assert sorted(appended(before)) == [
        ("refreshed", "events/call"),
        ("refreshed", "tenures/lavrov-foreign-minister"),
        ("updated", "actors/sergey-lavrov"),
    ]
    entry = LogEntry.objects.get(sequence__gt=before, collection="events")
    assert (entry.cause, entry.reason) == ("actors:sergey-lavrov", "")
    call.refresh_from_db()
    assert call.updated_at == updated_at
    assert list(findings()) == []


def test_a_change_that_others_do_not_show_leaves_them_alone(call: Event) -> None:
    before = last()
    amend(Actor.objects.get(slug="sergey-lavrov"), description="A diplomat.")
    assert appended(before) == [("updated", "actors/sergey-lavrov")]


def test_renaming_an_office_reaches_the_meetings_of_its_holders(call: Event) -> None:
    before = last()
    amend(Office.objects.get(), name="Minister of Foreign Affairs")
    assert ("refreshed", "events/call") in appended(before)
    assert list(findings()) == []


def test_moving_a_tenure_takes_the_capacity_away_and_gives_it_back(call: Event) -> None:
    tenure = Tenure.objects.get()
    amend(tenure, end="2019", status="ended")
    call.refresh_from_db()
    assert orjson.loads(call.document)["participations"][0]["capacity"] is None
    amend(tenure, end="", status="unknown")
    call.refresh_from_db()
    assert orjson.loads(call.document)["participations"][0]["capacity"]["slug"] == tenure.slug
    assert list(findings()) == []


def test_a_capacity_stays_open_where_several_offices_fit(call: Event) -> None:
    lavrov = Actor.objects.get(slug="sergey-lavrov")
    published(TenureFactory(official=lavrov, office=OfficeFactory(body=OrganizationFactory()), start="2010"))
    call.refresh_from_db()
    assert orjson.loads(call.document)["participations"][0]["capacity"]["slug"] == "lavrov-foreign-minister"
    published(TenureFactory(official=lavrov, office=OfficeFactory(body=Actor.objects.get(slug="RUS")), start="2012"))
    call.refresh_from_db()
    assert orjson.loads(call.document)["participations"][0]["capacity"] is None
    assert list(findings()) == []


def test_moving_the_signature_moves_what_is_due(ceasefire: Event) -> None:
    assert str(Provision.objects.get().due_latest) == "2021-01-23"
    before = last()
    amend(ceasefire, start="2020-11-30")
    assert str(Provision.objects.get().due_latest) == "2021-02-28"
    assert appended(before) == [("updated", "provisions/leave"), ("updated", "events/ceasefire")]
    assert list(findings()) == []


def test_renaming_an_agreement_reaches_its_parts_and_who_speaks_of_it(ceasefire: Event) -> None:
    before = last()
    amend(ceasefire, name="The Geneva ceasefire")
    assert sorted(appended(before)) == [
        ("refreshed", "events/doubt"),
        ("refreshed", "stances/doubt-of-ceasefire"),
        ("updated", "events/ceasefire"),
        ("updated", "provisions/leave"),
    ]
    assert list(findings()) == []


def test_what_published_records_show_cannot_be_retracted(ceasefire: Event) -> None:
    with pytest.raises(transitions.StillShownError) as refused:
        transitions.retract({Event: [ceasefire.pk]}, reason="A mistake")
    assert refused.value.records == ("stances/doubt-of-ceasefire",)


def test_retracting_takes_the_parts_along_and_restoring_brings_them_back(ceasefire: Event) -> None:
    statement = Event.objects.get(slug="doubt")
    before = last()
    transitions.retract({Event: [statement.pk]}, reason="A mistake")
    statement.refresh_from_db()
    assert (statement.state, statement.document, statement.search_text) == (CurationState.RETRACTED, None, "")
    assert Stance.objects.get().document is None
    assert sorted(appended(before)) == [("retracted", "events/doubt"), ("retracted", "stances/doubt-of-ceasefire")]
    before = last()
    transitions.restore({Event: [statement.pk]}, reason="It was none")
    assert appended(before) == [("restored", "stances/doubt-of-ceasefire"), ("restored", "events/doubt")]
    assert [one.version for one in LogEntry.objects.filter(slug="doubt")] == [1, 2, 3]
    assert list(findings()) == []


def test_retracting_an_event_takes_it_out_of_the_relations_of_others(call: Event) -> None:
    other = published(ActionFactory(slug="training"))
    call.relations.create(type="follows", object=other)
    amend(call)
    call.refresh_from_db()
    assert [one["object"]["slug"] for one in orjson.loads(call.document)["relations"]] == ["training"]
    transitions.retract({Event: [other.pk]}, reason="A mistake")
    call.refresh_from_db()
    assert orjson.loads(call.document)["relations"] == []
    assert list(findings()) == []


def test_an_unpublished_event_does_not_show_in_the_relations_of_others(call: Event) -> None:
    call.relations.create(type="follows", object=ActionFactory(slug="secret"))
    amend(call)
    call.refresh_from_db()
    assert "secret" not in call.document


def test_a_part_added_to_a_published_agreement_is_published_with_it(ceasefire: Event) -> None:
    before = last()
    with transaction.atomic():
        ProvisionFactory(slug="freeze", agreement=ceasefire, order=2)
        transitions.amend({Event: [ceasefire.pk]}, reason="Added")
    assert appended(before) == [("created", "provisions/freeze"), ("updated", "events/ceasefire")]
    assert list(findings()) == []


def test_merging_moves_everything_over_and_leaves_a_redirect(call: Event) -> None:
    twin = published(OfficialFactory(slug="s-lavrov", name="S. Lavrov"))
    twin.names.create(text="Сергей Лавров", language="ru", kind="native")
    meeting = MeetingFactory(slug="other-call")
    ParticipationFactory(event=meeting, actor=twin)
    published(meeting)
    both = ActionFactory(slug="both")
    lavrov = Actor.objects.get(slug="sergey-lavrov")
    ParticipationFactory(event=both, actor=twin, role="agent")
    ParticipationFactory(event=both, actor=lavrov, role="agent")
    published(both)
    before = last()
    merge(Actor, loser=twin.pk, winner=lavrov.pk, reason="The same person")
    assert sorted(appended(before)) == [
        ("merged", "actors/s-lavrov"),
        ("refreshed", "events/both"),
        ("refreshed", "events/other-call"),
        ("updated", "actors/sergey-lavrov"),
    ]
    assert Redirect.objects.get().new_slug == "sergey-lavrov"
    assert not Actor.objects.filter(slug="s-lavrov").exists()
    assert [one.text for one in lavrov.names.all()] == ["Сергей Лавров", "S. Lavrov"]
    assert Event.objects.get(slug="both").participations.count() == 1
    assert list(findings()) == []


def test_a_merged_country_keeps_its_topics_and_offices(call: Event) -> None:
    twin = published(CountryFactory(slug="RUX"))
    topic = TopicFactory(slug="arms")
    topic.countries.add(twin)
    published(topic)
    published(OfficeFactory(slug="envoy", body=twin))
    merge(Actor, loser=twin.pk, winner=Actor.objects.get(slug="RUS").pk, reason="The same country")
    assert [one["slug"] for one in orjson.loads(Topic.objects.get(slug="arms").document)["countries"]] == ["RUS"]
    assert orjson.loads(Office.objects.get(slug="envoy").document)["body"]["slug"] == "RUS"
    assert list(findings()) == []


def test_redirects_never_form_chains(call: Event) -> None:
    rename(Event, call.pk, "call-2", reason="Clearer")
    rename(Event, call.pk, "call-3", reason="Clearer still")
    assert sorted(Redirect.objects.values_list("old_slug", "new_slug")) == [("call", "call-3"), ("call-2", "call-3")]
    assert list(findings()) == []


def test_an_erasure_keeps_hashes_and_takes_bodies(call: Event) -> None:
    digest = call.document_hash
    transitions.erase(Event, call.pk, reason="A court order")
    entries = LogEntry.objects.filter(collection="events", slug="call")
    assert [(one.operation, one.document) for one in entries] == [
        ("created", None),
        ("retracted", None),
        ("erased", None),
    ]
    assert entries[0].sha256 == digest


@pytest.mark.parametrize("change", [{"reason": "another"}, {"document": "{}"}, {"sequence": 10_000}])
def test_the_database_refuses_to_change_the_log(call: Event, change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        LogEntry.objects.filter(slug="call").update(**change)


def test_the_database_refuses_to_delete_from_the_log(call: Event) -> None:
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        LogEntry.objects.filter(slug="call")._raw_delete(using="default")


def test_numbers_in_the_log_have_no_gaps(call: Event, ceasefire: Event) -> None:
    numbers = list(LogEntry.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_failed_write_leaves_nothing(call: Event) -> None:
    before = last()
    with pytest.raises(transitions.UnprovedError):
        transitions.publish({Event: [MeetingFactory().pk]})
    assert last() == before
    assert appended(before) == []


def test_publishing_needs_what_the_document_shows_or_takes_it_along() -> None:
    meeting = cited(MeetingFactory())
    actor = cited(OfficialFactory(slug="somebody"))
    ParticipationFactory(event=meeting, actor=actor)
    with pytest.raises(transitions.UnpublishedPartsError) as refused:
        transitions.publish({Event: [meeting.pk]})
    assert "actors/somebody" in refused.value.records
    wanted = transitions.publish({Event: [meeting.pk]}, along=True)
    assert actor.pk in wanted[Actor]


def test_documents_are_written_in_a_constant_number_of_queries(
    django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_max_num_queries(1000) as few:
        transitions.publish({Event: [cited(MeetingFactory()).pk]}, along=True)
    queries = len(few.captured_queries)
    source = published(SourceFactory())
    many = [cited(MeetingFactory(), source=source).pk for _ in range(30)]
    with django_assert_max_num_queries(queries):
        transitions.publish({Event: many}, along=True)


@pytest.mark.parametrize("model", DOCUMENT_TYPES, ids=lambda model: model.__name__)
def test_every_documented_table_has_a_shape_that_renders_nothing_for_nobody(model: type[Documented]) -> None:
    assert DOCUMENT_TYPES[model].render([]) == {}


def test_every_documented_table_has_a_shape() -> None:
    tables = {one for one in Documented.__subclasses__() if not one._meta.abstract}
    assert tables == set(DOCUMENT_TYPES)


def test_writing_outside_a_transaction_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(transaction.TransactionManagementError):
        writer.write({Source: [1]}, writer.Change())


class TestNeighbours:
    """Which records belong together, and which show which."""

    def test_parts_and_what_they_belong_to(self, ceasefire: Event) -> None:
        provision, stance, doubt = Provision.objects.get(), Stance.objects.get(), Event.objects.get(slug="doubt")
        assert writer.owners({Provision: [provision.pk], Stance: [stance.pk], Source: [1]}) == {Event: {ceasefire.pk, doubt.pk}}
        assert writer.with_parts({Event: {ceasefire.pk}}) == {Event: {ceasefire.pk}, Provision: {provision.pk}, Stance: set()}
        assert writer.with_parts({Source: {7}}) == {Source: {7}}
        assert not any(writer.owners({}).values())

    def test_what_shows_a_record_and_why(self, call: Event) -> None:
        lavrov, tenure = Actor.objects.get(slug="sergey-lavrov"), Tenure.objects.get()
        assert writer.showing(Actor, [lavrov.pk]) == {
            Event: {call.pk: {(Actor, lavrov.pk)}},
            Tenure: {tenure.pk: {(Actor, lavrov.pk)}},
        }
        assert writer.showing(Actor, []) == {}
        assert writer.showing_any({Actor: {lavrov.pk}, Topic: {Topic.objects.get().pk}})[Event] == {
            call.pk: {(Actor, lavrov.pk), (Topic, Topic.objects.get().pk)}
        }

    def test_what_could_do_without_it_does_not_need_it(self, call: Event) -> None:
        tenure = Tenure.objects.get()
        assert writer.showing(Tenure, [tenure.pk]) == {Event: {call.pk: {(Tenure, tenure.pk)}}}
        assert writer.showing(Tenure, [tenure.pk], needed=True) == {}

    def test_drafts_show_nothing(self, call: Event) -> None:
        other = MeetingFactory()
        other.topics.add(Topic.objects.get())
        assert set(writer.showing(Topic, [Topic.objects.get().pk])[Event]) == {call.pk}

    def test_what_a_record_shows_and_cannot_do_without(self, call: Event) -> None:
        shown = writer.shown_by({Event: {call.pk}})
        # Not the office that he held, which is left out where it is not public.
        assert {model for model, ids in shown.items() if ids} == {Actor, Topic, Source}
        assert set(Actor.objects.filter(pk__in=shown[Actor]).values_list("slug", flat=True)) == {"sergey-lavrov", "RUS"}
        assert not any(writer.shown_by({Event: {call.pk}}, unpublished=True).values())

    def test_what_a_part_shows_besides_its_record(self, ceasefire: Event) -> None:
        stance = Stance.objects.get()
        shown = writer.shown_by({Stance: {stance.pk}})
        assert (shown[Event], set(Actor.objects.filter(pk__in=shown[Actor]).values_list("slug", flat=True))) == (
            {ceasefire.pk},
            {"erdogan"},
        )


class TestWithdrawing:
    """Documents that are taken away."""

    def test_only_what_is_published_is_withdrawn(self, call: Event) -> None:
        draft, before, change = MeetingFactory(slug="draft"), last(), writer.Change("Wrong")
        with transaction.atomic():
            writer.withdraw({Event: [draft.pk, call.pk]}, change, Operation.RETRACTED, cause="events:other")
        entry = LogEntry.objects.get(sequence__gt=before)
        assert (entry.slug, entry.kind, entry.version, entry.reason, entry.cause) == (
            "call",
            "meeting",
            2,
            "Wrong",
            "events:other",
        )
        assert (entry.document, entry.sha256) == (None, "")
        call.refresh_from_db()
        assert (call.state, call.document, call.document_hash, call.version) == (CurationState.RETRACTED, None, "", 2)
        assert call.updated_at == entry.at == change.at
        draft.refresh_from_db()
        assert (draft.state, draft.version) == (CurationState.DRAFT, 0)

    def test_lists_that_it_stood_in_forget_it(self, call: Event) -> None:
        assert call.actor_index.exists()
        with transaction.atomic():
            writer.withdraw({Event: [call.pk]}, writer.Change(), Operation.RETRACTED)
        assert not call.actor_index.exists()


class TestStaleDocuments:
    """Stored documents that are not what a fresh rendering gives."""

    def test_none_is_stale_after_a_write(self, call: Event, ceasefire: Event) -> None:
        assert list(writer.stale_documents()) == []

    @pytest.mark.parametrize(
        "wrong", [{"document": "{}"}, {"document_hash": "0" * 64}, {"search_text": "other"}, {"version": 9}, {"name": "Another"}]
    )
    def test_whatever_is_wrong_with_one_is_found(self, call: Event, ceasefire: Event, wrong: dict[str, Any]) -> None:
        Event.objects.filter(pk=call.pk).update(**wrong)
        assert list(writer.stale_documents()) == [(Event, "call")]

    def test_one_that_is_pending_is_not_stale(self, call: Event) -> None:
        Event.objects.filter(pk=call.pk).update(name="Another")
        pending = PendingDocument.objects.create(collection="events", record_id=call.pk, cause="actors:RUS")
        assert list(writer.stale_documents()) == []
        # Another table has the same key.
        PendingDocument.objects.filter(pk=pending.pk).update(collection="topics")
        assert list(writer.stale_documents()) == [(Event, "call")]


class TestWriting:
    """What a write appends."""

    def test_it_returns_how_many_entries_it_appended(self, call: Event) -> None:
        before = last()
        with transaction.atomic():
            assert writer.write({Event: [call.pk]}, writer.Change()) == 0
            Actor.objects.filter(slug="RUS").update(name="Russian Federation")
            appended_now = writer.write({Actor: [Actor.objects.get(slug="RUS").pk]}, writer.Change())
        assert appended_now == last() - before > 1

    def test_records_of_one_write_show_each_other(self) -> None:
        one, other = (cited(MeetingFactory(slug=slug), source=published(SourceFactory())) for slug in ("one", "other"))
        for subject, shown in ((one, other), (other, one)):
            subject.relations.create(type="follows", object=shown)
        with transaction.atomic():
            writer.write({}, writer.Change(), publishing={Event: [one.pk, other.pk]})
        for subject, shown in (("one", "other"), ("other", "one")):
            document = orjson.loads(Event.objects.get(slug=subject).document)
            assert [relation["object"]["slug"] for relation in document["relations"]] == [shown]
        assert [entry.version for entry in LogEntry.objects.filter(collection="events")] == [1, 1]

    def test_nothing_pending_is_nothing_to_do(self, call: Event) -> None:
        before = last()
        assert writer.render_pending() == 0
        assert last() == before
