"""Counts, held against the lists that they count."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from typing import Any

from django.test import Client

from config.api_urls import COLLECTIONS

Query = dict[str, Any]

Members = dict[Any, frozenset[str]]


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
        case = (name, query, dimension)
        assert (answer["total"], answer["adds_up"]) == (len(everything), one.branch is None), case
        of_each: Members = {}
        for group in without_nulls(answer["groups"]):
            of_each[group[dimension]] = listed(client, name, added(name, query, group))
            assert group["count"] == len(of_each[group[dimension]]) > 0, (*case, group)
        # What has no value is what no value lists.
        rest = everything - frozenset().union(*of_each.values())
        assert [group["count"] for group in answer["groups"] if group[dimension] is None] == ([len(rest)] if rest else []), case
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
