"""Documents, pages and datasets that records cite as evidence."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from config.record.database.constraints import bounded, named
from config.record.models import Documented, Named
from config.record.models.querysets import DocumentedQuerySet
from config.record.values.fields import BoundField, EdtfField, SpreadField


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
            models.Index(fields=["date_earliest", "id"], name="sources_source_by_date"),
            models.Index(fields=["name_folded", "id"], name="sources_source_by_name"),
            models.Index(fields=["publisher"], name="sources_source_by_publisher"),
            models.Index(fields=["language", "date_earliest", "id"], name="sources_source_by_language"),
            models.Index(fields=["spread", "date_earliest", "id"], name="sources_source_by_spread"),
        ]
