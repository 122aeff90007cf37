"""What the tables would refuse of many rows, asked in few questions before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, reduce
from operator import and_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from config.record.fields import derive_columns

Fault = tuple[str, str]


def faults(row: models.Model, *, changed: set[str]) -> Iterator[Fault]:
    """Yield which rules of its table a row breaks, each with the column that the rule is about.

    Whether it is the only one of its sort is asked where a column of `changed` has to do with it.
    """
    table: Any = row._meta.concrete_model
    derive_columns(row)
    values = {one.name: Value(getattr(row, one.attname), one) for one in table._meta.concrete_fields}
    # One question for all rules; which of them is broken is asked only where one is.
    if not _every_check(table).check(values):
        for check in _checks(table):
            yield from _refusal(check, table, row, list(_mentioned(check.condition)), changed)
    for constraint in table._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and changed.intersection(constraint.fields):
            yield from _refusal(constraint, table, row, list(constraint.fields), changed)


def _refusal(constraint: Any, table: Any, row: models.Model, about: list[str], changed: set[str]) -> Iterator[Fault]:
    try:
        constraint.validate(table, row)
    except ValidationError as error:
        column = next((name for name in about if name in changed), about[0] if about else "")
        yield column, " ".join(error.messages)


@cache
def _checks(table: Any) -> tuple[models.CheckConstraint, ...]:
    return tuple(one for one in table._meta.constraints if isinstance(one, models.CheckConstraint))


@cache
def _every_check(table: Any) -> Q:
    """Return the condition that no check of the table is broken. What is unknown breaks none."""
    true = (Q(Coalesce(one.condition, Value(value=True), output_field=models.BooleanField())) for one in _checks(table))
    return reduce(and_, true, Q())


def _mentioned(condition: Any) -> Iterator[str]:
    """Yield the columns that a condition asks of, as they are entered."""
    for child in getattr(condition, "children", ()):
        if isinstance(child, tuple):
            yield child[0].split("__")[0].removesuffix("_earliest").removesuffix("_latest")
        else:
            yield from _mentioned(child)
