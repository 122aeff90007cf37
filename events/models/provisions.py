"""Models of provisions and compliance reviews."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q

from actors.models import Actor
from config.record.database.constraints import bounded, named, one_of
from config.record.models import Documented
from config.record.models.citations import QUOTE_LENGTH, validate_excerpt
from config.record.values import edtf
from config.record.values.choices import CurationState
from config.record.values.fields import BoundField, EdtfField, validate_duration
from config.sources.models import Source
from events.choices import DeadlineAnchor, DeadlineKind, EventKind, ProvisionCategory, ReviewStatus
from events.models.events import Event
from events.querysets import ProvisionQuerySet

PUBLISHED = Q(state=CurationState.PUBLISHED)


def _dated(prefix: str) -> Q:
    """Return the condition that the deadline whose columns begin with `prefix` falls on a day that is known of."""
    return Q(**{f"{prefix}_earliest__lt": edtf.LATEST})


def _deadline(prefix: str) -> list[CheckConstraint]:
    """Return the checks of the deadline whose columns begin with `prefix`: each kind has its own and no other."""

    def columns(**values: object) -> Q:
        return Q(**{f"{prefix}_{column}": value for column, value in values.items()})

    undated, unanchored = columns(date=""), columns(offset="", anchor="", anchor_event__isnull=True)
    unconditional = columns(condition="", condition_met_on="")
    anchored = columns(anchor=DeadlineAnchor.EVENT, anchor_event__isnull=False) | columns(
        anchor__in=[DeadlineAnchor.SIGNATURE, DeadlineAnchor.ENTRY_INTO_FORCE], anchor_event__isnull=True
    )
    relative = ~columns(offset="") & anchored & undated & unconditional
    return [
        one_of(f"{prefix}_kind", DeadlineKind),
        named(
            f"{prefix}_fits_kind",
            (columns(kind=DeadlineKind.NONE) & undated & unanchored & unconditional)
            | (columns(kind=DeadlineKind.ABSOLUTE) & ~columns(date="") & unanchored & unconditional)
            | (columns(kind=DeadlineKind.RELATIVE) & relative)
            | (columns(kind=DeadlineKind.CONDITIONAL) & ~columns(condition="") & undated & unanchored),
            "Absolute needs a date, relative an offset and an anchor, conditional a condition; and nothing else.",
        ),
        *bounded(prefix),
    ]


class Provision(Documented):
    """Provision of an agreement."""

    # An index of its own begins with the agreement already.
    agreement = models.ForeignKey(
        Event,
        models.CASCADE,
        related_name="provisions",
        limit_choices_to={"kind": EventKind.AGREEMENT},
        db_index=False,
        help_text="Agreement that contains the provision.",
    )
    order = models.PositiveSmallIntegerField(help_text="Position in the agreement, counted from 1.")
    locator = models.CharField(max_length=120, blank=True, help_text="Location in the text, such as Art. 3(2).")
    text = models.TextField(help_text="Text of the provision.")
    category = models.CharField(max_length=24, choices=ProvisionCategory.choices, help_text="Category of the provision.")
    bound_actors = models.ManyToManyField(
        Actor, verbose_name="obligated parties", blank=True, related_name="obligations", help_text="Obligated parties."
    )
    bound_wording = models.CharField(
        "obligated parties as worded",
        max_length=300,
        blank=True,
        help_text="Obligated parties as worded by the source, such as mercenaries and foreign forces.",
    )

    due_kind = models.CharField(
        "deadline (type)",
        max_length=12,
        choices=DeadlineKind.choices,
        default=DeadlineKind.NONE,
        help_text="Kind of deadline for compliance.",
    )
    due_date = EdtfField("deadline (date)", help_text="Date of an absolute deadline (EDTF).")
    due_offset = models.CharField(
        "deadline (period)",
        max_length=24,
        blank=True,
        validators=[validate_duration],
        help_text="Period counted from the anchor, as an ISO 8601 duration: P3M is three months.",
    )
    due_anchor = models.CharField(
        "counted from",
        max_length=20,
        choices=DeadlineAnchor.choices,
        blank=True,
        help_text="Anchor that the period is counted from.",
    )
    due_anchor_event = models.ForeignKey(
        Event,
        models.PROTECT,
        verbose_name="counted from event",
        null=True,
        blank=True,
        related_name="anchored_dues",
        help_text="Event that the period is counted from.",
    )
    due_condition = models.CharField("deadline (condition)", max_length=500, blank=True, help_text="Condition, in words.")
    due_condition_met_on = EdtfField(
        "deadline condition met on", help_text="Date on which the condition was met (EDTF). Empty: not met, or unknown."
    )
    due_earliest = models.DateField("deadline (earliest)", default=edtf.LATEST, editable=False)
    due_latest = models.DateField("deadline (latest)", default=edtf.LATEST, editable=False)

    lasts_until_kind = models.CharField(
        "in effect until (type)",
        max_length=12,
        choices=DeadlineKind.choices,
        default=DeadlineKind.NONE,
        help_text="Kind of deadline until which the provision is in effect.",
    )
    lasts_until_date = EdtfField("in effect until (date)", help_text="Date of an absolute deadline (EDTF).")
    lasts_until_offset = models.CharField(
        "in effect until (period)",
        max_length=24,
        blank=True,
        validators=[validate_duration],
        help_text="Period counted from the anchor, as an ISO 8601 duration: P3M is three months.",
    )
    lasts_until_anchor = models.CharField(
        "in effect until, counted from",
        max_length=20,
        choices=DeadlineAnchor.choices,
        blank=True,
        help_text="Anchor that the period is counted from.",
    )
    lasts_until_anchor_event = models.ForeignKey(
        Event,
        models.PROTECT,
        verbose_name="in effect until, counted from event",
        null=True,
        blank=True,
        related_name="anchored_ends",
        help_text="Event that the period is counted from.",
    )
    lasts_until_condition = models.CharField(
        "in effect until (condition)", max_length=500, blank=True, help_text="Condition, in words."
    )
    lasts_until_condition_met_on = EdtfField(
        "in effect until, condition met on", help_text="Date on which the condition was met (EDTF). Empty: not met, or unknown."
    )
    lasts_until_earliest = models.DateField(default=edtf.LATEST, editable=False)
    lasts_until_latest = models.DateField(default=edtf.LATEST, editable=False)

    objects = ProvisionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            models.UniqueConstraint(
                fields=["agreement", "order"],
                name="events_provision_order_unique",
                violation_error_message="Another provision of the agreement has this place.",
            ),
            one_of("category", ProvisionCategory),
            named("text_present", ~Q(text=""), "Say what is provided."),
            named("order_positive", Q(order__gte=1), "Provisions are counted from 1."),
            *_deadline("due"),
            *_deadline("lasts_until"),
        ]
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            models.Index(fields=["due_latest", "id"], name="events_provision_by_due", condition=PUBLISHED),
            models.Index(fields=["lasts_until_latest", "id"], name="events_provision_by_last", condition=PUBLISHED),
            models.Index(fields=["due_latest", "id"], name="events_provision_by_due_day", condition=PUBLISHED & _dated("due")),
            models.Index(fields=["due_earliest"], name="events_provision_by_due_early", condition=PUBLISHED & _dated("due")),
            models.Index(
                fields=["lasts_until_earliest"],
                name="events_provision_by_last_early",
                condition=PUBLISHED & _dated("lasts_until"),
            ),
            *(
                models.Index(fields=[column, "due_latest", "id"], name=f"events_provision_by_{name}", condition=PUBLISHED)
                for column, name in (("category", "category"), ("due_kind", "due_kind"), ("lasts_until_kind", "last_kind"))
            ),
        ]


class ProvisionReview(models.Model):
    """Dated review of compliance with a provision, cited from a source."""

    # An index of its own begins with the provision already.
    provision = models.ForeignKey(Provision, models.CASCADE, related_name="reviews", db_index=False)
    status = models.CharField(max_length=20, choices=ReviewStatus.choices, help_text="Status of compliance with the provision.")
    date = EdtfField(blank=False, help_text="Date of the review (EDTF).")
    date_earliest = BoundField(of="date", edge="earliest")
    date_latest = BoundField(of="date", edge="latest")
    source = models.ForeignKey(Source, models.PROTECT, related_name="reviews", help_text="Source of the review.")
    quote = models.CharField(
        max_length=QUOTE_LENGTH,
        blank=True,
        validators=[validate_excerpt],
        help_text="Exact words of the source, at most fifteen.",
    )
    locator = models.CharField(max_length=120, blank=True, help_text="Location in the source.")
    note = models.TextField(blank=True, help_text="Note for readers.")

    class Meta:
        ordering = ("date_earliest", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provision", "date", "source", "status"], name="events_provisionreview_unique"),
            one_of("status", ReviewStatus),
            named("dated", ~Q(date__in=["", ".."]), "A review judges a day."),
            *bounded("date"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status"], name="events_review_by_status"),
            models.Index(fields=["date_earliest"], name="events_review_by_earliest"),
            models.Index(fields=["date_latest"], name="events_review_by_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.status}"
