"""How many records there are, by one or two properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.test import Client

from config.api.views import aggregates as counting
from config.api_urls import COLLECTIONS
from tests.api.asking import refusal, slugs
from tests.api.counting import Query, check, check_pairs, counts, listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


# By collection: what a list is narrowed by while it is grouped.
NARROWED: Final[dict[str, list[Query]]] = {
    "events": [
        {"participant_role": ["mediator"]},
        {"participant_role": ["participant,host"], "participant": ["RUS"]},
        {"participant": ["RUS", "TUR"]},
        {"participant": ["RUS", "TUR"], "participant_role": ["participant"]},
        {"participant": ["RUS", "TUR"], "participant_rank": ["foreign_minister"]},
        {"participant_country": ["TUR,RUS"]},
        {"participant_on_behalf_of": ["TUR"], "exclude_participant": ["RUS"]},
        {"participant_office": ["minister-of-foreign-affairs-of-russia"], "year": ["2020"]},
        {"topic": ["libya"], "near": ["46.2,6.15,2000"]},
        {"relation_type": ["follows"], "date_after": ["2020-10-01"], "date_before": ["2020-11-30"], "date_match": ["certain"]},
        {"related_to": ["libya-ceasefire-2020-10-23"]},
        {"source": ["libya-report-2020-10"], "q": ["libya*"]},
        {"cited_field": ["start"], "exclude_participant_role": ["speaker"]},
    ],
    "statements": [{"about": ["libya-ceasefire-2020-10-23"], "position": ["-1,1"]}, {"position": ["1"], "participant": ["RUS"]}],
    "stances": [{"holder": ["RUS"]}, {"holder": ["TUR"], "position": ["-1"]}, {"about": ["libya-ceasefire-2020-10-23"]}],
    "agreements": [{"party": ["RUS"]}, {"party_action": ["signature"], "participant_role": ["party"]}, {"as_of": ["2021-01-01"]}],
    "provisions": [{"overdue": ["true"], "as_of": ["2021-02-01"]}, {"bound_actor": ["TUR"]}, {"review_status": ["breached"]}],
    "topics": [{"country": ["LBY,RUS"]}],
    "actors": [{"kind": ["official,organization"], "as_of": ["2020-10-27"]}],
    "offices": [{"holder": ["sergey-lavrov"], "as_of": ["2020-10-27"]}],
    "tenures": [{"body": ["TUR"], "as_of": ["2020-10-27"]}],
}


def test_every_group_counts_what_its_filter_lists(client: Client) -> None:
    for name in COLLECTIONS:
        check_pairs(client, name, {}, check(client, name, {}))


def test_every_group_counts_what_its_filter_lists_beside_other_filters(client: Client) -> None:
    for name, queries in NARROWED.items():
        for query in queries:
            assert listed(client, name, query), (name, query)
            check(client, name, query)


def test_who_acts_is_counted_as_the_filter_finds_it(client: Client) -> None:
    """Whom others act for counts, and of a condition on the participation only those who fulfil it."""
    groups = counts(client, "meetings/counts?by=participant")["groups"]
    (russia,) = [group["count"] for group in groups if group["participant"] == "RUS"]
    own = counts(client, "meetings?limit=200&participant=RUS")["results"]
    assert russia == len(own) > sum("RUS" in {part["actor"]["slug"] for part in one["participations"]} for one in own)
    mediators = counts(client, "events/counts?by=participant&participant_role=mediator")["groups"]
    shown = [part for one in _documents(client, "events?participant_role=mediator") for part in one["participations"]]
    mediating = [part for part in shown if part["role"] == "mediator"]
    assert {group["participant"] for group in mediators} == {
        one["slug"] for part in mediating for one in (part["actor"], part["on_behalf_of"]) if one
    }
    assert len(mediators) < len({part["actor"]["slug"] for part in shown})


def _documents(client: Client, path: str) -> Iterator[Any]:
    yield from counts(client, f"{path}{'&' if '?' in path else '?'}limit=200")["results"]


def test_stances_by_year_and_position(client: Client) -> None:
    answer = counts(client, "stances/counts?about=libya-ceasefire-2020-10-23&by=year,position")
    documents = list(_documents(client, "stances?about=libya-ceasefire-2020-10-23"))
    expected: dict[tuple[int, int], int] = {}
    for one in documents:
        key = (int(one["date_earliest"][:4]), one["position"])
        expected[key] = expected.get(key, 0) + 1
    assert {(group["year"], group["position"]): group["count"] for group in answer["groups"]} == expected
    assert [group["count"] for group in answer["groups"]] == sorted(expected.values(), reverse=True)
    assert {key: value for key, value in answer.items() if key != "groups"} == {
        "total": len(documents), "adds_up": True, "next": None, "previous": None,
    }  # fmt: skip


def test_without_a_property_there_is_the_total(client: Client) -> None:
    assert counts(client, "events/counts?participant=RUS&participant=TUR") == {
        "total": len(listed(client, "events", {"participant": ["RUS", "TUR"]})),
        "adds_up": False, "groups": [], "next": None, "previous": None,
    }  # fmt: skip
    assert counts(client, "events/counts?near=0,0,1")["total"] == 0


@pytest.mark.parametrize(
    ("name", "by"),
    [("events", "kind,year"), ("events", "participant"), ("events", "country"), ("stances", "position"),
     ("events", "participant_role,participant_on_behalf_of"), ("agreements", "topic,country")],
)  # fmt: skip
def test_groups_come_in_pages(client: Client, name: str, by: str) -> None:
    whole = counts(client, f"{name}/counts?by={by}")
    page = counts(client, f"{name}/counts?by={by}&limit=2")
    pages = [page]
    while page["next"]:
        answer = client.get(page["next"])
        page = answer.json()
        pages.append(page)
        assert 'rel="prev"' in answer.headers["Link"]
    assert [group for one in pages for group in one["groups"]] == whole["groups"]
    assert {(one["total"], one["adds_up"]) for one in pages} == {(whole["total"], whole["adds_up"])}
    assert [len(one["groups"]) for one in pages[:-1]] == [2] * (len(pages) - 1)
    back, page = [], pages[-1]
    while page["previous"]:
        page = client.get(page["previous"]).json()
        back.append(page["groups"])
    assert back[::-1] == [one["groups"] for one in pages[:-1]]


def test_groups_are_not_cut_at_a_thousand(client: Client) -> None:
    assert COLLECTIONS["events"].counts_filterset_class.parameters()["limit"].schema()["default"] == counting.MAX_GROUPS
    first = counts(client, "events/counts?by=kind,year&limit=1")
    assert refusal(client, f"meetings/counts?by=year&cursor={first['next'].partition('cursor=')[2]}") == [
        ("cursor", "invalid_cursor")
    ]
    assert refusal(client, f"events/counts?by=kind&limit={counting.MAX_GROUPS + 1}") == [("limit", "invalid_number")]


def test_what_cannot_be_counted_is_refused(client: Client) -> None:
    assert refusal(client, "events/counts?by=kind,kind") == [("by", "repeated_value")]
    assert refusal(client, "events/counts?by=kind,year,topic") == [("by", "too_many_values")]
    assert refusal(client, "events/counts?by=nothing&order=start") == [("order", "unknown_parameter"), ("by", "unknown_value")]
    assert slugs(client, "events?kind=meeting&limit=1")
