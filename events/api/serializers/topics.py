"""What the documents of topics hold, in their order. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from actors.api.serializers import CountryRefSerializer
from config.api.serializers import EnumField, IdentifierSerializer, KindField, NameSerializer, StampsSerializer, text_field
from config.sources.api.serializers import CitationSerializer
from events.api.serializers.references import TopicRefSerializer
from events.choices import TopicType


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
