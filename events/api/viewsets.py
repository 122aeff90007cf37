"""The collections of events, what belongs to them, and topics."""

from __future__ import annotations

from config.api.views.viewsets import DocumentViewSet
from events.api import filtersets, serializers
from events.models import Action, Agreement, Event, Meeting, Provision, Stance, Statement, Topic


class EventViewSet(DocumentViewSet):
    """Meetings, agreements, statements and actions in one timeline."""

    queryset = Event.objects.public()
    filterset_class = filtersets.EventFilters
    serializer_class = serializers.event_serializer()
    noun = "event"


class MeetingViewSet(DocumentViewSet):
    """Meetings, in person or by phone or video."""

    queryset = Meeting.objects.public()
    filterset_class = filtersets.MeetingFilters
    serializer_class = serializers.MeetingSerializer
    noun = "meeting"


class AgreementViewSet(DocumentViewSet):
    """Agreements and decisions in writing."""

    queryset = Agreement.objects.public()
    filterset_class = filtersets.AgreementFilters
    serializer_class = serializers.AgreementSerializer
    noun = "agreement"


class StatementViewSet(DocumentViewSet):
    """Statements by one speaker, or by several jointly."""

    queryset = Statement.objects.public()
    filterset_class = filtersets.StatementFilters
    serializer_class = serializers.StatementSerializer
    noun = "statement"


class ActionViewSet(DocumentViewSet):
    """Actions, such as deployments, sanctions and recalls."""

    queryset = Action.objects.public()
    filterset_class = filtersets.ActionFilters
    serializer_class = serializers.ActionSerializer
    noun = "action"


class ProvisionViewSet(DocumentViewSet):
    """Provisions of agreements, with their deadlines and compliance reviews."""

    queryset = Provision.objects.public()
    filterset_class = filtersets.ProvisionFilters
    serializer_class = serializers.ProvisionSerializer
    noun = "provision"


class StanceViewSet(DocumentViewSet):
    """Stances of speakers on events, topics, actors and provisions."""

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
