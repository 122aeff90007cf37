"""Abstract models of names and external identifiers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from config.record.database.constraints import bounded, named, one_of
from config.record.values.choices import NameKind
from config.record.values.fields import BoundField, EdtfField, FoldedField, PlainTextField


class Name(models.Model):
    """One of the names of a record. Subclasses add the foreign key `record`."""

    text = models.CharField(max_length=500, help_text="Name as written.")
    text_folded = FoldedField(of="text")
    language = models.CharField(max_length=35, blank=True, help_text="Language (BCP 47), such as tr or zh-Hans.")
    script = models.CharField(max_length=4, blank=True, help_text="Script (ISO 15924), such as Latn or Cyrl.")
    kind = models.CharField(max_length=16, choices=NameKind.choices, default=NameKind.ALIAS, help_text="Kind of name.")

    class Meta:
        abstract = True
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "text", "language", "kind"],
                name="%(app_label)s_%(class)s_unique",
                violation_error_message="This name is there already.",
            ),
            one_of("kind", NameKind),
            named("text_present", ~Q(text=""), "A name is needed."),
        ]
        indexes: ClassVar = [models.Index(fields=["text_folded"], name="%(app_label)s_%(class)s_folded")]

    def __str__(self) -> str:
        return self.text


class Identifier(models.Model):
    """An external identifier of a record. A code can identify different records in different years.

    A list that counts its members by such codes, as those of states do, has them join and leave: each spell of
    membership is a row of its own, with the same code and the same years in which it means this record.
    """

    scheme = PlainTextField(help_text="Scheme that assigns the code, such as iso3166-1-alpha-2, wikidata or un-document.")
    value = PlainTextField(help_text="Code as text: 010 differs from 10.")
    valid_from = EdtfField(help_text="First day on which the code identifies this record (EDTF). Empty: unknown.")
    valid_from_earliest = BoundField(of="valid_from", edge="earliest")
    valid_from_latest = BoundField(of="valid_from", edge="latest")
    valid_to = EdtfField(
        help_text="Last day on which the code identifies this record (EDTF). Empty: unknown. Two dots (..): still valid."
    )
    valid_to_earliest = BoundField(of="valid_to", edge="earliest")
    valid_to_latest = BoundField(of="valid_to", edge="latest")

    listed_from = EdtfField(
        help_text="First day of membership in the list of the scheme (EDTF). Empty: the scheme lists no members."
    )
    listed_from_earliest = BoundField(of="listed_from", edge="earliest")
    listed_from_latest = BoundField(of="listed_from", edge="latest")
    listed_to = EdtfField(help_text="Last day of membership (EDTF). Two dots (..): a member when the list was last published.")
    listed_to_earliest = BoundField(of="listed_to", edge="earliest")
    listed_to_latest = BoundField(of="listed_to", edge="latest")

    class Meta:
        abstract = True
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "value", "valid_from", "listed_from"],
                name="%(app_label)s_%(class)s_unique",
                violation_error_message="This code means another record at that time.",
            ),
            named("present", ~Q(scheme="") & ~Q(value=""), "Give both the scheme and the code."),
            named(
                "scheme_form",
                Q(scheme__regex=r"^[a-z0-9]+([.-][a-z0-9]+)*$"),
                "A scheme is lowercase words joined by hyphens or dots.",
            ),
            *bounded("valid_from", "valid_to", "listed_from", "listed_to"),
            named(
                "validity_ordered",
                Q(valid_to_latest__gte=F("valid_from_earliest")),
                "The code stops to mean this record before it begins to.",
            ),
            named(
                "listing_ordered",
                Q(listed_to_latest__gte=F("listed_from_earliest")),
                "The list drops this record before it counts it.",
            ),
            named(
                "listing_complete",
                Q(listed_from="", listed_to="") | (~Q(listed_from__in=["", ".."]) & ~Q(listed_to="")),
                "Give both days of a listing, or neither.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
