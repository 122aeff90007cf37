"""What the documents of events, their parts and topics hold."""

from events.api.serializers.events import (
    ActionSerializer,
    AgreementSerializer,
    MeetingSerializer,
    StatementSerializer,
    event_serializer,
)
from events.api.serializers.provisions import ProvisionSerializer
from events.api.serializers.references import EventRefSerializer, TargetRefSerializer
from events.api.serializers.stances import StanceSerializer
from events.api.serializers.topics import TopicSerializer

__all__ = [
    "ActionSerializer",
    "AgreementSerializer",
    "EventRefSerializer",
    "MeetingSerializer",
    "ProvisionSerializer",
    "StanceSerializer",
    "StatementSerializer",
    "TargetRefSerializer",
    "TopicSerializer",
    "event_serializer",
]
