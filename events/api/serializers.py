"""What the documents of events, their parts and topics hold, in their order. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from actors.api.serializers import ActorRefSerializer, CountryRefSerializer, TenureRefSerializer
from config.api.serializers import (
    Bound,
    Edtf,
    EnumField,
    IdentifierSerializer,
    KindField,
    LastingSerializer,
    LocatedSerializer,
    NameSerializer,
    OpenEdtf,
    RefSerializer,
    StampsSerializer,
    Url,
    text_field,
)
from config.sources.api.serializers import CitationSerializer, SourceRefSerializer
from events.choices import (
    ActionType,
    AgreementStage,
    AgreementType,
    CodeScheme,
    DeadlineAnchor,
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


class EventRefSerializer(RefSerializer):
    """Reference to an event."""

    kind = EnumField(EventKind, help_text="Kind of event.")


class AgreementRefSerializer(RefSerializer):
    """Reference to an agreement."""

    kind = KindField("agreement")


class StatementRefSerializer(RefSerializer):
    """Reference to a statement."""

    kind = KindField("statement")


class TopicRefSerializer(RefSerializer):
    """Reference to a topic."""

    kind = KindField("topic")


class _DatedSerializer(serializers.Serializer[Any]):
    date = Edtf("Date.")
    date_earliest = Bound("date", "earliest")
    date_latest = Bound("date", "latest")


class _TopicHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="Public identifier; never changes.", max_length=120)
    kind = KindField("topic")
    name = serializers.CharField(help_text="Display name, in English.")
    names = NameSerializer(many=True, help_text="Other names.")
    type = EnumField(TopicType, help_text="Type of topic.")
    parent = TopicRefSerializer(help_text="Broader topic.", allow_null=True)
    description = text_field("Short description.")
    countries = CountryRefSerializer(many=True, help_text="Countries concerned.")
    identifiers = IdentifierSerializer(many=True, help_text="Identifiers in external schemes.")
    citations = CitationSerializer(many=True, help_text="Citations of sources for the record.")


class TopicSerializer(_TopicHead, StampsSerializer):
    """Conflict, process or issue that events are about; topics form a tree."""


class DeadlineSerializer(serializers.Serializer[Any]):
    """Deadline: its kind, and its earliest and latest possible days."""

    kind = EnumField(DeadlineKind, help_text="Kind of deadline.")
    date = Edtf("Date of an absolute deadline.")
    offset = text_field("Period of a relative deadline, counted from the anchor (ISO 8601 duration; P3M is three months).")
    anchor = EnumField(DeadlineAnchor, help_text="Anchor that the period is counted from.", allow_null=True)
    anchor_event = EventRefSerializer(help_text="Event that the period is counted from.", allow_null=True)
    condition = text_field("Condition of a conditional deadline, in words.")
    condition_met_on = Edtf("Date on which the condition was met.")
    earliest = Bound("the deadline", "earliest")
    latest = Bound("the deadline", "latest")


class _ReviewHead(serializers.Serializer[Any]):
    status = EnumField(ReviewStatus, help_text="Status of compliance with the provision.")


class _ReviewTail(serializers.Serializer[Any]):
    source = SourceRefSerializer(help_text="Source of the review.")
    quote = text_field("Exact words of the source, at most fifteen.", max_length=200)
    locator = text_field("Location in the source.")
    note = text_field("Note for readers.")


class ProvisionReviewSerializer(_ReviewHead, _DatedSerializer, _ReviewTail):
    """Dated review of compliance with a provision, cited from a source."""


class _ProvisionHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="Public identifier; never changes.", max_length=120)
    kind = KindField("provision")
    name = serializers.CharField(help_text="Text of the provision, the same as `text`.")
    agreement = AgreementRefSerializer(help_text="Agreement that contains the provision.")
    order = serializers.IntegerField(help_text="Position in the agreement, counted from 1.", min_value=1)
    locator = text_field("Location in the text, such as Art. 3(2).")
    text = serializers.CharField(help_text="Text of the provision.")
    category = EnumField(ProvisionCategory, help_text="Category of the provision.")
    bound_actors = ActorRefSerializer(many=True, help_text="Obligated parties.")
    bound_wording = text_field("Obligated parties as worded by the source.")
    due = DeadlineSerializer(help_text="Deadline for compliance.")
    lasts_until = DeadlineSerializer(help_text="Deadline until which the provision is in effect.")
    reviews = ProvisionReviewSerializer(many=True, help_text="Compliance reviews, oldest first.")
    citations = CitationSerializer(
        many=True,
        help_text="Citations of the provision and, if none supports it as a whole, of the agreement (field: agreement).",
    )


class ProvisionSerializer(_ProvisionHead, StampsSerializer):
    """Provision of an agreement."""


TARGET_KINDS = ("actor", "event", "topic", "provision")


class TargetRefSerializer(RefSerializer):
    """Reference to the target of a stance: an event, topic, actor or provision."""


class _StanceHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="Public identifier; never changes.", max_length=120)
    kind = KindField("stance")
    name = serializers.CharField(help_text="Title of the statement.")
    statement = StatementRefSerializer(help_text="Statement that expresses the stance.")


class _StanceTail(serializers.Serializer[Any]):
    holders = ActorRefSerializer(many=True, help_text="Holders of the stance: the speakers and those they represent.")
    target = TargetRefSerializer(help_text="Target of the stance.")
    position = EnumField(StancePosition, help_text="Position: -2 rejects, -1 doubts, 0 neutral or mixed, 1 supports, 2 endorses.")
    explicitness = EnumField(Explicitness, help_text="Explicitness: expressed in the statement, or inferred from it.")
    note = text_field("Note for readers.")
    citations = CitationSerializer(
        many=True, help_text="Citations of the stance and, if none supports it as a whole, of the statement (field: statement)."
    )


class StanceSerializer(_StanceHead, _DatedSerializer, _StanceTail, StampsSerializer):
    """Position that a statement takes on a target, with the date of the statement."""


class _PlaceHead(serializers.Serializer[Any]):
    name = text_field("Name of the place.")
    country = CountryRefSerializer(help_text="Country.", allow_null=True)


class PlaceSerializer(_PlaceHead, LocatedSerializer):
    """Place of an event."""


class ParticipationSerializer(serializers.Serializer[Any]):
    """Participation of an actor in an event."""

    actor = ActorRefSerializer(help_text="Participating actor.")
    role = EnumField(ParticipationRole, help_text="Role in the event.")
    on_behalf_of = ActorRefSerializer(help_text="Actor on whose behalf the participant takes part.", allow_null=True)
    wording = text_field("Actor as worded by the source, if it differs from the name.")
    capacity = TenureRefSerializer(
        help_text="Tenure of the participant on the day of the event; null if none or several are known.", allow_null=True
    )


class EventRelationSerializer(serializers.Serializer[Any]):
    """Relation of the event to another."""

    type = EnumField(EventRelationType, help_text="Type of the relation, read from this event to the other.")
    object = EventRefSerializer(help_text="Event at the other end of the relation.")
    note = text_field("Note for readers.")


class EventCodeSerializer(serializers.Serializer[Any]):
    """Code of the event in an event ontology."""

    scheme = EnumField(CodeScheme, help_text="Ontology of the code.")
    code = serializers.CharField(help_text="Code as text: 040 differs from 40.")


class _PartyActionHead(serializers.Serializer[Any]):
    actor = ActorRefSerializer(help_text="Party that acted.")
    type = EnumField(PartyActionType, help_text="Type of party action.")


class _Note(serializers.Serializer[Any]):
    note = text_field("Note for readers, such as the text of a reservation.")


class PartyActionSerializer(_PartyActionHead, _DatedSerializer, _Note):
    """Action of a party on an agreement, with its own date."""


class _EventHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="Public identifier; never changes.", max_length=120)
    kind = EnumField(EventKind, help_text="Kind of event.")
    name = serializers.CharField(help_text="Title of the event.")
    names = NameSerializer(many=True, help_text="Other names.")
    description = text_field("Short description of the event, in one or two sentences.")


class _EventMiddle(serializers.Serializer[Any]):
    place = PlaceSerializer(help_text="Place of the event; null if unknown.", allow_null=True)
    topics = TopicRefSerializer(many=True, help_text="Topics of the event.")
    participations = ParticipationSerializer(
        many=True, help_text="Participating actors, with their roles and whom they represent."
    )


class _EventTail(serializers.Serializer[Any]):
    relations = EventRelationSerializer(many=True, help_text="Relations to other events.")
    codes = EventCodeSerializer(many=True, help_text="Codes in event ontologies (CAMEO, PLOVER).")
    identifiers = IdentifierSerializer(many=True, help_text="Identifiers in external schemes.")
    dataset = text_field("Dataset that the event was imported from.")
    external_id = text_field("Identifier of the event in that dataset.")
    citations = CitationSerializer(many=True, help_text="Citations of sources for the record.")


class _MeetingPart(serializers.Serializer[Any]):
    mode = EnumField(MeetingMode, help_text="Format of the meeting.")
    held_state = EnumField(HeldState, help_text="Status of the meeting: scheduled, held, postponed or cancelled.")


class MeetingSerializer(_EventHead, LastingSerializer, _EventMiddle, _MeetingPart, _EventTail, StampsSerializer):
    """Meeting, in person or by phone or video."""

    kind = KindField("meeting")


class _AgreementPart(serializers.Serializer[Any]):
    type = EnumField(AgreementType, help_text="Type of agreement.")
    stage = EnumField(AgreementStage, help_text="Stage of the agreement.")
    number = text_field("Number or symbol, such as S/RES/2510 (2020).")
    text_url = Url(help_text="URL of the text.", allow_null=True)
    in_force_on = Edtf("Date of entry into force.")
    in_force_on_earliest = Bound("in_force_on", "earliest")
    in_force_on_latest = Bound("in_force_on", "latest")
    ended_on = OpenEdtf("Date of termination.")
    ended_on_earliest = Bound("ended_on", "earliest")
    ended_on_latest = Bound("ended_on", "latest")
    party_actions = PartyActionSerializer(many=True, help_text="Party actions, each with its own date.")
    provisions = ProvisionSerializer(many=True, help_text="Provisions, in order.")


class AgreementSerializer(_EventHead, LastingSerializer, _EventMiddle, _AgreementPart, _EventTail, StampsSerializer):
    """Agreement or decision in writing."""

    kind = KindField("agreement")


class _StatementPart(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="Text of the statement.")
    form = EnumField(StatementForm, help_text="Form of the text: quote or paraphrase.")
    language = text_field("Original language of the statement (BCP 47).")
    medium = EnumField(StatementMedium, help_text="Medium of the statement.")
    attribution = EnumField(StatementAttribution, help_text="Attribution of the text in the source.")
    stances = StanceSerializer(many=True, help_text="Stances that the statement expresses.")


class StatementSerializer(_EventHead, LastingSerializer, _EventMiddle, _StatementPart, _EventTail, StampsSerializer):
    """Statement by one speaker, or by several jointly."""

    kind = KindField("statement")


class _ActionPart(serializers.Serializer[Any]):
    type = EnumField(ActionType, help_text="Type of action.")


class ActionSerializer(_EventHead, LastingSerializer, _EventMiddle, _ActionPart, _EventTail, StampsSerializer):
    """Action, such as a deployment, a sanction or a recall."""

    kind = KindField("action")


OF_KIND: dict[str, type[serializers.Serializer[Any]]] = {
    EventKind.MEETING: MeetingSerializer,
    EventKind.AGREEMENT: AgreementSerializer,
    EventKind.STATEMENT: StatementSerializer,
    EventKind.ACTION: ActionSerializer,
}


def event_serializer(**options: Any) -> PolymorphicProxySerializer:
    """Return the serializer of events of all kinds."""
    kinds: dict[str, Any] = {str(kind): serializer for kind, serializer in OF_KIND.items()}
    return PolymorphicProxySerializer("Event", kinds, "kind", **options)
