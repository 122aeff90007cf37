"""Models of proposals, safeguards and approvals."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.desk.choices import Decision
from config.desk.models.base import OfRecord
from config.desk.models.versions import Revision
from config.record.curation.snapshots import RecordSnapshot
from config.record.database.constraints import named, one_of
from config.record.values.fields import PlainTextField


class Proposal(OfRecord):
    """A change to a published record, kept aside until an editor applies or refuses it."""

    slug = PlainTextField(editable=False, help_text="The slug of the record.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals", editable=False, help_text="Who proposes it."
    )
    at = models.DateTimeField(editable=False, help_text="When, in UTC.")
    reason = models.TextField(help_text="Why. Everybody can read it in the change feed once the proposal is applied.")
    base = models.ForeignKey(
        Revision, models.PROTECT, related_name="+", editable=False, help_text="The version of the record that it changes."
    )
    content = models.TextField(editable=False, help_text="The snapshot of the record as it would be, as JSON.")
    decision = models.CharField(
        max_length=12, choices=Decision.choices, default=Decision.OPEN, editable=False, help_text="Decision."
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text="Who decided. Empty: nobody yet.",
    )
    decided_at = models.DateTimeField(null=True, editable=False, help_text="When it was decided, in UTC. Null: not yet.")
    answer = models.TextField(blank=True, editable=False, help_text="Reason for the decision.")

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            one_of("decision", Decision),
            named(
                "decided_when_done",
                Q(decision=Decision.OPEN, decided_at__isnull=True) | (~Q(decision=Decision.OPEN) & Q(decided_at__isnull=False)),
                "A decision has a day.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["collection", "record_id"], name="desk_proposal_of_record"),
            models.Index(fields=["-at"], name="desk_proposal_open", condition=Q(decision=Decision.OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.collection}/{self.slug}, proposed by {self.by}"

    @property
    def snapshot(self) -> RecordSnapshot:
        """The record as it would be."""
        return RecordSnapshot.loads(self.content)


class Safeguard(models.Model):
    """What only two editors together publish: records of a kind, or those that show a record such as a topic."""

    kind = models.CharField(
        max_length=16, blank=True, help_text="The kind of record, such as statement or agreement. Empty: any kind."
    )
    collection = PlainTextField(
        blank=True, help_text="With a slug: the collection of the record that is referred to, such as topics."
    )
    slug = PlainTextField(blank=True, help_text="The record that is referred to, such as libya. Empty: every record of the kind.")
    note = models.CharField(max_length=300, blank=True, help_text="Why two are needed.")

    class Meta:
        verbose_name = "two-person rule"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "collection", "slug"], name="desk_safeguard_unique"),
            named("says_what", ~Q(kind="") | ~Q(slug=""), "Enter a kind, or a record that is referred to."),
            named(
                "slug_in_collection",
                Q(slug="", collection="") | (~Q(slug="") & ~Q(collection="")),
                "A slug needs its collection, and a collection its slug.",
            ),
        ]

    def __str__(self) -> str:
        shown = f"{self.collection}/{self.slug}" if self.slug else ""
        return " about ".join(filter(None, (self.kind or "records", shown)))


class Approval(OfRecord):
    """The approval of a record by the first of two editors."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False, help_text="The editor.")
    at = models.DateTimeField(editable=False, help_text="When, in UTC.")
    digest = models.CharField(max_length=64, editable=False, help_text="What the record held; a change voids the approval.")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "record_id", "by"], name="desk_approval_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.collection}#{self.record_id} approved by {self.by}"
