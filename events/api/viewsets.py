"""The collections of events, what belongs to them, and topics."""

from __future__ import annotations

from config.api.viewsets import DocumentViewSet
from events.api import filtersets, serializers
from events.models import Action, Agreement, Event, Meeting, Provision, Stance, Statement, Topic


class EventViewSet(DocumentViewSet):
    """Meetings, agreements, statements and actions together: one timeline."""

    queryset = Event.objects.public()
    filterset_class = filtersets.EventFilters
    serializer_class = serializers.event_serializer()
    noun = "event"


class MeetingViewSet(DocumentViewSet):
    """People met, or spoke by phone or video."""

    queryset = Meeting.objects.public()
    filterset_class = filtersets.MeetingFilters
    serializer_class = serializers.MeetingSerializer
    noun = "meeting"


class AgreementViewSet(DocumentViewSet):
    """What was agreed or decided in writing."""

    queryset = Agreement.objects.public()
    filterset_class = filtersets.AgreementFilters
    serializer_class = serializers.AgreementSerializer
    noun = "agreement"


class StatementViewSet(DocumentViewSet):
    """What was said, by one speaker or by several together."""

    queryset = Statement.objects.public()
    filterset_class = filtersets.StatementFilters
    serializer_class = serializers.StatementSerializer
    noun = "statement"


class ActionViewSet(DocumentViewSet):
    """What was done rather than said or agreed."""

    queryset = Action.objects.public()
    filterset_class = filtersets.ActionFilters
    serializer_class = serializers.ActionSerializer
    noun = "action"


class ProvisionViewSet(DocumentViewSet):
    """What agreements provide, until when, and whether it was kept."""

    queryset = Provision.objects.public()
    filterset_class = filtersets.ProvisionFilters
    serializer_class = serializers.ProvisionSerializer
    noun = "provision"


class StanceViewSet(DocumentViewSet):
    """Where speakers stand on events, topics, actors and provisions."""

    queryset = Stance.objects.public()
    filterset_class = filtersets.StanceFilters
    serializer_class = serializers.StanceSerializer
    noun = "stance"


class TopicViewSet(DocumentViewSet):
    """Conflicts, processes and issues that events are about."""

    queryset = Topic.objects.public()
    filterset_class = filtersets.TopicFilters
    serializer_class = serializers.TopicSerializer
    noun = "topic"
