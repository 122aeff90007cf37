"""Who took part in an event, and what parties did, as the documents of events hold them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from actors.api.serializers import ActorRefSerializer, TenureRefSerializer
from config.api.serializers import DatedSerializer, EnumField, text_field
from events.choices import ParticipationRole, PartyActionType


class ParticipationSerializer(serializers.Serializer[Any]):
    """Participation of an actor in an event."""

    actor = ActorRefSerializer(help_text="Participating actor.")
    role = EnumField(ParticipationRole, help_text="Role in the event.")
    on_behalf_of = ActorRefSerializer(help_text="Actor on whose behalf the participant takes part.", allow_null=True)
    wording = text_field("Actor as worded by the source, if it differs from the name.")
    capacity = TenureRefSerializer(
        help_text="Tenure of the participant on the day of the event; null if none or several are known.", allow_null=True
    )


class _PartyActionHead(serializers.Serializer[Any]):
    actor = ActorRefSerializer(help_text="Party that acted.")
    type = EnumField(PartyActionType, help_text="Type of party action.")


class _Note(serializers.Serializer[Any]):
    note = text_field("Note for readers, such as the text of a reservation.")


class PartyActionSerializer(_PartyActionHead, DatedSerializer, _Note):
    """Action of a party on an agreement, with its own date."""
