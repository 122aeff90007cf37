"""What a record is called, and by which codes others know it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from config.record.choices import NameKind
from config.record.constraints import bounded, named, one_of
from config.record.fields import BoundField, EdtfField, FoldedField, PlainTextField


class Name(models.Model):
    """One of the names of a record. Subclasses add the foreign key `record`."""

    text = models.CharField(max_length=500, help_text="The name as it is written.")
    text_folded = FoldedField(of="text")
    language = models.CharField(max_length=35, blank=True, help_text="Its language (BCP 47), such as tr or zh-Hans.")
    script = models.CharField(max_length=4, blank=True, help_text="Its script (ISO 15924), such as Latn or Cyrl.")
    kind = models.CharField(
        max_length=16, choices=NameKind.choices, default=NameKind.ALIAS, help_text="What the name is to its bearer."
    )

    class Meta:
        abstract = True
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "text", "language", "kind"], name="%(app_label)s_%(class)s_unique",
                violation_error_message="This name is there already.",
            ),
            one_of("kind", NameKind),
            named("text_present", ~Q(text=""), "A name is needed."),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["text_folded"], name="%(app_label)s_%(class)s_folded")]

    def __str__(self) -> str:
        return self.text


class Identifier(models.Model):
    """A code by which others know a record. A code can mean different records in different years."""

    scheme = PlainTextField(help_text="Who gives the code: iso3166-1-alpha-2, wikidata, un-document …")
    value = PlainTextField(help_text="The code itself, as text: 010 is not 10.")
    valid_from = EdtfField(help_text="Since when the code means this record (EDTF). Empty: unknown.")
    valid_from_earliest = BoundField(of="valid_from", edge="earliest")
    valid_from_latest = BoundField(of="valid_from", edge="latest")
    valid_to = EdtfField(help_text="Until when it does (EDTF). Empty: unknown. Two dots (..): it still does.")
    valid_to_earliest = BoundField(of="valid_to", edge="earliest")
    valid_to_latest = BoundField(of="valid_to", edge="latest")

    class Meta:
        abstract = True
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "value", "valid_from"], name="%(app_label)s_%(class)s_unique",
                violation_error_message="This code means another record at that time.",
            ),
            named("present", ~Q(scheme="") & ~Q(value=""), "Give both the scheme and the code."),
            named(
                "scheme_form", Q(scheme__regex=r"^[a-z0-9]+([.-][a-z0-9]+)*$"),
                "A scheme is lowercase words joined by hyphens or dots.",
            ),
            *bounded("valid_from", "valid_to"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
