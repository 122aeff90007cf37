"""What the documents of events hold, in their order. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from actors.api.serializers import CountryRefSerializer
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
    StampsSerializer,
    Url,
    text_field,
)
from config.sources.api.serializers import CitationSerializer
from events.api.serializers.participation import ParticipationSerializer, PartyActionSerializer
from events.api.serializers.provisions import ProvisionSerializer
from events.api.serializers.references import EventRefSerializer, TopicRefSerializer
from events.api.serializers.stances import StanceSerializer
from events.choices import (
    ActionType,
    AgreementStage,
    AgreementType,
    CodeScheme,
    EventKind,
    EventRelationType,
    HeldState,
    MeetingMode,
    StatementAttribution,
    StatementForm,
    StatementMedium,
)


class _PlaceHead(serializers.Serializer[Any]):
    name = text_field("Name of the place.")
    country = CountryRefSerializer(help_text="Country.", allow_null=True)


class PlaceSerializer(_PlaceHead, LocatedSerializer):
    """Place of an event."""


class EventRelationSerializer(serializers.Serializer[Any]):
    """Relation of the event to another."""

    type = EnumField(EventRelationType, help_text="Type of the relation, read from this event to the other.")
    object = EventRefSerializer(help_text="Event at the other end of the relation.")
    note = text_field("Note for readers.")


class EventCodeSerializer(serializers.Serializer[Any]):
    """Code of the event in an event ontology."""

    scheme = EnumField(CodeScheme, help_text="Ontology of the code.")
    code = serializers.CharField(help_text="Code as text: 040 differs from 40.")


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
