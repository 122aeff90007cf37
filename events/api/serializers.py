"""What the documents of events, their parts and topics hold, in their order. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from actors.api.serializers import ActorRefSerializer, CountryRefSerializer, TenureRefSerializer
from config.api.serializers import (
    Bound,
    CitationSerializer,
    Edtf,
    EnumField,
    IdentifierSerializer,
    KindField,
    LastingSerializer,
    LocatedSerializer,
    NameSerializer,
    OpenEdtf,
    RefSerializer,
    SourceRefSerializer,
    StampsSerializer,
    Url,
    text_field,
)
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


class EventRefSerializer(RefSerializer):
    """A reference to an event."""

    kind = EnumField(EventKind, help_text="What sort of event it is.")


class AgreementRefSerializer(RefSerializer):
    """A reference to an agreement."""

    kind = KindField("agreement")


class StatementRefSerializer(RefSerializer):
    """A reference to a statement."""

    kind = KindField("statement")


class TopicRefSerializer(RefSerializer):
    """A reference to a topic."""

    kind = KindField("topic")


class _DatedSerializer(serializers.Serializer[Any]):
    date = Edtf("When it was.")
    date_earliest = Bound("date", "earliest")
    date_latest = Bound("date", "latest")


class _TopicHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="The public identifier; it never changes.", max_length=120)
    kind = KindField("topic")
    name = serializers.CharField(help_text="The name it is shown under, in English.")
    names = NameSerializer(many=True, help_text="What else it is called.")
    type = EnumField(TopicType, help_text="What sort of subject it is.")
    parent = TopicRefSerializer(help_text="The wider topic.", allow_null=True)
    description = text_field("What a reader should know of it.")
    countries = CountryRefSerializer(many=True, help_text="The countries concerned.")
    identifiers = IdentifierSerializer(many=True, help_text="The codes by which others know it.")
    citations = CitationSerializer(many=True, help_text="The proof.")


class TopicSerializer(_TopicHead, StampsSerializer):
    """A conflict, a process or an issue that events are about; topics form a tree."""


class DeadlineSerializer(serializers.Serializer[Any]):
    """How a day is fixed, and on which days it can fall."""

    kind = EnumField(DeadlineKind, help_text="How it is fixed.")
    date = Edtf("The day, where it is absolute.")
    offset = text_field("Where it is relative: how long after the anchor (ISO 8601 duration; P3M is three months).")
    anchor = EnumField(DeadlineAnchor, help_text="What the offset is counted from.", allow_null=True)
    anchor_event = EventRefSerializer(help_text="The event it is counted from.", allow_null=True)
    condition = text_field("The condition, in words, where it is conditional.")
    condition_met_on = Edtf("When the condition was met.")
    earliest = Bound("it", "earliest")
    latest = Bound("it", "latest")


class _ReviewHead(serializers.Serializer[Any]):
    status = EnumField(ReviewStatus, help_text="How far the provision was kept.")


class _ReviewTail(serializers.Serializer[Any]):
    source = SourceRefSerializer(help_text="Who says so.")
    quote = text_field("The exact words of the source, at most fifteen.", max_length=200)
    locator = text_field("Where in the source.")
    note = text_field("What a reader should know to judge it.")


class ProvisionReviewSerializer(_ReviewHead, _DatedSerializer, _ReviewTail):
    """A dated judgement, proved by a source, of how far a provision was kept."""


class _ProvisionHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="The public identifier; it never changes.", max_length=120)
    kind = KindField("provision")
    name = serializers.CharField(help_text="What is provided, as in text.")
    agreement = AgreementRefSerializer(help_text="The agreement it belongs to.")
    order = serializers.IntegerField(help_text="Its place in the agreement, counted from 1.", min_value=1)
    locator = text_field("Where it stands in the text: Art. 3(2).")
    text = serializers.CharField(help_text="What is provided.")
    category = EnumField(ProvisionCategory, help_text="What it is about.")
    bound_actors = ActorRefSerializer(many=True, help_text="The actors it binds.")
    bound_wording = text_field("Whom it binds, in the source's words.")
    due = DeadlineSerializer(help_text="By when it must be done.")
    lasts_until = DeadlineSerializer(help_text="Until when it lasts.")
    reviews = ProvisionReviewSerializer(many=True, help_text="How far it was kept, oldest judgement first.")


class ProvisionSerializer(_ProvisionHead, StampsSerializer):
    """One thing that an agreement provides. Its proof is the agreement's."""


TARGET_KINDS = ("actor", "event", "topic", "provision")


class TargetRefSerializer(RefSerializer):
    """A reference to what a stance is about: an event, a topic, an actor or a provision."""


class _StanceHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="The public identifier; it never changes.", max_length=120)
    kind = KindField("stance")
    name = serializers.CharField(help_text="The title of the statement.")
    statement = StatementRefSerializer(help_text="The statement that shows it.")


class _StanceTail(serializers.Serializer[Any]):
    holders = ActorRefSerializer(many=True, help_text="Whose stance it is: who spoke, and for whom.")
    target = TargetRefSerializer(help_text="What it is about.")
    position = EnumField(StancePosition, help_text="-2 rejects, -1 doubts, 0 neutral or mixed, 1 supports, 2 endorses.")
    explicitness = EnumField(Explicitness, help_text="Whether it was said or concluded from what was said.")
    note = text_field("What a reader should know to judge it.")


class StanceSerializer(_StanceHead, _DatedSerializer, _StanceTail, StampsSerializer):
    """The position that a statement takes on a target. Its date and proof are the statement's."""


class _PlaceHead(serializers.Serializer[Any]):
    name = text_field("The place in words.")
    country = CountryRefSerializer(help_text="The country.", allow_null=True)


class PlaceSerializer(_PlaceHead, LocatedSerializer):
    """Where something happened."""


class ParticipationSerializer(serializers.Serializer[Any]):
    """An actor's part in an event."""

    actor = ActorRefSerializer(help_text="Who took part.")
    role = EnumField(ParticipationRole, help_text="As what.")
    on_behalf_of = ActorRefSerializer(help_text="For whom.", allow_null=True)
    wording = text_field("The source's own words for the actor, where they differ from its name.")
    capacity = TenureRefSerializer(help_text="The office held on the day; null where none or several are known.", allow_null=True)


class EventRelationSerializer(serializers.Serializer[Any]):
    """How the event stands to another."""

    type = EnumField(EventRelationType, help_text="How it stands to the other.")
    object = EventRefSerializer(help_text="The other.")
    note = text_field("What a reader should know to understand it.")


class EventCodeSerializer(serializers.Serializer[Any]):
    """A code that an event ontology gives the event."""

    scheme = EnumField(CodeScheme, help_text="The ontology.")
    code = serializers.CharField(help_text="The code, as text: 040 is not 40.")


class _PartyActionHead(serializers.Serializer[Any]):
    actor = ActorRefSerializer(help_text="Who did it.")
    type = EnumField(PartyActionType, help_text="What it did.")


class _Note(serializers.Serializer[Any]):
    note = text_field("What a reader should know, such as the text of a reservation.")


class PartyActionSerializer(_PartyActionHead, _DatedSerializer, _Note):
    """What a party did to an agreement on a day of its own."""


class _EventHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="The public identifier; it never changes.", max_length=120)
    kind = EnumField(EventKind, help_text="What sort of event it is.")
    name = serializers.CharField(help_text="What happened, as a title.")
    names = NameSerializer(many=True, help_text="What else it is called.")
    description = text_field("What happened, in a sentence or two.")


class _EventMiddle(serializers.Serializer[Any]):
    place = PlaceSerializer(help_text="Where it happened; null where nothing is known of it.", allow_null=True)
    topics = TopicRefSerializer(many=True, help_text="What it is about.")
    participations = ParticipationSerializer(many=True, help_text="Who took part, as what and for whom.")


class _EventTail(serializers.Serializer[Any]):
    relations = EventRelationSerializer(many=True, help_text="How it stands to other events.")
    codes = EventCodeSerializer(many=True, help_text="The codes that event ontologies give it.")
    identifiers = IdentifierSerializer(many=True, help_text="The codes by which others know it.")
    dataset = text_field("The dataset it was imported from.")
    external_id = text_field("Its identifier in that dataset.")
    citations = CitationSerializer(many=True, help_text="The proof.")


class _MeetingPart(serializers.Serializer[Any]):
    format = EnumField(MeetingFormat, help_text="How the participants met.")
    held_state = EnumField(HeldState, help_text="Whether it took place.")


class MeetingSerializer(_EventHead, LastingSerializer, _EventMiddle, _MeetingPart, _EventTail, StampsSerializer):
    """People met, or spoke by phone or video."""

    kind = KindField("meeting")


class _AgreementPart(serializers.Serializer[Any]):
    type = EnumField(AgreementType, help_text="Its form.")
    stage = EnumField(AgreementStage, help_text="How far it has come.")
    number = text_field("Its number or symbol, such as S/RES/2510 (2020).")
    text_url = Url(help_text="Where its text can be read.", allow_null=True)
    in_force_on = Edtf("When it entered into force.")
    in_force_on_earliest = Bound("in_force_on", "earliest")
    in_force_on_latest = Bound("in_force_on", "latest")
    ended_on = OpenEdtf("When it ceased to be in force.")
    ended_on_earliest = Bound("ended_on", "earliest")
    ended_on_latest = Bound("ended_on", "latest")
    party_actions = PartyActionSerializer(many=True, help_text="What parties did to it, each on a day of its own.")
    provisions = ProvisionSerializer(many=True, help_text="What it provides, in order.")


class AgreementSerializer(_EventHead, LastingSerializer, _EventMiddle, _AgreementPart, _EventTail, StampsSerializer):
    """Something was agreed or decided in writing."""

    kind = KindField("agreement")


class _StatementPart(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="What was said.")
    form = EnumField(StatementForm, help_text="Whether the text is the speaker's own words.")
    language = text_field("In which language it was said (BCP 47).")
    medium = EnumField(StatementMedium, help_text="Where it was said.")
    attribution = EnumField(StatementAttribution, help_text="How the words came to the source.")
    stances = StanceSerializer(many=True, help_text="Where the speakers stand on what they speak of.")


class StatementSerializer(_EventHead, LastingSerializer, _EventMiddle, _StatementPart, _EventTail, StampsSerializer):
    """Something was said, by one speaker or by several together."""

    kind = KindField("statement")


class _ActionPart(serializers.Serializer[Any]):
    type = EnumField(ActionType, help_text="What was done.")


class ActionSerializer(_EventHead, LastingSerializer, _EventMiddle, _ActionPart, _EventTail, StampsSerializer):
    """Something was done rather than said or agreed."""

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
