"""Constraint checks of the rows of a sheet, with the column of each violation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from config.desk.editorial.sheets.columns import ListColumn
from config.desk.editorial.sheets.layout import Layout
from config.desk.editorial.sheets.plan import RowResult, Write
from config.record.curation.snapshots import Values
from config.record.database.validation import Constraint, constraints_of, violations
from config.record.values.fields import derive_columns

Fault = tuple[str, str]


def faults(row: models.Model, *, changed: set[str]) -> Iterator[Fault]:
    """Yield which rules of its table a row breaks, each with the column that the rule is about.

    Unique constraints are checked only if they include a column of `changed`.
    """
    derive_columns(row)
    asked = [
        one for one in constraints_of(row) if not isinstance(one, models.UniqueConstraint) or changed.intersection(one.fields)
    ]
    for violation in violations(row, asked):
        about = _columns(violation.constraint)
        column = next((name for name in about if name in changed), about[0] if about else "")
        yield column, " ".join(violation.error.messages)


def check(layout: Layout, row_result: RowResult, write: Write) -> None:
    """Add to the result of a line which rules its rows break."""
    known = set(layout.header)
    if write.changed:
        for column, message in faults(write.row, changed=write.changed):
            row_result.errors.append((column if column in known else "", message))
    by_part = {column.part: column.name for column in layout.columns if isinstance(column, ListColumn)}
    for row, owner, line in write.parts:
        name = by_part.get(type(row))
        if name is None:
            continue
        # Rows of one record are distinguished by `refuse_alike`; the record may have no key yet.
        alone = {
            one
            for constraint in row._meta.constraints
            if isinstance(constraint, models.UniqueConstraint) and owner not in constraint.fields
            for one in constraint.fields
        }
        row_result.errors += [(name, f"“{line}”: {message}") for _, message in faults(row, changed=alone)]


def refuse_twins(layout: Layout, done: list[tuple[RowResult, Write]]) -> None:
    """Refuse lines that would say the same as others where a rule allows it once."""
    alike = [one for one in layout.table._meta.constraints if isinstance(one, models.UniqueConstraint)]
    for constraint in alike:
        first: dict[Any, int] = {}
        for row_result, write in done:
            values = tuple(getattr(write.row, _attname(layout, name)) for name in constraint.fields)
            if not write.changed or None in values or (constraint.condition and "" in values):
                continue
            if values in first:
                message = f"Line {first[values]} has the same {' and '.join(constraint.fields)}."
                row_result.errors.append((constraint.fields[0], message))
            first.setdefault(values, row_result.line)


def refuse_alike(column: ListColumn, rows: list[Values]) -> None:
    """Refuse a list in which two rows say the same where its table allows it once."""
    for constraint in column.part._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        keys = [tuple(str(row.get(name, "")) for name in constraint.fields if name != column.owner) for row in rows]
        twice = [key for key, count in Counter(keys).items() if count > 1]
        if twice:
            given = constraint.violation_error_message
            raise ValidationError(f"Two lines have the same values ({', '.join(filter(None, twice[0]))}). {given}")


def _attname(layout: Layout, name: str) -> str:
    return str(layout.table._meta.get_field(name).attname)  # type: ignore[union-attr]  # a column


def _columns(constraint: Constraint) -> Sequence[str]:
    """Return the columns that a constraint is about, as they are entered."""
    return constraint.fields if isinstance(constraint, models.UniqueConstraint) else list(_mentioned(constraint.condition))


def _mentioned(condition: Any) -> Iterator[str]:
    for child in getattr(condition, "children", ()):
        if isinstance(child, tuple):
            yield child[0].split("__")[0].removesuffix("_earliest").removesuffix("_latest")
        else:
            yield from _mentioned(child)
