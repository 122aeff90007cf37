"""The building blocks of filters: each declares one query parameter, reads its values strictly and selects by it.

A comma means *any of*, and so does repeating the parameter, unless *all of* can be meant; then repeating means that.
A parameter that takes one value refuses both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, Final

from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, When
from django_filters import Filter
from django_filters.filterset import FilterSet as DeclaredFilters

from config.api.collections import example_of
from config.api.errors import ErrorItem
from config.api.parameters.dimensions import Dimension
from config.api.parameters.query_string import Query, misnamed
from config.record.models.querysets import CorrelatedExists

MAX_ALTERNATIVES: Final = 100
# How many times a parameter may be given of which all are meant.
MAX_REPEATED: Final = 50
# For how many of these PostgreSQL's planner chooses where to begin. With more of them it would weigh more orders than it has time
# for; the rows of each record that is met are looked through once for all the others.
MAX_JOINED: Final = 2
ANY: Final = " Comma-separated or repeated; matches any."
SEVERAL: Final = " Comma-separated values match any; repeated parameters match all."

Condition = Any  # Q, Exists and the like: whatever QuerySet.filter() takes
Selector = str | Callable[[Any], Condition]
Values = Mapping[str, Any]


class Keys(list[int]):
    """Primary keys of the records that a parameter names."""

    # Each name as it was given, and the slug of the record that has it; None where nobody has.
    requested: Sequence[tuple[str, str | None]] = ()


class UnreadableError(ValueError):
    """A value that a parameter cannot have."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Days:
    """The days between which records began. With `lower_bounds`, earlier records count if they lasted until the first day."""

    first: date | None = None
    last: date | None = None
    # The first day less each of the limits in `dates.SPREADS`.
    lower_bounds: Sequence[date] = ()
    # Whether the bounds are exact for all records, not only for those that ended on the day they began.
    exact: bool = True
    # Whether no other bound of the same side was left out.
    whole: bool = True


@dataclass(frozen=True, slots=True)
class DrivingTable:
    """The table whose index a list is read from: its rows refer to the records and repeat their first day, `start_earliest`.

    Its index is in the order of the days. Each of `alternatives` is one way to match a record: the conditions of one row that
    refers to it, or of several. A stance about Libya and a stance about a provision of it are two alternatives; participations of
    Russia and of Turkey in one event are one alternative of two rows.
    """

    # The rows, seen from the record; and the record, seen from a row.
    path: str
    record: str
    table: Any
    alternatives: Sequence[Sequence[Mapping[str, Any]]]
    # Whether the rows repeat the spread of the days, too.
    spread: bool = False
    # The parameters whose conditions the rows check completely.
    covers: frozenset[str] = frozenset()
    # Whether several rows of a record can match.
    repeats: bool = False


@dataclass(frozen=True, eq=False)
class Branch:
    """Rows that refer to the records of a list, such as participations in events.

    The parameters of one branch match the same row: who took part, and in which role. A repeatable one
    matches one row for each repetition, and each of these rows matches the other parameters.
    """

    # The rows, given the model of the list.
    rows: Callable[[Any], QuerySet[Any]]
    # The foreign key of the rows, and the column of the record that it leads to.
    record: str
    via: str = "pk"

    def narrow(self, queryset: QuerySet[Any], given: Sequence[tuple[Parameter, Any]], values: Values) -> QuerySet[Any]:
        """Return the records with rows that match all of `given`; `values` are those of all parameters."""
        rows = self._rows_of_record(queryset, values)
        conditions: list[Condition] = []
        met: list[Condition] = []
        for parameter, value in given:
            if parameter.repeatable:
                # The planner does not know how many rows the first finds, and would join two such sets row by row.
                first, *others = value
                conditions.append(parameter.condition_among(first, values))
                met += [parameter.condition_met(one, values) for one in others]
            else:
                rows = rows.filter(parameter.condition_among(value, values))
        for condition in conditions or [Q()]:
            queryset = queryset.filter(Exists(rows.filter(condition)))
        return queryset.filter(for_each(rows, self.record, met)) if met else queryset

    def exclude(self, queryset: QuerySet[Any], parameter: Parameter, value: Any, values: Values) -> QuerySet[Any]:
        """Exclude the records with a row that matches `parameter`."""
        return queryset.filter(
            ~CorrelatedExists(self._rows_of_record(queryset, values).filter(parameter.condition_met(value, values)))
        )

    def fetch(self, model: Any, values: Values) -> QuerySet[Any]:
        """Return the rows that refer to records of `model`, for the given `values`."""
        return self.rows(model)

    def _rows_of_record(self, queryset: QuerySet[Any], values: Values) -> QuerySet[Any]:
        return self.fetch(queryset.model, values).filter(**{self.record: OuterRef(self.via)})


def for_each(rows: QuerySet[Any], record: str, conditions: Sequence[Condition]) -> Condition:
    """Return the condition that, of the `rows` of one record, each of `conditions` holds for at least one.

    They are gone through once for all conditions:

        EXISTS(SELECT 1 FROM events_eventactorindex WHERE event_id = events_event.id GROUP BY event_id
               HAVING MAX(CASE WHEN actor_id IN (3, 4) THEN 1 ELSE 0 END) = 1 AND MAX(…) = 1 …)
    """
    holds = {f"holds_{number}": Max(Case(When(condition, then=1), default=0)) for number, condition in enumerate(conditions)}
    return CorrelatedExists(rows.order_by().values(record).annotate(**holds).filter(**dict.fromkeys(holds, 1)))


class Parameter(Filter):  # type: ignore[misc]  # django-filter comes without types
    """One query parameter.

    `select` is a lookup, or makes the condition of the value; it is about the record, or about the rows of the
    branch `of`. Empty means that another parameter reads the value.
    """

    listed: ClassVar[bool] = False
    required: ClassVar[bool] = False
    # The tables of the records that its values name; its values become their primary keys (`config.api.engine.names`).
    names: Sequence[Any] = ()
    # Whether a value that no public record has is an error, because no vocabulary lists the values.
    known_by_rows: ClassVar[bool] = False
    # Parameters of which this one needs at least one.
    needs: tuple[str, ...] = ()
    # Whether the SQL made for a value serves for any other value of its type.
    bindable: bool = False
    # Whether its index (full text) returns rows unordered.
    unordered: ClassVar[bool] = False
    # The table whose index returns them bucket by bucket, in the order of the days, if any: `config.record.database.search`.
    buckets: Any = None
    # Whether PostgreSQL plans the query for each value anew, because one row or nearly all can have it.
    needs_custom_plan: bool = False
    # Whether it has parts (`partitions`), which in the order of the days are one plan for all values.
    is_partitioned: ClassVar[bool] = False
    value_schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def __init__(self, select: Selector = "", *, help_text: str, repeatable: bool = False, of: Branch | None = None) -> None:
        self.select = select
        self.repeatable = repeatable
        self.branch = of
        self.help_text = help_text
        super().__init__(label=help_text, help_text=help_text)

    @property
    def takes_several(self) -> bool:
        """Return whether the parameter may be given several times: for all of them, or as more values of a list."""
        return self.repeatable or self.listed

    def read(self, texts: Sequence[str]) -> Any:
        """Return the parsed value of `texts`, one text for each repetition of the parameter."""
        if self.repeatable:
            if len(texts) > MAX_REPEATED:
                raise UnreadableError("too_many_values", f"At most {MAX_REPEATED} times: a record must match all of them.")
            return [self._alternatives(text) if self.listed else self.read_one(_present(text)) for text in texts]
        return self._alternatives(",".join(texts)) if self.listed else self.read_one(_present(texts[0]))

    def _alternatives(self, text: str) -> list[Any]:
        parts = _present(text).split(",")
        if len(parts) > MAX_ALTERNATIVES:
            raise UnreadableError("too_many_values", f"At most {MAX_ALTERNATIVES} values.")
        return list(dict.fromkeys(self.read_one(_present(part)) for part in parts))

    def read_one(self, text: str) -> Any:
        """Return the parsed value of `text`; raise `UnreadableError` if it is invalid."""
        return text

    def cacheable(self, value: Any) -> bool:
        """Return whether the compiled SQL for `value` can be cached."""
        return True

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        """Return the driving table of lists with `value`; `siblings` are the values of the other parameters of its branch."""
        return None

    def partitions(self, value: Any) -> Sequence[Q]:
        """Return parts of what `value` selects, each with an index in the order of the days."""
        return ()

    def days(self, value: Any, values: Values) -> Days | None:
        """Return the days between which the matching records began; None if it does not select by days."""
        return None

    def dimension(self) -> Dimension | None:
        """Return the dimension to group by, if the parameter selects by values."""
        return None

    def among(self, path: str, value: Any) -> Q:
        """Return the condition that the column at `path` has one of the values."""
        return Q(**{f"{path}__in" if self.listed else path: value})

    def condition(self, value: Any) -> Condition:
        """Return the condition that selects by `value`."""
        if callable(self.select):
            return self.select(value)
        return Q(**{f"{self.select}__in" if self.listed else self.select: value})

    def condition_among(self, value: Any, values: Values) -> Condition:
        """Return the condition that selects by `value`, where all parameters have `values`."""
        return self.condition(value)

    def condition_met(self, value: Any, values: Values) -> Condition:
        """Return the same condition, for rows that are looked up one by one instead of found by it."""
        return self.condition_among(value, values)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        """Return the rows that match `value`; `values` are those of all parameters."""
        if self.select == "":
            return queryset
        for one in value if self.repeatable else [value]:
            queryset = queryset.filter(self.condition_among(one, values))
        return queryset

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of one value."""
        return dict(self.value_schema)

    def described(self, name: str) -> dict[str, Any]:
        """Return the parameter as an OpenAPI document describes it."""
        described = {"name": name, "in": "query", "required": self.required, "description": self.help_text}
        schema, example = self.schema(), example_of(name)
        if self.takes_several:
            schema = {
                "type": "array",
                "items": schema,
                "minItems": 1,
                "maxItems": MAX_REPEATED if self.repeatable else MAX_ALTERNATIVES,
            }
            example = None if example is None else [example]
            described |= {"style": "form", "explode": True}
        if example is None:
            return described | {"schema": schema}
        # Interactive documentation fills in a parameter's example, and sends it: it is for parameters that are needed.
        if self.required:
            return described | {"schema": schema, "example": example}
        return described | {"schema": schema | {"examples": [example]}}


@dataclass(frozen=True, slots=True)
class Ordering:
    """A total order of a list: by columns that are never null and, at last, by the key of the row."""

    name: str
    columns: tuple[str, ...]
    descending: bool


class Excluded(Parameter):
    """The exclusion of another parameter's matches. Records without any value stay."""

    listed = True

    def __init__(self, opposite: Parameter) -> None:
        self.opposite = opposite
        self.bindable, self.needs_custom_plan, self.names = opposite.bindable, opposite.needs_custom_plan, opposite.names
        self.known_by_rows = opposite.known_by_rows  # type: ignore[misc]  # what is said of its class holds for its opposite
        about = opposite.help_text.removesuffix(ANY).removesuffix(SEVERAL)
        super().__init__(help_text=f"{_excluding(about)}{ANY}")

    def cacheable(self, value: Any) -> bool:
        return self.opposite.cacheable(value)

    def read_one(self, text: str) -> Any:
        return self.opposite.read_one(text)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        if self.opposite.branch is not None:
            return self.opposite.branch.exclude(queryset, self.opposite, value, values)
        return queryset.exclude(self.opposite.condition_met(value, values))

    def schema(self) -> dict[str, Any]:
        return self.opposite.schema()


class Order(Parameter):
    """The order of a list. `orders` names the columns of each."""

    def __init__(self, orders: Mapping[str, tuple[str, ...]], default: str) -> None:
        self.orders = {
            sign + name: Ordering(sign + name, (*columns, "pk"), bool(sign))
            for name, columns in orders.items()
            for sign in ("", "-")
        }
        self.default = self.orders[default]
        # No default in the schema: SDKs send defaults, and with known_at there is no choice of order.
        super().__init__(help_text=f"Order of the list; a minus sign sorts in descending order. Default: {default}.")

    def read_one(self, text: str) -> Ordering:
        if text not in self.orders:
            raise UnreadableError("unknown_value", f"“{text}” is not one of: {', '.join(self.orders)}.")
        return self.orders[text]

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.orders)}


def _excluding(text: str) -> str:
    """Return the help text of the opposite: "Exclude events …" for "Only events …", "Exclude by type …" for "Type …"."""
    if text.startswith("Only "):
        return f"Exclude {text.removeprefix('Only ')}"
    return f"Exclude by {text[0].lower()}{text[1:]}"


def _present(text: str) -> str:
    if not text:
        raise UnreadableError("blank", "Give a value, or omit the parameter.")
    return text


class FilterSet(DeclaredFilters):  # type: ignore[misc]  # as above
    """The filterset of a list. It holds no state of a request."""

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
    def read(cls, query: Query) -> tuple[dict[str, Any], list[ErrorItem]]:
        """Return the valid values of the parameters in `query`, and error items for the others."""
        if not query.pairs and not cls._wanting():
            return {}, []
        declared, given = cls.parameters(), query.values()
        error_items = list(misnamed(given, cls._taking_several()))
        wrong = {error_item.parameter for error_item in error_items}
        values: dict[str, Any] = {}
        for name, texts in given.items():
            if name in wrong:
                continue
            try:
                values[name] = declared[name].read(texts)
            except UnreadableError as error:
                error_items.append(ErrorItem(error.code, str(error), name))
        return values, [*error_items, *cls._missing(given), *cls._reversed(values)]

    @classmethod
    @cache
    def _ranges(cls) -> list[tuple[str, str]]:
        """Return the parameters that are the two ends of a range, by their names."""
        ends = (("_after", "_before"), ("_min", "_max"))
        pairs = [(name, name.removesuffix(low) + high) for name in cls.parameters() for low, high in ends if name.endswith(low)]
        return [pair for pair in pairs if pair[1] in cls.parameters()]

    @classmethod
    def _reversed(cls, values: Values) -> Iterator[ErrorItem]:
        for first, last in cls._ranges():
            if first in values and last in values:
                # The value of date_after begins with the day itself (`config.api.parameters.types.DateAfterFilter`).
                low = values[first][0] if isinstance(values[first], tuple) else values[first]
                if low > values[last]:
                    yield ErrorItem("empty_range", f"{first} is after {last}: the range is empty.", first)

    @classmethod
    @cache
    def _taking_several(cls) -> dict[str, bool]:
        return {name: parameter.takes_several for name, parameter in cls.parameters().items()}

    @classmethod
    @cache
    def _wanting(cls) -> list[tuple[str, Parameter]]:
        """Yield error items for required parameters that are missing."""
        return [(name, one) for name, one in cls.parameters().items() if one.required or one.needs]

    @classmethod
    def _missing(cls, given: Mapping[str, Any]) -> Iterator[ErrorItem]:
        for name, parameter in cls._wanting():
            if parameter.required and name not in given:
                yield ErrorItem("missing_parameter", "This parameter is required.", name)
            if name in given and parameter.needs and not any(other in given for other in parameter.needs):
                yield ErrorItem("missing_parameter", f"This parameter requires {' or '.join(parameter.needs)}.", name)

    @classmethod
    def narrow(cls, queryset: QuerySet[Any], values: Values) -> QuerySet[Any]:
        """Return the records that match all `values`."""
        branches: dict[Branch, list[tuple[Parameter, Any]]] = {}
        for name, value in values.items():
            parameter = cls.parameters()[name]
            if parameter.branch is None:
                queryset = parameter.narrow(queryset, value, values)
            else:
                branches.setdefault(parameter.branch, []).append((parameter, value))
        for branch, given in branches.items():
            queryset = branch.narrow(queryset, given, values)
        return queryset

    @classmethod
    def days(cls, values: Values) -> tuple[Days, bool]:
        """Return the days between which the records that `values` select began, and whether they select by more."""
        first: list[date] = []
        last: list[date] = []
        lower_bounds: Sequence[date] = ()
        others, exact = False, True
        for name, value in values.items():
            days = cls.parameters()[name].days(value, values)
            if days is None:
                others = True
                continue
            first += [days.first] if days.first else []
            last += [days.last] if days.last else []
            lower_bounds = days.lower_bounds or lower_bounds
            exact = exact and days.exact
        # With placeholders the tighter of two bounds of one side is unknown: the other becomes a condition of its own.
        several = len(first) + bool(lower_bounds) > 1 or len(last) > 1
        if several:
            lower_bounds, exact = (), False
        return Days(first[0] if first else None, last[0] if last else None, lower_bounds, exact, not several), others

    @classmethod
    def driving_tables(cls, values: Values) -> list[DrivingTable]:
        """Return the tables that the list with `values` can be read from; none for the table of the list itself."""
        parameters = cls.parameters()
        found = []
        for name, value in values.items():
            branch = parameters[name].branch
            siblings = {
                other: one for other, one in values.items() if other != name and branch and parameters[other].branch is branch
            }
            if driving := parameters[name].driving_table(value, siblings):
                found.append(driving)
        return found

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
