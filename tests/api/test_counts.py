"""How many records there are, by one or two properties."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from config.api import counts as counting
from config.api.counts import dimensions
from config.api_urls import COLLECTIONS
from tests.api.test_collections import slugs
from tests.api.test_filters import refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def counts(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_stances_by_year_and_position(client: Client) -> None:
    answer = counts(client, "stances/counts?about=libya-ceasefire-2020-10-23&by=year,position")
    listed = client.get("/api/v1/stances?about=libya-ceasefire-2020-10-23&limit=200").json()["results"]
    expected: dict[tuple[int, int], int] = {}
    for one in listed:
        key = (int(one["date_earliest"][:4]), one["position"])
        expected[key] = expected.get(key, 0) + 1
    assert {(group["year"], group["position"]): group["count"] for group in answer["groups"]} == expected
    assert [group["count"] for group in answer["groups"]] == sorted(expected.values(), reverse=True)
    assert (answer["total"], answer["adds_up"], answer["complete"]) == (len(listed), True, True)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_dimension_counts_what_its_filter_lists(client: Client, name: str) -> None:
    filterset = COLLECTIONS[name].filterset_class
    for dimension, one in dimensions(filterset).items():
        answer = counts(client, f"{name}/counts?by={dimension}")
        added = sum(group["count"] for group in answer["groups"])
        assert answer["adds_up"] is not one.several
        assert added >= answer["total"] if one.several else added == answer["total"], dimension
        for group in answer["groups"][:3]:
            # A topic stands for those below it in a filter, and a participant for whom it acts.
            if group[dimension] is None or dimension not in filterset.parameters() or one.several:
                continue
            value = str(group[dimension]).lower() if isinstance(group[dimension], bool) else group[dimension]
            listed = counts(client, f"{name}/counts?by={dimension}&{dimension}={value}")
            assert listed["total"] == group["count"], (dimension, value)


def test_what_has_no_value_is_a_group_of_its_own(client: Client) -> None:
    by_country = counts(client, "events/counts?by=country")
    (nowhere,) = [group["count"] for group in by_country["groups"] if group["country"] is None]
    listed = client.get("/api/v1/events?limit=200").json()["results"]
    assert nowhere == sum(one["place"] is None or one["place"]["country"] is None for one in listed) > 0


def test_who_took_part_most_often(client: Client) -> None:
    answer = counts(client, "meetings/counts?by=participant")
    assert answer["adds_up"] is False
    for group in answer["groups"][:5]:
        listed = client.get(f"/api/v1/meetings?limit=200&participant={group['participant']}").json()["results"]
        own = [one for one in listed if group["participant"] in {part["actor"]["slug"] for part in one["participations"]}]
        assert group["count"] == len(own)


def test_more_groups_than_anybody_looks_through(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = counts(client, "events/counts?by=kind,year")
    monkeypatch.setattr(counting, "MOST_GROUPS", 2)
    part = counts(client, "events/counts?by=kind,year")
    assert (part["complete"], part["groups"], part["total"]) == (False, whole["groups"][:2], whole["total"])


def test_what_cannot_be_counted_is_refused(client: Client) -> None:
    assert refusal(client, "events/counts") == [("by", "missing_parameter")]
    assert refusal(client, "events/counts?by=kind,year,topic") == [("by", "too_many_values")]
    assert refusal(client, "events/counts?by=nothing&limit=5") == [("limit", "unknown_parameter"), ("by", "unknown_value")]
    assert slugs(client, "events?kind=meeting&limit=1")
