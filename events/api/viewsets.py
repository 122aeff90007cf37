"""The collections of events, what belongs to them, and topics."""

from __future__ import annotations

from config.api.viewsets import DocumentViewSet
from events.api import filtersets
from events.models import Action, Agreement, Event, Meeting, Provision, Stance, Statement, Topic


class EventViewSet(DocumentViewSet):
    """Meetings, agreements, statements and actions together: one timeline."""

    queryset = Event.objects.public()
    filterset_class = filtersets.EventFilters


class MeetingViewSet(DocumentViewSet):
    """People met, or spoke by phone or video."""

    queryset = Meeting.objects.public()
    filterset_class = filtersets.MeetingFilters


class AgreementViewSet(DocumentViewSet):
    """What was agreed or decided in writing."""

    queryset = Agreement.objects.public()
    filterset_class = filtersets.AgreementFilters


class StatementViewSet(DocumentViewSet):
    """What was said, by one speaker or by several together."""

    queryset = Statement.objects.public()
    filterset_class = filtersets.StatementFilters


class ActionViewSet(DocumentViewSet):
    """What was done rather than said or agreed."""

    queryset = Action.objects.public()
    filterset_class = filtersets.ActionFilters


class ProvisionViewSet(DocumentViewSet):
    """What agreements provide, until when, and whether it was kept."""

    queryset = Provision.objects.public()
    filterset_class = filtersets.ProvisionFilters


class StanceViewSet(DocumentViewSet):
    """Where speakers stand on events, topics, actors and provisions."""

    queryset = Stance.objects.public()
    filterset_class = filtersets.StanceFilters


class TopicViewSet(DocumentViewSet):
    """Conflicts, processes and issues that events are about."""

    queryset = Topic.objects.public()
    filterset_class = filtersets.TopicFilters
