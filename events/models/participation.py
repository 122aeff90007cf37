"""Models of participations and party actions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from actors.models import Actor, Tenure
from config.record.database.constraints import bounded, named, one_of
from config.record.values.fields import BoundField, EdtfField
from events.choices import ParticipationRole, PartyActionType
from events.models.events import Event


class Participation(models.Model):
    """An actor takes part in an event."""

    # An index of its own begins with the event already.
    event = models.ForeignKey(Event, models.CASCADE, related_name="participations", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="participations", help_text="Participating actor.")
    role = models.CharField(
        max_length=12, choices=ParticipationRole.choices, default=ParticipationRole.PARTICIPANT, help_text="Role in the event."
    )
    on_behalf_of = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="represented",
        help_text="Country or organization on whose behalf the participant takes part.",
    )
    wording = models.CharField(
        max_length=300, blank=True, help_text="Actor as worded by the source, if it differs from the name."
    )
    capacity = models.ForeignKey(
        Tenure,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="capacities",
        help_text="Tenure of the participant on the day of the event. Computed; null if none or several match.",
    )

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "actor", "role"],
                name="events_participation_unique",
                violation_error_message="This actor has this role already.",
            ),
            one_of("role", ParticipationRole),
            named(
                "represents_another",
                Q(on_behalf_of__isnull=True) | ~Q(on_behalf_of=F("actor")),
                "Nobody acts on his own behalf for another.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["role"], name="events_participation_by_role")]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.role}"


class PartyAction(models.Model):
    """What a party did to an agreement on a day of its own: signed, ratified, voted, withdrew."""

    # An index of its own begins with the agreement already.
    agreement = models.ForeignKey(Event, models.CASCADE, related_name="party_actions", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="party_actions", help_text="Party that acted.")
    type = models.CharField(max_length=16, choices=PartyActionType.choices, help_text="Type of party action.")
    date = EdtfField(help_text="Date of the action (EDTF). Empty: unknown.")
    date_earliest = BoundField(of="date", edge="earliest")
    date_latest = BoundField(of="date", edge="latest")
    note = models.TextField(blank=True, help_text="Note for readers, such as the text of a reservation.")

    class Meta:
        ordering = ("date_earliest", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "actor", "type", "date"], name="events_partyaction_unique"),
            one_of("type", PartyActionType),
            *bounded("date"),
            named("date_not_open", ~Q(date=".."), "It was done on a date or on an unknown one."),
        ]
        indexes: ClassVar = [models.Index(fields=["type"], name="events_partyaction_by_type")]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.type} {self.date}".strip()
