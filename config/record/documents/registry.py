"""Registry of document types: apps register how records of a table become documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.db.models import F
from django.db.models.expressions import Combinable

from config.record.documents.projections import Projection
from config.record.documents.rendering import Rendering
from config.record.models import Documented

Model = type[Documented]
Key = tuple[Model, int]
Touched = dict[Model, set[int]]
# A record, or what the log calls it: `countries:TUR`.
Cause = Key | str
Causes = dict[Model, dict[int, set[Cause]]]
# Takes the records that were touched and those that are new, and returns others that it changed.
Resolver = Callable[[Mapping[Model, set[int]], Mapping[Model, set[int]]], Causes]


@dataclass(frozen=True)
class DocumentType:
    """How records of one table are rendered as documents."""

    model: Model
    collection: str
    # Takes primary keys and the store where the rows are; so does `compute_derived`.
    render: Callable[..., dict[int, Rendering]]
    # Sets the columns that follow from the record as a whole, before anything is rendered.
    compute_derived: Callable[..., Any] | None = None
    # Which records stand in the document as references, and by which lookups they are reached from the row.
    references: Mapping[Model, Sequence[str]] = field(default_factory=dict)
    # Those of `references` that are left out of the document while they are not public, instead of holding it back.
    optional: frozenset[str] = frozenset()
    # The record that this one is a part of and follows in state, as the name of a foreign key.
    part_of: str = ""
    # What other records call this one.
    title: Combinable = field(default_factory=lambda: F("name"))
    # What references to these records hold besides slug, kind and name: columns, named as in the document.
    reference_columns: Sequence[str] = ()
    # The kind that the record behind a foreign key must have, which the database cannot know.
    kinds: Mapping[str, str] = field(default_factory=dict)
    # The rows of other tables that lists of these records are read from.
    projections: tuple[Projection, ...] = ()
    # Whether columns of records that do not name these follow from them, by a resolver.
    followed: bool = False
    # Whether a supporting citation of its own is needed for publication.
    proved: bool = True


DOCUMENT_TYPES: Final[dict[Model, DocumentType]] = {}
RESOLVERS: Final[list[Resolver]] = []


def register(*document_types: DocumentType) -> None:
    """Register document types, parts before what embeds their documents: they are rendered in this order."""
    DOCUMENT_TYPES.update({document_type.model: document_type for document_type in document_types})


def document_type_of(model: type[models.Model]) -> DocumentType:
    """Return the document type of a model, or of the table of a proxy model."""
    return DOCUMENT_TYPES[model._meta.concrete_model]  # type: ignore[index]


def parts_of(model: Model) -> Iterator[DocumentType]:
    """Yield the document types of the parts of a record."""
    for document_type in DOCUMENT_TYPES.values():
        if document_type.part_of and parent_of(document_type) is model:
            yield document_type


def parent_of(document_type: DocumentType) -> Model:
    """Return the table of the records that those of `document_type` are parts of."""
    return document_type.model._meta.get_field(document_type.part_of).related_model  # type: ignore[return-value]


def derived_tables() -> set[type[models.Model]]:
    """Return the tables of projections."""
    return {projection.table for document_type in DOCUMENT_TYPES.values() for projection in document_type.projections}


def has_kind(model: type[models.Model]) -> bool:
    """Return whether records of several kinds share the table."""
    return any(column.name == "kind" for column in model._meta.concrete_fields)
