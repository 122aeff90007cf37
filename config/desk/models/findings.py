"""Data checks: likely errors in a record, until somebody corrects or dismisses them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.desk.models.base import OfRecord
from config.record.database.constraints import named
from config.record.values.fields import PlainTextField


class Finding(OfRecord):
    """Something about a record that breaks no rule of its tables and still is likely wrong."""

    slug = PlainTextField(editable=False, help_text="The slug of the record.")
    rule = models.CharField(max_length=40, editable=False, help_text="Which rule found it, such as overlapping_tenures.")
    # Distinguishes several findings of one rule about one record.
    subject = PlainTextField(
        blank=True,
        editable=False,
        help_text="What else it is about: another record, as its collection and primary key, or a word of the rule.",
    )
    message = models.TextField(editable=False, help_text="What was found, in a sentence.")
    found_at = models.DateTimeField(editable=False, help_text="When it was first found, in UTC.")
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text="Who dismissed it. Empty: nobody.",
    )
    dismissed_at = models.DateTimeField(null=True, editable=False, help_text="When it was dismissed, in UTC. Null: it is open.")
    answer = models.TextField(blank=True, editable=False, help_text="Why it was dismissed.")

    class Meta:
        verbose_name = "data check"
        ordering = ("-found_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "record_id", "rule", "subject"], name="desk_finding_unique"),
            named("dismissed_with_reason", Q(dismissed_at__isnull=True) | ~Q(answer=""), "Enter a reason for dismissing."),
        ]
        indexes: ClassVar = [
            models.Index(fields=["rule", "-found_at"], name="desk_finding_open", condition=Q(dismissed_at__isnull=True)),
            models.Index(fields=["subject"], name="desk_finding_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.collection}/{self.slug}: {self.message}"
