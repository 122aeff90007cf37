"""A load of many rows: in parts, each whole, that follow from no later one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from actors.importers.rows import LOADABLES as ACTORS
from config.exceptions import LoadError
from config.record.curation.consistency import findings
from config.record.loading import loader
from config.record.loading.loader import load
from config.record.loading.parts import parts
from config.record.models import LogEntry
from events.importers.rows import LOADABLES as EVENTS
from events.models import Event

Row = dict[str, Any]
PROOF = [{"source": "report", "role": "supports"}]
SPECS = {one.kind: one for one in (*ACTORS, *EVENTS)}


def meeting(slug: str, *, follows: str = "") -> Row:
    row = {
        "kind": "meeting", "slug": slug, "name": slug, "start": "2020", "mode": "talks", "held_state": "held", "citations": PROOF,
        "participations": [{"actor": "TUR", "role": "participant"}],
    }  # fmt: skip
    return row | ({"relations": [{"type": "follows", "object": follows}]} if follows else {})


BASICS: list[Row] = [
    {"kind": "source", "slug": "report", "name": "A report", "date": "2020-10-27"},
    {"kind": "country", "slug": "TUR", "name": "Turkey", "status": "state", "citations": PROOF},
]


def cut(rows: Sequence[Row], size: int) -> list[list[str]]:
    return [[row["slug"] for row in part] for part in parts(rows, SPECS, size)]


class TestParts:
    """How rows are cut."""

    def test_they_are_in_the_order_of_their_kinds(self) -> None:
        assert cut([meeting("a"), meeting("b"), meeting("c"), *BASICS], 2) == [["report", "TUR"], ["a", "b"], ["c"]]
        assert cut([], 2) == []

    def test_what_a_row_names_is_in_its_part_or_an_earlier_one(self) -> None:
        rows = [meeting("a"), meeting("b", follows="e"), meeting("c"), meeting("d", follows="a"), meeting("e")]
        assert cut(rows, 2) == [["a", "b", "e"], ["c", "d"]]

    def test_rows_that_name_each_other_are_in_one_part(self) -> None:
        assert cut([meeting("a", follows="b"), meeting("b", follows="c"), meeting("c", follows="a"), meeting("d")], 1) == [
            ["a", "b", "c"],
            ["d"],
        ]

    def test_parts_of_records_name_and_are_named_as_well(self) -> None:
        pact = {"kind": "agreement", "slug": "pact", "provisions": [{"slug": "stay", "due": {"anchor_event": "doubt"}}]}
        other = {"kind": "agreement", "slug": "other", "provisions": [{"slug": "leave"}]}
        doubt = {"kind": "statement", "slug": "doubt", "stances": [{"slug": "doubts", "provision": "leave"}]}
        assert cut([doubt, pact, other, meeting("x")], 1) == [["x"], ["pact", "other", "doubt"]]

    def test_an_unknown_kind_is_refused_before_anything_is_cut(self) -> None:
        with pytest.raises(LoadError, match="Rows of kind 'planet' cannot be loaded here: mars"):
            cut([meeting("a"), {"kind": "planet", "slug": "mars"}], 1)


@pytest.mark.django_db
class TestLoading:
    """Parts, one after the other."""

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(loader, "PART", 2)

    def test_what_was_loaded_is_told_of_all_parts_together(self) -> None:
        rows = [*BASICS, *(meeting(slug) for slug in "abc")]
        assert str(load(rows, (*ACTORS, *EVENTS), reason="Test")) == "5 created, 0 updated"
        assert str(load(rows, (*ACTORS, *EVENTS), reason="Test")) == "0 created, 0 updated"
        assert not list(findings())

    def test_each_part_has_a_time_of_its_own(self) -> None:
        load([*BASICS, *(meeting(slug) for slug in "abc")], (*ACTORS, *EVENTS), reason="Test")
        times = dict(LogEntry.objects.values_list("slug", "at"))
        assert times["report"] == times["TUR"] < times["a"] == times["b"] < times["c"]

    def test_what_is_stopped_leaves_whole_parts_and_goes_on_from_there(self) -> None:
        wrong = meeting("d") | {"start": "2020-13"}
        with pytest.raises(LoadError):
            load([*BASICS, meeting("a"), meeting("b"), meeting("c"), wrong], (*ACTORS, *EVENTS), reason="Test")
        assert list(Event.objects.order_by("slug").values_list("slug", flat=True)) == ["a", "b"]
        assert not list(findings())
        rows = [*BASICS, *(meeting(slug) for slug in "abcd")]
        assert str(load(rows, (*ACTORS, *EVENTS), reason="Test")) == "2 created, 0 updated"
        assert not list(findings())
        assert list(LogEntry.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
