"""Citations: links from a record, or one field of it, to a source. Sources themselves are in `config.sources`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from config.record.database.constraints import named, one_of
from config.record.values.choices import CitationRole

QUOTE_WORDS = 15
QUOTE_LENGTH = 200


def validate_excerpt(quote: str) -> None:
    """Refuse a quote that is longer than an excerpt may be."""
    if len(quote.split()) > QUOTE_WORDS:
        raise ValidationError(f"A quote is an exact excerpt of at most {QUOTE_WORDS} words.", code="quote_too_long")


def source_model() -> Any:
    """Return the table of sources, which lies above the record, as `get_user_model` returns that of users."""
    return apps.get_model("sources", "Source")


class Citation(models.Model):
    """Citation of a source for a record, or for one field of it.

    Subclasses add the foreign key `record`, with which an index of its own begins already.
    """

    source = models.ForeignKey("sources.Source", models.PROTECT, help_text="Source cited.")
    role = models.CharField(
        max_length=12,
        choices=CitationRole.choices,
        default=CitationRole.SUPPORTS,
        help_text="Role of the source: supports, contradicts or gives context. Publication requires a supporting citation.",
    )
    field = models.CharField(
        max_length=200,
        blank=True,
        help_text="Cited field of the document, such as start or participations/RUS. Empty: the whole record.",
    )
    claim = models.CharField(max_length=500, blank=True, help_text="Value stated by the source, if it differs from the record.")
    quote = models.CharField(
        max_length=QUOTE_LENGTH,
        blank=True,
        validators=[validate_excerpt],
        help_text="Exact words of the source, at most fifteen.",
    )
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
                fields=["record", "source", "role", "field", "locator"],
                name="%(app_label)s_%(class)s_unique",
                violation_error_message="This source is cited for this field, at this place, already.",
            ),
            one_of("role", CitationRole),
            named("inference_explained", Q(is_inferred=False) | ~Q(note=""), "Say in the note how it was inferred."),
            named(
                "contradiction_stated",
                ~Q(role=CitationRole.CONTRADICTS) | ~Q(claim="") | ~Q(note=""),
                "Say what the source claims instead.",
            ),
        ]
        # Most citations are for a record as a whole.
        indexes: ClassVar = [models.Index(fields=["field"], name="%(app_label)s_%(class)s_by_field", condition=~Q(field=""))]

    def __str__(self) -> str:
        return f"{self.source}, {self.get_role_display().lower()} {self.field}".strip()
