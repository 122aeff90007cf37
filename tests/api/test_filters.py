"""What filters select, and what they refuse."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.test import Client

from config.record.models import Source
from tests.api.test_collections import slugs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

LATE_OCTOBER = "events?date_after=2020-10-25&date_before=2020-10-31&limit=200"


def refusal(client: Client, path: str) -> list[tuple[str | None, str]]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 400, answer.content
    return [(flaw.get("parameter"), flaw["code"]) for flaw in answer.json()["errors"]]


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
    assert slugs(client, "countries?slug=TUR,wikidata:Q159,nobody") == ["RUS", "TUR"]
    assert "TUR" not in slugs(client, "countries?limit=200&order=-name&exclude_slug=TUR")
    assert slugs(client, "stances?slug=russia-praises-libya-ceasefire-2020-10-ceasefire") == [
        "russia-praises-libya-ceasefire-2020-10-ceasefire"
    ]
    assert refusal(client, "stances?slug=wikidata:Q159") == [("slug", "invalid_slug")]


def test_parts_are_found_by_the_proof_of_what_they_belong_to(client: Client) -> None:
    Source.objects.filter(slug="libya-report-2020-10").update(publisher="The paper")
    for collection in ("provisions", "stances"):
        assert slugs(client, f"{collection}?publisher=The paper"), collection
        assert slugs(client, f"{collection}?publisher=Nobody") == []
        assert slugs(client, f"{collection}?source=libya-report-2020-10&cited_field=nothing") == []


def test_every_wrong_parameter_is_named_in_one_answer(client: Client) -> None:
    assert refusal(client, "events?kinds=meeting&date_after=2020-13-01&limit=201&order=nope&year=2020&year=2021") == [
        ("kinds", "unknown_parameter"),
        ("year", "repeated_parameter"),
        ("date_after", "invalid_date"),
        ("limit", "invalid_number"),
        ("order", "unknown_value"),
    ]
