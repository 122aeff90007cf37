"""How many records of a list there are, told apart by one or two of their properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, Expression, F, Func, IntegerField, Q, QuerySet, When

from config.api import compiled
from config.api.filters import FilterSet, Parameter, UnreadableError, Values
from config.api.values import Choice, OneOf, Related
from config.record import dates
from config.record.choices import CurationState

MOST_DIMENSIONS: Final = 2
# More groups than anybody looks through; the answer says when there are more.
MOST_GROUPS: Final = 1000
# What belongs to a page of records or to one of them, and means nothing to a count.
_UNCOUNTED: Final = ("limit", "cursor", "order", "fields", "known_at")


@dataclass(frozen=True)
class Dimension:
    """A property that records are told apart by: a column, or the record behind a foreign key, shown by its slug."""

    path: str
    refers: bool = False
    # Whether a record can have several values or none of one, so that the counts do not add up to the list's.
    several: bool = False

    def value(self) -> Expression | F:
        """Return the expression of the value; null where there is none, or none that is public."""
        if not self.refers:
            return F(self.path)
        return Case(When(Q(**{f"{self.path}__state": CurationState.PUBLISHED}), then=F(f"{self.path}__slug")))


@dataclass(frozen=True)
class Year(Dimension):
    """The year of a day; null where the day is not known."""

    def value(self) -> Expression | F:
        return Case(When(~Q(**{self.path: dates.EARLIEST}), then=_YearOf(self.path)))


class _YearOf(Func):
    """The year of a day, as each database finds it soonest: Django asks Python on SQLite, and PostgreSQL for a decimal."""

    template = "date_part('year', %(expressions)s)::int"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(substr(%(expressions)s, 1, 4) AS INTEGER)", **more)


class By(OneOf):
    """The one or two dimensions, as a list."""

    required = True

    def __init__(self, dimensions: Mapping[str, Dimension]) -> None:
        several = [name for name, dimension in dimensions.items() if dimension.several]
        note = f" Of {', '.join(several)} a record can have several, and counts for each." if several else ""
        super().__init__(tuple(dimensions), help_text="By what the records are told apart: one or two, joined by a comma." + note)
        self.help_text = self.help_text.removesuffix(" A comma means any of.")

    def read(self, texts: Sequence[str]) -> Any:
        read = super().read(texts)
        if len(read) > MOST_DIMENSIONS:
            raise UnreadableError("too_many_values", f"At most {MOST_DIMENSIONS}.")
        return read

    def described(self, name: str) -> dict[str, Any]:
        described = super().described(name)
        described["schema"]["maxItems"] = MOST_DIMENSIONS
        return described | {"example": [self.words[0]]}


def dimensions(filterset: Any) -> dict[str, Dimension]:
    """Return what a list can be counted by: what its filters ask of the record itself, and what it declares."""
    found = {name: _of(parameter) for name, parameter in filterset.parameters().items()}
    own: Mapping[str, Dimension] = getattr(filterset, "dimensions", {})
    return {name: one for name, one in found.items() if one} | dict(own)


def _of(parameter: Parameter) -> Dimension | None:
    if parameter.branch is not None or not isinstance(parameter.select, str) or parameter.select in ("", "pk"):
        return None
    if isinstance(parameter, Choice):
        return Dimension(parameter.select)
    # A kind of its own selects by more than a foreign key.
    return Dimension(parameter.select, refers=True) if type(parameter) is Related else None


def counting(filterset: Any) -> type[FilterSet]:
    """Return the parameters of the counts of a list: its filters, and by what to count."""
    left_out = dict.fromkeys(name for name in _UNCOUNTED if name in filterset.parameters())
    made: type[FilterSet] = type(filterset)(
        f"{filterset.__name__}Counts", (filterset,), {**left_out, "by": By(dimensions(filterset)), "__doc__": filterset.__doc__}
    )
    return made


def counted(base: QuerySet[Any], filterset: type[FilterSet], values: Values, chosen: Mapping[str, Dimension]) -> QuerySet[Any]:
    """Return the rows to count for the records of `base` that `values` select: a lead's, where it knows all that is asked."""
    lead = filterset.lead(values)
    if lead and values.keys() <= lead.says and [len(rows) for rows in lead.arms] == [1]:
        columns = {column.name for column in lead.table._meta.concrete_fields}
        if all(type(one) in {Dimension, Year} and not one.refers and one.path in columns for one in chosen.values()):
            kind = {"kind": base.model.KIND} if hasattr(base.model, "KIND") and "kind" in columns else {}
            rows: QuerySet[Any] = lead.table._default_manager.filter(**lead.arms[0][0], **kind)
            return rows
    return filterset.narrow(base, values)


def counts(base: QuerySet[Any], filterset: type[FilterSet], values: Values, chosen: Mapping[str, Dimension]) -> dict[str, Any]:
    """Return how many of the records that `values` select there are for each combination of values, the most frequent first."""
    several = any(dimension.several for dimension in chosen.values())

    def built(marked: Values, _: Any) -> QuerySet[Any]:
        columns = {f"by_{name}": dimension.value() for name, dimension in chosen.items()}
        rows = counted(base, filterset, marked, chosen).order_by().annotate(**columns).values(*columns)
        # Only what can be met several times needs DISTINCT, which sorts.
        rows = rows.annotate(count=Count("pk", distinct=several)).order_by("-count", *(_nulls_last(name) for name in columns))
        found: QuerySet[Any] = rows.values_list(*columns, "count")[: MOST_GROUPS + 1]
        return found

    given = {name: values[name] for name in sorted(values)}
    rows = compiled.question((base.model, filterset, "counts", *chosen), filterset, given, None, built).rows()
    # What is blank has no value, as in a document.
    groups: list[dict[str, Any]] = [
        {name: None if value == "" else value for name, value in zip(chosen, row, strict=False)} | {"count": row[-1]}
        for row in rows
    ]
    complete = len(groups) <= MOST_GROUPS
    whole = complete and not several
    total = sum(group["count"] for group in groups) if whole else counted(base, filterset, values, chosen).order_by().count()
    return {"total": total, "adds_up": not several, "complete": complete, "groups": groups[:MOST_GROUPS]}


def _nulls_last(column: str) -> Any:
    return F(column).asc(nulls_last=True)
