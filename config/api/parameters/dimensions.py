"""Dimensions of counts: properties that records are grouped by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Expression, F, Func, IntegerField, Model, Q, TextField, Value, When
from django.db.models.functions import NullIf

from config.record.models.querysets import PUBLIC
from config.record.values import edtf


@dataclass(frozen=True, eq=False)
class Dimension:
    """A property that records are grouped by: the values that the filter of the same name takes.

    `paths` lead to the values: from the record, which has one or none, or from each row of the filter's branch. A row has all the
    values that its paths lead to.
    """

    # The filter of the same name.
    parameter: Any
    paths: tuple[str, ...]
    # Of which model the values are keys; groups show its slugs.
    refers: type[Model] | None = None
    # A table that holds each record of a list with each of its values once, where nothing else is asked of the rows; the key of
    # the record, and the value in it.
    index: tuple[type[Model], str, str] | None = None
    # A table, and a column in it, of whose values the numbers of records are kept (`config.record.models.IndexCount`).
    kept: tuple[type[Model], str] | None = None
    # Whether the values are whole numbers, not words.
    is_number: bool = False

    @property
    def branch(self) -> Any:
        """Return the branch whose rows have the values; None if the record has them."""
        return self.parameter.branch

    def column(self, model: type[Model]) -> Expression | F:
        """Return the value of a record of `model`; null where it has none, or none that is public."""
        (path,) = self.paths
        if self.refers:
            return Case(When(self._public(path), then=F(path)))
        # What is blank has no value, as in a document.
        return NullIf(F(path), Value(""), output_field=CharField()) if _is_text(model, path) else F(path)

    def present(self, model: type[Model], path: str) -> Q:
        """Return the condition that a row of `model` has a public value at `path`."""
        if self.refers:
            return self._public(path)
        return Q(**{f"{path}__gt": ""}) if _is_text(model, path) else Q(**{f"{path}__isnull": False})

    def _public(self, path: str) -> Q:
        kind = getattr(self.refers, "KIND", "")
        return Q(**{f"{path}__state": PUBLIC}, **({f"{path}__kind": str(kind)} if kind else {}))


def has_several(dimension: Dimension) -> bool:
    """Return whether a record can have several values, and counts for each."""
    return dimension.branch is not None


class YearDimension(Dimension):
    """The year of a day; null where the day is not known."""

    def column(self, model: type[Model]) -> Expression | F:
        """Return the year of a record."""
        (path,) = self.paths
        return Case(When(~Q(**{f"{path}__in": [edtf.EARLIEST, edtf.LATEST]}), then=_YearOf(path)))


class _YearOf(Func):
    """The year of a date in each database's fastest SQL: Django calls Python on SQLite, and gets a decimal on PostgreSQL."""

    template = "date_part('year', %(expressions)s)::int"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(substr(%(expressions)s, 1, 4) AS INTEGER)", **more)


def _is_text(model: Any, path: str) -> bool:
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return isinstance(model._meta.get_field(last), (CharField, TextField))
