"""What the tables would refuse of many rows, asked in few questions before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Expression, Q, Value
from django.db.models.expressions import SQLiteNumericMixin
from django.db.models.functions import Coalesce
from django.db.models.sql import Query

from config.record.values.fields import derive_columns

Fault = tuple[str, str]


def faults(row: models.Model, *, changed: set[str]) -> Iterator[Fault]:
    """Yield which rules of its table a row breaks, each with the column that the rule is about.

    Whether it is the only one of its sort is asked where a column of `changed` has to do with it.
    """
    table: Any = row._meta.concrete_model
    derive_columns(row)
    # One question for all rules; which of them is broken is asked only where one is.
    if not _keeps_every_check(table, row):
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


class _Slot(SQLiteNumericMixin, Expression):
    """Where the value of a column of some row goes into a question that is made once."""

    def __init__(self, column: Any) -> None:
        super().__init__(output_field=column)
        self.column = column

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


def _keeps_every_check(table: Any, row: models.Model) -> bool:
    sql, slots = _question(table)
    values = [
        one.column.get_db_prep_value(getattr(row, one.column.attname), connection) if isinstance(one, _Slot) else one
        for one in slots
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() is not None


@cache
def _question(table: Any) -> tuple[str, Sequence[Any]]:
    """Return the question whether a row breaks no check of its table. What is unknown breaks none."""
    # Of no table, as Django's own checks are.
    query = Query(None)
    for one in table._meta.concrete_fields:
        query.add_annotation(_Slot(one), one.name, select=False)
    query.add_annotation(Value(1), "kept")
    query.add_q(Q(*(Coalesce(one.condition, Value(value=True), output_field=models.BooleanField()) for one in _checks(table))))
    sql, slots = query.get_compiler(using=connection.alias).as_sql()
    return sql, slots


def _mentioned(condition: Any) -> Iterator[str]:
    """Yield the columns that a condition asks of, as they are entered."""
    for child in getattr(condition, "children", ()):
        if isinstance(child, tuple):
            yield child[0].split("__")[0].removesuffix("_earliest").removesuffix("_latest")
        else:
            yield from _mentioned(child)
