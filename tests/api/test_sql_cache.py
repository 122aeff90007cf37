"""Lists read by compiled SQL are those that the filter sets build, value by value."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from config.api.engine import sql_cache
from config.api.engine.index_scans import SHOWN_BY, PageQuery
from config.api_urls import COLLECTIONS
from tests.api.document import operations, values_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

# For each example another value with the same signature, which must find the SQL that the example left.
OTHERS = {
    "RUS": "TUR", "TUR": "LBY", "LBY": "CHE", "DEU": "RUS", "libya": "syria", "TRT World": "Sputnik Brasil", "start": "name",
    "libya-report-2020-10": "unsmil-2020-10-23", "2020-01-01T00:00:00Z": "2030-01-01T00:00:00Z",
    "libya-ceasefire-2020-10-23": "libyan-roadmap-2020-11", "sergey-lavrov": "mevlut-cavusoglu", "en": "tr", "150": "002",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_compiled_sql() -> Any:
    sql_cache._compiled_sql.clear()
    yield
    sql_cache._compiled_sql.clear()


def _built(client: Client, path: str, query: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the answer of a server that compiles nothing and reads each list from its own rows alone."""

    def plainly(page: PageQuery) -> Any:
        given = {name: one for name, one in page.values.items() if name not in SHOWN_BY}
        return page.position.page_queryset(page.filterset.narrow(page.base, given), *page.columns)

    with monkeypatch.context() as patched:
        patched.setattr(PageQuery, "queryset", plainly)
        patched.setattr(sql_cache, "_compiled", lambda *_: None)
        patched.setattr(sql_cache, "_compiled_sql", {})
        return _answer(client, path, query)


def _answer(client: Client, path: str, query: Any) -> Any:
    """Return the answer; of a refusal what is wrong, since each is told apart by the id of its request."""
    answer = client.get(path, query)
    return answer.json()["errors"] if answer.status_code == 400 else answer.content


def _questions(name: str) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = [{}]
    for one in operations()[f"/api/v1/{name}"]["parameters"]:
        for value in values_of(one):
            other = [OTHERS.get(part, part) for part in value] if isinstance(value, list) else OTHERS.get(value, value)
            questions += [{one["name"]: value}, {one["name"]: other}]
    known = COLLECTIONS[name].filterset_class.parameters()
    window = {"date_after": "2020-10-01", "date_before": "2020-10-31"}
    together: list[dict[str, Any]] = [
        window, {"participant": ["RUS", "TUR"], "topic": ["libya"]}, {"participant": ["RUS"], "participant_role": "participant"},
        {"participant": ["RUS,TUR"]}, {"about": "libya-ceasefire-2020-10-23", "position": "-1,1"}, {"about": "libya,syria"},
        {"about": "libya", "position": "1", "explicitness": "explicit"}, {"holder": ["TUR"], "order": "-date"},
        {"holder": ["RUS", "sergey-lavrov"], "order": "date"}, {"about": "libya", "holder": ["RUS"], "order": "-date"},
        {"year": "2020"}, {"year": "2020", "participant": ["TUR"]}, {"date_match": "certain", **window},
        {"q": "libya"}, {"q": "ceasefire gen*"}, {"near": "46.2,6.15,50"},
    ]  # fmt: skip
    together += [one | window for one in together]
    questions += [{key: value for key, value in one.items() if key in known} for one in together]
    return questions


@pytest.mark.parametrize("name", COLLECTIONS)
def test_compiled_lists_are_what_filter_sets_build(name: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/api/v1/{name}"
    for question in _questions(name):
        built = _built(client, path, question, monkeypatch)
        for _ in range(2):
            assert _answer(client, path, question) == built, question
    assert any(sql_cache._compiled_sql.values())


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_order_is_walked_alike(name: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for order in COLLECTIONS[name].filterset_class.parameters()["order"].orders:
        url, question = f"/api/v1/{name}", {"order": order, "limit": 7}
        for _ in range(4):
            built = _built(client, url, question, monkeypatch)
            answer = client.get(url, question)
            assert answer.content == built
            if not answer.json()["next"]:
                break
            url, question = answer.json()["next"], {}
        if previous := answer.json()["previous"]:
            assert client.get(previous).content == _built(client, previous, {}, monkeypatch)


def test_few_shapes_serve_many_values(client: Client) -> None:
    for slug in ("RUS", "TUR", "LBY", "CHE", "DEU"):
        for day in ("2020-10-01", "2020-10-27", "1999-01-01"):
            client.get(f"/api/v1/events?participant={slug}&participant=RUS&date_after={day}&topic=libya")
    # One for the list, and two for one actor and for two actors by their slugs.
    assert len(sql_cache._compiled_sql) == 3
    assert all(sql_cache._compiled_sql.values())


def test_what_depends_on_the_day_is_built_each_time(client: Client) -> None:
    client.get("/api/v1/provisions?overdue=true")
    client.get("/api/v1/events?q=!")
    client.get("/api/v1/events?near=46.2,6.15,50")
    assert sql_cache._compiled_sql == {}


def test_shapes_are_forgotten_rather_than_piled_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_cache, "MAX_SIGNATURES", 3)
    for limit in range(1, 9):
        client.get(f"/api/v1/events?limit={limit}")
    assert len(sql_cache._compiled_sql) <= 3
