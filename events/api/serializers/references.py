"""References to events, what belongs to them, and topics, as they stand in documents."""

from __future__ import annotations

from config.api.serializers import EnumField, KindField, RefSerializer
from events.choices import EventKind


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


class TargetRefSerializer(RefSerializer):
    """Reference to the target of a stance: an event, topic, actor or provision."""
