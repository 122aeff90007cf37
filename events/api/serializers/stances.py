"""What the documents of stances hold, in their order. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from actors.api.serializers import ActorRefSerializer
from config.api.serializers import DatedSerializer, EnumField, KindField, StampsSerializer, text_field
from config.sources.api.serializers import CitationSerializer
from events.api.serializers.references import StatementRefSerializer, TargetRefSerializer
from events.choices import Explicitness, StancePosition


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


class StanceSerializer(_StanceHead, DatedSerializer, _StanceTail, StampsSerializer):
    """Position that a statement takes on a target, with the date of the statement."""
