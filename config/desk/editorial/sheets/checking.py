"""Constraint checks of the rows of a sheet, with the column of each violation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models

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


def _columns(constraint: Constraint) -> Sequence[str]:
    """Return the columns that a constraint is about, as they are entered."""
    return constraint.fields if isinstance(constraint, models.UniqueConstraint) else list(_mentioned(constraint.condition))


def _mentioned(condition: Any) -> Iterator[str]:
    for child in getattr(condition, "children", ()):
        if isinstance(child, tuple):
            yield child[0].split("__")[0].removesuffix("_earliest").removesuffix("_latest")
        else:
            yield from _mentioned(child)
