"""The parameters of events, what belongs to them, and topics."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from actors.models import Actor, Country
from config.api.filters import Choice, Day, Order, Related, Values, Words
from config.api.pagination import ListFilters
from events.choices import DeadlineKind, EventKind, TopicType
from events.models import Event, EventTopic, Participation, Topic

BY_START = Order(
    {"start": ("start_earliest",), "name": ("name_folded",), "updated_at": ("updated_at",)}, default="-start"
)


class Participant(Related):
    """Who took part, or for whom somebody did."""

    def __init__(self) -> None:
        super().__init__(
            Actor, "", help_text="What this actor took part in, itself or through somebody on its behalf.", repeatable=True
        )

    def narrow(self, queryset: Any, value: Any, values: Values) -> Any:
        for texts in value:
            keys = self.keys(texts)
            taken = Participation.objects.filter(Q(actor__in=keys) | Q(on_behalf_of__in=keys), event=OuterRef("pk"))
            queryset = queryset.filter(Exists(taken))
        return queryset


class About(Related):
    """The topic of an event."""

    def __init__(self) -> None:
        super().__init__(Topic, "", help_text="What it was about: the slug of a topic.", repeatable=True)

    def narrow(self, queryset: Any, value: Any, values: Values) -> Any:
        for texts in value:
            about = EventTopic.objects.filter(topic__in=self.keys(texts), event=OuterRef("pk"))
            queryset = queryset.filter(Exists(about))
        return queryset


class EventCommon(ListFilters):
    """The parameters that all kinds of events share."""

    date_after = Day("end_latest__gte", help_text="Those that can have happened on this day or later.")
    date_before = Day("start_earliest__lte", help_text="Those that can have happened on this day or earlier.")
    participant = Participant()
    topic = About()
    country = Related(Country, "country", help_text="The country it happened in.")
    q = Words()
    order = BY_START


class EventFilters(EventCommon):
    """The parameters of events of all kinds."""

    kind = Choice(EventKind, "kind", help_text="What sort of event it is.")


class ProvisionFilters(ListFilters):
    """The parameters of provisions."""

    agreement = Related(Event, "agreement", help_text="The agreement it belongs to.")
    due_kind = Choice(DeadlineKind, "due_kind", help_text="How it is fixed by when it must be done.")
    lasts_until_kind = Choice(DeadlineKind, "lasts_until_kind", help_text="How it is fixed until when it lasts.")
    q = Words()
    order = Order({"due": ("due_latest",), "updated_at": ("updated_at",)}, default="due")


class StanceFilters(ListFilters):
    """The parameters of stances."""

    statement = Related(Event, "statement", help_text="The statement that shows it.")
    about_event = Related(Event, "target_event", help_text="The event it is about.")
    q = Words()
    order = Order({"updated_at": ("updated_at",)}, default="-updated_at")


class TopicFilters(ListFilters):
    """The parameters of topics."""

    type = Choice(TopicType, "type", help_text="What sort of subject it is.")
    parent = Related(Topic, "parent", help_text="The wider topic.")
    q = Words()
    order = Order({"name": ("name_folded",), "updated_at": ("updated_at",)}, default="name")
