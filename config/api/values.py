"""The kinds of values that parameters read: words, days, numbers, words of a vocabulary, names of other records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final

from django.db.models import Model, Q, QuerySet, Subquery
from django.db.models.enums import Choices

from config.api.filters import SEVERAL, Branch, Condition, Days, Parameter, Selector, UnreadableError, Values
from config.api.references import has_identifiers, is_identifier, is_slug, public_keys
from config.record.dates import SPREADS
from config.record.search import Terms

LONGEST_QUERY: Final = 200

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d))?\Z", re.ASCII)
_NUMBER = re.compile(r"(0|-?[1-9]\d{0,17})\Z", re.ASCII)


class Words(Parameter):
    """Full text: words that must all occur."""

    slotted = True
    gathers = True
    value_schema: ClassVar = {"type": "string", "minLength": 1, "maxLength": LONGEST_QUERY}

    def __init__(self, shelves: type[Model] | None = None) -> None:
        self.shelves = shelves
        super().__init__("search_text__words", help_text=SEARCH_HELP)

    def read_one(self, text: str) -> Terms:
        if len(text) > LONGEST_QUERY:
            raise UnreadableError("too_long", f"At most {LONGEST_QUERY} characters.")
        return Terms.of(text)

    def compiles(self, value: Any) -> bool:
        # What has no word in it finds nothing, without a question to the database.
        return bool(value.words)


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

    slotted = weighed = True
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

    def days(self, value: Any, values: Values) -> Days | None:
        return Days()


class Since(Day):
    """The `date_after` of what lies between two columns. Its value is the day, and then the earlier days of `dates.SPREADS`.

    `spread` is the column of how far the two lie apart, where lists are not walked by it (`config.api.leads`).
    """

    def __init__(self, earliest: str, latest: str, what: str, *, spread: str = "", weighed: bool = True) -> None:
        self.earliest, self.latest, self.spread, self.weighed = earliest, latest, spread, weighed
        super().__init__(help_text=f"Those that can have {what} on this day or later.")

    def read_one(self, text: str) -> Any:
        day = super().read_one(text)
        return tuple(date.fromordinal(max(1, day.toordinal() - days)) for days in SPREADS)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        if _certainly(values):
            return queryset.filter(**{f"{self.earliest}__gte": value[0]})
        if self.spread:
            queryset = queryset.filter(self._reaching(value, values.get("date_before")))
        return queryset.filter(**{f"{self.latest}__gte": value[0]})

    def _reaching(self, value: Sequence[date], last: date | None) -> Q:
        """Return the condition that a record does not begin too early, for how long it lasts, to have a day since then."""
        column = self.spread.removesuffix("spread") + self.earliest
        until = Q(**{f"{column}__lte": last}) if last else Q()
        # Not of these: what is said of all ways alike is weighed by itself, as if the two ends of a range had nothing in common.
        reaching = Q(**{self.spread: len(SPREADS)})
        for spread, first in enumerate(value):
            reaching |= Q(**{self.spread: spread, f"{column}__gte": first}) & until
        return reaching

    def days(self, value: Any, values: Values) -> Days | None:
        return Days(first=value[0]) if _certainly(values) else Days(reaching=value, exact=False)


class Until(Day):
    """The `date_before` of what lies between two columns."""

    def __init__(self, earliest: str, latest: str, what: str, *, weighed: bool = True) -> None:
        self.earliest, self.latest, self.weighed = earliest, latest, weighed
        super().__init__(help_text=f"Those that can have {what} on this day or earlier.")

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        if _certainly(values):
            queryset = queryset.filter(**{f"{self.latest}__lte": value})
        # What has ended by a day began by it: said as well, because lists are walked in the order of the first days.
        return queryset.filter(**{f"{self.earliest}__lte": value})

    def days(self, value: Any, values: Values) -> Days | None:
        return Days(last=value, exact=not _certainly(values))


def _certainly(values: Values) -> bool:
    return values.get("date_match") == "certain"


class Instant(Parameter):
    """A moment, RFC 3339 date-time; or a day, which stands for its first moment in UTC."""

    slotted = weighed = True
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
    slotted = weighed = True

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

    slotted = weighed = True
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

    def compiles(self, value: Any) -> bool:
        # A code such as wikidata:Q159 is taken apart before it is asked for.
        return not any(":" in text for text in _flat(value))

    def condition(self, value: Any) -> Condition:
        keys = self.keys(value)
        return self.select(keys) if callable(self.select) else Q(**{f"{self.select}__in": keys})

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        if self.select == "" or callable(self.select) or self.repeatable or len(value) > 1 or not self.compiles(value):
            return super().narrow(queryset, value, values)
        # Rows with one key stand in an index in the order of lists; those with any of several do not.
        return queryset.filter(**{self.select: Subquery(self.keys(value)[:1])})

    def keys(self, texts: Sequence[str]) -> Any:
        """Return the keys of the public records that `texts` name."""
        return public_keys(self.related, texts)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 300}


def _flat(value: Any) -> Iterator[str]:
    for one in value:
        yield from [one] if isinstance(one, str) else one


class Itself(Related):
    """The record itself."""

    def __init__(self, model: type[Model]) -> None:
        codes = ", or a code by which others know it: `wikidata:Q159`" if has_identifiers(model) else ""
        super().__init__(model, "pk", help_text=f"Its slug, or one it had before{codes}.")
