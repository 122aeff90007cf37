"""Taking in new records: published at once, and written once.

What nobody has seen needs no asking who shows it and no comparing with what was there. Documents are rendered from
rows in memory, and each row goes to the database complete: record, lists, index, history and log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import models

from config.exceptions import UnprovedError, UnpublishedPartsError
from config.record import curation
from config.record.appending import Change, LogWriter
from config.record.bulk import chunks, create_rows
from config.record.choices import CitationRole, CurationState
from config.record.columns import columns_of
from config.record.models import Documented
from config.record.shapes import SHAPES, Model, Shape, Touched, parent_of
from config.record.staging import Stage
from config.record.stores import Row


def take_in(stage: Stage, change: Change) -> Touched:
    """Publish and write the rows of `stage`, in the caller's transaction; return the records among them.

    What their documents show must be public or new as well: `UnpublishedPartsError` names what is neither. A record
    without a supporting citation raises `UnprovedError`.
    """
    records: Touched = {model: set(stage.rows[model]) for model in SHAPES if stage.rows.get(model)}
    _require_public(stage)
    for model in records:
        _require_proof(stage, SHAPES[model])
    with LogWriter(change) as log:
        for model in records:
            for ids in chunks(stage.rows[model]):
                _publish(stage, SHAPES[model], ids, log)
    for table, rows in stage.rows.items():
        if table not in SHAPES:
            columns = columns_of(table)
            create_rows(table, columns.every, map(columns.values, rows.values()))
    return records


def _publish(stage: Stage, shape: Shape, ids: Sequence[int], log: LogWriter) -> None:
    """Write records, their documents, and all that follows from these."""
    if shape.settle:
        shape.settle(ids, stage)
    rows = [stage.rows[shape.model][key] for key in ids]
    kept = shape.model.KEPT
    if kept:
        stage.set_columns(
            shape.model, list(kept),
            [(*(row[path] for path in kept.values()), row["pk"]) for row in stage.records(shape.model, ids, [*kept.values()])],
        )  # fmt: skip
    renderings = shape.render(ids, stage)
    log.create(shape, rows, [renderings[key] for key in ids])
    for index in shape.indexes:
        index.create(ids, stage)
    if not shape.part_of:
        _forget_documents(rows)
        history = [(row["id"], row["slug"], CurationState.DRAFT.value) for row in rows]
        curation.remember(shape.model, history, CurationState.PUBLISHED, None, log.change)


def _forget_documents(rows: Sequence[Row]) -> None:
    """Free the memory of texts that are written, and that nothing embeds."""
    for row in rows:
        row.update(document=None, search_text="")


def _require_public(stage: Stage) -> None:
    """Raise where a new row leads to a record that the public cannot see."""
    hidden: Touched = {}
    for model, key, target in _needed(list(stage.rows)):
        shown = {row[key] for row in stage.rows[model].values()} - stage.rows.get(target, {}).keys() - {None}
        for owner, ids in _unpublished(SHAPES[target], shown):
            hidden.setdefault(owner, set()).update(ids)
    if any(hidden.values()):
        raise UnpublishedPartsError("Publish these first:", curation.labels(hidden))


def _needed(tables: Iterable[type[models.Model]]) -> Iterator[tuple[type[models.Model], str, Model]]:
    """Yield the foreign keys of the tables that lead to records which documents cannot do without."""
    optional = {_last_key(shape.model, path) for shape in SHAPES.values() for path in shape.optional} - {
        _last_key(shape.model, path)
        for shape in SHAPES.values()
        for paths in shape.shows.values()
        for path in {*paths} - shape.optional
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


def _unpublished(shape: Shape, keys: Iterable[int]) -> Iterator[tuple[Model, set[int]]]:
    """Yield those of `keys` that are not published; for parts, the records they belong to."""
    model, column = (parent_of(shape), f"{shape.part_of}_id") if shape.part_of else (shape.model, "pk")
    for ids in chunks(sorted(keys)):
        owners = shape.model._default_manager.filter(pk__in=ids).values(column)
        unpublished = model._default_manager.filter(pk__in=owners).exclude(state=CurationState.PUBLISHED)
        yield model, set(unpublished.values_list("pk", flat=True))


def _require_proof(stage: Stage, shape: Shape) -> None:
    """Raise where a new record has no citation that supports it."""
    if not shape.proved or shape.part_of:
        return
    meta: Any = shape.model._meta
    citations = meta.get_field("citations").related_model
    proved = {row["record_id"] for row in stage.rows[citations].values() if row["role"] == CitationRole.SUPPORTS}
    unproved = [row["slug"] for key, row in stage.rows[shape.model].items() if key not in proved]
    if unproved:
        raise UnprovedError("Nothing is published without a citation that supports it:", unproved)
