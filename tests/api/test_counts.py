"""How many records there are, by one or two properties."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Any, Final

import pytest
from django.test import Client

from config.api import aggregates as counting
from config.api_urls import COLLECTIONS
from tests.api.test_collections import slugs
from tests.api.test_filters import refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

Query = dict[str, Any]
Members = dict[Any, frozenset[str]]

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


def counts(client: Client, path: str, query: Query | None = None) -> Any:
    answer = client.get(f"/api/v1/{path}", query or {})
    assert answer.status_code == 200, answer.content
    return answer.json()


def listed(client: Client, name: str, query: Query) -> frozenset[str]:
    """Return the slugs of the records on all pages of a list."""
    page = counts(client, name, query | {"limit": ["200"], "fields": ["slug"]})
    found = [one["slug"] for one in page["results"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        found += [one["slug"] for one in page["results"]]
    assert len(found) == len(set(found))
    return frozenset(found)


def added(name: str, query: Query, group: Query) -> Query:
    """Return a query with the filters of a group added; one that cannot be repeated takes the place of the one that is there."""
    parameters = COLLECTIONS[name].filterset_class.parameters()
    more = {key: [str(value)] for key, value in group.items() if key != "count"}
    return query | {key: (query.get(key, []) if parameters[key].repeatable else []) + value for key, value in more.items()}


def without_nulls(groups: list[Query]) -> list[Query]:
    return [group for group in groups if None not in group.values()]


def check(client: Client, name: str, query: Query, only: Collection[str] = ()) -> dict[str, Members]:
    """Hold all groups of a list, by all dimensions or `only` some, against the lists that the filters of these names give."""
    everything, members = listed(client, name, query), {}
    for dimension in only or COLLECTIONS[name].dimensions:
        one = COLLECTIONS[name].dimensions[dimension]
        answer = counts(client, f"{name}/counts", query | {"by": [dimension]})
        told = (name, query, dimension)
        assert (answer["total"], answer["adds_up"]) == (len(everything), one.branch is None), told
        of_each: Members = {}
        for group in without_nulls(answer["groups"]):
            of_each[group[dimension]] = listed(client, name, added(name, query, group))
            assert group["count"] == len(of_each[group[dimension]]) > 0, (*told, group)
        # What has no value is what no value lists.
        rest = everything - frozenset().union(*of_each.values())
        assert [group["count"] for group in answer["groups"] if group[dimension] is None] == ([len(rest)] if rest else []), told
        assert len(answer["groups"]) == len(of_each) + bool(rest)
        members[dimension] = of_each | ({None: rest} if rest else {})
    return members


def check_pairs(client: Client, name: str, query: Query, members: dict[str, Members]) -> None:
    """Hold the groups by each two dimensions against what has both values."""
    known = COLLECTIONS[name].dimensions
    for first, second in combinations(members, 2):
        answer = counts(client, f"{name}/counts", query | {"by": [f"{first},{second}"]})
        assert answer["next"] is None
        if known[first].branch and known[first].branch is known[second].branch:
            # Both are said of the same row.
            for group in without_nulls(answer["groups"]):
                assert group["count"] == len(listed(client, name, added(name, query, group))), (name, query, group)
            continue
        both = {
            (one, other): len(of_one & of_other)
            for one, of_one in members[first].items()
            for other, of_other in members[second].items()
            if of_one & of_other
        }
        assert {(group[first], group[second]): group["count"] for group in answer["groups"]} == both, (name, query, first, second)


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
    assert COLLECTIONS["events"].counts_filterset_class.parameters()["limit"].schema()["default"] == counting.MOST_GROUPS
    first = counts(client, "events/counts?by=kind,year&limit=1")
    assert refusal(client, f"meetings/counts?by=year&cursor={first['next'].partition('cursor=')[2]}") == [
        ("cursor", "invalid_cursor")
    ]
    assert refusal(client, f"events/counts?by=kind&limit={counting.MOST_GROUPS + 1}") == [("limit", "invalid_number")]


def test_what_cannot_be_counted_is_refused(client: Client) -> None:
    assert refusal(client, "events/counts?by=kind,kind") == [("by", "repeated_value")]
    assert refusal(client, "events/counts?by=kind,year,topic") == [("by", "too_many_values")]
    assert refusal(client, "events/counts?by=nothing&order=start") == [("order", "unknown_parameter"), ("by", "unknown_value")]
    assert slugs(client, "events?kind=meeting&limit=1")
