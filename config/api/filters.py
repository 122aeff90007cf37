"""The building blocks of filters: each declares one query parameter, reads its values strictly and selects by it.

A comma means *any of*, a repeated parameter *all of*; a parameter that does not take several values refuses both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.enums import Choices
from django_filters import Filter
from django_filters.filterset import FilterSet as DeclaredFilters

from config.api.errors import Flaw
from config.api.examples import example_of
from config.api.parameters import Query, misnamed
from config.api.references import has_identifiers, is_identifier, is_slug, public_keys

MOST_ALTERNATIVES: Final = 100
LONGEST_QUERY: Final = 200

Condition = Any  # Q, Exists and the like: whatever QuerySet.filter() takes
Selector = str | Callable[[Any], Condition]
Values = Mapping[str, Any]

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d))?\Z", re.ASCII)
_NUMBER = re.compile(r"(0|-?[1-9]\d{0,17})\Z", re.ASCII)


class UnreadableError(ValueError):
    """A value that a parameter cannot have."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


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

    def exclude(self, queryset: QuerySet[Any], condition: Condition) -> QuerySet[Any]:
        """Drop the records with a row of which `condition` holds."""
        return queryset.filter(~Exists(self._beside(queryset).filter(condition)))

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
    # Whether the SQL made for a value serves at another time too, and for any other value of its type.
    compiles: bool = True
    slotted: bool = False
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


class Words(Parameter):
    """Full text: words that must all occur."""

    compiles = False
    value_schema: ClassVar = {"type": "string", "minLength": 1, "maxLength": LONGEST_QUERY}

    def __init__(self) -> None:
        super().__init__("search_text__words", help_text=SEARCH_HELP)

    def read_one(self, text: str) -> str:
        if len(text) > LONGEST_QUERY:
            raise UnreadableError("too_long", f"At most {LONGEST_QUERY} characters.")
        return text


SEVERAL: Final = " A comma means any of, repeating the parameter all of."
SEARCH_HELP: Final = (
    "Full text: every word must occur, in any order; case and accents do not matter. A word that ends in * stands for "
    "all words that begin so: `cavus*`."
)


class NeededWords(Words):
    """Full text, without which there is nothing to answer."""

    required = True


class Fields(Parameter):
    """Which keys of the documents are wanted, as a list."""

    listed = True
    value_schema: ClassVar = {"type": "string", "pattern": "^[a-z0-9_]+$", "maxLength": 60}

    def __init__(self) -> None:
        super().__init__(
            help_text="Which keys of the documents are wanted, joined by commas; all, if left out. The answer is "
            "then called application/vnd.chancery.partial+json, because it lacks keys that a whole document always has."
        )


class OneOf(Parameter):
    """One or several of some words; a comma means any of."""

    listed = True

    def __init__(self, words: Sequence[str], select: Selector = "", *, help_text: str) -> None:
        self.words = tuple(words)
        super().__init__(select, help_text=f"{help_text} A comma means any of.")

    def read_one(self, text: str) -> str:
        if text not in self.words:
            raise UnreadableError("unknown_value", f"“{text}” is none of: {', '.join(self.words)}.")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}


class Choice(Parameter):
    """One or several values of a vocabulary; a comma means any of."""

    listed = True

    def __init__(self, choices: type[Choices], select: Selector, *, help_text: str, of: Branch | None = None) -> None:
        self.choices = choices
        self.named = {str(value): value for value in choices.values}
        super().__init__(select, help_text=f"{help_text} A comma means any of.", of=of)

    def read_one(self, text: str) -> Any:
        if text not in self.named:
            raise UnreadableError("unknown_value", f"“{text}” is none of: {', '.join(self.named)}.")
        return self.named[text]

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{self.choices.__name__}"}


class Flag(Parameter):
    """Yes or no."""

    value_schema: ClassVar = {"type": "boolean"}

    def read_one(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise UnreadableError("invalid_boolean", "This is true or false.")
        return text == "true"


class Number(Parameter):
    """A whole number between two others."""

    def __init__(self, select: Selector = "", *, least: int, most: int, help_text: str, default: int | None = None) -> None:
        self.least, self.most, self.default = least, most, default
        super().__init__(select, help_text=help_text)

    def read_one(self, text: str) -> int:
        if not _NUMBER.match(text) or not self.least <= int(text) <= self.most:
            raise UnreadableError("invalid_number", f"This is a whole number from {self.least} to {self.most}.")
        return int(text)

    def schema(self) -> dict[str, Any]:
        form = "int32" if self.most < 2**31 else "int64"
        default = {} if self.default is None else {"default": self.default}
        return {"type": "integer", "format": form, "minimum": self.least, "maximum": self.most} | default


class Day(Parameter):
    """A calendar day, RFC 3339 full-date."""

    slotted = True
    value_schema: ClassVar = {"type": "string", "format": "date"}

    def read_one(self, text: str) -> date:
        if _DAY.match(text):
            try:
                return date.fromisoformat(text)
            except ValueError as error:
                raise UnreadableError("invalid_date", f"There is no day {text}.") from error
        raise UnreadableError("invalid_date", "This is a day, such as 2020-10-27.")


class DateMatch(Parameter):
    """How a partial date is held against a range of days."""

    needs = ("date_after", "date_before")
    value_schema: ClassVar = {"type": "string", "enum": ["possible", "certain"]}

    def __init__(self) -> None:
        super().__init__(
            help_text="What date_after and date_before ask of a partial date, such as 2020-10: that a day it can mean lies "
            "in the range (possible, if left out), or that each does (certain). Needs one of them."
        )

    def read_one(self, text: str) -> str:
        if text not in ("possible", "certain"):
            raise UnreadableError("unknown_value", f"“{text}” is none of: possible, certain.")
        return text


class Edge(Day):
    """One end of a range of days. `possible` and `certain` are the lookups of the two values of `date_match`."""

    def __init__(self, possible: str, certain: str, help_text: str) -> None:
        self.lookups = {"possible": possible, "certain": certain}
        super().__init__(help_text=help_text)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset.filter(**{self.lookups[values.get("date_match", "possible")]: value})


def since(earliest: str, latest: str, what: str) -> Edge:
    """Return the `date_after` of what lies between two columns."""
    return Edge(f"{latest}__gte", f"{earliest}__gte", f"Those that can have {what} on this day or later.")


def until(earliest: str, latest: str, what: str) -> Edge:
    """Return the `date_before` of what lies between two columns."""
    return Edge(f"{earliest}__lte", f"{latest}__lte", f"Those that can have {what} on this day or earlier.")


class Instant(Parameter):
    """A moment, RFC 3339 date-time; or a day, which stands for its first moment in UTC."""

    slotted = True
    value_schema: ClassVar = {"type": "string", "format": "date-time"}

    def read_one(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text) if _INSTANT.match(text) else None
        except ValueError:
            moment = None
        if moment is None or not 1 < moment.year < 9999:  # noqa: PLR2004 - a day before the first has no UTC
            raise UnreadableError("invalid_time", "This is a time such as 2020-10-27T09:30:00Z, or a day such as 2020-10-27.")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class AsOf(Day):
    """A day on which the records were in being. `method` is what their QuerySet calls that."""

    def __init__(self, method: str, *, help_text: str) -> None:
        self.asked = method
        super().__init__(help_text=help_text)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = getattr(queryset, self.asked)(value)
        return narrowed


class Code(Parameter):
    """One or several codes of a given form; a comma means any of."""

    listed = True
    slotted = True

    def __init__(self, select: Selector, *, pattern: str, example: str, help_text: str, of: Branch | None = None) -> None:
        self.pattern = re.compile(rf"(?:{pattern})\Z", re.ASCII)
        self.example = example
        self.shape = {"type": "string", "pattern": f"^(?:{pattern})$", "maxLength": 300}
        super().__init__(select, help_text=f"{help_text} A comma means any of.", of=of)

    def read_one(self, text: str) -> str:
        if not self.pattern.match(text):
            raise UnreadableError("invalid_code", f"“{text}” has not the form of {self.example}.")
        return text

    def schema(self) -> dict[str, Any]:
        return self.shape


class Phrase(Parameter):
    """A text that must be equal. A comma is a part of it."""

    slotted = True
    value_schema: ClassVar = {"type": "string", "minLength": 1, "maxLength": 300}

    def read_one(self, text: str) -> str:
        if len(text) > 300:  # noqa: PLR2004 - as the schema says
            raise UnreadableError("too_long", "At most 300 characters.")
        return text


class Related(Parameter):
    """Another record, by slug or by an external identifier; a comma means any of.

    `select` is the path of a foreign key, or gets the keys of the records and makes the condition.
    """

    listed = True
    slotted = True

    def __init__(
        self,
        model: type[Model],
        select: Selector,
        *,
        help_text: str,
        repeatable: bool = False,
        of: Branch | None = None,
    ) -> None:
        self.related = model
        several = SEVERAL if repeatable else " A comma means any of."
        super().__init__(select, help_text=help_text + several, repeatable=repeatable, of=of)

    def read_one(self, text: str) -> str:
        if is_slug(text) or (has_identifiers(self.related) and is_identifier(text)):
            return text
        also = ", or an identifier such as wikidata:Q159" if has_identifiers(self.related) else ""
        raise UnreadableError("invalid_slug", f"“{text}” cannot be a slug: words of letters and digits joined by hyphens{also}.")

    def condition(self, value: Any) -> Condition:
        keys = self.keys(value)
        return self.select(keys) if callable(self.select) else Q(**{f"{self.select}__in": keys})

    def keys(self, texts: Sequence[str]) -> Any:
        """Return the keys of the public records that `texts` name."""
        return public_keys(self.related, texts)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 300}


class Itself(Related):
    """The record itself."""

    def __init__(self, model: type[Model]) -> None:
        codes = ", or a code by which others know it: `wikidata:Q159`" if has_identifiers(model) else ""
        super().__init__(model, "pk", help_text=f"Its slug, or one it had before{codes}.")


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
        self.compiles, self.slotted = opposite.compiles, opposite.slotted
        about = opposite.help_text.removesuffix(" A comma means any of.").removesuffix(SEVERAL)
        super().__init__(help_text=f"Leave these out. {about} A comma means either of.")

    def read_one(self, text: str) -> Any:
        return self.opposite.read_one(text)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        condition = self.opposite.condition(value)
        if self.opposite.branch is not None:
            return self.opposite.branch.exclude(queryset, condition)
        return queryset.exclude(condition)

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
        declared = cls.parameters()
        flaws = list(misnamed(query, {name: parameter.repeatable for name, parameter in declared.items()}))
        wrong = {flaw.parameter for flaw in flaws}
        values: dict[str, Any] = {}
        for name, texts in query.values().items():
            if name in wrong:
                continue
            try:
                values[name] = declared[name].read(texts)
            except UnreadableError as error:
                flaws.append(Flaw(error.code, str(error), name))
        return values, [*flaws, *cls._missing(query.values())]

    @classmethod
    def _missing(cls, given: Mapping[str, Any]) -> Iterator[Flaw]:
        for name, parameter in cls.parameters().items():
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
    def ordering(cls, values: Values) -> Ordering:
        """Return the order that was asked for, or the usual one."""
        order = cls.parameters()["order"]
        chosen: Ordering = values.get("order") or order.default
        return chosen

    @classmethod
    def described(cls) -> list[dict[str, Any]]:
        """Return the parameters as an OpenAPI document describes them."""
        return [parameter.described(name) for name, parameter in cls.parameters().items()]
