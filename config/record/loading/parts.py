"""Cutting the rows of a load into parts, each of which can be loaded when those before it have been."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db import models

from config.exceptions import LoadError
from config.record.database.columns import columns_of

Row = Mapping[str, Any]
# A record that a row names: its table and its slug.
Named = tuple[type[models.Model], Any]


class Spec(Protocol):
    """What is known of rows of a kind: a `Loadable` or a `Nested`."""

    model: type[models.Model]
    aliases: Mapping[str, str]
    nested: Sequence[Any]


def parts(rows: Iterable[Row], specs: Mapping[str, Any], size: int) -> Iterator[list[Row]]:
    """Yield the rows in the order of their kinds in `specs`, in parts of `size`.

    A part is larger where rows name each other: what a row names is in its part or in an earlier one.
    """
    order = {kind: number for number, kind in enumerate(specs)}
    given = list(rows)
    for row in given:
        if row.get("kind") not in specs:
            raise LoadError(f"Rows of kind {row.get('kind')!r} cannot be loaded here:", [str(row.get("slug"))])
    given.sort(key=lambda row: order[row["kind"]])
    indexes = {one: index for index, row in enumerate(given) for one in _holds(row, specs[row["kind"]])}
    part: list[int] = []
    taken: set[int] = set()
    for first in range(len(given)):
        waiting = [first]
        while waiting:
            index = waiting.pop()
            if index not in taken:
                taken.add(index)
                part.append(index)
                row = given[index]
                waiting += [indexes[one] for one in _names(row, specs[row["kind"]]) if one in indexes]
        if len(part) >= size:
            yield [given[index] for index in sorted(part)]
            part = []
    if part:
        yield [given[index] for index in sorted(part)]


def _holds(row: Row, spec: Any) -> Iterator[Named]:
    """Yield the records that a row is, and has as parts."""
    yield spec.model, row.get("slug")
    for nested in spec.nested:
        for one in _listed(row, nested):
            if "slug" in one:
                yield nested.model, one["slug"]


def _names(row: Row, spec: Spec) -> Iterator[Named]:
    """Yield the records that a row and its lists name."""
    references = columns_of(spec.model).references
    for key, value in row.items():
        name = spec.aliases.get(key, key)
        for column, slug in (
            [(f"{name}_{part}", slug) for part, slug in value.items()] if isinstance(value, dict) else [(name, value)]
        ):
            if slug and column in references:
                yield references[column], slug
    for nested in spec.nested:
        for one in _listed(row, nested):
            yield from _names(one, nested)


def _listed(row: Row, nested: Any) -> Iterator[Row]:
    """Yield the rows of a list in a row."""
    for one in row.get(nested.key, ()):
        yield {nested.only: one} if nested.only else one
