"""Models of the projections of published events, with indexes in the order of the days.

Lists filtered by participant, topic, stance holder or full text are read from an index of these
tables. `events.indexes` writes them with the documents that they follow from. A record that is merged into another is deleted
before these are written again: its rows wait for them (`DO_NOTHING`), because they are counted where they go.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from actors.models import Actor, Country
from config.record.database.search import SearchTextField
from events.choices import EventKind, StancePosition
from events.models.events import Event
from events.models.stances import Stance
from events.models.topics import Topic


class EventActorIndex(models.Model):
    """An actor of a published event: it took part, or somebody did on its behalf.

    `country` is the one for which the actor counts there (`participant_country`): itself or, if it took part itself, the one that
    it is of. Several rows of an event can have the same.
    """

    # An index of its own begins with each of these already.
    event = models.ForeignKey(Event, models.CASCADE, related_name="actor_index", db_index=False)
    actor = models.ForeignKey(Actor, models.DO_NOTHING, related_name="event_index", db_index=False)
    country = models.ForeignKey(Country, models.DO_NOTHING, null=True, related_name="+", db_index=False, editable=False)
    kind = models.CharField(max_length=12, choices=EventKind.choices, editable=False)
    spread = models.SmallIntegerField(editable=False)
    start_earliest = models.DateField(editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "actor"], name="events_event_actor_unique")]
        indexes: ClassVar = [
            # `participant` in the list of all events; and in the lists of one kind, in counts and in relations.
            models.Index(fields=["actor", "start_earliest", "event"], name="events_event_actor_by_start"),
            models.Index(fields=["actor", "kind", "spread", "start_earliest", "event"], name="events_event_actor_by_kind"),
            # `participant_country` in the same lists.
            models.Index(fields=["country", "start_earliest", "event"], name="events_event_country_by_start"),
            models.Index(fields=["country", "kind", "spread", "start_earliest", "event"], name="events_event_country_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.event_id}"


class EventTopicIndex(models.Model):
    """A published event is about a topic, or about one that stands below it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="topic_index", db_index=False)
    topic = models.ForeignKey(Topic, models.DO_NOTHING, related_name="event_index", db_index=False)
    kind = models.CharField(max_length=12, choices=EventKind.choices, editable=False)
    spread = models.SmallIntegerField(editable=False)
    start_earliest = models.DateField(editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "topic"], name="events_event_topic_unique")]
        indexes: ClassVar = [
            # `topic` in the list of all events; and in the lists of one kind.
            models.Index(fields=["topic", "start_earliest", "event"], name="events_event_topic_by_start"),
            models.Index(fields=["topic", "kind", "spread", "start_earliest", "event"], name="events_event_topic_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.event_id}"


class StanceHolderIndex(models.Model):
    """An actor holds a published stance: it spoke, or somebody spoke on its behalf."""

    stance = models.ForeignKey(Stance, models.CASCADE, related_name="holder_index", db_index=False)
    actor = models.ForeignKey(Actor, models.DO_NOTHING, related_name="stance_index", db_index=False)
    position = models.SmallIntegerField(choices=StancePosition.choices, editable=False)
    # What it is about (`events.models.stances.target_number`).
    target = models.BigIntegerField(editable=False)
    start_earliest = models.DateField(editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stance", "actor"], name="events_stance_holder_unique")]
        indexes: ClassVar = [
            # `holder`, alone or counted by year and position; with the target, for `relations`.
            models.Index(
                fields=["actor", "start_earliest", "position", "stance", "target"], name="events_stance_holder_by_start"
            ),
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
