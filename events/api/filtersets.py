"""The parameters of events, what belongs to them, and topics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from actors.choices import OfficeRank
from actors.models import Actor, Country, Office
from config.api import counts
from config.api.filters import Branch, Condition, Days, Lead, Order, Parameter, Values
from config.api.filtersets import CITED_FIELD_HELP, LANGUAGE, PUBLISHER_HELP, ProvedFilters, RecordFilters
from config.api.near import Near
from config.api.references import has_identifiers, public_keys
from config.api.values import AsOf, Choice, Code, DateMatch, Day, Flag, Itself, Number, Phrase, Related, Since, Until, Words
from config.record import dates
from config.record.choices import CurationState
from config.record.models import Source
from config.record.querysets import PUBLIC, ThereIs
from events.choices import (
    ActionType,
    AgreementStage,
    AgreementType,
    CodeScheme,
    DeadlineKind,
    EventKind,
    EventRelationType,
    Explicitness,
    HeldState,
    MeetingFormat,
    ParticipationRole,
    PartyActionType,
    ProvisionCategory,
    ReviewStatus,
    StancePosition,
    StatementAttribution,
    StatementForm,
    StatementMedium,
    TopicType,
)
from events.models import (
    Appearance,
    Event,
    EventCitation,
    EventCode,
    EventRelation,
    EventTopic,
    Holding,
    Participation,
    PartyAction,
    Provision,
    ProvisionReview,
    Stance,
    Topic,
    Wording,
)
from events.querysets import First, topics_within

RELATIONS = Branch(lambda _: EventRelation.objects.filter(object__state=CurationState.PUBLISHED), "subject")
TOPICS = Branch(lambda _: EventTopic.objects.all(), "event")
CODES = Branch(lambda _: EventCode.objects.all(), "event")
STANCES = Branch(lambda _: Stance.objects.public(), "statement")
PARTY_ACTIONS = Branch(lambda _: PartyAction.objects.all(), "agreement")
REVIEWS = Branch(lambda _: ProvisionReview.objects.all(), "provision")
AGREEMENT_TOPICS = Branch(lambda _: EventTopic.objects.all(), "event", "agreement")
AGREEMENT_CITATIONS = Branch(lambda _: EventCitation.objects.all(), "record", "agreement")
STATEMENT_TOPICS = Branch(lambda _: EventTopic.objects.all(), "event", "statement")
STATEMENT_CITATIONS = Branch(lambda _: EventCitation.objects.all(), "record", "statement")


def _any_of(model: Any, *conditions: Q) -> Q:
    """Return the condition that one of `conditions` holds of a row of `model`, each found by its own index."""
    first, *others = (model._default_manager.filter(condition).order_by().values("pk") for condition in conditions)
    return Q(pk__in=First(first.union(*others, all=True)))


def _for_or_by(keys: Any) -> Q:
    return _any_of(Participation, Q(actor__in=keys), Q(on_behalf_of__in=keys))


def _of_country(keys: Any) -> Q:
    return _any_of(Participation, Q(actor__in=keys), Q(actor__country__in=keys), Q(on_behalf_of__in=keys))


@dataclass(frozen=True, eq=False)
class Acting(Branch):
    """Participations, where a table beside them tells who acts in a record or has somebody act for it."""

    # That table, its foreign key to the record, and its name seen from there.
    index: type[Model] = Appearance
    key: str = "event"
    path: str = "appearances"

    def narrow(self, queryset: QuerySet[Any], given: Sequence[tuple[Parameter, Any]]) -> QuerySet[Any]:
        """Keep the records in which the actors act; beside other parameters, in participations that are what these say."""
        if not all(isinstance(parameter, Acts) for parameter, _ in given):
            return super().narrow(queryset, given)
        for parameter, values in given:
            for one in values:
                queryset = queryset.filter(Exists(self._rows(parameter, one)))
        return queryset

    def exclude(self, queryset: QuerySet[Any], parameter: Parameter, value: Any) -> QuerySet[Any]:
        """Drop the records in which one of the actors acts; or what is said of participations, with one of which it holds."""
        if isinstance(parameter, Acts):
            return queryset.filter(~ThereIs(self._rows(parameter, value)))
        return super().exclude(queryset, parameter, value)

    def _rows(self, parameter: Any, value: Any) -> QuerySet[Any]:
        return self.index._default_manager.filter(**{self.key: OuterRef("pk"), "actor__in": parameter.keys(value)})


class Acts(Related):
    """An actor that acts, or for whom somebody acts."""

    def __init__(self, of: Acting, help_text: str) -> None:
        self.acting = of
        super().__init__(Actor, _for_or_by, of=of, repeatable=True, help_text=help_text)

    def lead(self, value: Any, beside: Mapping[str, Any]) -> Lead | None:
        # Rows of one actor each stand in the order of the days; of several, a record might be met twice.
        if any(len(one) > 1 for one in value):
            return None
        arm = [{"actor": Subquery(self.keys(one)[:1])} for one in value]
        says = frozenset() if beside else frozenset({"participant", "holder"})
        return Lead(
            self.acting.path, self.acting.key, self.acting.index, [arm], spread=self.acting.index is Appearance, says=says
        )


PARTICIPATIONS = Acting(lambda _: Participation.objects.all(), "event")
SPEAKERS = Acting(
    lambda _: Participation.objects.filter(role=ParticipationRole.SPEAKER), "event", "statement", Holding, "stance", "holdings"
)


class Year(Number):
    """The year in which something began. Its value is the first and the last day of it."""

    slotted = True

    def __init__(self) -> None:
        super().__init__(least=1, most=9998, help_text="The year in which they began, or can have begun at the earliest.")

    def read_one(self, text: str) -> Any:
        year = super().read_one(text)
        return date(year, 1, 1), date(year, 12, 31)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset.filter(start_earliest__gte=value[0], start_earliest__lte=value[1])

    def days(self, value: Any, values: Values) -> Days | None:
        return Days(first=value[0], last=value[1])


class About(Related):
    """A topic; those below it count as it."""

    def __init__(self, of: Branch) -> None:
        text = "What it is about: a topic, or any of the topics below it."
        super().__init__(Topic, "topic", of=of, repeatable=True, help_text=text)

    def keys(self, texts: Any) -> Any:
        return topics_within(super().keys(texts))


TARGETS: dict[str, type[Model]] = {"event": Event, "topic": Topic, "actor": Actor, "provision": Provision}


class Target(Related):
    """What a stance is about, whatever it is."""

    def __init__(self, of: Branch | None = None) -> None:
        text = "What a stance is about: an event, a topic, an actor or a provision."
        super().__init__(Event, "target", of=of, help_text=text)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset.filter(self.condition(value))

    def condition(self, value: Any) -> Condition:
        return _any_of(Stance, *(Q(**{f"{target}__in": keys}) for target, keys in self._targets(value)))

    def lead(self, value: Any, beside: Mapping[str, Any]) -> Lead | None:
        if self.branch is not STANCES or len(value) > 1:
            return None
        taken = {f"{name}__in": values for name, values in beside.items()} | {"state": PUBLIC}
        arms = [[{target: Subquery(keys[:1]), **taken}] for target, keys in self._targets(value)]
        return Lead("stances", "statement", Stance, arms, says=frozenset({"about", *beside}))

    @staticmethod
    def _targets(texts: Sequence[str]) -> Iterator[tuple[str, Any]]:
        for name, model in TARGETS.items():
            known = texts if has_identifiers(model) else [text for text in texts if ":" not in text]
            if known:
                yield f"target_{name}", public_keys(model, known)


class EventCommon(ProvedFilters):
    """The parameters that all kinds of events share."""

    slug = Itself(Event)
    q = Words(shelves=Wording)
    date_after = Since("start_earliest", "end_latest", "happened", weighed=False)
    date_before = Until("start_earliest", "end_latest", "happened", weighed=False)
    date_match = DateMatch()
    year = Year()
    participant = Acts(PARTICIPATIONS, "What this actor took part in, itself or through somebody on its behalf.")
    participant_role = Choice(
        ParticipationRole, "role", of=PARTICIPATIONS, help_text="As what the participant, or anybody, took part."
    )
    participant_country = Related(
        Country, _of_country, of=PARTICIPATIONS,
        help_text="The country that the participant is, belongs to, is a national of or acts for.",
    )  # fmt: skip
    participant_office = Related(
        Office, "capacity__office", of=PARTICIPATIONS, help_text="The office that the participant held that day."
    )
    participant_rank = Choice(
        OfficeRank, "capacity__office__rank", of=PARTICIPATIONS,
        help_text="The rank of the office that the participant held that day.",
    )  # fmt: skip
    participant_on_behalf_of = Related(Actor, "on_behalf_of", of=PARTICIPATIONS, help_text="For whom the participant took part.")
    topic = About(TOPICS)
    related_to = Related(Event, "object", of=RELATIONS, repeatable=True, help_text="Events that stand in a relation to this one.")
    relation_type = Choice(
        EventRelationType, "type", of=RELATIONS, help_text="How they stand to the event in related_to, or to any event."
    )
    country = Related(Country, "country", help_text="The country it happened in.")
    near = Near()
    code = Code(
        "code", pattern=r"[0-9A-Za-z]{1,24}", example="040", of=CODES, help_text="A code that an event ontology gives it."
    )
    code_scheme = Choice(CodeScheme, "scheme", of=CODES, help_text="The ontology of the code: CAMEO or PLOVER.")
    dataset = Phrase("dataset", help_text="The dataset it was imported from.")
    external_id = Phrase("external_id", help_text="Its identifier in that dataset.")
    order = Order({"start": ("start_earliest",), "name": ("name_folded",), "updated_at": ("updated_at",)}, default="-start")
    dimensions: ClassVar = {
        "year": counts.Year("start_earliest"),
        "topic": counts.Dimension("event_topics__topic", refers=True, several=True),
        "participant": counts.Dimension("participations__actor", refers=True, several=True),
        "participant_role": counts.Dimension("participations__role", several=True),
        "participant_on_behalf_of": counts.Dimension("participations__on_behalf_of", refers=True, several=True),
    }


class EventFilters(EventCommon):
    """The parameters of events of all kinds."""

    kind = Choice(EventKind, "kind", help_text="What sort of event it is.")


class MeetingFilters(EventCommon):
    """The parameters of meetings."""

    format = Choice(MeetingFormat, "format", help_text="How the participants met.")
    held_state = Choice(HeldState, "held_state", help_text="Whether it took place.")


class AgreementFilters(EventCommon):
    """The parameters of agreements."""

    type = Choice(AgreementType, "agreement_type", help_text="Its form.")
    stage = Choice(AgreementStage, "stage", help_text="How far it has come.")
    number = Phrase("number", help_text="Its number or symbol, such as S/RES/2510 (2020).")
    party = Related(Actor, "actor", of=PARTY_ACTIONS, repeatable=True, help_text="What this actor signed, ratified, voted on …")
    party_action = Choice(PartyActionType, "type", of=PARTY_ACTIONS, help_text="What the party, or any party, did to it.")
    as_of = AsOf("in_force_on", help_text="Those that can have been in force on this day.")
    ended_before = Day("ended_on_latest__lte", help_text="Those that had ended by this day, for certain.")


class StatementFilters(EventCommon):
    """The parameters of statements; those about stances speak of the same stance."""

    about = Target(STANCES)
    position = Choice(StancePosition, "position", of=STANCES, help_text="Where the speakers stand on it.")
    explicitness = Choice(Explicitness, "explicitness", of=STANCES, help_text="Whether the stance was said or concluded.")
    form = Choice(StatementForm, "form", help_text="Whether the text is the speaker's own words.")
    medium = Choice(StatementMedium, "medium", help_text="Where it was said.")
    attribution = Choice(StatementAttribution, "attribution", help_text="How the words came to the source.")
    language = Code("language", pattern=LANGUAGE, example="tr or zh-Hans", help_text="In which language it was said (BCP 47).")


class ActionFilters(EventCommon):
    """The parameters of actions."""

    type = Choice(ActionType, "action_type", help_text="What was done.")


def _today_or(values: Values) -> date:
    asked: date = values.get("as_of") or timezone.now().date()
    return asked


class Overdue(Flag):
    """Whether a provision is overdue on the day in `as_of`, or today."""

    def compiles(self, value: Any) -> bool:
        # Without as_of, tomorrow is another day.
        return False

    def __init__(self) -> None:
        text = "Whether their day has passed without a review that found them fulfilled or lapsed: by as_of, or by today (UTC)."
        super().__init__(help_text=text)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        day = _today_or(values)
        provisions: Any = queryset
        chosen: QuerySet[Any] = provisions.overdue_on(day) if value else provisions.not_overdue_on(day)
        return chosen


class Standing(AsOf):
    """The day on which a provision stood; with `overdue`, the day by which it was or was not."""

    def __init__(self) -> None:
        text = "Those that can have bound somebody on this day; with overdue, the day that this is judged by."
        super().__init__("standing_on", help_text=text)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset if "overdue" in values else super().narrow(queryset, value, values)


def _due_from(day: date) -> Q:
    # What falls due on no day that is known of yet is not due later either.
    return Q(due_latest__gte=day, due_earliest__lt=dates.LATEST)


class ProvisionFilters(RecordFilters):
    """The parameters of provisions; proof and topics are those of the agreement."""

    slug = Itself(Provision)
    agreement = Related(Event, "agreement", help_text="The agreement it belongs to.")
    category = Choice(ProvisionCategory, "category", help_text="What it is about.")
    bound_actor = Related(Actor, "bound_actors", of=Branch(lambda _: Provision.objects.all(), "pk"), help_text="Whom it binds.")
    due_kind = Choice(DeadlineKind, "due_kind", help_text="How it is fixed by when it must be done.")
    due_after = Day(_due_from, help_text="Those that can be due on this day or later. What is not fixed to a day is left out.")
    due_before = Day("due_earliest__lte", help_text="Those that can be due on this day or earlier.")
    lasts_until_kind = Choice(DeadlineKind, "lasts_until_kind", help_text="How it is fixed until when it lasts.")
    lasts_until_after = Day("lasts_until_latest__gte", help_text="Those that can last until this day or later.")
    lasts_until_before = Day("lasts_until_earliest__lte", help_text="Those that can be over by this day.")
    review_status = Choice(ReviewStatus, "status", of=REVIEWS, help_text="How far a review found it kept.")
    reviewed_after = Day("date_latest__gte", of=REVIEWS, help_text="The review can be of this day or later.")
    reviewed_before = Day("date_earliest__lte", of=REVIEWS, help_text="The review can be of this day or earlier.")
    overdue = Overdue()
    as_of = Standing()
    topic = About(AGREEMENT_TOPICS)
    source = Related(Source, "source", of=AGREEMENT_CITATIONS, help_text="What this source is cited for.")
    publisher = Phrase("source__publisher", of=AGREEMENT_CITATIONS, help_text=PUBLISHER_HELP)
    cited_field = Phrase("field", of=AGREEMENT_CITATIONS, help_text=CITED_FIELD_HELP)
    order = Order({"due": ("due_latest",), "updated_at": ("updated_at",)}, default="due")


class Said(Since):
    """The `date_after` of what is of the day of its statement."""

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        # Nothing new, but what indexes of statements must hear.
        said = queryset.filter(statement__state=PUBLIC, statement__kind=EventKind.STATEMENT)
        return super().narrow(said, value, values)


class StanceFilters(RecordFilters):
    """The parameters of stances; proof, date and topics are those of the statement."""

    slug = Itself(Stance)
    about = Target()
    position = Choice(StancePosition, "position", help_text="Where the holders stand.")
    explicitness = Choice(Explicitness, "explicitness", help_text="Whether it was said or concluded from what was said.")
    holder = Acts(SPEAKERS, "Whose stance it is: who spoke, or for whom.")
    statement = Related(Event, "statement", help_text="The statement that shows it.")
    date_after = Said("start_earliest", "statement__end_latest", "been taken", spread="statement__spread")
    date_before = Until("start_earliest", "statement__end_latest", "been taken")
    date_match = DateMatch()
    topic = About(STATEMENT_TOPICS)
    source = Related(Source, "source", of=STATEMENT_CITATIONS, help_text="What this source is cited for.")
    publisher = Phrase("source__publisher", of=STATEMENT_CITATIONS, help_text=PUBLISHER_HELP)
    cited_field = Phrase("field", of=STATEMENT_CITATIONS, help_text=CITED_FIELD_HELP)
    order = Order({"date": ("start_earliest",), "updated_at": ("updated_at",)}, default="-updated_at")
    dimensions: ClassVar = {
        "year": counts.Year("start_earliest"),
        "topic": counts.Dimension("statement__event_topics__topic", refers=True, several=True),
    }


class TopicFilters(ProvedFilters):
    """The parameters of topics."""

    slug = Itself(Topic)
    type = Choice(TopicType, "type", help_text="What sort of subject it is.")
    parent = Related(Topic, "parent", help_text="The wider topic.")
    country = Related(Country, "countries", of=Branch(lambda _: Topic.objects.all(), "pk"), help_text="A country concerned.")
    order = Order({"name": ("name_folded",), "updated_at": ("updated_at",)}, default="name")
