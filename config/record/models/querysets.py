"""QuerySets and conditions that all records share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Self, TypeVar

from django.db import models
from django.db.models.expressions import RawSQL

from config.record.values.choices import CurationState

Row = TypeVar("Row", bound=models.Model)


class CorrelatedExists(models.Exists):
    """EXISTS that is evaluated for each row scanned, never as a join.

    PostgreSQL turns EXISTS next to OR, and often NOT EXISTS, into a join that reads all such rows first, though a page is
    soon full. An OFFSET prevents that.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


class Among(models.Expression):
    """IN (subquery), with the subquery evaluated once."""

    output_field = models.BooleanField()

    def __init__(self, column: str, keys: models.QuerySet[Any] | models.Expression) -> None:
        super().__init__()
        self.parts: list[Any] = [models.F(column), keys.query if isinstance(keys, models.QuerySet) else keys]

    def get_source_expressions(self) -> list[Any]:
        return self.parts

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.parts = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        (column, before), (keys, given) = map(compiler.compile, self.parts)
        # To say that it is true keeps PostgreSQL's planner from joining the two: it does not know how many keys there are, and
        # would go through the one for each row of the other.
        return f"({column} IN {keys}) IS TRUE", [*before, *given]


# Written into the SQL, not handed over beside it: the indexes of public rows serve only queries that are seen to ask for those.
PUBLIC: Final = RawSQL(f"'{CurationState.PUBLISHED.value}'", (), output_field=models.CharField())  # noqa: S611 - a word of our own


class DocumentedQuerySet(models.QuerySet[Row]):
    """Records that are shown to the public as documents."""

    def public(self) -> Self:
        """Return the published records. Every public query starts here."""
        return self.filter(state=PUBLIC)


def lasting(first: str, last: str, day: date, *, certain: bool = False) -> models.Q:
    """Return the condition that `day` lies between two partial dates, both days included.

    It holds where the day can lie there, given what is known of the two; where `certain`, it does whatever they turn out to be.
    """
    possible = models.Q(**{f"{first}_earliest__lte": day, f"{last}_latest__gte": day})
    # What is certain is possible: said as well, because that is what the indexes are of.
    return possible & models.Q(**{f"{first}_latest__lte": day, f"{last}_earliest__gte": day}) if certain else possible


class DatedQuerySet(DocumentedQuerySet[Row]):
    """Records that last from a start to an end."""

    def on(self, day: date, *, certain: bool = False) -> Self:
        """Return those that can have lasted on `day`, or did for certain."""
        return self.filter(lasting("start", "end", day, certain=certain))
