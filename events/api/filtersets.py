"""The parameters of events, what belongs to them, and topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from actors.choices import OfficeRank
from actors.models import Actor, Country, Office
from config.api.parameters.base import MAX_JOINED, Branch, Condition, DrivingTable, Order, Parameter, Values, for_each
from config.api.parameters.dimensions import Dimension
from config.api.parameters.geo import Near
from config.api.parameters.types import (
    CERTAIN_ONLY,
    AsOf,
    Choice,
    Code,
    DateAfterFilter,
    DateBeforeFilter,
    DateMatch,
    Day,
    ExactTextFilter,
    Flag,
    FullTextFilter,
    Related,
    SkewedRelated,
    SlugFilter,
    Year,
    certainly,
)
from config.api.views.filtersets import RecordFilters
from config.record.models.querysets import PUBLIC, Among, CorrelatedExists
from config.record.values import edtf
from config.record.values.choices import CurationState
from config.sources.api.filtersets import CITED_FIELD_HELP, LANGUAGE, PUBLISHER_HELP, ProvedFilters
from config.sources.models import Source
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
    MeetingMode,
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
    Agreement,
    Event,
    EventActorIndex,
    EventCitation,
    EventCode,
    EventRelation,
    EventSearchIndex,
    EventTopicIndex,
    Participation,
    PartyAction,
    Provision,
    ProvisionReview,
    Stance,
    StanceHolderIndex,
    Statement,
    Topic,
)
from events.querysets import MaterializedKeys

RELATIONS = Branch(lambda _: EventRelation.objects.filter(object__state=CurationState.PUBLISHED), "subject")
TOPICS = Branch(lambda _: EventTopicIndex.objects.all(), "event")
CODES = Branch(lambda _: EventCode.objects.all(), "event")
STANCES = Branch(lambda _: Stance.objects.public(), "statement")
REVIEWS = Branch(lambda _: ProvisionReview.objects.all(), "provision")
BOUND_ACTORS = Branch(lambda _: Provision.bound_actors.through._default_manager.all(), "provision")
TOPIC_COUNTRIES = Branch(lambda _: Topic.countries.through._default_manager.all(), "topic")
AGREEMENT_TOPICS = Branch(lambda _: EventTopicIndex.objects.filter(kind=EventKind.AGREEMENT), "event", "agreement")
AGREEMENT_CITATIONS = Branch(lambda _: EventCitation.objects.all(), "record", "agreement")
STATEMENT_TOPICS = Branch(lambda _: EventTopicIndex.objects.filter(kind=EventKind.STATEMENT), "event", "statement")
STATEMENT_CITATIONS = Branch(lambda _: EventCitation.objects.all(), "record", "statement")


def _any_of(model: Any, *conditions: Q) -> Q:
    """Return the condition that one of `conditions` holds of a row of `model`, each found by its own index."""
    first, *others = (model._default_manager.filter(condition).order_by().values("pk") for condition in conditions)
    return Q(pk__in=MaterializedKeys(first.union(*others, all=True) if others else first))


def _for_or_by(keys: Any) -> Q:
    return _any_of(Participation, Q(actor__in=keys), Q(on_behalf_of__in=keys))


def _of_country(keys: Any) -> Q:
    return _any_of(Participation, Q(actor__in=keys), Q(actor__country__in=keys), Q(on_behalf_of__in=keys))


@dataclass(frozen=True, eq=False)
class Acting(Branch):
    """Participations, where a table beside them tells who acts in a record or has somebody act for it."""

    # That table, its foreign key to the record, and its name seen from there.
    index: type[Model] = EventActorIndex
    key: str = "event"
    path: str = "actor_index"

    def narrow(self, queryset: QuerySet[Any], given: Sequence[tuple[Parameter, Any]], values: Values) -> QuerySet[Any]:
        """Keep the records in which the actors act; beside other parameters, in participations that are what these say."""
        if [type(parameter) for parameter, _ in given] == [ActsForCountry]:
            ((_, value),) = given
            return queryset.filter(Exists(EventActorIndex.objects.filter(event=OuterRef("pk"), country__in=value)))
        if not all(isinstance(parameter, ActorFilter) for parameter, _ in given):
            return super().narrow(queryset, given, values)
        for parameter, value in given:
            for one in value[:MAX_JOINED]:
                queryset = queryset.filter(Exists(self._rows(parameter, one)))
            if others := value[MAX_JOINED:]:
                rows = self.index._default_manager.filter(**{self.key: OuterRef("pk")})
                queryset = queryset.filter(for_each(rows, self.key, [Q(actor__in=parameter.keys(one)) for one in others]))
        return queryset

    def exclude(self, queryset: QuerySet[Any], parameter: Parameter, value: Any, values: Values) -> QuerySet[Any]:
        """Drop the records in which one of the actors acts; or what is said of participations, with one of which it holds."""
        if isinstance(parameter, ActorFilter):
            return queryset.filter(~CorrelatedExists(self._rows(parameter, value)))
        return super().exclude(queryset, parameter, value, values)

    def _rows(self, parameter: Any, value: Any) -> QuerySet[Any]:
        return self.index._default_manager.filter(**{self.key: OuterRef("pk"), "actor__in": parameter.keys(value)})


class ActorFilter(Related):
    """An actor that acts, or for whom somebody acts."""

    def __init__(self, of: Acting, help_text: str) -> None:
        self.acting = of
        super().__init__(Actor, _for_or_by, of=of, repeatable=True, help_text=help_text)

    def dimension(self) -> Dimension:
        index = (self.acting.index, self.acting.key, "actor")
        return Dimension(self, ("actor", "on_behalf_of"), Actor, index=index, kept=(self.acting.index, "actor_id"))

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        # Rows of one actor each stand in the order of the days; of several, a record might be met twice.
        if any(len(one) > 1 for one in value):
            return None
        alternative = [{"actor": one[0]} for one in value]
        covers = frozenset() if siblings else frozenset({"participant", "holder"})
        return DrivingTable(
            self.acting.path,
            self.acting.key,
            self.acting.index,
            [alternative],
            spread=self.acting.index is EventActorIndex,
            covers=covers,
        )


class ActsForCountry(Related):
    """The country that a participant is, belongs to, is a national of or acts for."""

    def __init__(self, of: Acting) -> None:
        self.acting = of
        text = "Country that the participant is, belongs to, is a national of or represents."
        super().__init__(Country, _of_country, of=of, help_text=text)

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        if beside or len(value) > 1:
            return None
        rows = [[{"country": value[0]}]]
        covers = frozenset({"participant_country"})
        return DrivingTable("actor_index", "event", EventActorIndex, rows, spread=True, covers=covers, repeats=True)

    def condition_met(self, value: Any, values: Values) -> Condition:
        # Each row that is met says so itself; to find all that are of a large country takes longer than to fill a page.
        return Q(actor__in=value) | Q(actor__country__in=value) | Q(on_behalf_of__in=value)

    def dimension(self) -> Dimension:
        return Dimension(self, ("actor", "actor__country", "on_behalf_of"), Country, kept=(EventActorIndex, "country_id"))


@dataclass(frozen=True, eq=False)
class Acceding(Branch):
    """What parties did to agreements; without a word on what they did, parties by their role as well."""

    def narrow(self, queryset: QuerySet[Any], given: Sequence[tuple[Parameter, Any]], values: Values) -> QuerySet[Any]:
        """Keep the agreements that the actors are parties to; beside `party_action`, those to which they did that."""
        if any(parameter.select != "actor" for parameter, _ in given):
            return super().narrow(queryset, given, values)
        for _, value in given:
            # Of many conditions the planner expects that next to nothing meets them all, and joins row by row what does.
            joined = len(value) <= MAX_JOINED
            for keys in value:
                found = self._agreements(keys)
                queryset = queryset.filter(pk__in=found) if joined else queryset.filter(Among("pk", found))
        return queryset

    def exclude(self, queryset: QuerySet[Any], parameter: Parameter, value: Any, values: Values) -> QuerySet[Any]:
        """Drop the agreements that one of the actors is a party to, or to which somebody did one of the things."""
        if parameter.select != "actor":
            return super().exclude(queryset, parameter, value, values)
        return queryset.exclude(pk__in=self._agreements(value))

    @staticmethod
    def _agreements(keys: Sequence[int]) -> Any:
        by_role = Participation.objects.filter(role=ParticipationRole.PARTY).order_by()
        by_action = PartyAction.objects.filter(actor__in=keys, type__in=BINDING).order_by()
        themselves, through_others = by_role.filter(actor__in=keys), by_role.filter(on_behalf_of__in=keys)
        return MaterializedKeys(
            themselves.values("event").union(through_others.values("event"), by_action.values("agreement"), all=True)
        )


# By what one becomes a party, or shows that one is. Those who only voted on an agreement are none.
BINDING = (
    PartyActionType.SIGNATURE,
    PartyActionType.RATIFICATION,
    PartyActionType.ACCESSION,
    PartyActionType.RESERVATION,
    PartyActionType.WITHDRAWAL,
)
PARTY_ACTIONS = Acceding(lambda _: PartyAction.objects.all(), "agreement")
PARTICIPATIONS = Acting(lambda _: Participation.objects.all(), "event")
SPEAKERS = Acting(
    lambda _: Participation.objects.filter(role=ParticipationRole.SPEAKER),
    "event",
    "statement",
    StanceHolderIndex,
    "stance",
    "holder_index",
)


class Party(Related):
    """Who is a party to an agreement."""

    def __init__(self) -> None:
        text = (
            "Only agreements with this actor as a party: with the role of party, itself or represented by another, or by "
            "signature, ratification or accession. With `party_action`, agreements with this action of the actor, votes included."
        )
        super().__init__(Actor, "actor", of=PARTY_ACTIONS, repeatable=True, help_text=text)

    def dimension(self) -> None:
        # Parties stand in two tables: nothing counts by both.
        return None


class AboutFilter(Related):
    """A topic; those below it count as it."""

    def __init__(self, of: Branch) -> None:
        text = "Topic, including its subtopics."
        super().__init__(Topic, "topic", of=of, repeatable=True, help_text=text)
        # By how many there are, what has topics through another record is found through these, or met in its order and looked up.
        self.needs_custom_plan = of is not TOPICS

    def dimension(self) -> Dimension:
        if self.branch is not TOPICS:
            return Dimension(self, ("topic",), Topic)
        return Dimension(self, ("topic",), Topic, index=(EventTopicIndex, "event", "topic"), kept=(EventTopicIndex, "topic_id"))

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        if self.branch is not TOPICS or any(len(one) > 1 for one in value):
            return None
        rows = [[{"topic": one[0]} for one in value]]
        return DrivingTable("topic_index", "event", EventTopicIndex, rows, spread=True, covers=frozenset({"topic"}))


TARGETS: dict[str, type[Model]] = {"event": Event, "topic": Topic, "actor": Actor, "provision": Provision}


class Target(Related):
    """What a stance is about, whatever it is. Its value is the primary keys of each of `TARGETS`."""

    def __init__(self, of: Branch | None = None) -> None:
        text = "Target of the stance: an event, topic, actor or provision."
        super().__init__(Event, "target", of=of, help_text=text)
        self.names = tuple(TARGETS.values())

    def dimension(self) -> None:
        # The slug of a target does not say of which sort it is.
        return None

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset.filter(self.condition(value))

    def condition(self, value: Any) -> Condition:
        conditions = self._conditions(value)
        # Stances on one target stand in an index in the order of the days.
        return conditions[0] if self._is_one(value) else _any_of(Stance, *conditions)

    def condition_met(self, value: Any, values: Values) -> Condition:
        # As for `ActsForCountry`.
        return reduce(or_, self._conditions(value))

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        if self.branch is not STANCES or any(len(keys) > 1 for keys in value):
            return None
        taken = {f"{name}__in": values for name, values in siblings.items()} | {"state": PUBLIC}
        alternatives = [[{f"target_{name}": keys[0], **taken}] for name, keys in self._targets(value)]
        return DrivingTable("stances", "statement", Stance, alternatives, covers=frozenset({"about", *siblings}))

    def _conditions(self, value: Any) -> list[Q]:
        if self._is_one(value):
            return [Q(**{f"target_{name}": keys[0]}) for name, keys in self._targets(value)]
        return [Q(**{f"target_{name}__in": keys}) for name, keys in self._targets(value)]

    @staticmethod
    def _is_one(value: Sequence[Sequence[int]]) -> bool:
        return sum(map(len, value)) == 1

    @staticmethod
    def _targets(value: Sequence[Sequence[int]]) -> list[tuple[str, Sequence[int]]]:
        return [(name, keys) for name, keys in zip(TARGETS, value, strict=True) if keys]


class EventCommon(ProvedFilters):
    """The parameters that all kinds of events share."""

    slug = SlugFilter(Event)
    q = FullTextFilter(buckets=EventSearchIndex)
    date_after = DateAfterFilter("start_earliest", "end_latest", "events", needs_custom_plan=False)
    date_before = DateBeforeFilter("start_earliest", "end_latest", "events", needs_custom_plan=False)
    date_match = DateMatch("date_after", "date_before")
    year = Year("start_earliest", "start", needs_custom_plan=False)
    participant = ActorFilter(PARTICIPATIONS, "Only events with this participant, itself or represented by another.")
    participant_role = Choice(
        ParticipationRole,
        "role",
        of=PARTICIPATIONS,
        help_text="Role of the participant; without `participant`, of any participant.",
    )
    participant_country = ActsForCountry(PARTICIPATIONS)
    participant_office = SkewedRelated(
        Office, "capacity__office", of=PARTICIPATIONS, help_text="Office that the participant held on that day."
    )
    participant_rank = Choice(
        OfficeRank, "capacity__office__rank", of=PARTICIPATIONS,
        help_text="Rank of the office that the participant held on that day.",
    )  # fmt: skip
    participant_on_behalf_of = SkewedRelated(
        Actor, "on_behalf_of", of=PARTICIPATIONS, help_text="Actor on whose behalf the participant takes part."
    )
    topic = AboutFilter(TOPICS)
    related_to = SkewedRelated(
        Event, "object", of=RELATIONS, repeatable=True, help_text="Only events with a relation to this one."
    )
    relation_type = Choice(
        EventRelationType, "type", of=RELATIONS, help_text="Type of the relation to the event in `related_to`, or to any event."
    )
    country = Related(Country, "country", help_text="Country of the place.")
    near = Near()
    code = Code("code", pattern=r"[0-9A-Za-z]{1,24}", example="040", of=CODES, help_text="Code in an event ontology.")
    code_scheme = Choice(CodeScheme, "scheme", of=CODES, help_text="Ontology of the code: CAMEO or PLOVER.")
    dataset = ExactTextFilter("dataset", help_text="Dataset that the event was imported from.")
    external_id = ExactTextFilter("external_id", help_text="Identifier of the event in its dataset.")
    order = Order({"start": ("start_earliest",), "name": ("name_folded",), "updated_at": ("updated_at",)}, default="-start")


class EventFilters(EventCommon):
    """The parameters of events of all kinds."""

    kind = Choice(EventKind, "kind", help_text="Kind of event.")


class MeetingFilters(EventCommon):
    """The parameters of meetings."""

    mode = Choice(MeetingMode, "mode", help_text="Format of the meeting.")
    held_state = Choice(HeldState, "held_state", help_text="Status of the meeting: scheduled, held, postponed or cancelled.")


IN_FORCE_HELP: Final = (
    "An agreement is in force from in_force_on to ended_on. If in_force_on is unknown, it can be in force from its start, unless "
    "its stage is proposed, initialled or rejected: then it is never in force. A suspended agreement is in force, but on no day "
    "for certain, because the date of suspension is not recorded."
)


class InForce(AsOf):
    """The day on which an agreement was in force.

    Most agreements enter into force after they are made: those that can have been in force on a day began by then. The others
    are few, and have an index of their own.
    """

    has_parts = True

    def __init__(self) -> None:
        super().__init__("in_force_on", "agreements in force", IN_FORCE_HELP)

    def parted(self, value: Any) -> Sequence[Q]:
        return [
            Q(in_force_on_earliest__gte=F("start_earliest"), start_earliest__lte=value),
            Q(in_force_on_earliest__lt=F("start_earliest")),
        ]


class Ended(AsOf):
    """The day by which an agreement had ceased to be in force."""

    def __init__(self) -> None:
        super().__init__("ended_by", "")
        self.help_text = (
            "Only agreements whose last day in force, as defined by `as_of`, is on or before this day. `date_match` sets how "
            "partial and unknown dates match."
        )


class AgreementFilters(EventCommon):
    """The parameters of agreements."""

    type = Choice(AgreementType, "agreement_type", help_text="Type of agreement.")
    stage = Choice(AgreementStage, "stage", help_text="Stage of the agreement.")
    number = ExactTextFilter("number", help_text="Number or symbol, such as S/RES/2510 (2020).")
    party = Party()
    party_action = Choice(
        PartyActionType, "type", of=PARTY_ACTIONS, help_text="Action of the actor in `party`, or of any actor, on the agreement."
    )
    as_of = InForce()
    ended_before = Ended()
    date_match = DateMatch("date_after", "date_before", "as_of", "ended_before")


class StatementFilters(EventCommon):
    """The parameters of statements; those about stances speak of the same stance."""

    about = Target(STANCES)
    position = Choice(
        StancePosition, "position", of=STANCES, help_text="Position of the stance, from -2 (rejects) to 2 (endorses)."
    )
    explicitness = Choice(
        Explicitness,
        "explicitness",
        of=STANCES,
        help_text="Explicitness of the stance: expressed in the statement, or inferred from it.",
    )
    form = Choice(StatementForm, "form", help_text="Form of the text: quote or paraphrase.")
    medium = Choice(StatementMedium, "medium", help_text="Medium of the statement.")
    attribution = Choice(StatementAttribution, "attribution", help_text="Attribution of the text in the source.")
    language = Code(
        "language", pattern=LANGUAGE, example="tr or zh-Hans", help_text="Original language of the statement (BCP 47)."
    )


class ActionFilters(EventCommon):
    """The parameters of actions."""

    type = Choice(ActionType, "action_type", help_text="Type of action.")


def _today_or(values: Values) -> date:
    asked: date = values.get("as_of") or timezone.now().date()
    return asked


class Overdue(Flag):
    """Whether a provision is overdue on the day in `as_of`, or today."""

    def cacheable(self, value: Any) -> bool:
        # Without as_of, tomorrow is another day.
        return False

    def __init__(self) -> None:
        super().__init__(
            help_text="Whether the provision is overdue on the day in `as_of`, by default today (UTC): its deadline has passed, "
            "and no review by that day has the status fulfilled or lapsed. On the day of the deadline it is not overdue. A "
            "conditional deadline expires when its condition is recorded as met. `date_match` sets how partial and unknown "
            "dates match."
        )

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        day = _today_or(values)
        provisions: Any = queryset
        method = provisions.overdue_on if value else provisions.not_overdue_on
        chosen: QuerySet[Any] = method(day, certain=certainly(values))
        return chosen


class AgreementAsOfFilter(AsOf):
    """The day on which a provision stood; with `overdue`, the day by which it was or was not."""

    def __init__(self) -> None:
        super().__init__(
            "in_effect_on", "provisions in effect",
            "A provision is in effect while its agreement is in force, as defined by `as_of` of agreements, and until its own "
            "end; until a condition without a known date, it is in effect on no day for certain. With `overdue`, the day on "
            "which that is evaluated.",
        )  # fmt: skip

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset if "overdue" in values else super().narrow(queryset, value, values)


class Within(Day):
    """One end of a range of days; `possible` and `certain` are the lookups of what can lie within it, and of what must.

    `given` is what else has to hold.
    """

    def __init__(self, possible: str, certain: str, what: str, given: Q | None = None, of: Branch | None = None) -> None:
        self.possible, self.certain, self.given = possible, certain, given or Q()
        super().__init__(possible, of=of, help_text=f"{what}{CERTAIN_ONLY}")

    def condition_among(self, value: Any, values: Values) -> Condition:
        return Q(**{self.certain if certainly(values) else self.possible: value}) & self.given


# What falls due on no day that is known of yet is not due later either.
_DUE: Final = Q(due_earliest__lt=edtf.LATEST)


class ProvisionFilters(RecordFilters):
    """The parameters of provisions; proof and topics are those of the agreement."""

    slug = SlugFilter(Provision)
    agreement = Related(Agreement, "agreement", help_text="Agreement that contains the provision.")
    category = Choice(ProvisionCategory, "category", help_text="Category of the provision.")
    bound_actor = SkewedRelated(Actor, "actor", of=BOUND_ACTORS, help_text="Obligated party.")
    due_kind = Choice(DeadlineKind, "due_kind", help_text="Kind of deadline for compliance.")
    due_after = Within(
        "due_latest__gte",
        "due_earliest__gte",
        "Only provisions with a dated deadline that can be on or after this day",
        _DUE,
    )
    due_before = Within(
        "due_earliest__lte", "due_latest__lte", "Only provisions whose possible deadlines begin on or before this day"
    )
    lasts_until_kind = Choice(
        DeadlineKind, "lasts_until_kind", help_text="Kind of deadline until which the provision is in effect."
    )
    lasts_until_after = Within(
        "lasts_until_latest__gte", "lasts_until_earliest__gte", "Only provisions that can be in effect until this day or later"
    )
    lasts_until_before = Within(
        "lasts_until_earliest__lte", "lasts_until_latest__lte", "Only provisions whose effect can end on or before this day"
    )
    review_status = Choice(ReviewStatus, "status", of=REVIEWS, help_text="Status in a compliance review.")
    reviewed_after = Within(
        "date_latest__gte",
        "date_earliest__gte",
        "Only provisions with a compliance review whose possible dates end on or after this day",
        of=REVIEWS,
    )
    reviewed_before = Within(
        "date_earliest__lte",
        "date_latest__lte",
        "Only provisions with a compliance review whose possible dates begin on or before this day",
        of=REVIEWS,
    )
    overdue = Overdue()
    as_of = AgreementAsOfFilter()
    date_match = DateMatch(
        "as_of",
        "overdue",
        "due_after",
        "due_before",
        "lasts_until_after",
        "lasts_until_before",
        "reviewed_after",
        "reviewed_before",
    )
    topic = AboutFilter(AGREEMENT_TOPICS)
    source = SkewedRelated(Source, "source", of=AGREEMENT_CITATIONS, help_text="Only records with a citation of this source.")
    publisher = ExactTextFilter("source__publisher", of=AGREEMENT_CITATIONS, help_text=PUBLISHER_HELP)
    cited_field = ExactTextFilter("field", of=AGREEMENT_CITATIONS, help_text=CITED_FIELD_HELP)
    order = Order({"due": ("due_latest",), "updated_at": ("updated_at",)}, default="due")


class ReviewDateFilter(DateAfterFilter):
    """The `date_after` of what is of the day of its statement."""

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        # Nothing new, but what indexes of statements must hear.
        stances = queryset.filter(statement__state=PUBLIC, statement__kind=EventKind.STATEMENT)
        return super().narrow(stances, value, values)


class StanceFilters(RecordFilters):
    """The parameters of stances; proof, date and topics are those of the statement."""

    slug = SlugFilter(Stance)
    about = Target()
    position = Choice(StancePosition, "position", help_text="Position of the stance, from -2 (rejects) to 2 (endorses).")
    explicitness = Choice(
        Explicitness, "explicitness", help_text="Explicitness of the stance: expressed in the statement, or inferred from it."
    )
    holder = ActorFilter(SPEAKERS, "Holder of the stance: a speaker, or an actor that a speaker represents.")
    statement = Related(Statement, "statement", help_text="Statement that expresses the stance.")
    date_after = ReviewDateFilter("start_earliest", "statement__end_latest", "stances", spread="statement__spread")
    date_before = DateBeforeFilter("start_earliest", "statement__end_latest", "stances")
    date_match = DateMatch("date_after", "date_before")
    year = Year("start_earliest", "date")
    topic = AboutFilter(STATEMENT_TOPICS)
    source = SkewedRelated(Source, "source", of=STATEMENT_CITATIONS, help_text="Only records with a citation of this source.")
    publisher = ExactTextFilter("source__publisher", of=STATEMENT_CITATIONS, help_text=PUBLISHER_HELP)
    cited_field = ExactTextFilter("field", of=STATEMENT_CITATIONS, help_text=CITED_FIELD_HELP)
    order = Order({"date": ("start_earliest",), "updated_at": ("updated_at",)}, default="-updated_at")


class TopicFilters(ProvedFilters):
    """The parameters of topics."""

    slug = SlugFilter(Topic)
    type = Choice(TopicType, "type", help_text="Type of topic.")
    parent = Related(Topic, "parent", help_text="Broader topic.")
    country = SkewedRelated(Country, "country", of=TOPIC_COUNTRIES, help_text="Country concerned.")
    order = Order({"name": ("name_folded",), "updated_at": ("updated_at",)}, default="name")
