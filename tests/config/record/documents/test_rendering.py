"""The parts that all documents share: references, dates, lists, and the proof of a part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from actors.models import Actor
from config.record.documents.rendering import (
    citations_of,
    date_columns,
    grouped,
    identifiers_of,
    names_of,
    number,
    part_citations,
    partial_date,
    ref,
    ref_columns,
    source_columns,
    source_ref,
)
from config.record.documents.row_source import DATABASE_ROWS
from config.record.values import edtf
from tests.factories import CountryFactory, OfficialFactory, SourceFactory, cited


@pytest.mark.any_database
class TestReferences:
    """What stands in a document for another record."""

    def test_a_reference_is_slug_kind_and_name(self) -> None:
        row = {"country__slug": "RUS", "country__kind": "country", "country__name": "Russia", "more": 1}
        assert ref(row, "country") == {"slug": "RUS", "kind": "country", "name": "Russia"}
        assert list(ref(row, "country") or ()) == ["slug", "kind", "name"]

    def test_there_is_none_where_nothing_is_referred_to(self) -> None:
        assert ref({"country__slug": None, "country__kind": None, "country__name": None}, "country") is None

    def test_tables_of_one_kind_are_told_it(self) -> None:
        assert ref({"parent__slug": "a", "parent__name": "A"}, "parent", "topic") == {"slug": "a", "kind": "topic", "name": "A"}

    def test_what_has_no_name_is_called_otherwise(self) -> None:
        row = {"target__slug": "leave", "target__text": "They leave."}
        assert ref(row, "target", "provision", name="text") == {"slug": "leave", "kind": "provision", "name": "They leave."}

    @pytest.mark.parametrize(
        ("options", "columns"),
        [
            ({}, ["a__slug", "a__name", "a__kind"]),
            ({"kind": False}, ["a__slug", "a__name"]),
            ({"name": "text"}, ["a__slug", "a__text", "a__kind"]),
        ],
    )
    def test_the_columns_that_it_needs(self, options: dict[str, Any], columns: list[str]) -> None:
        assert ref_columns("a", **options) == columns

    def test_a_source_is_shown_with_enough_to_look_it_up(self) -> None:
        row = {
            "source__slug": "report",
            "source__name": "A report",
            "source__publisher": "",
            "source__date": "2020-10",
            "source__url": "",
        }
        assert set(source_columns("source")) == set(row)
        assert source_ref(row, "source") == {
            "slug": "report",
            "kind": "source",
            "name": "A report",
            "publisher": None,
            "date": "2020-10",
            "url": None,
        }


@pytest.mark.any_database
class TestDates:
    """Partial dates in documents."""

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("2020-10-27", ("2020-10-27", "2020-10-27", "2020-10-27")),
            ("2020-02", ("2020-02", "2020-02-01", "2020-02-29")),
            # Of what is unknown no day is known; of what is open, none will come.
            ("", (None, None, None)),
            ("..", ("..", None, None)),
            ("[..2019]", ("[..2019]", None, "2019-12-31")),
        ],
    )
    def test_a_date_as_it_was_written_and_the_days_that_it_can_mean(self, text: str, shown: tuple[str | None, ...]) -> None:
        bounds = edtf.bounds(text)
        row = {"start": text, "start_earliest": bounds.earliest, "start_latest": bounds.latest}
        assert partial_date(row, "start") == dict(zip(("start", "start_earliest", "start_latest"), shown, strict=True))
        renamed = partial_date(row, "start", "date")
        assert list(renamed) == ["date", "date_earliest", "date_latest"]
        assert tuple(renamed.values()) == shown

    def test_the_columns_that_it_reads(self) -> None:
        assert date_columns("start", "end") == ["start", "start_earliest", "start_latest", "end", "end_earliest", "end_latest"]


@pytest.mark.any_database
class TestLists:
    """Nested lists, and numbers in them."""

    def test_rows_come_under_their_record_in_their_order(self) -> None:
        rows = [{"event": 1, "n": "b"}, {"event": 2, "n": "c"}, {"event": 1, "n": "a"}]
        found = grouped(rows, "event", lambda row: row["n"])
        assert found == {1: ["b", "a"], 2: ["c"]}
        assert found.get(3, []) == []

    @pytest.mark.parametrize(
        ("value", "shown"), [(None, None), (Decimal("41.00820"), 41.0082), (Decimal("-0.00001"), -1e-05), (Decimal(0), 0.0)]
    )
    def test_decimals_are_json_numbers(self, value: Decimal | None, shown: float | None) -> None:
        assert number(value) == shown


@pytest.mark.django_db
class TestStored:
    """Names, codes and proof, as they are read for many records at once."""

    def test_blank_texts_are_null_and_no_key_is_missing(self) -> None:
        record = CountryFactory()
        record.names.create(text="Türkiye", language="tr", kind="official")
        record.names.create(text="Turkey")
        record.identifiers.create(scheme="iso3166-1-alpha-2", value="TR")
        names, identifiers = names_of(DATABASE_ROWS, Actor, [record.pk]), identifiers_of(DATABASE_ROWS, Actor, [record.pk])
        assert [one["text"] for one in names[record.pk]] == ["Türkiye", "Turkey"]
        assert names[record.pk][0] == {"text": "Türkiye", "language": "tr", "script": None, "kind": "official"}
        assert identifiers[record.pk] == [
            {
                "scheme": "iso3166-1-alpha-2",
                "value": "TR",
                "valid_from": None,
                "valid_to": None,
                "listed_from": None,
                "listed_to": None,
            }
        ]

    def test_each_record_has_its_own(self) -> None:
        first, second, bare = CountryFactory(), CountryFactory(), OfficialFactory()
        for record in (first, second):
            record.names.create(text=f"Also {record.slug}")
        names = names_of(DATABASE_ROWS, Actor, [first.pk, second.pk, bare.pk])
        assert {key: [one["text"] for one in found] for key, found in names.items()} == {
            first.pk: [f"Also {first.slug}"],
            second.pk: [f"Also {second.slug}"],
        }
        assert names_of(DATABASE_ROWS, Actor, []) == {}

    def test_a_citation_says_whether_it_was_inferred_and_not_null(self) -> None:
        record, source = CountryFactory(), SourceFactory(slug="report", name="A report", url="https://a.example/")
        cited(record, source=source, field="start", is_inferred=True, note="From the ring.")
        cited(record, source=source, role="contradicts", claim="1922")
        inferred, contradicting = citations_of(DATABASE_ROWS, Actor, [record.pk])[record.pk]
        assert inferred == {
            "source": {
                "slug": "report",
                "kind": "source",
                "name": "A report",
                "publisher": None,
                "date": "2020-10-27",
                "url": "https://a.example/",
            },
            "role": "supports",
            "field": "start",
            "claim": None,
            "quote": None,
            "locator": None,
            "attribution": None,
            "is_inferred": True,
            "note": "From the ring.",
        }
        assert (contradicting["role"], contradicting["field"], contradicting["claim"]) == ("contradicts", None, "1922")
        assert contradicting["is_inferred"] is False


@pytest.mark.any_database
class TestProofOfParts:
    """Which citations of a record prove a part of it, and what their fields are called there."""

    PATH = "provisions/leave"

    def shown(self, *citations: str | None) -> list[str | None]:
        """Return the fields of what is shown; a citation is a field, after `~` where it only gives context."""
        rows = [
            {
                "role": "context" if str(field).startswith("~") else "supports",
                "field": (field and field.removeprefix("~")) or None,
            }
            for field in citations
        ]
        return [one["field"] for one in part_citations(rows, self.PATH, "agreement")]

    def test_those_about_it_alone_where_one_supports_it(self) -> None:
        assert self.shown(None, "start", "provisions", "provisions/leave") == [None]

    def test_what_they_say_of_a_field_of_it_is_called_as_in_its_document(self) -> None:
        assert self.shown("provisions/leave", "provisions/leave/due", "provisions/leave/due/date") == [None, "due", "due/date"]

    def test_those_of_the_whole_and_of_the_list_where_none_supports_it(self) -> None:
        assert self.shown(None, "start", "provisions") == ["agreement", "agreement/provisions"]
        # Support of one field of it is none of it as a whole.
        assert self.shown("provisions/leave/due", None, "start") == ["due", "agreement"]
        assert self.shown("~provisions/leave", None, "start") == [None, "agreement"]

    def test_all_others_where_nothing_nearer_supports_anything(self) -> None:
        assert self.shown("start", "end") == ["agreement/start", "agreement/end"]
        assert self.shown("~", "start") == ["agreement", "agreement/start"]
        assert self.shown("~provisions/leave", "~", "start") == [None, "agreement", "agreement/start"]

    def test_those_of_a_part_whose_slug_begins_alike_are_not_its_own(self) -> None:
        assert self.shown("provisions/leave-later", None) == ["agreement"]
        assert self.shown("provisions/leave-later") == ["agreement/provisions/leave-later"]

    def test_none_is_shown_twice_or_lost_without_any(self) -> None:
        assert self.shown() == []
        every = [None, "start", "provisions", "provisions/leave", "provisions/leave/due", "provisions/other"]
        for first in every:
            for second in every:
                found = self.shown(first, f"~{second or ''}")
                assert len(found) == len(set(found)) or first == second
                assert found, (first, second)

    def test_the_citations_of_the_whole_stay_as_they_were(self) -> None:
        rows = [{"role": "supports", "field": "provisions/leave", "note": "x"}]
        (shown,) = part_citations(rows, self.PATH, "agreement")
        assert shown == {"role": "supports", "field": None, "note": "x"}
        assert rows == [{"role": "supports", "field": "provisions/leave", "note": "x"}]
