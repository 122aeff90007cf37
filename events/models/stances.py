"""Where a speaker stands on something, as a statement shows it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from actors.models import Actor
from config.record import dates
from config.record.choices import CurationState
from config.record.constraints import named, one_of
from config.record.models import Documented
from config.record.querysets import DocumentedQuerySet
from events.choices import EventKind, Explicitness, StancePosition
from events.models.events import Event
from events.models.provisions import Provision
from events.models.topics import Topic

PUBLISHED = Q(state=CurationState.PUBLISHED)
TARGETS = ("target_event", "target_topic", "target_actor", "target_provision")


def _exactly_one_target() -> Q:
    """Return the condition that exactly one of the foreign keys to a target is set."""
    arcs = Q()
    for chosen in TARGETS:
        arcs |= Q(**{f"{target}__isnull": target != chosen for target in TARGETS})
    return arcs


class Stance(Documented):
    """The position that a statement takes on an event, a topic, an actor or a provision.

    It belongs to everyone who speaks in the statement and to whom the speakers speak for.
    """

    # Indexes of its own begin with the statement already.
    statement = models.ForeignKey(
        Event, models.CASCADE, related_name="stances", limit_choices_to={"kind": EventKind.STATEMENT}, db_index=False,
        help_text="The statement that shows it.",
    )  # fmt: skip
    target_event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="stances_on", help_text="The event it is about."
    )
    target_topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="stances_on", help_text="The topic it is about."
    )
    target_actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="stances_on", help_text="The actor it is about."
    )
    target_provision = models.ForeignKey(
        Provision, models.PROTECT, null=True, blank=True, related_name="stances_on", help_text="The provision it is about."
    )
    position = models.SmallIntegerField(
        choices=StancePosition.choices, help_text="-2 rejects, -1 doubts, 0 neutral or mixed, 1 supports, 2 endorses."
    )
    explicitness = models.CharField(
        max_length=8, choices=Explicitness.choices, default=Explicitness.EXPLICIT,
        help_text="Whether it was said or concluded from what was said.",
    )  # fmt: skip
    note = models.TextField(blank=True, help_text="What a reader should know to judge it.")
    start_earliest = models.DateField(
        default=dates.EARLIEST, editable=False, help_text="The first day on which it can have been said."
    )

    KEPT: ClassVar = {"start_earliest": "statement__start_earliest"}

    objects = DocumentedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            one_of("position", StancePosition),
            one_of("explicitness", Explicitness),
            named("one_target", _exactly_one_target(), "A stance has exactly one target."),
            named(
                "not_on_itself", Q(target_event__isnull=True) | ~Q(target_event=F("statement")),
                "A statement takes no position on itself.",
            ),
            named(
                "inference_explained", ~Q(explicitness=Explicitness.INFERRED) | ~Q(note=""),
                "Say in the note how it was inferred.",
            ),
            *(
                models.UniqueConstraint(fields=["statement", target], name=f"events_stance_{target}_unique")
                for target in TARGETS
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            models.Index(fields=["position", "start_earliest", "id"], name="events_stance_by_position", condition=PUBLISHED),
            models.Index(fields=["start_earliest", "id"], name="events_stance_by_start", condition=PUBLISHED),
            models.Index(fields=["explicitness"], name="events_stance_by_explicitness", condition=PUBLISHED),
            *(
                models.Index(
                    fields=[target, "position", "start_earliest", "statement"],
                    name=f"events_stance_by_{target[7:]}",
                    condition=PUBLISHED & Q(**{f"{target}__isnull": False}),
                )
                for target in TARGETS
            ),
        ]
