"""What the OpenAPI document shows as examples: values that the sample record answers."""

from __future__ import annotations

from typing import Any, Final

CEASEFIRE: Final = "libya-ceasefire-2020-10-23"

# By collection: the slug of one record.
SLUGS: Final = {
    "countries": "TUR",
    "organizations": "african-union",
    "officials": "sergey-lavrov",
    "offices": "chancellor-of-germany",
    "tenures": "williams-head-of-unsmil-2020",
    "actors": "RUS",
    "events": "lavrov-cavusoglu-call-2020-10-27",
    "meetings": "lavrov-cavusoglu-call-2020-10-27",
    "agreements": "turkey-gna-maritime-memorandum-2019",
    "statements": "russia-praises-libya-ceasefire-2020-10",
    "actions": "turkey-trains-gna-forces-2020-10",
    "provisions": "libya-ceasefire-2020-foreign-forces-leave",
    "stances": "russia-praises-libya-ceasefire-2020-10-ceasefire",
    "topics": "libya",
    "sources": "libya-report-2020-10",
}

# By name, without the exclude_ that it can have: the value of one parameter.
_VALUES: Final[dict[str, Any]] = {
    "about": CEASEFIRE,
    "accredited_to": "LBY",
    "agreement": CEASEFIRE,
    "body": "DEU",
    "bound_actor": "TUR",
    "cited_field": "start",
    "code": "0312",
    "country": "LBY",
    "holder": "angela-merkel",
    "known_at": "2100-01-01T00:00:00Z",
    "language": "en",
    "m49_region": "150",
    "m49_subregion": "151",
    "nationality": "RUS",
    "number": "S/RES/2510 (2020)",
    "office": SLUGS["offices"],
    "official": SLUGS["officials"],
    "parent": SLUGS["topics"],
    "participant": "RUS",
    "participant_country": "TUR",
    "participant_office": SLUGS["offices"],
    "participant_on_behalf_of": "TUR",
    "party": "RUS",
    "publisher": "TRT World",
    "q": "libya*",
    "related_to": CEASEFIRE,
    "source": SLUGS["sources"],
    "statement": SLUGS["statements"],
    "topic": SLUGS["topics"],
    "updated_after": "2020-01-01T00:00:00Z",
    "updated_before": "2100-01-01T00:00:00Z",
    "year": 2020,
}

# Where the value of a parameter is another in some collections.
_OF_COLLECTION: Final[dict[str, dict[str, Any]]] = {
    **{name: {"related_to": "united-nations"} for name in ("actors", "countries", "organizations", "officials")},
    "topics": {"cited_field": "name"},
    # Each citation of an office is for the office as a whole.
    "offices": {"cited_field": None},
}


def examples_of(collection: str) -> dict[str, Any]:
    """Return the examples of parameters that are of one collection alone, by their names."""
    return {"slug": SLUGS[collection], **_OF_COLLECTION.get(collection, {})}


def example_of(parameter: str) -> Any:
    """Return the example of a parameter in the OpenAPI document; None where its schema says enough."""
    return _VALUES.get(parameter.removeprefix("exclude_"))
