"""The kinds of values that parameters read: words, days, numbers, words of a vocabulary, names of other records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any, ClassVar, Final

from django.db.models import Model, Q, QuerySet
from django.db.models.enums import Choices

from config.api.parameters.base import ANY, SEVERAL, Branch, Condition, Days, Parameter, Selector, UnreadableError, Values
from config.api.parameters.dimensions import Dimension, YearDimension
from config.api.parameters.references import has_identifiers
from config.record.database.search import Terms
from config.record.values.edtf import FIRST_DAY, LAST_DAY, SPREADS
from config.record.values.folding import fold

LONGEST_QUERY: Final = 200
LONGEST_NAME: Final = 300

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
# Besides RFC 3339: an offset without its colon, as Python's %z has it, and with the space that an unescaped + becomes in a URL.
_INSTANT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)([Tt ](?P<time>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?(?P<offset>[Zz]|[+ -]\d\d:?\d\d))?\Z", re.ASCII
)
_NUMBER = re.compile(r"(0|-?[1-9]\d{0,17})\Z", re.ASCII)


class FullTextFilter(Parameter):
    """Full text: words that must all occur."""

    bindable = True
    unordered = True
    value_schema: ClassVar = {"type": "string", "minLength": 1, "maxLength": LONGEST_QUERY}

    def __init__(self, buckets: type[Model] | None = None) -> None:
        self.buckets = buckets
        super().__init__("search_text__words", help_text=SEARCH_HELP)

    def read_one(self, text: str) -> Terms:
        if len(text) > LONGEST_QUERY:
            raise UnreadableError("too_long", f"At most {LONGEST_QUERY} characters.")
        return Terms.of(text)

    def cacheable(self, value: Any) -> bool:
        # What has no word in it finds nothing, without a question to the database.
        return bool(value.words)


SEARCH_HELP: Final = (
    "Full-text search: every word must occur, in any order; case and accents are ignored. A trailing * matches any "
    "ending: `cavus*`."
)


class RequiredFullTextFilter(FullTextFilter):
    """Full text, without which there is nothing to answer."""

    required = True


class Fields(Parameter):
    """Which keys of the documents are wanted, as a list."""

    listed = True
    value_schema: ClassVar = {"type": "string", "pattern": "^[a-z0-9_]+$", "maxLength": 60}

    def __init__(self) -> None:
        super().__init__(
            help_text="Only these keys of the documents, comma-separated or repeated. For scripts and spreadsheets: the response "
            "lacks keys that its schema requires, so read it as plain JSON, without the models of a generated client."
        )


class OneOf(Parameter):
    """One or several of some words, any of which matches."""

    listed = True

    def __init__(self, words: Callable[[], Sequence[str]], select: Selector = "", *, help_text: str) -> None:
        # Asked when they are needed: other apps may not have told theirs yet.
        self.words = words
        super().__init__(select, help_text=f"{help_text}{ANY}")

    def read_one(self, text: str) -> str:
        words = self.words()
        if text not in words:
            raise UnreadableError("unknown_value", f"“{text}” is not one of: {', '.join(words)}.")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words())}


class Choice(Parameter):
    """One or several values of a vocabulary, any of which matches."""

    listed = True

    def __init__(self, choices: type[Choices], select: Selector, *, help_text: str, of: Branch | None = None) -> None:
        self.choices = choices
        self.named = {str(value): value for value in choices.values}
        super().__init__(select, help_text=f"{help_text}{ANY}", of=of)

    def read_one(self, text: str) -> Any:
        if text not in self.named:
            raise UnreadableError("unknown_value", f"“{text}” is not one of: {', '.join(self.named)}.")
        return self.named[text]

    def dimension(self) -> Dimension | None:
        numbers = all(type(value) is int for value in self.choices.values)
        return Dimension(self, (self.select,), is_number=numbers) if isinstance(self.select, str) else None

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{self.choices.__name__}"}


class CodeChoice(Choice):
    """One or several codes of a closed list, such as those of a standard; a comma means any of.

    A code that is not in the list is answered with the name that is nearest, or with what `elsewhere` says of it: the
    parameter that it belongs to.
    """

    def __init__(
        self, choices: type[Choices], select: Selector, *, help_text: str, elsewhere: Mapping[str, str] | None = None
    ) -> None:
        self.elsewhere = elsewhere or {}
        self.labels = {str(value): f"{value} {label}" for value, label in choices.choices}
        super().__init__(choices, select, help_text=help_text)

    def read_one(self, text: str) -> Any:
        if text in self.named:
            return self.named[text]
        said = self.elsewhere.get(text) or f"“{text}” is not a known code. {self._nearest(text)}"
        raise UnreadableError("unknown_value", said)

    def _nearest(self, text: str) -> str:
        """Return the codes whose names contain `text` or nearly read so, or else all of them."""
        folded = {fold(label): label for label in self.labels.values()}
        within = [label for name, label in folded.items() if fold(text) in name]
        near = within or [folded[name] for name in get_close_matches(fold(text), folded, 3)]
        return f"Did you mean {' or '.join(near)}?" if near else f"Known codes: {', '.join(self.labels.values())}."


class Flag(Parameter):
    """Yes or no."""

    value_schema: ClassVar = {"type": "boolean"}

    def read_one(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise UnreadableError("invalid_boolean", "Give true or false.")
        return text == "true"


class Number(Parameter):
    """A whole number between two others."""

    def __init__(self, select: Selector = "", *, least: int, most: int, help_text: str, default: int | None = None) -> None:
        self.least, self.most, self.default = least, most, default
        super().__init__(select, help_text=help_text)

    def read_one(self, text: str) -> int:
        if not _NUMBER.match(text) or not self.least <= int(text) <= self.most:
            raise UnreadableError("invalid_number", f"Give an integer from {self.least} to {self.most}.")
        return int(text)

    def schema(self) -> dict[str, Any]:
        form = "int32" if self.most < 2**31 else "int64"
        default = {} if self.default is None else {"default": self.default}
        return {"type": "integer", "format": form, "minimum": self.least, "maximum": self.most} | default


class Year(Number):
    """The year of a day. Its value is the first and the last day of it."""

    bindable = True

    def __init__(self, column: str, what: str, *, needs_custom_plan: bool = True) -> None:
        self.column, self.needs_custom_plan = column, needs_custom_plan
        super().__init__(least=1, most=9998, help_text=f"Year of the earliest possible {what}.")

    def read_one(self, text: str) -> Any:
        """Return the first and the last day of the year."""
        year = super().read_one(text)
        # The first day of all stands for one that is not known.
        return max(date(year, 1, 1), FIRST_DAY), date(year, 12, 31)

    def dimension(self) -> Dimension | None:
        return YearDimension(self, (self.column,), is_number=True)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.column}__gte": value[0], f"{self.column}__lte": value[1]})

    def days(self, value: Any, values: Values) -> Days | None:
        return Days(first=value[0], last=value[1])


class Day(Parameter):
    """A calendar day, RFC 3339 full-date.

    The ends of the calendar are read as the day beside them: in the tables they stand for what is unknown or open.
    """

    bindable = needs_custom_plan = True
    value_schema: ClassVar = {"type": "string", "format": "date"}

    def read_one(self, text: str) -> date:
        if _DAY.match(text):
            try:
                return min(max(date.fromisoformat(text), FIRST_DAY), LAST_DAY)
            except ValueError as error:
                raise UnreadableError("invalid_date", f"{text} is not a date in the calendar.") from error
        raise UnreadableError("invalid_date", "Give a date, such as 2020-10-27.")


DATE_MATCH_HELP: Final = (
    "Matching of partial and unknown dates. `possible` (default): records whose known dates allow a match. "
    "`certain`: only records that match for every possible value of their dates. An unknown date can be any day; an open end "
    "(`..`) is later than every day."
)
# The help text of every `as_of`.
AS_OF_HELP: Final = "Only {} on this day, first and last day included. `date_match` sets how partial and unknown dates match."

CERTAIN_ONLY: Final = "; with `date_match=certain`, only certain matches."


class DateMatch(Parameter):
    """How partial and unknown dates match days: those of the parameters `of`, without any of which it says nothing."""

    value_schema: ClassVar = {"type": "string", "title": "DateMatch", "enum": ["possible", "certain"]}

    def __init__(self, *of: str) -> None:
        self.needs = of
        super().__init__(help_text=DATE_MATCH_HELP + (f" Applies to, and requires one of: {', '.join(of)}." if of else ""))

    def read_one(self, text: str) -> str:
        if text not in ("possible", "certain"):
            raise UnreadableError("unknown_value", f"“{text}” is not one of: possible, certain.")
        return text

    def days(self, value: Any, values: Values) -> Days | None:
        return Days()


class DateAfterFilter(Day):
    """The `date_after` of what lies between two columns. Its value is the day, and then the earlier days of `dates.SPREADS`.

    `spread` is the column of how far the two lie apart, where lists are not walked by it (`config.api.engine.index_scans`).
    """

    def __init__(self, earliest: str, latest: str, what: str, *, spread: str = "", needs_custom_plan: bool = True) -> None:
        self.earliest, self.latest, self.spread, self.needs_custom_plan = earliest, latest, spread, needs_custom_plan
        super().__init__(help_text=f"Only {what} whose possible dates end on or after this day{CERTAIN_ONLY}")

    def read_one(self, text: str) -> Any:
        day = super().read_one(text)
        return tuple(date.fromordinal(max(1, day.toordinal() - days)) for days in SPREADS)

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        if certainly(values):
            return queryset.filter(**{f"{self.earliest}__gte": value[0]})
        if self.spread:
            queryset = queryset.filter(self._may_reach(value, values.get("date_before")))
        return queryset.filter(**{f"{self.latest}__gte": value[0]})

    def _may_reach(self, value: Sequence[date], last: date | None) -> Q:
        """Return the condition that a record does not begin too early, for how long it lasts, to have a day since then."""
        column = self.spread.removesuffix("spread") + self.earliest
        until = Q(**{f"{column}__lte": last}) if last else Q()
        # Not of these: what is said of all ways alike is weighed by itself, as if the two ends of a range had nothing in common.
        lower_bounds = Q(**{self.spread: len(SPREADS)})
        for spread, first in enumerate(value):
            lower_bounds |= Q(**{self.spread: spread, f"{column}__gte": first}) & until
        return lower_bounds

    def days(self, value: Any, values: Values) -> Days | None:
        return Days(first=value[0]) if certainly(values) else Days(lower_bounds=value, exact=False)


class DateBeforeFilter(Day):
    """The `date_before` of what lies between two columns."""

    def __init__(self, earliest: str, latest: str, what: str, *, needs_custom_plan: bool = True) -> None:
        self.earliest, self.latest, self.needs_custom_plan = earliest, latest, needs_custom_plan
        super().__init__(help_text=f"Only {what} whose possible dates begin on or before this day{CERTAIN_ONLY}")

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        if certainly(values):
            queryset = queryset.filter(**{f"{self.latest}__lte": value})
        # What has ended by a day began by it: said as well, because lists are walked in the order of the first days.
        return queryset.filter(**{f"{self.earliest}__lte": value})

    def days(self, value: Any, values: Values) -> Days | None:
        return Days(last=value, exact=not certainly(values))


def certainly(values: Values) -> bool:
    """Return whether only what is certain is asked for."""
    return values.get("date_match") == "certain"


class Instant(Parameter):
    """A moment, RFC 3339 date-time; or a day, which stands for its first moment in UTC."""

    bindable = needs_custom_plan = True
    value_schema: ClassVar = {"type": "string", "format": "date-time"}

    def read_one(self, text: str) -> datetime:
        try:
            moment = _moment(text)
        except (ValueError, OverflowError):
            moment = None
        if moment is None or not 1 < moment.year < 9999:  # noqa: PLR2004 - a day before the first has no UTC
            raise UnreadableError("invalid_time", "Give a time, such as 2020-10-27T09:30:00Z, or a date, such as 2020-10-27.")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment(text: str) -> datetime | None:
    """Return the moment that `text` names, cut to microseconds as databases keep them; None where it has not the form."""
    match = _INSTANT.match(text)
    if match is None:
        return None
    if not match["time"]:
        return datetime.fromisoformat(text)
    clock, fraction, offset = (
        match["time"],
        (match["fraction"] or "")[: len(".123456")],
        match["offset"].upper().replace(" ", "+"),
    )
    if not clock.endswith(":60"):
        return datetime.fromisoformat(f"{match['day']}T{clock}{fraction}{offset}")
    # A leap second (RFC 3339, 5.6) is the end of its minute to Python and to databases, which know of none.
    before = datetime.fromisoformat(f"{match['day']}T{clock.removesuffix('60')}59.999999{offset}")
    return before if _ends_a_month(before) else None


def _ends_a_month(moment: datetime) -> bool:
    """Return whether a moment is the last of a month in UTC, where leap seconds are."""
    local = moment.replace(tzinfo=None) - (moment.utcoffset() or timedelta())
    return local.time() == time.max and (local + timedelta(days=1)).day == 1


class AsOf(Day):
    """A day on which the records `were` something. `method` is what their QuerySet calls that."""

    def __init__(self, method: str, were: str, more: str = "") -> None:
        self.asked = method
        super().__init__(help_text=" ".join(filter(None, (AS_OF_HELP.format(were), more))))

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = getattr(queryset, self.asked)(value, certain=certainly(values))
        return narrowed


class Code(Parameter):
    """One or several codes of a given form, any of which matches."""

    listed = known_by_rows = True
    bindable = needs_custom_plan = True

    def __init__(self, select: Selector, *, pattern: str, example: str, help_text: str, of: Branch | None = None) -> None:
        self.pattern = re.compile(rf"(?:{pattern})\Z", re.ASCII)
        self.example = example
        self.form = {"type": "string", "pattern": f"^(?:{pattern})$", "maxLength": 300}
        super().__init__(select, help_text=f"{help_text}{ANY}", of=of)

    def read_one(self, text: str) -> str:
        if not self.pattern.match(text):
            raise UnreadableError("invalid_code", f"“{text}” does not have the form of {self.example}.")
        return text

    def dimension(self) -> Dimension | None:
        return Dimension(self, (self.select,)) if isinstance(self.select, str) else None

    def schema(self) -> dict[str, Any]:
        return self.form


class ExactTextFilter(Parameter):
    """A text that must be equal. A comma is a part of it."""

    known_by_rows = True
    bindable = needs_custom_plan = True
    value_schema: ClassVar = {"type": "string", "minLength": 1, "maxLength": 300}

    def read_one(self, text: str) -> str:
        if len(text) > 300:  # noqa: PLR2004 - as the schema says
            raise UnreadableError("too_long", "At most 300 characters.")
        return text

    def dimension(self) -> Dimension | None:
        return Dimension(self, (self.select,)) if isinstance(self.select, str) else None


class Related(Parameter):
    """Another record, by slug or by an external identifier.

    `select` is the path of a foreign key, or makes the condition of primary keys. `config.api.engine.names` puts these in place
    of the names.
    """

    listed = True
    bindable = True
    value_schema: ClassVar = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}

    def __init__(
        self,
        model: type[Model],
        select: Selector,
        *,
        help_text: str,
        repeatable: bool = False,
        of: Branch | None = None,
    ) -> None:
        self.names: Sequence[type[Model]] = (model,)
        several = SEVERAL if repeatable else ANY
        super().__init__(select, help_text=help_text + several, repeatable=repeatable, of=of)

    def read_one(self, text: str) -> str:
        if len(text) > LONGEST_NAME:
            raise UnreadableError("too_long", f"At most {LONGEST_NAME} characters.")
        return text

    def condition(self, value: Any) -> Condition:
        keys = self.keys(value)
        return self.select(keys) if callable(self.select) else Q(**{f"{self.select}__in": keys})

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        if self.select == "" or callable(self.select) or self.repeatable or len(value) > 1:
            return super().narrow(queryset, value, values)
        # Rows with one key stand in an index in the order of lists; those with any of several do not.
        return queryset.filter(**{self.select: value[0]}) if value else queryset.none()

    def dimension(self) -> Dimension | None:
        return Dimension(self, (self.select,), self.names[0]) if isinstance(self.select, str) and self.select else None

    def among(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__in": self.keys(value)})

    def keys(self, value: Sequence[int]) -> Any:
        """Return the primary keys to select by, given those that were asked for."""
        return value


class SkewedRelated(Related):
    """Another record that one row in thousands has, or every second one, in a table that knows no order of lists.

    Only who knows which it is can tell whether to find all such rows first, or to walk the list until a page is full.
    """

    needs_custom_plan = True


class SlugFilter(Related):
    """The record itself."""

    def __init__(self, model: type[Model]) -> None:
        codes = ", or an external identifier such as `wikidata:Q159`" if has_identifiers(model) else ""
        super().__init__(model, "pk", help_text=f"Slug of the record, current or former{codes}.")

    def dimension(self) -> Dimension | None:
        return None
