"""Bulk insert of new records: published at once, each row written once.

New records are embedded by no document and have no previous version. Documents are rendered from
rows in memory, and each row goes to the database complete: record, lists, index, history and log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import models

from config.exceptions import UnprovedError, UnpublishedPartsError
from config.record.curation import transitions
from config.record.database.bulk import chunks, create_rows
from config.record.database.columns import columns_of
from config.record.documents.log_writer import LogWriter
from config.record.documents.registry import DOCUMENT_TYPES, DocumentType, Model, Touched, parent_of
from config.record.documents.row_source import Row
from config.record.loading.staging import StagedRows
from config.record.models import Documented
from config.record.values.choices import CitationRole, CurationState


def insert_published(staged: StagedRows, log: LogWriter) -> Touched:
    """Publish and write the rows of `staged`, in the caller's transaction; return the records among them.

    What their documents show must be public or new as well: `UnpublishedPartsError` names what is neither. A record
    without a supporting citation raises `UnprovedError`.
    """
    records: Touched = {model: set(staged.rows[model]) for model in DOCUMENT_TYPES if staged.rows.get(model)}
    _require_public(staged)
    for model in records:
        _require_proof(staged, DOCUMENT_TYPES[model])
    for model in records:
        for ids in chunks(staged.rows[model]):
            _publish(staged, DOCUMENT_TYPES[model], ids, log)
    for table, rows in staged.rows.items():
        if table not in DOCUMENT_TYPES:
            columns = columns_of(table)
            create_rows(table, columns.every, map(columns.values, rows.values()))
    return records


def _publish(staged: StagedRows, document_type: DocumentType, ids: Sequence[int], log: LogWriter) -> None:
    """Write records, their documents, and all that follows from these."""
    if document_type.compute_derived:
        document_type.compute_derived(ids, staged)
    rows = [staged.rows[document_type.model][key] for key in ids]
    kept = document_type.model.DENORMALIZED
    if kept:
        records = staged.records(document_type.model, ids, [*kept.values()])
        denormalized = [(*(row[path] for path in kept.values()), row["pk"]) for row in records]
        staged.set_columns(document_type.model, list(kept), denormalized)
    renderings = document_type.render(ids, staged)
    log.create(document_type, rows, [renderings[key] for key in ids], staged)
    if not document_type.part_of:
        _forget_documents(rows)
        history = [(row["id"], row["slug"], CurationState.DRAFT.value) for row in rows]
        transitions.remember(document_type.model, history, CurationState.PUBLISHED, None, log.change)


def _forget_documents(rows: Sequence[Row]) -> None:
    """Free the memory of texts that are written, and that nothing embeds."""
    for row in rows:
        row.update(document=None, search_text="")


def _require_public(staged: StagedRows) -> None:
    """Raise where a new row leads to a record that the public cannot see."""
    hidden: Touched = {}
    for model, key, target in _needed(list(staged.rows)):
        shown = {row[key] for row in staged.rows[model].values()} - staged.rows.get(target, {}).keys() - {None}
        for owner, ids in _unpublished(DOCUMENT_TYPES[target], shown):
            hidden.setdefault(owner, set()).update(ids)
    if any(hidden.values()):
        raise UnpublishedPartsError("Publish these first:", transitions.labels(hidden))


def _needed(tables: Iterable[type[models.Model]]) -> Iterator[tuple[type[models.Model], str, Model]]:
    """Yield the foreign keys of the tables to records that documents require."""
    optional = {
        _last_key(document_type.model, path) for document_type in DOCUMENT_TYPES.values() for path in document_type.optional
    } - {
        _last_key(document_type.model, path)
        for document_type in DOCUMENT_TYPES.values()
        for paths in document_type.references.values()
        for path in {*paths} - document_type.optional
    }
    for model in tables:
        for name, target in columns_of(model).references.items():
            if issubclass(target, Documented) and (model, name) not in optional:
                yield model, f"{name}_id", target


def _last_key(model: type[models.Model], path: str) -> tuple[type[models.Model], str]:
    """Return the foreign key in which a lookup ends: its table and its name."""
    *names, last = path.split("__")
    for name in names:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return model, last


def _unpublished(document_type: DocumentType, keys: Iterable[int]) -> Iterator[tuple[Model, set[int]]]:
    """Yield those of `keys` that are not published; for parts, the records they belong to."""
    model, column = (
        (parent_of(document_type), f"{document_type.part_of}_id") if document_type.part_of else (document_type.model, "pk")
    )
    for ids in chunks(sorted(keys)):
        owners = document_type.model._default_manager.filter(pk__in=ids).values(column)
        unpublished = model._default_manager.filter(pk__in=owners).exclude(state=CurationState.PUBLISHED)
        yield model, set(unpublished.values_list("pk", flat=True))


def _require_proof(staged: StagedRows, document_type: DocumentType) -> None:
    """Raise where a new record has no citation that supports it."""
    if not document_type.proved or document_type.part_of:
        return
    meta: Any = document_type.model._meta
    citations = meta.get_field("citations").related_model
    proved = {row["record_id"] for row in staged.rows[citations].values() if row["role"] == CitationRole.SUPPORTS}
    unproved = [row["slug"] for key, row in staged.rows[document_type.model].items() if key not in proved]
    if unproved:
        raise UnprovedError("No supporting citation:", unproved)
