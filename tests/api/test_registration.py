"""What apps register with the API: collections and endpoints by name, and examples of parameters."""

from __future__ import annotations

from typing import Any

import pytest

from config.api import collections
from config.api.collections import Collection, Endpoint, register
from config.api_urls import COLLECTIONS


@pytest.mark.parametrize("entry", [Collection("actors", None, "", example=""), Endpoint("actors", "actors/<str:slug>", None, "")])
def test_a_name_is_registered_once(entry: Any) -> None:
    before = {**collections.COLLECTIONS}
    with pytest.raises(ValueError, match="called actors"):
        register(entry)
    assert before == collections.COLLECTIONS
    assert not {*collections.ENDPOINTS} & {*COLLECTIONS}


def test_apps_are_documented_by_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLLECTIONS", "ENDPOINTS", "_ORDER"):
        monkeypatch.setattr(collections, name, {**getattr(collections, name)})
    before = [one["name"] for one in collections.tags()]
    assert before[0] == "countries"
    assert before[-2:] == ["sources", "relations"]
    register(Collection("treaties", None, "", example=""), Endpoint("paths", "paths", None, ""), order=15)
    register(Collection("notes", None, "", example=""))
    place = before.index("events")
    assert [one["name"] for one in collections.tags()] == [
        *before[:place], "treaties", *before[place:-1], "notes", "paths", "relations",
    ]  # fmt: skip


def test_a_parameter_has_one_example() -> None:
    with pytest.raises(ValueError, match="participant has two examples: RUS and TUR"):
        register(examples={"participant": "TUR"})
    assert collections.example_of("exclude_participant") == "RUS"


def test_the_log_and_the_search_cover_what_apps_registered() -> None:
    assert {*collections.logged()} > {*collections.searched()} == {"offices", "actors", "events", "topics", "sources"}
