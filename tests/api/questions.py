"""Every question that the OpenAPI document offers, as the world of `tests.scale` and the sample can be asked it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from config.api import collections
from config.api.parameters.types import Choice
from config.api_urls import COLLECTIONS
from events.api.filtersets import EventCommon
from tests import scale
from tests.api.document import operations, values_of

# What says how a list is shown.
SHOWN_BY: Final = {"limit", "cursor", "fields", "date_match"}
DAYS: Final = ("1950-01-01", "2010-01-01", "2020-10-27")
# What is asked of events of all kinds alike can be asked of these again.
OF_A_KIND: Final = ("agreements", "statements", "actions")
# Whose words stand on buckets, in the order of the days.
IN_BUCKETS: Final = ("events", "meetings")

LIST: Final = "list"
ORDER: Final = "order"
FILTER: Final = "filter"
# A filter by a value that half of the rows have.
COMMON_FILTER: Final = "filter, common value"
DATES: Final = "range of dates"
COUNTS: Final = "counts"
EXPORT: Final = "part of an export"
RECORD: Final = "record"
SEARCH: Final = "search"
CHANGES: Final = "changes"
RELATIONS: Final = "relations"
# Several values, or several filters, at once.
COMBINED: Final = "filters, many values"


class Question(NamedTuple):
    """A path below /api/v1/, its query, and what kind of question that is."""

    path: str
    query: dict[str, Any]
    kind: str


def documented(*, of_each_kind: bool = False) -> Iterator[Question]:
    """Yield each list with each of its parameters, and whatever else a collection, the search and the feed can be asked.

    What all events have in common is asked of agreements, statements and actions only if `of_each_kind`.
    """
    for name, view in COLLECTIONS.items():
        described = {one["name"]: one for one in operations()[f"/api/v1/{name}"]["parameters"]}
        left_out = EventCommon.parameters() if name in OF_A_KIND and not of_each_kind else ()
        yield Question(name, {}, LIST)
        for parameter, declared in view.filterset_class.parameters().items():
            if parameter.removeprefix("exclude_") not in SHOWN_BY and parameter not in left_out:
                yield from _parameter(name, parameter, described[parameter], declared)
        yield from _others(name, view)
    yield from searches("libya*")
    yield from together()
    yield Question("changes", {}, CHANGES)
    for one in ("actors", "topics", "events"):
        yield Question("changes", {"collection": one, "after": 100}, CHANGES)
    yield Question("relations/RUS/TUR", {}, RELATIONS)


def together() -> Iterator[Question]:
    """Yield lists with several filters at once, by what half of the rows have: what the benchmarks ask as X1, X3 and X8."""
    years = {"date_after": "2010-01-01", "date_before": "2012-12-31"}
    for more in ({"participant": "country-1"}, {"participant_country": "country-1"}):
        yield Question("meetings", {**more, "topic": "topic-1", **years, "fields": "slug,name,start,mode"}, COMBINED)
    yield Question("stances", {"about": "topic-1", "position": "1", "order": "-date"}, COMBINED)
    yield Question("events", {"participant": "official-2"}, COMBINED)


def searches(words: str) -> Iterator[Question]:
    """Yield the search for `words`, in each collection that it can be kept to and in all."""
    for parameter in operations()["/api/v1/search"]["parameters"]:
        if parameter["name"] == "collection":
            for one in parameter["schema"]["items"]["enum"]:
                yield Question("search", {"q": words, "collection": one}, SEARCH)
    yield Question("search", {"q": words}, SEARCH)


def _parameter(name: str, parameter: str, described: Any, declared: Any) -> Iterator[Question]:
    """Yield a list with one parameter: with what is rare, and with what half of the rows have."""
    kind = ORDER if parameter == "order" else FILTER
    for value in _few(described, getattr(declared, "opposite", declared)):
        yield Question(name, {parameter: value}, kind)
    common = scale.common_value(name, parameter.removeprefix("exclude_"))
    if common is not None:
        yield Question(name, {parameter: common}, COMMON_FILTER)


def _few(described: Any, declared: Any) -> list[Any]:
    if described["schema"].get("format") == "date":
        return list(DAYS)
    if isinstance(declared, Choice):
        return [*declared.named, ",".join(list(declared.named)[:2])]
    return values_of(described)


def _others(name: str, view: Any) -> Iterator[Question]:
    """Yield what else a collection is asked: windows of days, counts, parts of exports, one record and its versions."""
    if "date_after" in view.filterset_class.parameters():
        window = {"date_after": "2010-01-01", "date_before": "2010-01-05"}
        for part in (window, {"date_after": "2010-01-01"}, {"date_before": "2010-01-01"}):
            for match in ({}, {"date_match": "certain"}):
                yield Question(name, part | match, DATES)
    for dimension in view.dimensions:
        yield Question(f"{name}/counts", {"by": dimension, "updated_after": "2020-10-27"}, COUNTS)
    if name in IN_BUCKETS:
        for more in ({"year": "2010"}, {"date_after": "2010-01-01"}):
            yield Question(name, {"q": "common", **more}, COMBINED)
    yield Question(f"exports/{name}", {"order": "slug", "slug_min": "m", "slug_max": "m1"}, EXPORT)
    yield Question(f"{name}/{collections.COLLECTIONS[name].example}", {}, RECORD)
    yield Question(f"{name}/{collections.COLLECTIONS[name].example}/versions", {}, RECORD)
    yield Question(f"{name}/{collections.COLLECTIONS[name].example}", {"known_at": "2100-01-01"}, RECORD)


def costly() -> Iterator[Question]:
    """Yield what has much to do in a world half of whose rows have the same values."""
    for name, view in COLLECTIONS.items():
        for dimension in view.dimensions:
            yield Question(f"{name}/counts", {"by": dimension}, COUNTS)
    both = [f"country-{number},country-1" for number in range(2, 42)]
    yield from (
        Question(name, query, COMBINED)
        for name, query in (
            ("events", {"participant": "country-1", "topic": "topic-1"}),
            ("events", {"participant_country": "country-1", "topic": "topic-1", "date_after": "2010-01-01"}),
            ("events", {"topic": "topic-1", "exclude_topic": "topic-1"}),
            ("events", {"exclude_topic": "topic-2,topic-3"}),
            ("provisions", {"exclude_topic": "topic-1"}),
            ("stances", {"exclude_topic": "topic-1"}),
            ("events", {"topic": ["topic-1", "topic-2", "topic-3"]}),
            ("events", {"topic": [f"topic-{number}" for number in range(100, 140)]}),
            ("events", {"related_to": [f"meeting-{number},meeting-1" for number in range(2, 42)]}),
            ("events", {"participant": both}),
            ("events/counts", {"participant": both}),
            ("events", {"participant": both, "participant_role": "host"}),
            ("events", {"participant": [f"country-{number}" for number in range(1, 41)]}),
            ("stances", {"holder": both}),
            ("agreements", {"party": both}),
        )
    )
    yield Question("events/counts", {"by": "participant,topic"}, COUNTS)
    yield Question("events/counts", {"participant": ["country-1", "country-2"], "by": "kind,year"}, COUNTS)
    yield Question("relations/country-1/country-2", {}, RELATIONS)
