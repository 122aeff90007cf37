"""Models of the projections of published events, with indexes in the order of the days.

Lists filtered by participant, stance holder or full text are read from an index of these
tables. `events.indexes` writes them with the documents that they
follow from.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from actors.models import Actor
from config.record.database.search import SearchTextField
from events.choices import EventKind, StancePosition
from events.models.events import Event
from events.models.stances import Stance


class EventActorIndex(models.Model):
    """An actor of a published event: it took part, or somebody did on its behalf."""

    # An index of its own begins with each of these already.
    event = models.ForeignKey(Event, models.CASCADE, related_name="actor_index", db_index=False)
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="event_index", db_index=False)
    kind = models.CharField(max_length=12, choices=EventKind.choices, editable=False)
    spread = models.SmallIntegerField(editable=False)
    start_earliest = models.DateField(editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "actor"], name="events_event_actor_unique")]
        indexes: ClassVar = [
            models.Index(fields=["actor", "start_earliest", "event"], name="events_event_actor_by_start"),
            models.Index(fields=["actor", "kind", "spread", "start_earliest", "event"], name="events_event_actor_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.event_id}"


class StanceHolderIndex(models.Model):
    """An actor holds a published stance: it spoke, or somebody spoke on its behalf."""

    stance = models.ForeignKey(Stance, models.CASCADE, related_name="holder_index", db_index=False)
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="stance_index", db_index=False)
    position = models.SmallIntegerField(choices=StancePosition.choices, editable=False)
    start_earliest = models.DateField(editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stance", "actor"], name="events_stance_holder_unique")]
        indexes: ClassVar = [
            models.Index(fields=["actor", "start_earliest", "position", "stance"], name="events_stance_holder_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.stance_id}"


class EventSearchIndex(models.Model):
    """The words of a published event, with the columns of the order of lists.

    These rows are a tenth of those of events, whose documents nobody needs to pass on the way to a page.
    """

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="search_index")
    kind = models.CharField(max_length=12, choices=EventKind.choices, editable=False)
    spread = models.SmallIntegerField(editable=False)
    start_earliest = models.DateField(editable=False)
    search_text = SearchTextField()

    def __str__(self) -> str:
        return str(self.event_id)
