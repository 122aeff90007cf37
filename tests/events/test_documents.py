"""Documents of events, provisions, stances and topics: every key, from rows of every kind, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.choices import ActorKind
from actors.models import Actor, Tenure
from config.record.documents import writer
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.documents.rendering import Rendering
from config.record.values.choices import CurationState
from config.sources.models import Source
from events.models import Event, EventTopic, PartyAction, Provision, ProvisionReview, Stance, Topic
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

REPORT = {
    "slug": "report",
    "kind": "source",
    "name": "A report",
    "publisher": "The paper",
    "date": "2020-10-27",
    "url": "https://paper.example/report",
}
RUSSIA = {"slug": "RUS", "kind": "country", "name": "Russia"}
TURKEY = {"slug": "TUR", "kind": "country", "name": "Turkey"}
LAVROV = {"slug": "lavrov", "kind": "official", "name": "Sergey Lavrov"}
# What an event of any kind has in its document where nothing is entered.
BARE = {
    "names": [],
    "description": None,
    "start": "2020-10-27",
    "start_earliest": "2020-10-27",
    "start_latest": "2020-10-27",
    "end": None,
    "end_earliest": "2020-10-27",
    "end_latest": "2020-10-27",
    "place": None,
    "topics": [],
    "participations": [],
    "relations": [],
    "codes": [],
    "identifiers": [],
    "dataset": None,
    "external_id": None,
    "citations": [],
}


def rendering(record: Any) -> Rendering:
    """Return the rendering of a record, after what follows from it has been computed."""
    model = record._meta.concrete_model
    writer.compute_derived({model: {record.pk}})
    return DOCUMENT_TYPES[model].render([record.pk])[record.pk]


def body(record: Any) -> dict[str, Any]:
    """Return a document as the public reads it, without its stamps."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(rendering(record).body))
    return found


@pytest.fixture
def report() -> Source:
    return SourceFactory(**{key: value for key, value in REPORT.items() if key != "kind"})  # type: ignore[return-value]


@pytest.fixture
def russia() -> Any:
    return CountryFactory(slug="RUS", name="Russia")


@pytest.fixture
def turkey() -> Any:
    return CountryFactory(slug="TUR", name="Turkey")


@pytest.fixture
def lavrov(russia: Any) -> Any:
    return OfficialFactory(slug="lavrov", name="Sergey Lavrov", country=russia)


def citation(**more: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("field", "claim", "quote", "locator", "attribution", "note"))
    return {"source": REPORT, "role": "supports", "is_inferred": False} | blank | more


class TestEvents:
    """Events of the four kinds."""

    def test_a_meeting_of_which_little_is_known(self) -> None:
        meeting = MeetingFactory(slug="call", name="A call")
        assert body(meeting) == BARE | {
            "slug": "call",
            "kind": "meeting",
            "name": "A call",
            "mode": "phone_call",
            "held_state": "held",
        }

    def test_an_action_of_which_little_is_known(self) -> None:
        action = ActionFactory(slug="aid", name="Aid", start="2020-10", action_type="aid")
        assert body(action) == BARE | {
            "slug": "aid",
            "kind": "action",
            "name": "Aid",
            "type": "aid",
            "start": "2020-10",
            "start_earliest": "2020-10-01",
            "start_latest": "2020-10-31",
            "end_earliest": "2020-10-01",
            "end_latest": "2020-10-31",
        }

    def test_a_statement_of_which_little_is_known(self) -> None:
        statement = StatementFactory(slug="doubt", name="A doubt", start="2020-10-27")
        assert body(statement) == BARE | {
            "slug": "doubt",
            "kind": "statement",
            "name": "A doubt",
            "text": "It lacks credibility.",
            "form": "paraphrase",
            "language": None,
            "medium": "news_report",
            "attribution": "reported",
            "stances": [],
        }

    def test_an_agreement_of_which_little_is_known(self) -> None:
        agreement = AgreementFactory(slug="pact", name="A pact", start="2020-10-27")
        assert body(agreement) == BARE | {
            "slug": "pact",
            "kind": "agreement",
            "name": "A pact",
            "type": "ceasefire",
            "stage": "signed",
            "number": None,
            "text_url": None,
            "in_force_on": None,
            "in_force_on_earliest": "2020-10-27",
            "in_force_on_latest": None,
            "ended_on": None,
            "ended_on_earliest": None,
            "ended_on_latest": None,
            "party_actions": [],
            "provisions": [],
        }

    def test_keys_stand_in_one_order_whatever_is_known(self, russia: Any) -> None:
        plain = AgreementFactory()
        full = AgreementFactory(
            description="Long.", place_name="Geneva", country=russia, number="1", end="2021", in_force_on="2021"
        )
        assert list(body(plain)) == list(body(full))

    def test_all_that_can_be_said_of_a_meeting(self, report: Source, russia: Any, turkey: Any, lavrov: Any) -> None:
        office = OfficeFactory(name="Foreign minister", body=russia)
        tenure = TenureFactory(slug="minister", official=lavrov, office=office, start="2004-03-09")
        type(tenure).objects.filter(pk=tenure.pk).update(state=CurationState.PUBLISHED, document="{}")
        earlier = MeetingFactory(slug="earlier", name="An earlier call")
        Event.objects.filter(pk=earlier.pk).update(state=CurationState.PUBLISHED, document="{}")
        meeting = MeetingFactory(
            slug="talks",
            name="Talks",
            description="Of two.",
            start="2020-10-27",
            end="2020-10-28~",
            mode="talks",
            place_name="Sochi",
            country=russia,
            latitude="43.58547",
            longitude="-39.72310",
            dataset="gdelt",
            external_id="7",
        )
        meeting.names.create(text="Переговоры", language="ru", script="Cyrl", kind="native")
        meeting.identifiers.create(scheme="local", value="T-1", valid_from="2020")
        for code in ("040", "036"):
            meeting.codes.create(scheme="cameo", code=code)
        EventTopic.objects.create(event=meeting, topic=TopicFactory(slug="libya", name="Libya"))
        ParticipationFactory(event=meeting, actor=lavrov, role="host", on_behalf_of=russia, wording="the Minister")
        ParticipationFactory(event=meeting, actor=turkey)
        meeting.relations.create(type="follows", object=earlier, note="A day later.")
        cited(meeting, source=report, quote="they met", locator="p. 2")
        assert body(meeting) == {
            "slug": "talks",
            "kind": "meeting",
            "name": "Talks",
            "description": "Of two.",
            "mode": "talks",
            "held_state": "held",
            "names": [{"text": "Переговоры", "language": "ru", "script": "Cyrl", "kind": "native"}],
            "start": "2020-10-27",
            "start_earliest": "2020-10-27",
            "start_latest": "2020-10-27",
            "end": "2020-10-28~",
            "end_earliest": "2020-10-27",
            "end_latest": "2020-10-29",
            "place": {"name": "Sochi", "country": RUSSIA, "latitude": 43.58547, "longitude": -39.7231},
            "topics": [{"slug": "libya", "kind": "topic", "name": "Libya"}],
            "participations": [
                {
                    "actor": LAVROV,
                    "role": "host",
                    "on_behalf_of": RUSSIA,
                    "wording": "the Minister",
                    "capacity": {"slug": "minister", "kind": "tenure", "name": "Foreign minister"},
                },
                {"actor": TURKEY, "role": "participant", "on_behalf_of": None, "wording": None, "capacity": None},
            ],
            "relations": [
                {
                    "type": "follows",
                    "object": {"slug": "earlier", "kind": "meeting", "name": "An earlier call"},
                    "note": "A day later.",
                },
            ],
            "codes": [{"scheme": "cameo", "code": "036"}, {"scheme": "cameo", "code": "040"}],
            "identifiers": [
                {
                    "scheme": "local",
                    "value": "T-1",
                    "valid_from": "2020",
                    "valid_to": None,
                    "listed_from": None,
                    "listed_to": None,
                },
            ],
            "dataset": "gdelt",
            "external_id": "7",
            "citations": [citation(quote="they met", locator="p. 2")],
        }

    @pytest.mark.parametrize(
        ("known", "shown"),
        [
            ({"place_name": "Geneva"}, {"name": "Geneva"}),
            ({"latitude": "0", "longitude": "0"}, {"latitude": 0.0, "longitude": 0.0}),
        ],
    )
    def test_a_place_is_what_is_known_of_it(self, known: dict[str, str], shown: dict[str, Any]) -> None:
        unknown = dict.fromkeys(("name", "country", "latitude", "longitude"))
        assert body(MeetingFactory(**known))["place"] == unknown | shown

    def test_an_office_is_called_as_its_holder_called_it(self, lavrov: Any) -> None:
        tenure = TenureFactory(official=lavrov, title_held="Minister for Foreign Affairs")
        type(tenure).objects.filter(pk=tenure.pk).update(state=CurationState.PUBLISHED, document="{}")
        meeting = ParticipationFactory(actor=lavrov).event
        assert body(meeting)["participations"][0]["capacity"]["name"] == "Minister for Foreign Affairs"

    def test_relations_show_what_is_public_alone(self) -> None:
        meeting = MeetingFactory()
        for state in CurationState:
            other = MeetingFactory(slug=f"other-{state.value.replace('_', '-')}")
            document = "{}" if state == CurationState.PUBLISHED else None
            Event.objects.filter(pk=other.pk).update(state=state, document=document)
            meeting.relations.create(type="follows", object=other)
        assert [one["object"]["slug"] for one in body(meeting)["relations"]] == ["other-published"]

    def test_party_actions_follow_their_days(self, russia: Any, turkey: Any) -> None:
        agreement = AgreementFactory()
        acted = [("ratification", "2021-05"), ("signature", "2020-10-23"), ("reservation", "")]
        for kind, day in acted:
            made = PartyAction(
                agreement=agreement, actor=turkey, type=kind, date=day, note="But." if kind == "reservation" else ""
            )
            made.save()
        PartyAction(agreement=agreement, actor=russia, type="signature", date="2020-10-23").save()
        assert body(agreement)["party_actions"] == [
            {
                "actor": TURKEY,
                "type": "reservation",
                "date": None,
                "date_earliest": None,
                "date_latest": None,
                "note": "But.",
            },
            *(
                {
                    "actor": actor,
                    "type": "signature",
                    "date": "2020-10-23",
                    "date_earliest": "2020-10-23",
                    "date_latest": "2020-10-23",
                    "note": None,
                }
                for actor in (TURKEY, RUSSIA)
            ),
            {
                "actor": TURKEY,
                "type": "ratification",
                "date": "2021-05",
                "date_earliest": "2021-05-01",
                "date_latest": "2021-05-31",
                "note": None,
            },
        ]

    def test_an_agreement_in_force_and_its_end(self) -> None:
        agreement = AgreementFactory(
            stage="in_force", in_force_on="2021-01", ended_on="..", number="S/RES/1", text_url="https://a.example/"
        )
        shown = body(agreement)
        assert {key: shown[key] for key in shown if key.startswith(("in_force", "ended", "number", "text_url"))} == {
            "number": "S/RES/1",
            "text_url": "https://a.example/",
            "in_force_on": "2021-01",
            "in_force_on_earliest": "2021-01-01",
            "in_force_on_latest": "2021-01-31",
            # Open is not unknown, though neither has a day.
            "ended_on": "..",
            "ended_on_earliest": None,
            "ended_on_latest": None,
        }

    def test_parts_stand_in_it_as_their_own_documents(self) -> None:
        agreement = published(AgreementFactory(slug="pact"))
        for order, slug in ((2, "later"), (1, "first")):
            ProvisionFactory(slug=slug, agreement=agreement, order=order)
        published(Provision.objects.get(slug="first"))
        shown = body(Event.objects.get(pk=agreement.pk))["provisions"]
        assert [one["slug"] for one in shown] == ["first", "later"]
        assert shown == [orjson.loads(Provision.objects.get(slug=slug).document) for slug in ("first", "later")]

    def test_drafts_of_parts_are_left_out(self) -> None:
        statement = StatementFactory()
        StanceFactory(statement=statement, target_topic=TopicFactory())
        assert body(statement)["stances"] == []

    def test_what_finds_an_event(self, report: Source, lavrov: Any) -> None:
        agreement = AgreementFactory(name="A pact", description="Of two.", place_name="Geneva", number="S/RES/1")
        agreement.names.create(text="Пакт", language="ru", kind="native")
        cited(agreement, source=report, quote="they signed")
        ParticipationFactory(event=agreement, actor=lavrov, role="party", wording="the Minister")
        found = [text for text in rendering(agreement).texts if text]
        # Who took part is found by the actor, not by words.
        assert found == ["A pact", "Of two.", "Geneva", "S/RES/1", "Пакт", "they signed"]
        assert "It lacks credibility." in rendering(StatementFactory()).texts


class TestProvisions:
    """What agreements provide."""

    def test_one_without_more_than_its_text(self, report: Source) -> None:
        pact = AgreementFactory(slug="pact", name="A pact")
        cited(pact, source=report)
        deadline = dict.fromkeys(
            ("date", "offset", "anchor", "anchor_event", "condition", "condition_met_on", "earliest", "latest")
        )
        assert body(ProvisionFactory(slug="leave", agreement=pact, order=3, text="They leave.")) == {
            "slug": "leave",
            "kind": "provision",
            "name": "They leave.",
            "agreement": {"slug": "pact", "kind": "agreement", "name": "A pact"},
            "order": 3,
            "locator": None,
            "text": "They leave.",
            "category": "foreign_forces",
            "bound_actors": [],
            "bound_wording": None,
            "due": {"kind": "none"} | deadline,
            "lasts_until": {"kind": "none"} | deadline,
            "reviews": [],
            "citations": [citation(field="agreement")],
        }

    def test_deadlines_show_how_they_were_fixed_and_what_that_means(self) -> None:
        summit = MeetingFactory(slug="summit", name="A summit", start="2021-01")
        provision = ProvisionFactory(
            due_kind="relative",
            due_offset="P1M",
            due_anchor="event",
            due_anchor_event=summit,
            lasts_until_kind="conditional",
            lasts_until_condition="Peace",
            lasts_until_condition_met_on="2022",
        )
        shown = body(provision)
        assert shown["due"] == {
            "kind": "relative",
            "date": None,
            "offset": "P1M",
            "anchor": "event",
            "anchor_event": {"slug": "summit", "kind": "meeting", "name": "A summit"},
            "condition": None,
            "condition_met_on": None,
            "earliest": "2021-02-01",
            "latest": "2021-02-28",
        }
        assert shown["lasts_until"] == {
            "kind": "conditional",
            "date": None,
            "offset": None,
            "anchor": None,
            "anchor_event": None,
            "condition": "Peace",
            "condition_met_on": "2022",
            "earliest": "2022-01-01",
            "latest": "2022-12-31",
        }

    def test_who_is_bound_and_how_it_was_reviewed(self, report: Source, russia: Any, turkey: Any) -> None:
        provision = ProvisionFactory(bound_wording="foreign forces", locator="Art. 2")
        for country in (turkey, russia):
            provision.bound_actors.add(country)
        for status, day, quote in (("breached", "2021-02", "they stayed"), ("in_progress", "2021-01-31", "")):
            ProvisionReview(provision=provision, status=status, date=day, source=report, quote=quote).save()
        shown = body(provision)
        assert (shown["bound_actors"], shown["bound_wording"], shown["locator"]) == ([RUSSIA, TURKEY], "foreign forces", "Art. 2")
        assert shown["reviews"] == [
            {
                "status": "in_progress",
                "date": "2021-01-31",
                "date_earliest": "2021-01-31",
                "date_latest": "2021-01-31",
                "source": REPORT,
                "quote": None,
                "locator": None,
                "note": None,
            },
            {
                "status": "breached",
                "date": "2021-02",
                "date_earliest": "2021-02-01",
                "date_latest": "2021-02-28",
                "source": REPORT,
                "quote": "they stayed",
                "locator": None,
                "note": None,
            },
        ]

    def test_it_is_found_by_its_agreement_too(self) -> None:
        provision = ProvisionFactory(text="They leave.", bound_wording="all", agreement=AgreementFactory(name="A pact"))
        assert rendering(provision).texts == ["They leave.", "all", "A pact"]


class TestStances:
    """What statements say of other records."""

    @pytest.mark.parametrize(
        ("target", "shown"),
        [
            ("event", {"slug": "target", "kind": "meeting", "name": "A target"}),
            ("topic", {"slug": "target", "kind": "topic", "name": "A target"}),
            ("actor", {"slug": "target", "kind": "organization", "name": "A target"}),
            # A provision has no name but its text.
            ("provision", {"slug": "target", "kind": "provision", "name": "A target"}),
        ],
    )
    def test_its_target_of_each_kind(self, target: str, shown: dict[str, str]) -> None:
        factories = {"event": MeetingFactory, "topic": TopicFactory, "actor": OrganizationFactory, "provision": ProvisionFactory}
        name = "text" if target == "provision" else "name"
        record = factories[target](slug="target", **{name: "A target"})
        stance = StanceFactory(statement=StatementFactory(name="A speech"), **{f"target_{target}": record}, note="Unsure.")
        assert body(stance)["target"] == shown
        assert rendering(stance).texts == ["A speech", "A target", "Unsure."]

    def test_all_that_it_shows(self, report: Source, russia: Any, lavrov: Any) -> None:
        speech = StatementFactory(slug="speech", name="A speech", start="2020-10")
        cited(speech, source=report)
        ParticipationFactory(event=speech, actor=lavrov, role="speaker", on_behalf_of=russia)
        ParticipationFactory(event=speech, actor=OrganizationFactory(), role="addressee")
        stance = StanceFactory(slug="doubts", statement=speech, target_actor=CountryFactory(slug="TUR", name="Turkey"))
        assert body(stance) == {
            "slug": "doubts",
            "kind": "stance",
            "name": "A speech",
            "statement": {"slug": "speech", "kind": "statement", "name": "A speech"},
            "date": "2020-10",
            "date_earliest": "2020-10-01",
            "date_latest": "2020-10-31",
            # Whoever speaks holds it, and for whom they speak; those spoken to do not.
            "holders": [LAVROV, RUSSIA],
            "target": TURKEY,
            "position": -1,
            "explicitness": "explicit",
            "note": None,
            "citations": [citation(field="statement")],
        }

    def test_whoever_speaks_for_several_is_named_once(self, russia: Any, lavrov: Any) -> None:
        speech, other = StatementFactory(), OfficialFactory(slug="other", name="Another")
        for speaker in (lavrov, other):
            ParticipationFactory(event=speech, actor=speaker, role="speaker", on_behalf_of=russia)
        stance = StanceFactory(statement=speech, target_topic=TopicFactory())
        assert [one["slug"] for one in body(stance)["holders"]] == ["lavrov", "RUS", "other"]

    def test_nobody_holds_what_nobody_said(self) -> None:
        assert body(StanceFactory(target_topic=TopicFactory()))["holders"] == []


class TestTopics:
    """What events are about."""

    def test_all_that_it_shows(self, report: Source, russia: Any, turkey: Any) -> None:
        war = TopicFactory(slug="war", name="The war", parent=TopicFactory(slug="syria", name="Syria"), description="Since 2011.")
        for country in (turkey, russia):
            war.countries.add(country)
        war.names.create(text="Guerre", language="fr")
        cited(war, source=report)
        shown = body(war)
        assert shown == {
            "slug": "war",
            "kind": "topic",
            "name": "The war",
            "names": [{"text": "Guerre", "language": "fr", "script": None, "kind": shown["names"][0]["kind"]}],
            "type": "conflict",
            "parent": {"slug": "syria", "kind": "topic", "name": "Syria"},
            "description": "Since 2011.",
            "countries": [RUSSIA, TURKEY],
            "identifiers": [],
            "citations": [citation()],
        }
        assert rendering(war).texts == ["The war", "Since 2011.", "Guerre"]

    def test_one_at_the_top(self) -> None:
        shown = body(TopicFactory())
        assert (shown["parent"], shown["description"], shown["countries"]) == (None, None, [])


class TestDocumentTypes:
    """What is registered of these tables."""

    @pytest.fixture
    def world(self, report: Source, russia: Any, turkey: Any, lavrov: Any) -> dict[str, Any]:
        """Records, each of which refers to another by every way there is; none of them is published."""
        office = OfficeFactory(body=russia)
        tenure = TenureFactory(official=lavrov, office=office)
        type(tenure).objects.filter(pk=tenure.pk).update(state=CurationState.PUBLISHED, document="{}")
        topic, other = TopicFactory(), MeetingFactory()
        topic.countries.add(turkey)
        pact = AgreementFactory(country=turkey)
        ParticipationFactory(event=pact, actor=lavrov, on_behalf_of=russia, role="party")
        PartyAction(agreement=pact, actor=turkey, type="signature", date="2020").save()
        EventTopic.objects.create(event=pact, topic=topic)
        pact.relations.create(type="follows", object=other)
        cited(pact, source=report)
        provision = ProvisionFactory(
            agreement=pact, due_kind="relative", due_offset="P1M", due_anchor="event", due_anchor_event=other
        )
        provision.bound_actors.add(turkey)
        return {"pact": pact, "provision": provision, "topic": topic, "tenure": tenure, "other": other}

    def test_what_is_published_with_an_agreement_is_all_that_its_documents_need(self, world: dict[str, Any]) -> None:
        published(world["pact"])
        waiting = {
            model: model.objects.exclude(state=CurationState.PUBLISHED).count() for model in (Event, Provision, Topic, Stance)
        }
        # `other` is only related to the agreement, but one of its deadlines is counted from it.
        assert waiting == {Event: 0, Provision: 0, Topic: 0, Stance: 0}

    def test_a_relation_alone_takes_nothing_along(self) -> None:
        meeting, other = MeetingFactory(), MeetingFactory(slug="other")
        meeting.relations.create(type="follows", object=other)
        published(meeting)
        assert Event.objects.get(slug="other").state == CurationState.DRAFT

    @pytest.mark.parametrize("model", [Event, Provision, Stance, Topic])
    def test_many_documents_take_as_many_queries_as_few(self, model: Any, report: Source) -> None:
        made = {Event: StatementFactory, Provision: ProvisionFactory, Topic: TopicFactory}
        records = [StanceFactory(target_topic=TopicFactory()) if model is Stance else made[model]() for _ in range(11)]
        counts = []
        for some in (records[:1], records[1:]):
            with CaptureQueriesContext(connection) as asked:
                assert len(DOCUMENT_TYPES[model].render([one.pk for one in some])) == len(some)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_each_record_that_a_document_shows_finds_it(self, world: dict[str, Any], report: Source, lavrov: Any) -> None:
        """One that is not registered would keep its old name there when it is renamed."""
        pact, provision, topic = world["pact"], world["provision"], world["topic"]
        topic.parent = TopicFactory()
        topic.save()
        Provision.objects.filter(pk=provision.pk).update(
            lasts_until_kind="relative",
            lasts_until_offset="P1Y",
            lasts_until_anchor="event",
            lasts_until_anchor_event=world["other"],
        )
        ProvisionReview(provision=provision, status="breached", date="2021", source=report).save()
        speech = StatementFactory()
        ParticipationFactory(event=speech, actor=lavrov, on_behalf_of=pact.country, role="speaker")
        cited(speech, source=report)
        targets = {"target_event": pact, "target_topic": topic, "target_actor": lavrov, "target_provision": provision}
        stances = [StanceFactory(statement=speech, **{column: target}) for column, target in targets.items()]
        published(world["other"])
        published(pact)
        published(speech)
        for record in (pact, provision, topic, speech, *stances):
            for reference in _references(list(rendering(record).body.values())):
                target = _record(reference)
                assert record.pk in writer.showing(target._meta.concrete_model, [target.pk])[record._meta.concrete_model], (
                    reference
                )

    @pytest.mark.parametrize("model", [Event, Provision, Stance, Topic])
    def test_each_registered_way_leads_to_the_table_that_it_is_registered_for(self, model: Any) -> None:
        document_type = DOCUMENT_TYPES[model]
        for target, paths in document_type.references.items():
            for path in paths:
                assert model.objects.filter(**{f"{path}__in": []}).count() == 0
                last = model
                for name in path.split("__"):
                    last = last._meta.get_field(name).related_model
                assert last._meta.concrete_model is target, path
        assert document_type.optional <= {path for paths in document_type.references.values() for path in paths}


def _references(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the references to other records in a part of a document."""
    if isinstance(part, dict) and "slug" in part:
        yield part
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _references(one)


def _record(reference: dict[str, Any]) -> Any:
    """Return the record that a reference leads to."""
    tables = {"topic": Topic, "source": Source, "tenure": Tenure, "provision": Provision}
    actor = reference["kind"] in ActorKind.values
    return tables.get(reference["kind"], Actor if actor else Event).objects.get(slug=reference["slug"])
