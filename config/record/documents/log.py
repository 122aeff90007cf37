"""Queries of the public log: every document that was ever public, without erased bodies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from config.record.documents.registry import DocumentType
from config.record.models import LogEntry


def versions(document_type: DocumentType) -> QuerySet[LogEntry]:
    """Return every public version of the records of one table."""
    return LogEntry.objects.filter(collection=document_type.collection)


def known_at(document_type: DocumentType, moment: datetime) -> QuerySet[LogEntry]:
    """Return the versions of the records of one table that were public at `moment`."""
    later: QuerySet[Any] = LogEntry.objects.filter(
        collection=document_type.collection, slug=OuterRef("slug"), version__gt=OuterRef("version"), at__lte=moment
    )
    return versions(document_type).filter(~Exists(later), at__lte=moment, document__isnull=False)


def last_entry(document_type: DocumentType, slug: str, moment: datetime | None = None) -> LogEntry | None:
    """Return the last entry of a record, or the last up to `moment`; None for what was never public by then."""
    entries = versions(document_type).filter(slug=slug)
    if moment is not None:
        entries = entries.filter(at__lte=moment)
    return entries.order_by("-version").first()
