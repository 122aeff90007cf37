"""The building blocks of filters: each declares one query parameter, reads its values strictly and selects by it.

A comma means *any of*, a repeated parameter *all of*; a parameter that does not take several values refuses both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import Filter
from django_filters.filterset import FilterSet as DeclaredFilters

from config.api.errors import Flaw
from config.api.examples import example_of
from config.api.parameters import Query, misnamed
from config.record.querysets import ThereIs

MOST_ALTERNATIVES: Final = 100
SEVERAL: Final = " A comma means any of, repeating the parameter all of."

Condition = Any  # Q, Exists and the like: whatever QuerySet.filter() takes
Selector = str | Callable[[Any], Condition]
Values = Mapping[str, Any]


class UnreadableError(ValueError):
    """A value that a parameter cannot have."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Days:
    """Between which days records began. With `reaching`, those before the first count that lasted until then."""

    first: date | None = None
    last: date | None = None
    # The first day less each of the limits in `dates.SPREADS`.
    reaching: Sequence[date] = ()
    # Whether this says all, and not only of records that ended on the day they began.
    exact: bool = True
    # Whether no other bound of the same side was left out.
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Lead:
    """Rows that hang on the records of a list and carry, as `start_earliest`, the day on which these began.

    Lists are found in their index, which is in the order of the days. Each of `arms` is one way in which a record can be
    meant: the conditions of one row of it, or of several.
    """

    # The rows, seen from the record; and the record, seen from a row.
    path: str
    record: str
    table: Any
    arms: Sequence[Sequence[Mapping[str, Any]]]
    # Whether the rows carry the spread of the days, too.
    spread: bool = False
    # The parameters of which the lead says all there is to say.
    says: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Branch:
    """Rows that hang on the records of a list, such as participations on events.

    The parameters of one branch speak of the same row: who took part, and as what. One that may be repeated asks
    for a row for each time it is given, and each of these is what the others say.
    """

    # The rows, given the model of the list.
    rows: Callable[[Any], QuerySet[Any]]
    # The foreign key of the rows, and the column of the record that it leads to.
    record: str
    via: str = "pk"

    def narrow(self, queryset: QuerySet[Any], given: Sequence[tuple[Parameter, Any]]) -> QuerySet[Any]:
        """Keep the records with rows that are what all of `given` say."""
        rows = self._beside(queryset)
        leads: list[Condition] = []
        for parameter, value in given:
            if parameter.repeatable:
                leads += [parameter.condition(one) for one in value]
            else:
                rows = rows.filter(parameter.condition(value))
        for lead in leads or [Q()]:
            queryset = queryset.filter(Exists(rows.filter(lead)))
        return queryset

    def exclude(self, queryset: QuerySet[Any], parameter: Parameter, value: Any) -> QuerySet[Any]:
        """Drop the records with a row that is what `parameter` says."""
        return queryset.filter(~ThereIs(self._beside(queryset).filter(parameter.condition(value))))

    def _beside(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.rows(queryset.model).filter(**{self.record: OuterRef(self.via)})


class Parameter(Filter):  # type: ignore[misc]  # django-filter comes without types
    """One query parameter.

    `select` is a lookup, or makes the condition of the value; it is about the record, or about the rows of the
    branch `of`. Empty means that another parameter reads the value.
    """

    listed: ClassVar[bool] = False
    required: ClassVar[bool] = False
    # Other parameters, without any of which this one would say nothing.
    needs: ClassVar[tuple[str, ...]] = ()
    # Whether the SQL made for a value serves for any other value of its type.
    slotted: bool = False
    # Whether an index finds what it selects, but in no order.
    gathers: ClassVar[bool] = False
    # The table in which that is found shelf by shelf, in the order of the days, if there is one (`config.record.search`).
    shelves: Any = None
    # Whether that SQL is planned for each value anew, because as few rows as one or as many as all can have it.
    weighed: bool = False
    value_schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def __init__(self, select: Selector = "", *, help_text: str, repeatable: bool = False, of: Branch | None = None) -> None:
        self.select = select
        self.repeatable = repeatable
        self.branch = of
        self.help_text = help_text
        super().__init__(label=help_text, help_text=help_text)

    def read(self, texts: Sequence[str]) -> Any:
        """Return the value that `texts`, one for each time the parameter was given, stand for."""
        given = [self._alternatives(text) if self.listed else self.read_one(_present(text)) for text in texts]
        return given if self.repeatable else given[0]

    def _alternatives(self, text: str) -> list[Any]:
        parts = _present(text).split(",")
        if len(parts) > MOST_ALTERNATIVES:
            raise UnreadableError("too_many_values", f"At most {MOST_ALTERNATIVES} values.")
        return list(dict.fromkeys(self.read_one(_present(part)) for part in parts))

    def read_one(self, text: str) -> Any:
        """Return the value that `text` stands for; raise `UnreadableError` where it stands for none."""
        return text

    def compiles(self, value: Any) -> bool:
        """Tell whether the SQL made for `value` serves at another time too."""
        return True

    def lead(self, value: Any, beside: Mapping[str, Any]) -> Lead | None:
        """Return the rows that lists with `value` are read from; `beside` are the values of the others of its branch."""
        return None

    def days(self, value: Any, values: Values) -> Days | None:
        """Return the days between which the records that `value` selects began; None where it selects by other things."""
        return None

    def condition(self, value: Any) -> Condition:
        """Return the condition that selects by `value`."""
        if callable(self.select):
            return self.select(value)
        return Q(**{f"{self.select}__in" if self.listed else self.select: value})

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        """Keep what `value` selects; `values` are those of all parameters."""
        if self.select == "":
            return queryset
        for one in value if self.repeatable else [value]:
            queryset = queryset.filter(self.condition(one))
        return queryset

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of one value."""
        return dict(self.value_schema)

    def described(self, name: str) -> dict[str, Any]:
        """Return the parameter as an OpenAPI document describes it."""
        described = {"name": name, "in": "query", "required": self.required, "description": self.help_text}
        example = example_of(name)
        if not (self.listed or self.repeatable):
            return described | {"schema": self.schema()} | example
        if example:
            example = {"example": [example["example"]]}
        several = {"type": "array", "items": self.schema(), "minItems": 1, "maxItems": MOST_ALTERNATIVES}
        return described | {"schema": several, "style": "form", "explode": self.repeatable} | example


@dataclass(frozen=True, slots=True)
class Ordering:
    """A total order of a list: by columns that are never null and, at last, by the key of the row."""

    name: str
    columns: tuple[str, ...]
    descending: bool


class Excluded(Parameter):
    """What a list leaves out: the opposite of another parameter. What has no value at all stays."""

    listed = True

    def __init__(self, opposite: Parameter) -> None:
        self.opposite = opposite
        self.slotted, self.weighed = opposite.slotted, opposite.weighed
        about = opposite.help_text.removesuffix(" A comma means any of.").removesuffix(SEVERAL)
        super().__init__(help_text=f"Leave these out. {about} A comma means either of.")

    def compiles(self, value: Any) -> bool:
        return self.opposite.compiles(value)

    def read_one(self, text: str) -> Any:
        return self.opposite.read_one(text)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        if self.opposite.branch is not None:
            return self.opposite.branch.exclude(queryset, self.opposite, value)
        return queryset.exclude(self.opposite.condition(value))

    def schema(self) -> dict[str, Any]:
        return self.opposite.schema()


class Order(Parameter):
    """In which order a list comes. `orders` names the columns of each."""

    def __init__(self, orders: Mapping[str, tuple[str, ...]], default: str) -> None:
        self.orders = {
            sign + name: Ordering(sign + name, (*columns, "pk"), bool(sign))
            for name, columns in orders.items()
            for sign in ("", "-")
        }
        self.default = self.orders[default]
        # No default in the schema: SDKs send those along, and beside known_at there is no choice of order.
        super().__init__(help_text=f"In which order the list comes; a minus means descending. {default}, if left out.")

    def read_one(self, text: str) -> Ordering:
        if text not in self.orders:
            raise UnreadableError("unknown_value", f"“{text}” is none of: {', '.join(self.orders)}.")
        return self.orders[text]

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.orders)}


def _present(text: str) -> str:
    if not text:
        raise UnreadableError("blank", "Give a value, or leave the parameter out.")
    return text


class FilterSet(DeclaredFilters):  # type: ignore[misc]  # as above
    """The parameters of a list. Nothing here is made anew for a request."""

    @classmethod
    def get_filters(cls) -> dict[str, Parameter]:
        """Return the declared parameters, and for each that takes alternatives the one that leaves them out."""
        declared: dict[str, Parameter] = dict(super().get_filters())
        for name, parameter in list(declared.items()):
            if parameter.listed and parameter.select:
                declared[f"exclude_{name}"] = Excluded(parameter)
        return declared

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """Return the parameters by name."""
        declared: dict[str, Parameter] = cls.base_filters
        return declared

    @classmethod
    def read(cls, query: Query) -> tuple[dict[str, Any], list[Flaw]]:
        """Return the values of the parameters in `query` that are right, and what is wrong with the others."""
        if not query.pairs and not cls._wanting():
            return {}, []
        declared, given = cls.parameters(), query.values()
        flaws = list(misnamed(given, cls._repeatable()))
        wrong = {flaw.parameter for flaw in flaws}
        values: dict[str, Any] = {}
        for name, texts in given.items():
            if name in wrong:
                continue
            try:
                values[name] = declared[name].read(texts)
            except UnreadableError as error:
                flaws.append(Flaw(error.code, str(error), name))
        return values, [*flaws, *cls._missing(given)]

    @classmethod
    @cache
    def _repeatable(cls) -> dict[str, bool]:
        return {name: parameter.repeatable for name, parameter in cls.parameters().items()}

    @classmethod
    @cache
    def _wanting(cls) -> list[tuple[str, Parameter]]:
        """Return the parameters that are needed, or that need others."""
        return [(name, one) for name, one in cls.parameters().items() if one.required or one.needs]

    @classmethod
    def _missing(cls, given: Mapping[str, Any]) -> Iterator[Flaw]:
        for name, parameter in cls._wanting():
            if parameter.required and name not in given:
                yield Flaw("missing_parameter", "This parameter is needed.", name)
            if name in given and parameter.needs and not any(other in given for other in parameter.needs):
                yield Flaw("missing_parameter", f"This says nothing without {' or '.join(parameter.needs)}.", name)

    @classmethod
    def narrow(cls, queryset: QuerySet[Any], values: Values) -> QuerySet[Any]:
        """Keep what all `values` select."""
        branches: dict[Branch, list[tuple[Parameter, Any]]] = {}
        for name, value in values.items():
            parameter = cls.parameters()[name]
            if parameter.branch is None:
                queryset = parameter.narrow(queryset, value, values)
            else:
                branches.setdefault(parameter.branch, []).append((parameter, value))
        for branch, given in branches.items():
            queryset = branch.narrow(queryset, given)
        return queryset

    @classmethod
    def days(cls, values: Values) -> tuple[Days, bool]:
        """Return the days between which the records that `values` select began, and whether they select by more."""
        first: list[date] = []
        last: list[date] = []
        reaching: Sequence[date] = ()
        others, exact = False, True
        for name, value in values.items():
            days = cls.parameters()[name].days(value, values)
            if days is None:
                others = True
                continue
            first += [days.first] if days.first else []
            last += [days.last] if days.last else []
            reaching = days.reaching or reaching
            exact = exact and days.exact
        # Two of one side cannot be told apart where values are marks: the other is a condition of its own.
        several = len(first) + bool(reaching) > 1 or len(last) > 1
        if several:
            reaching, exact = (), False
        return Days(first[0] if first else None, last[0] if last else None, reaching, exact, not several), others

    @classmethod
    def lead(cls, values: Values) -> Lead | None:
        """Return the rows that the list with `values` is best read from; None where those are its own."""
        parameters = cls.parameters()
        for name, value in values.items():
            branch = parameters[name].branch
            beside = {
                other: one for other, one in values.items() if other != name and branch and parameters[other].branch is branch
            }
            if lead := parameters[name].lead(value, beside):
                return lead
        return None

    @classmethod
    def ordering(cls, values: Values) -> Ordering:
        """Return the order that was asked for, or the usual one."""
        order = cls.parameters()["order"]
        chosen: Ordering = values.get("order") or order.default
        return chosen

    @classmethod
    def described(cls) -> list[dict[str, Any]]:
        """Return the parameters as an OpenAPI document describes them."""
        return [parameter.described(name) for name, parameter in cls.parameters().items()]
