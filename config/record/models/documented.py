"""The columns of a record that is shown to the public as one document, and those of a record that lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import Q

from config.record.database.constraints import RESERVED_SLUGS, SLUG, SLUG_LENGTH, interval, named, one_of
from config.record.database.search import SearchTextField
from config.record.values.choices import CurationState
from config.record.values.fields import BoundField, EdtfField, FoldedField, PlainTextField

PUBLIC_COLUMNS: Final = (
    "state", "document", "document_hash", "search_text", "version", "published_at", "updated_at",
)  # fmt: skip


class Documented(models.Model):
    """A record with a public identifier, a curation state and the document that the public reads.

    Only `config.record.documents.writer` and `config.record.curation.transitions` write the columns from `state` on.
    """

    # Columns that follow from other rows and from which lists are read, each with the lookup that it follows.
    DENORMALIZED: ClassVar[Mapping[str, str]] = {}

    slug = PlainTextField(
        validators=[
            RegexValidator(SLUG, "Letters and digits, in words joined by single hyphens."),
            MaxLengthValidator(SLUG_LENGTH),
        ],
        help_text="Public identifier: readable, unique in its table, never reused and never changed after publication.",
    )
    state = models.CharField(
        max_length=12,
        choices=CurationState.choices,
        default=CurationState.DRAFT,
        editable=False,
        help_text="Curation state of the record. Only published records are public.",
    )
    document = models.TextField(null=True, editable=False)
    document_hash = models.CharField(max_length=64, default="", editable=False)
    search_text = SearchTextField()
    version = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slug"], name="%(app_label)s_%(class)s_slug_unique"),
            named("slug_form", Q(slug__regex=SLUG), "A slug is words of letters and digits joined by single hyphens."),
            named("slug_not_reserved", ~Q(slug__in=RESERVED_SLUGS), "The API uses this word as a path of its own."),
            one_of("state", CurationState),
            named(
                "document_when_published",
                Q(state=CurationState.PUBLISHED, document__isnull=False)
                | (~Q(state=CurationState.PUBLISHED) & Q(document__isnull=True)),
                "A record has a public document exactly while it is published.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["updated_at", "id"], name="%(app_label)s_%(class)s_by_update", condition=Q(state=CurationState.PUBLISHED)
            ),
            # The few that wait at the desk, whatever the size of the record.
            models.Index(
                fields=["state", "id"], name="%(app_label)s_%(class)s_waiting", condition=~Q(state=CurationState.PUBLISHED)
            ),
        ]

    def __str__(self) -> str:
        return getattr(self, "name", "") or self.slug

    def save(self, *args: Any, **options: Any) -> None:
        """Save what people enter. The public columns of a saved row may have moved on since it was read."""
        if self.pk and not self._state.adding and options.get("update_fields") is None:
            options["update_fields"] = [
                column.name
                for column in self._meta.concrete_fields
                if not column.primary_key and column.name not in PUBLIC_COLUMNS and column.name not in self.DENORMALIZED
            ]
        super().save(*args, **options)


class Named(models.Model):
    """A record with a display name."""

    name = models.CharField(max_length=500, help_text="Display name, in English if one exists.")
    name_folded = FoldedField(of="name")

    class Meta:
        abstract = True
        constraints: ClassVar = [named("name_present", ~Q(name=""), "A name is needed.")]


class Lasting(models.Model):
    """A record that lasts from a start to an end, each a partial date."""

    start = EdtfField(help_text="Start date in EDTF (ISO 8601-2): 2020-10-27, 2020-10, 2020, 2020-10~. Empty: unknown.")
    start_earliest = BoundField(of="start", edge="earliest")
    start_latest = BoundField(of="start", edge="latest")
    end = EdtfField(help_text="End date in EDTF. Empty: unknown. Two dots (..): not ended.")
    end_earliest = BoundField(of="end", edge="earliest")
    end_latest = BoundField(of="end", edge="latest")

    class Meta:
        abstract = True
        constraints: ClassVar = [*interval()]
