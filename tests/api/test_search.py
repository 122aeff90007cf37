"""Search finds the same, in the same order, whether it gathers what has the words or meets it in the order of names."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from config.api.views import search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def _found(client: Client, **query: Any) -> list[Any]:
    url, hits = "/api/v1/search", []
    page = client.get(url, {"limit": 2, **query}).json()
    while True:
        hits += page["results"]
        if page["next"] is None:
            return hits
        page = client.get(page["next"]).json()
        # Of a page in the middle, the one before it is told as well.
        assert page["previous"]


@pytest.mark.parametrize(
    "query", [{"q": "libya"}, {"q": "l*"}, {"q": "sergey lavrov"}, {"q": "russia"}, {"q": "libya", "collection": "events"}]
)
def test_many_that_have_the_words_come_in_the_same_order(
    client: Client, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    gathered = _found(client, **query)
    assert gathered
    monkeypatch.setattr(search, "MAX_GATHERED", 0)
    assert _found(client, **query) == gathered
