"""Constraint validation: which constraints a row would violate, checked in one query before writing.

Django asks one query for each constraint. Here all of them are columns of one query, whose SQL is made once for a table:

    SELECT coalesce((end_latest >= start_earliest), true), EXISTS(SELECT 1 FROM events_event WHERE slug = %s …), …
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import BooleanField, CheckConstraint, Exists, Expression, ExpressionWrapper, Q, UniqueConstraint, Value
from django.db.models.expressions import SQLiteNumericMixin
from django.db.models.functions import Coalesce
from django.db.models.sql import Query

Constraint = CheckConstraint | UniqueConstraint


@dataclass(frozen=True)
class Violation:
    """A constraint that a row would violate."""

    constraint: Constraint
    error: ValidationError


def validate_constraints(row: models.Model, *, exclude: Collection[str] = ()) -> None:
    """Raise `ValidationError` where a row would break a constraint; those that mention a column of `exclude` are left out.

    Messages are those of Django's `Model.validate_constraints`. Derived columns must be set.
    """
    columns, left_out = _columns_of_constraints(row._meta.concrete_model), set(exclude)
    asked = [one for one in constraints_of(row) if left_out.isdisjoint(columns[one.name])]
    errors: dict[str, list[ValidationError]] = {}
    for one in violations(row, asked):
        fields = one.constraint.fields if isinstance(one.constraint, UniqueConstraint) else ()
        if one.error.code == "unique" and len(fields) == 1:
            errors.setdefault(fields[0], []).append(one.error)
        else:
            errors = one.error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def constraints_of(row: models.Model) -> Collection[Constraint]:
    """Return the constraints of the table of a row."""
    return _constraints_by_name(row._meta.concrete_model).values()


def violations(row: models.Model, constraints: Sequence[Constraint]) -> list[Violation]:
    """Return which of the constraints a row would violate."""
    if not constraints:
        return []
    table = row._meta.concrete_model
    sql, slots = _query(table, tuple(one.name for one in constraints), row._state.adding)
    values = [
        one.column.get_db_prep_value(getattr(row, one.column.attname), connection) if isinstance(one, _Slot) else one
        for one in slots
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        kept = cursor.fetchone()
    return [Violation(one, _error(table, row, one)) for one, is_kept in zip(constraints, kept, strict=True) if not is_kept]


# Django's constraints cannot be hashed; their names can.
@cache
def _constraints_by_name(table: Any) -> dict[str, Constraint]:
    return {one.name: one for one in table._meta.constraints if isinstance(one, Constraint)}


@cache
def _columns_of_constraints(table: Any) -> dict[str, set[str]]:
    """Return which columns each constraint of a table is about."""
    columns: dict[str, set[str]] = {}
    for name, constraint in _constraints_by_name(table).items():
        asked = table._get_expr_references(constraint.condition) if constraint.condition else ()  # noqa: SLF001 - as Django's own
        columns[name] = {column for column, *_ in asked}
        columns[name].update(constraint.fields if isinstance(constraint, UniqueConstraint) else ())
    return columns


class _Slot(SQLiteNumericMixin, Expression):
    """A placeholder for a column of a row in cached SQL."""

    def __init__(self, column: Any) -> None:
        super().__init__(output_field=column)
        self.column = column

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


@cache
def _query(table: Any, names: Sequence[str], adding: bool) -> tuple[str, Sequence[Any]]:  # noqa: FBT001 - a key of the cache
    """Return the query that checks the constraints of a row, and its arguments."""
    query = Query(None)
    for one in table._meta.concrete_fields:
        query.add_annotation(_Slot(one), one.name, select=False)
    for number, name in enumerate(names):
        query.add_annotation(_kept(table, _constraints_by_name(table)[name], adding=adding), f"kept_{number}")
    sql, slots = query.get_compiler(using=connection.alias).as_sql()
    return sql, slots


def _kept(table: Any, constraint: Constraint, *, adding: bool) -> Expression:
    """Return whether a row satisfies a constraint. NULL satisfies it."""
    if isinstance(constraint, CheckConstraint):
        return Coalesce(ExpressionWrapper(Q(constraint.condition), BooleanField()), Value(value=True))
    columns = [table._meta.get_field(name) for name in constraint.fields]
    others = table._default_manager.filter(**{column.name: _Slot(column) for column in columns})
    if not adding:
        others = others.exclude(pk=_Slot(table._meta.pk))
    if constraint.condition is None:
        return ~Exists(others)
    taken = Q(constraint.condition) & Q(Exists(others.filter(constraint.condition)))
    return Coalesce(ExpressionWrapper(~taken, BooleanField()), Value(value=True))


def _error(table: Any, row: models.Model, constraint: Constraint) -> ValidationError:
    """Return Django's message for a violated constraint."""
    own_words = constraint.violation_error_message != constraint.default_violation_error_message
    if isinstance(constraint, UniqueConstraint) and not constraint.condition and not own_words:
        error = row.unique_error_message(table, constraint.fields)
        return ValidationError(error, code=error.code)
    return ValidationError(constraint.get_violation_error_message(), code=constraint.violation_error_code)
