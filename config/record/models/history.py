"""Models of the public log, of editorial transitions, and of redirects."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.record.database.constraints import named, one_of
from config.record.values.choices import CurationState, Operation
from config.record.values.fields import PlainTextField


class LogHead(models.Model):
    """One row, the lock of the log: whoever appends updates it first and so holds it until the commit."""

    sequence = models.BigIntegerField(default=0, help_text="Last sequence number assigned.")

    class Meta:
        constraints: ClassVar = [named("single_row", Q(id=1), "There is one head.")]

    def __str__(self) -> str:
        return str(self.sequence)

    @classmethod
    def last_sequence(cls) -> int:
        """Return the last sequence number given."""
        return cls.objects.values_list("sequence", flat=True).first() or 0


class LogEntry(models.Model):
    """One entry of the public log. It is never changed and never deleted; only an erasure takes its body away."""

    sequence = models.BigIntegerField(
        primary_key=True, help_text="Sequence number in the log. Later entries have higher numbers."
    )
    collection = PlainTextField(help_text="Collection in which slugs are unique, such as actors, events or topics.")
    kind = models.CharField(max_length=16, help_text="Kind of the record.")
    slug = PlainTextField(help_text="Slug of the record.")
    version = models.PositiveIntegerField(help_text="Version of the document, counted from 1.")
    operation = models.CharField(max_length=12, choices=Operation.choices, help_text="Operation that made this version.")
    reason = models.TextField(blank=True, help_text="Reason given by the curator.")
    cause = models.TextField(blank=True, help_text="Records whose change made the document refresh, as kind:slug.")
    at = models.DateTimeField(help_text="Time of the change (UTC).")
    schema_version = models.PositiveSmallIntegerField(help_text="Version of the document schema.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the document. Empty without a document.")
    document = models.TextField(null=True, help_text="Document. Null after a retraction or an erasure.")
    earliest = models.DateField(default=date.min, help_text="First day that the document covers; 0001-01-01: unknown.")
    latest = models.DateField(default=date.max, help_text="Last day that the document covers; 9999-12-31: unknown or open.")

    class Meta:
        verbose_name = "publication log entry"
        verbose_name_plural = "publication log"
        ordering = ("sequence",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "slug", "version"], name="record_logentry_version_unique"),
            one_of("operation", Operation),
            named("sequence_positive", Q(sequence__gte=1), "Sequence numbers begin at 1."),
            named("refresh_has_cause", ~Q(operation=Operation.REFRESHED) | ~Q(cause=""), "A refresh names its cause."),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sequence"], name="record_logentry_feed", condition=~Q(operation=Operation.REFRESHED)),
            models.Index(
                fields=["collection", "sequence"],
                name="record_logentry_by_collection",
                condition=~Q(operation=Operation.REFRESHED),
            ),
            models.Index(fields=["collection", "earliest", "slug"], name="record_logentry_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.operation} {self.collection}/{self.slug} v{self.version}"


class PendingDocument(models.Model):
    """A document that shows another record as it was: it is rendered again in the background, and read as it is until then."""

    collection = PlainTextField(help_text="Collection of the record.")
    record_id = models.BigIntegerField(help_text="Primary key of the record.")
    cause = models.TextField(help_text="Record whose change made the document pending, as kind:slug.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["collection", "record_id"], name="record_pending_of_record")]

    def __str__(self) -> str:
        return f"{self.collection} {self.record_id}, because of {self.cause}"

    @classmethod
    def count_documents(cls) -> int:
        """Return how many documents are pending, whatever number of causes each has."""
        return cls.objects.values("collection", "record_id").distinct().count()


class Transition(models.Model):
    """An editorial transition of a record: who, when and why."""

    collection = PlainTextField()
    slug = PlainTextField()
    record_id = models.BigIntegerField()
    from_state = models.CharField(max_length=12, choices=CurationState.choices)
    to_state = models.CharField(max_length=12, choices=CurationState.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="User who made the transition. Empty: the set-up or an import.",
    )
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "workflow log entry"
        verbose_name_plural = "workflow log"
        ordering = ("-id",)
        permissions: ClassVar = [("publish", "Can publish, change and retract public records")]
        constraints: ClassVar = [one_of("from_state", CurationState), one_of("to_state", CurationState)]
        indexes: ClassVar = [models.Index(fields=["collection", "record_id"], name="record_transition_of_record")]

    def __str__(self) -> str:
        return f"{self.collection}/{self.slug}: {self.from_state} → {self.to_state}"


class Redirect(models.Model):
    """A redirect from a renamed or merged slug."""

    collection = PlainTextField()
    old_slug = PlainTextField()
    new_slug = PlainTextField()

    class Meta:
        verbose_name = "former slug"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "old_slug"], name="record_redirect_unique"),
            named("leads_elsewhere", ~Q(old_slug=F("new_slug")), "A redirect leads to another slug."),
        ]
        indexes: ClassVar = [models.Index(fields=["collection", "new_slug"], name="record_redirect_target")]

    def __str__(self) -> str:
        return f"{self.collection}/{self.old_slug} → {self.new_slug}"
