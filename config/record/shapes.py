"""Which tables hold documented records, and how each becomes documents: what an app registers when it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.db.models import F
from django.db.models.expressions import Combinable

from config.record.indexes import Index
from config.record.models import Documented
from config.record.rendering import Rendering

Model = type[Documented]
Key = tuple[Model, int]
Touched = dict[Model, set[int]]
Causes = dict[Model, dict[int, set[Key]]]
# Takes the records that were touched and those that are new, and returns others that it changed.
Resolver = Callable[[Mapping[Model, set[int]], Mapping[Model, set[int]]], Causes]


@dataclass(frozen=True)
class Shape:
    """How the records of one table become documents."""

    model: Model
    collection: str
    # Takes primary keys and the store where the rows are; so does `settle`.
    render: Callable[..., dict[int, Rendering]]
    # Sets the columns that follow from the record as a whole, before anything is rendered.
    settle: Callable[..., Any] | None = None
    # Which records stand in the document as references, and by which lookups they are reached from the row.
    shows: Mapping[Model, Sequence[str]] = field(default_factory=dict)
    # Those of `shows` that are left out of the document while they are not public, instead of holding it back.
    optional: frozenset[str] = frozenset()
    # The record that this one is a part of and follows in state, as the name of a foreign key.
    part_of: str = ""
    # What other records call this one.
    title: Combinable = field(default_factory=lambda: F("name"))
    # The kind that the record behind a foreign key must have, which the database cannot know.
    kinds: Mapping[str, str] = field(default_factory=dict)
    # The rows of other tables that lists of these records are read from.
    indexes: tuple[Index, ...] = ()
    # Whether a supporting citation of its own is needed for publication.
    proved: bool = True


SHAPES: Final[dict[Model, Shape]] = {}
RESOLVERS: Final[list[Resolver]] = []


def register(*shapes: Shape) -> None:
    """Make the shapes known, parts before what embeds their documents: they are rendered in this order."""
    SHAPES.update({shape.model: shape for shape in shapes})


def shape_of(model: type[models.Model]) -> Shape:
    """Return the shape of a model or of the table that a proxy model stands for."""
    return SHAPES[model._meta.concrete_model]  # type: ignore[index]


def parts_of(model: Model) -> Iterator[Shape]:
    """Yield the shapes of the parts of a record."""
    for shape in SHAPES.values():
        if shape.part_of and parent_of(shape) is model:
            yield shape


def parent_of(shape: Shape) -> Model:
    """Return the table of the records that those of `shape` are parts of."""
    return shape.model._meta.get_field(shape.part_of).related_model  # type: ignore[return-value]


def derived_tables() -> set[type[models.Model]]:
    """Return the tables that nobody enters, which lists are read from."""
    return {index.table for shape in SHAPES.values() for index in shape.indexes}


def has_kind(model: type[models.Model]) -> bool:
    """Tell whether records of several kinds share the table."""
    return any(column.name == "kind" for column in model._meta.concrete_fields)
