"""Consistency checks of the database that constraints cannot express."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Max, OuterRef, Q, Subquery

from config.record.database.bulk import chunks
from config.record.documents import writer
from config.record.documents.registry import DOCUMENT_TYPES, RESOLVERS, DocumentType
from config.record.models import LogEntry, LogHead, Redirect
from config.record.values.choices import CurationState
from config.record.values.fields import DerivedField


def findings() -> Iterator[str]:
    """Yield a message for each inconsistency. Changes nothing: recomputed columns are rolled back."""
    yield from _log_findings()
    for model in apps.get_models():
        yield from _derived_findings(model)
    for document_type in DOCUMENT_TYPES.values():
        yield from _kind_findings(document_type)
        yield from _redirect_findings(document_type)
        yield from _logged_findings(document_type)
        yield from _index_findings(document_type)
    with transaction.atomic():
        everything = {model: set(model._default_manager.values_list("pk", flat=True)) for model in DOCUMENT_TYPES}
        writer.compute_derived(everything)
        for resolver in RESOLVERS:
            resolver(everything, {})
        for model, slug in writer.stale_documents():
            yield f"{DOCUMENT_TYPES[model].collection}/{slug}: the stored document is not what the record says"
        transaction.set_rollback(True)


def _log_findings() -> Iterator[str]:
    last = LogEntry.objects.aggregate(last=Max("sequence"))["last"] or 0
    head = LogHead.objects.aggregate(head=Max("sequence"))["head"] or 0
    if last != head:
        yield f"log: the head stands at {head}, the last entry is {last}"


def _derived_findings(model: type[models.Model]) -> Iterator[str]:
    derived = [column for column in model._meta.concrete_fields if isinstance(column, DerivedField)]
    if not derived or model._meta.proxy:
        return
    for row in model._default_manager.order_by("pk").iterator(chunk_size=1000):
        for column in derived:
            if getattr(row, column.attname) != column.derive(vars(row)):
                yield f"{model._meta.label} {row}: {column.name} does not follow from what it is derived from"


def _kind_findings(document_type: DocumentType) -> Iterator[str]:
    rows = document_type.model._default_manager.order_by("slug")
    for path, kind in document_type.kinds.items():
        wrong = rows.filter(Q(**{f"{path}__isnull": False}), ~Q(**{f"{path}__kind": kind}))
        for slug in wrong.values_list("slug", flat=True).distinct():
            yield f"{document_type.collection}/{slug}: {path} leads to a record that is no {kind}"


def _redirect_findings(document_type: DocumentType) -> Iterator[str]:
    moved = Redirect.objects.filter(collection=document_type.collection)
    for rows in chunks(moved.values_list("old_slug", "new_slug").iterator(chunk_size=1000)):
        slugs = {slug for pair in rows for slug in pair}
        known = set(document_type.model._default_manager.filter(slug__in=slugs).values_list("slug", flat=True))
        for old, new in rows:
            if old in known:
                yield f"{document_type.collection}/{old}: a record has the slug of a redirect"
            if new not in known:
                yield f"{document_type.collection}/{old}: the redirect leads to {new}, which is not there"


def _index_findings(document_type: DocumentType) -> Iterator[str]:
    """Yield the published records whose projection rows are missing or wrong."""
    rows = document_type.model._default_manager.filter(state=CurationState.PUBLISHED).order_by("pk")
    for ids in chunks(rows.values_list("pk", flat=True).iterator(chunk_size=1000) if document_type.projections else ()):
        for projection in document_type.projections:
            for slug in rows.filter(pk__in=projection.wrong(ids)).values_list("slug", flat=True):
                yield f"{document_type.collection}/{slug}: the index of its {projection.of} is not what the record says"
    for projection in document_type.projections:
        if not projection.has_right_counts():
            yield f"{document_type.collection}: the counts of the index of {projection.of} are not those of its rows"


def _logged_findings(document_type: DocumentType) -> Iterator[str]:
    """Yield the published records whose last entry in the log is not the document on their row."""
    last = LogEntry.objects.filter(collection=document_type.collection, slug=OuterRef("slug")).order_by("-version")
    published = document_type.model._default_manager.filter(state=CurationState.PUBLISHED)
    rows = published.annotate(logged=Subquery(last.values("sha256")[:1]), logged_version=Subquery(last.values("version")[:1]))
    differing = rows.exclude(logged=F("document_hash"), logged_version=F("version"))
    for slug in differing.order_by("slug").values_list("slug", flat=True):
        yield f"{document_type.collection}/{slug}: the log ends in another document"
