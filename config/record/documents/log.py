"""The public log: every document that was public at any time, less the bodies that were erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from config.record.documents.registry import DocumentType
from config.record.models import LogEntry


def versions(document_type: DocumentType) -> QuerySet[LogEntry]:
    """Return every version that records of one table ever had in public."""
    return LogEntry.objects.filter(collection=document_type.collection)


def known_at(document_type: DocumentType, moment: datetime) -> QuerySet[LogEntry]:
    """Return what was public at `moment` of the records of one table, as it was then."""
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
