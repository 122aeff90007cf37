"""What the documents of provisions hold, in their order. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from actors.api.serializers import ActorRefSerializer
from config.api.serializers import Bound, DatedSerializer, Edtf, EnumField, KindField, StampsSerializer, text_field
from config.sources.api.serializers import CitationSerializer, SourceRefSerializer
from events.api.serializers.references import AgreementRefSerializer, EventRefSerializer
from events.choices import DeadlineAnchor, DeadlineKind, ProvisionCategory, ReviewStatus


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


class ProvisionReviewSerializer(_ReviewHead, DatedSerializer, _ReviewTail):
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
