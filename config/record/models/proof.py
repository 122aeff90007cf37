"""Proof: where it is written, and which claim that supports or contradicts."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from config.record.database.constraints import bounded, named, one_of
from config.record.models.documented import Documented, Named
from config.record.models.querysets import DocumentedQuerySet
from config.record.values.choices import CitationRole
from config.record.values.fields import BoundField, EdtfField, SpreadField

QUOTE_WORDS = 15
QUOTE_LENGTH = 200


def validate_excerpt(quote: str) -> None:
    """Refuse a quote that is longer than an excerpt may be."""
    if len(quote.split()) > QUOTE_WORDS:
        raise ValidationError(f"A quote is an exact excerpt of at most {QUOTE_WORDS} words.", code="quote_too_long")


class Source(Named, Documented):
    """Document, page or dataset cited as evidence."""

    publisher = models.CharField(max_length=300, blank=True, help_text="Publisher. Empty: unknown.")
    url = models.URLField(max_length=1000, blank=True, help_text="URL of publication.")
    date = EdtfField(help_text="Date of publication (EDTF). Empty: unknown.")
    date_earliest = BoundField(of="date", edge="earliest")
    date_latest = BoundField(of="date", edge="latest")
    spread = SpreadField(first="date_earliest", last="date_latest")
    language = models.CharField(max_length=35, blank=True, help_text="Language (BCP 47).")
    archive_url = models.URLField(max_length=1000, blank=True, help_text="URL of an archived copy.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the text of the source, in hexadecimal.")
    licence = models.CharField(max_length=200, blank=True, help_text="Licence or terms of use.")
    description = models.TextField(blank=True, help_text="Short description, such as what is unknown.")

    objects = DocumentedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            *Named.Meta.constraints,
            *bounded("date"),
            named("date_not_open", ~Q(date=".."), "A source was published on a date or on an unknown one."),
            named("sha256_form", Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"), "64 hexadecimal digits."),
        ]
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            models.Index(fields=["date_earliest", "id"], name="record_source_by_date"),
            models.Index(fields=["name_folded", "id"], name="record_source_by_name"),
            models.Index(fields=["publisher"], name="record_source_by_publisher"),
            models.Index(fields=["language", "date_earliest", "id"], name="record_source_by_language"),
            models.Index(fields=["spread", "date_earliest", "id"], name="record_source_by_spread"),
        ]


class Citation(models.Model):
    """What a source says of a record, or of one field of it.

    Subclasses add the foreign key `record`, with which an index of its own begins already.
    """

    source = models.ForeignKey(Source, models.PROTECT, help_text="Source cited.")
    role = models.CharField(
        max_length=12, choices=CitationRole.choices, default=CitationRole.SUPPORTS,
        help_text="Role of the source: supports, contradicts or gives context. Publication requires a supporting citation.",
    )  # fmt: skip
    field = models.CharField(
        max_length=200, blank=True,
        help_text="Cited field of the document, such as start or participations/RUS. Empty: the whole record.",
    )  # fmt: skip
    claim = models.CharField(max_length=500, blank=True, help_text="Value stated by the source, if it differs from the record.")
    quote = models.CharField(
        max_length=QUOTE_LENGTH, blank=True, validators=[validate_excerpt],
        help_text="Exact words of the source, at most fifteen.",
    )  # fmt: skip
    locator = models.CharField(max_length=120, blank=True, help_text="Location in the source, such as paragraph 5 or p. 12.")
    attribution = models.CharField(
        max_length=200, blank=True, help_text="Attribution given by the source, such as “according to diplomatic sources”."
    )
    is_inferred = models.BooleanField(default=False, help_text="Whether a curator inferred the claim; the note explains how.")
    note = models.TextField(blank=True, help_text="Note for readers on the citation.")

    class Meta:
        abstract = True
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "source", "role", "field", "locator"], name="%(app_label)s_%(class)s_unique",
                violation_error_message="This source is cited for this field, at this place, already.",
            ),
            one_of("role", CitationRole),
            named("inference_explained", Q(is_inferred=False) | ~Q(note=""), "Say in the note how it was inferred."),
            named(
                "contradiction_stated", ~Q(role=CitationRole.CONTRADICTS) | ~Q(claim="") | ~Q(note=""),
                "Say what the source claims instead.",
            ),
        ]  # fmt: skip
        # Most citations are for a record as a whole.
        indexes: ClassVar = [models.Index(fields=["field"], name="%(app_label)s_%(class)s_by_field", condition=~Q(field=""))]

    def __str__(self) -> str:
        return f"{self.source}, {self.get_role_display().lower()} {self.field}".strip()
