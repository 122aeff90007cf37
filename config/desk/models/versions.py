"""Versions of records as people entered them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from config.desk.choices import RevisionAction
from config.desk.models.base import OfRecord
from config.record.curation.snapshots import RecordSnapshot
from config.record.database.constraints import named, one_of
from config.record.values.fields import PlainTextField


class Revision(OfRecord):
    """What a record held, parts included, after somebody changed it. It is never changed and never deleted."""

    number = models.PositiveIntegerField(help_text="Its place among the versions of the record, counted from 1.")
    slug = PlainTextField(help_text="The slug that the record had.")
    at = models.DateTimeField(help_text="When, in UTC.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who did it. Empty: a command or an import, or somebody whose account is gone.",
    )
    action = models.CharField(max_length=16, choices=RevisionAction.choices, help_text="What was done.")
    reason = models.TextField(blank=True, help_text="Why, in the words of who did it.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what it holds, by which a version is told from others.")
    content = models.TextField(help_text="The snapshot of the record, as JSON.")
    detail = models.JSONField(
        default=dict, blank=True, help_text="What else must be known to undo it, such as what a merge moved."
    )

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "record_id", "number"], name="desk_revision_unique"),
            one_of("action", RevisionAction),
            named("number_positive", models.Q(number__gte=1), "Versions are counted from 1."),
        ]
        indexes: ClassVar = [
            models.Index(fields=["collection", "record_id", "digest"], name="desk_revision_by_digest"),
            models.Index(fields=["by", "-at"], name="desk_revision_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.collection}/{self.slug}, version {self.number}: {self.summary}"

    @property
    def summary(self) -> str:
        """What was done; of a restored version, which one it is a copy of."""
        restored = self.detail.get("restored") if self.action == RevisionAction.RESTORED else None
        return f"restored to version {restored}" if restored else str(self.get_action_display())

    @property
    def snapshot(self) -> RecordSnapshot:
        """What the record held."""
        return RecordSnapshot.loads(self.content)
