"""What filters select, and what they refuse."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from config.api.parameters.types import Instant
from config.sources.models import Source
from tests.api.document import operations, values_of
from tests.api.test_collections import slugs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

LATE_OCTOBER = "events?date_after=2020-10-25&date_before=2020-10-31&limit=200"


def refusal(client: Client, path: str) -> list[tuple[str | None, str]]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 400, answer.content
    return [(error_item.get("parameter"), error_item["code"]) for error_item in answer.json()["errors"]]


def test_a_partial_date_matches_a_range_possibly_or_for_certain(client: Client) -> None:
    possible = client.get(f"/api/v1/{LATE_OCTOBER}").json()["results"]
    certain = client.get(f"/api/v1/{LATE_OCTOBER}&date_match=certain").json()["results"]

    within = [one["slug"] for one in possible if one["start_earliest"] >= "2020-10-25" and one["end_latest"] <= "2020-10-31"]
    assert [one["slug"] for one in certain] == within
    assert {"[2020-10-23..2020-10-27]", "2020-10"} <= {one["start"] for one in possible}
    assert {"[2020-10-23..2020-10-27]", "2020-10"}.isdisjoint({one["start"] for one in certain})
    assert slugs(client, f"{LATE_OCTOBER}&date_match=possible") == [one["slug"] for one in possible]


def test_how_a_date_matches_says_nothing_without_a_range(client: Client) -> None:
    assert refusal(client, "sources?date_match=certain") == [("date_match", "missing_parameter")]
    assert refusal(client, "sources?date_match=perhaps&date_after=2020-01-01") == [("date_match", "unknown_value")]


@pytest.mark.parametrize(
    "near",
    [(46.2, 6.15, 600), (-18.13, 178.42, 1200), (-13.8, -171.8, 1200), (89.5, 0.0, 4000), (-90.0, 12.0, 6000), (0.0, 0.0, 20000)],
)
def test_what_lies_near_a_point(client: Client, near: tuple[float, float, float]) -> None:
    """The list is what measuring each distance gives, beyond the antimeridian and around the poles too."""
    every: list[Any] = []
    for page in ("countries?limit=200", "countries?limit=200&order=-name"):
        every += client.get(f"/api/v1/{page}").json()["results"]
    expected = {one["slug"] for one in every if one["latitude"] is not None and _distance(one, near) <= near[2]}

    found = slugs(client, f"countries?limit=200&near={','.join(map(str, near))}")
    assert expected
    assert set(found) == expected if len(expected) < 200 else set(found) < expected


def _distance(one: dict[str, float], near: tuple[float, float, float]) -> float:
    first, second = (_on_globe(latitude, longitude) for latitude, longitude in ((one["latitude"], one["longitude"]), near[:2]))
    return 6371.0088 * math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(first, second, strict=True)))))


def _on_globe(latitude: float, longitude: float) -> tuple[float, float, float]:
    up, along = math.radians(latitude), math.radians(longitude)
    return math.cos(up) * math.cos(along), math.cos(up) * math.sin(along), math.sin(up)


def test_events_near_geneva(client: Client) -> None:
    every = client.get("/api/v1/events?limit=200&near=46.2,6.15,50").json()["results"]
    assert every
    assert {one["place"]["country"]["slug"] for one in every} == {"CHE"}


@pytest.mark.parametrize(
    "near", ["46.2,6.15", "46.2,6.15,0", "91,6,5", "46,181,5", "46,6,20001", "a,b,c", "1e3,6,5", "46,6,5,7", "nan,0,5"]
)
def test_a_place_that_is_none_is_refused(client: Client, near: str) -> None:
    assert refusal(client, f"events?near={near}") == [("near", "invalid_place")]


def test_records_by_slug_or_by_the_codes_of_others(client: Client) -> None:
    assert slugs(client, "countries?slug=TUR,wikidata:Q159") == ["RUS", "TUR"]
    assert "TUR" not in slugs(client, "countries?limit=200&order=-name&exclude_slug=TUR")
    assert slugs(client, "stances?slug=russia-praises-libya-ceasefire-2020-10-ceasefire") == [
        "russia-praises-libya-ceasefire-2020-10-ceasefire"
    ]


def test_parts_are_found_by_the_proof_of_what_they_belong_to(client: Client) -> None:
    Source.objects.filter(slug="libya-report-2020-10").update(publisher="The paper")
    for collection in ("provisions", "stances"):
        assert slugs(client, f"{collection}?publisher=The paper"), collection
        assert slugs(client, f"{collection}?publisher=Unicode Consortium") == []
        assert slugs(client, f"{collection}?source=libya-report-2020-10&cited_field=topics") == []


@pytest.mark.parametrize(
    ("repeated", "joined"),
    [
        ("events?kind=meeting&kind=action&limit=200", "events?kind=meeting,action&limit=200"),
        ("events?participant_role=host&participant_role=mediator,speaker", "events?participant_role=host,mediator,speaker"),
        ("events?near=46.2&near=6.15&near=50", "events?near=46.2,6.15,50"),
        ("events?exclude_participant=RUS&exclude_participant=TUR", "events?exclude_participant=RUS,TUR"),
        ("countries?slug=TUR&slug=RUS", "countries?slug=TUR,RUS"),
        ("countries?limit=200&m49_region=150&m49_region=002", "countries?limit=200&m49_region=150,002"),
        ("events?fields=slug&fields=name", "events?fields=slug,name"),
        ("search?q=libya&collection=events&collection=topics", "search?q=libya&collection=events,topics"),
        ("changes?collection=topics&collection=events", "changes?collection=topics,events"),
    ],
)
def test_repeating_a_list_is_as_good_as_commas(client: Client, repeated: str, joined: str) -> None:
    given, expected = (client.get(f"/api/v1/{path}").json() for path in (repeated, joined))
    assert given["results"]
    assert given["results"] == expected["results"]


def test_counts_by_two_properties_repeated_or_joined(client: Client) -> None:
    assert client.get("/api/v1/events/counts?by=kind&by=year").json() == client.get("/api/v1/events/counts?by=kind,year").json()


def test_repeating_what_all_can_be_true_of_means_all(client: Client) -> None:
    each = [set(slugs(client, f"events?limit=200&participant={actor}")) for actor in ("RUS", "TUR")]
    both = set(slugs(client, "events?limit=200&participant=RUS&participant=TUR"))
    assert both == each[0] & each[1]
    assert both < set(slugs(client, "events?limit=200&participant=RUS,TUR")) == each[0] | each[1]


@pytest.mark.parametrize("query", ["near=46.2&near=6.15", "near=46.2&near=6.15&near=50&near=1", "near=46.2&near=&near=50"])
def test_a_repeated_place_is_as_strict_as_a_joined_one(client: Client, query: str) -> None:
    assert refusal(client, f"events?{query}") == [("near", "invalid_place")]


def test_an_empty_value_among_repeated_ones_is_refused(client: Client) -> None:
    assert refusal(client, "events?kind=meeting&kind=") == [("kind", "blank")]
    assert refusal(client, "events?" + "&".join(["slug=a"] * 51 + ["slug=b,c"] * 25)) == [("slug", "too_many_values")]


@pytest.mark.parametrize(
    "moment",
    [
        "2020-10-27T09:30:00Z", "2020-10-27t09:30:00z", "2020-10-27T09:30:00.0Z", "2020-10-27T09:30:00.000000000Z",
        "2020-10-27T09:30:00.000000999999999Z", "2020-10-27T09:30:00+00:00", "2020-10-27T09:30:00+0000",
        "2020-10-27 09:30:00-0000", "2020-10-27T12:30:00.0000001+0300", "2020-10-27T04:00:00-05:30",
    ],
)  # fmt: skip
def test_one_moment_in_many_forms(client: Client, moment: str) -> None:
    """What the standard libraries of Java, Go and Python write: up to nine digits, and offsets without a colon."""
    assert Instant(help_text="When.").read([moment]) == datetime(2020, 10, 27, 9, 30, tzinfo=UTC)
    answer = client.get("/api/v1/events", {"updated_after": moment, "updated_before": "2100-01-01", "known_at": "2100-01-01"})
    assert {error_item["code"] for error_item in answer.json()["errors"]} == {"not_with_known_at"}


def test_a_plus_that_was_not_escaped_is_still_one(client: Client) -> None:
    assert client.get("/api/v1/events?updated_after=2020-10-27T09:30:00+03:00").status_code == 200
    assert Instant(help_text="When.").read(["2020-10-27T12:30:00 03:00"]) == datetime(2020, 10, 27, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5z", "2016-12-31T15:59:60-08:00", "2017-01-01T05:29:60+0530"]
)
def test_a_leap_second_is_the_end_of_its_minute(client: Client, moment: str) -> None:
    assert client.get("/api/v1/events", {"updated_after": moment}).status_code == 200
    assert Instant(help_text="When.").read([moment]) == datetime(2016, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [
        "2020-10-27T09:30:00", "2020-10-27T09:30Z", "2020-10-27T09:30:00.Z", "2020-10-27T09:30:00+3", "2020-10-27T25:00:00Z",
        # Leap seconds end a month, in UTC.
        "2016-12-31T23:59:61Z", "2016-12-31T12:30:60Z", "2016-12-30T23:59:60Z", "2016-12-31T23:59:60-08:00",
        "9999-12-31T23:59:60Z", "0001-01-01T00:59:60%2B01:00",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(client: Client, moment: str) -> None:
    assert refusal(client, f"events?updated_after={moment}") == [("updated_after", "invalid_time")]


def test_every_wrong_parameter_is_named_in_one_answer(client: Client) -> None:
    assert refusal(client, "events?kinds=meeting&date_after=2020-13-01&limit=201&order=nope&year=2020&year=2021") == [
        ("kinds", "unknown_parameter"),
        ("year", "repeated_parameter"),
        ("date_after", "invalid_date"),
        ("limit", "invalid_number"),
        ("order", "unknown_value"),
    ]


@pytest.mark.parametrize("collection", ["events", "statements", "agreements", "provisions", "stances", "organizations", "topics"])
def test_what_is_left_out_is_all_that_would_be_found(client: Client, collection: str) -> None:
    everything = set(slugs(client, f"{collection}?limit=200"))
    for parameter in operations()[f"/api/v1/{collection}"]["parameters"]:
        name = parameter["name"].removeprefix("exclude_")
        for value in values_of(parameter) if name != parameter["name"] else ():
            found, left = (
                set(slugs(client, f"{collection}?{urlencode({'limit': 200, one: value}, doseq=True)}"))
                for one in (name, parameter["name"])
            )
            assert found | left == everything
            assert not found & left, (name, value)
