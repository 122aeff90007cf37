"""The parameters of events, what belongs to them, and topics."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from actors.choices import OfficeRank
from actors.models import Actor, Country, Office
from config.api.parameters.base import Branch, Order
from config.api.parameters.geo import Near
from config.api.parameters.types import (
    Choice,
    Code,
    DateAfterFilter,
    DateBeforeFilter,
    DateMatch,
    ExactTextFilter,
    FullTextFilter,
    Related,
    SkewedRelated,
    SlugFilter,
    Year,
)
from config.api.views.filtersets import RecordFilters
from config.record.values import edtf
from config.record.values.choices import CurationState
from config.sources.api.filtersets import CITED_FIELD_HELP, LANGUAGE, PUBLISHER_HELP, ProvedFilters
from config.sources.models import Source
from events.api.filters.participation import PARTICIPATIONS, PARTY_ACTIONS, SPEAKERS, ActorFilter, ActsForCountry, Party
from events.api.filters.provisions import Ended, InEffect, InForce, Overdue, Within
from events.api.filters.stances import STANCES, StanceDateAfterFilter, Target
from events.api.filters.topics import TOPICS, AboutFilter
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
    EventCitation,
    EventCode,
    EventRelation,
    EventSearchIndex,
    EventTopicIndex,
    Provision,
    ProvisionReview,
    Stance,
    Statement,
    Topic,
)

RELATIONS = Branch(lambda _: EventRelation.objects.filter(object__state=CurationState.PUBLISHED), "subject")
CODES = Branch(lambda _: EventCode.objects.all(), "event")
REVIEWS = Branch(lambda _: ProvisionReview.objects.all(), "provision")
BOUND_ACTORS = Branch(lambda _: Provision.bound_actors.through._default_manager.all(), "provision")
TOPIC_COUNTRIES = Branch(lambda _: Topic.countries.through._default_manager.all(), "topic")
AGREEMENT_TOPICS = Branch(lambda _: EventTopicIndex.objects.filter(kind=EventKind.AGREEMENT), "event", "agreement")
AGREEMENT_CITATIONS = Branch(lambda _: EventCitation.objects.all(), "record", "agreement")
STATEMENT_TOPICS = Branch(lambda _: EventTopicIndex.objects.filter(kind=EventKind.STATEMENT), "event", "statement")
STATEMENT_CITATIONS = Branch(lambda _: EventCitation.objects.all(), "record", "statement")


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
        OfficeRank,
        "capacity__office__rank",
        of=PARTICIPATIONS,
        help_text="Rank of the office that the participant held on that day.",
    )
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
    as_of = InEffect()
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
    date_after = StanceDateAfterFilter("start_earliest", "statement__end_latest", "stances", spread="statement__spread")
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
