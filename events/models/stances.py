"""Model of stances."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from actors.models import Actor
from config.record.database.constraints import named, one_of
from config.record.models import Documented
from config.record.models.querysets import DocumentedQuerySet
from config.record.values import edtf
from config.record.values.choices import CurationState
from events.choices import EventKind, Explicitness, StancePosition
from events.models.events import Event
from events.models.provisions import Provision
from events.models.topics import Topic

PUBLISHED = Q(state=CurationState.PUBLISHED)
TARGETS = ("target_event", "target_topic", "target_actor", "target_provision")


def target_number(target: str, key: int) -> int:
    """Return one number for the target of a stance, whatever it is: made of its key and of which of `TARGETS` has it."""
    return key * len(TARGETS) + TARGETS.index(target)


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
        Event,
        models.CASCADE,
        related_name="stances",
        limit_choices_to={"kind": EventKind.STATEMENT},
        db_index=False,
        help_text="Statement that expresses the stance.",
    )
    target_event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="stances_on", help_text="Event that is the target."
    )
    target_topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="stances_on", help_text="Topic that is the target."
    )
    target_actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="stances_on", help_text="Actor that is the target."
    )
    target_provision = models.ForeignKey(
        Provision, models.PROTECT, null=True, blank=True, related_name="stances_on", help_text="Provision that is the target."
    )
    position = models.SmallIntegerField(
        choices=StancePosition.choices, help_text="Position: -2 rejects, -1 doubts, 0 neutral or mixed, 1 supports, 2 endorses."
    )
    explicitness = models.CharField(
        max_length=8,
        choices=Explicitness.choices,
        default=Explicitness.EXPLICIT,
        help_text="Explicitness: expressed in the statement, or inferred from it.",
    )
    note = models.TextField(blank=True, help_text="Note for readers.")
    start_earliest = models.DateField(default=edtf.EARLIEST, editable=False, help_text="Earliest possible day of the statement.")

    DENORMALIZED: ClassVar = {"start_earliest": "statement__start_earliest"}

    objects = DocumentedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            one_of("position", StancePosition),
            one_of("explicitness", Explicitness),
            named("one_target", _exactly_one_target(), "A stance has exactly one target."),
            named(
                "not_on_itself",
                Q(target_event__isnull=True) | ~Q(target_event=F("statement")),
                "A statement takes no position on itself.",
            ),
            named(
                "inference_explained",
                ~Q(explicitness=Explicitness.INFERRED) | ~Q(note=""),
                "Say in the note how it was inferred.",
            ),
            *(models.UniqueConstraint(fields=["statement", target], name=f"events_stance_{target}_unique") for target in TARGETS),
        ]
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            # Lists by position, and counts: the statement is there for the topics that it has.
            models.Index(
                fields=["position", "start_earliest", "id", "statement"], name="events_stance_by_position", condition=PUBLISHED
            ),
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
