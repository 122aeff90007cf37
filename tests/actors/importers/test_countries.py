"""The reference data as rows: complete, unambiguous, always the same."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pycountry
import pytest

from actors.choices import M49Region, M49Subregion
from actors.importers.countries import (
    FIXTURES,
    m49_names,
    reference_rows,
    reference_sources,
    relation_rows,
)
from config.record.database.constraints import SLUG
from config.record.values.edtf import bounds

ROWS: dict[str, dict[str, Any]] = {row["slug"]: row for row in reference_rows()}
COUNTRIES = {slug: row for slug, row in ROWS.items() if row["kind"] == "country"}
DE_FACTO = {slug: row for slug, row in COUNTRIES.items() if row["status"] == "de_facto"}
LIVING = {slug: row for slug, row in COUNTRIES.items() if row["end"] == ".." and slug not in DE_FACTO}
FORMER = {slug: row for slug, row in COUNTRIES.items() if row["end"] != ".."}
ORGANIZATIONS = {slug: row for slug, row in ROWS.items() if row["kind"] == "organization"}
HISTORIC = {country.alpha_3: country.alpha_4 for country in pycountry.historic_countries}
LISTS = ("cow-numeric", "cow-alpha", "gw-numeric", "gw-alpha")
LANGUAGES = {
    "en", "fr", "es", "ru", "ar", "zh", "de", "tr", "pt", "it", "nl", "pl", "uk", "sv", "el", "he", "fa", "ja", "ko", "id",
    "vi", "sw",
}  # fmt: skip
# States that the Correlates of War Project does not count.
OUTSIDE_COW = {"VAT", "COK", "NIU", "united-arab-republic"}
NAME_KINDS = {"official", "short", "alias", "former", "native", "transliteration", "acronym"}


def codes(slug: str, scheme: str) -> list[str]:
    return [code["value"] for code in ROWS[slug]["identifiers"] if code["scheme"] == scheme]


def bearers(scheme: str, value: str, day: str = "") -> list[str]:
    """Return the slugs that a code means, on a certain day if given."""
    return [
        slug
        for slug, row in ROWS.items()
        for code in row["identifiers"]
        if (code["scheme"], code["value"]) == (scheme, value) and (not day or is_valid(code, day))
    ]


def is_valid(code: dict[str, str], day: str) -> bool:
    return bounds(code["valid_from"]).earliest <= bounds(day).earliest <= bounds(code["valid_to"]).latest


def related(kind: str) -> list[dict[str, str]]:
    return [row for row in relation_rows() if row["type"] == kind]


def members(organization: str, day: str) -> set[str]:
    """Return who can have been a member on a day."""
    at = bounds(day).earliest
    return {
        row["subject"]
        for row in related("member_of")
        if row["object"] == organization and bounds(row["start"]).earliest <= at <= bounds(row["end"]).latest
    }


def named(text: str) -> set[str]:
    return {slug for slug, row in ROWS.items() if any(name["text"] == text for name in row["names"])}


def test_every_country_of_iso_3166_1_and_kosovo_is_there() -> None:
    expected = {country.alpha_3 for country in pycountry.countries} | {"XKX"}
    assert set(LIVING) == expected
    assert len(LIVING) == 250
    assert len(ROWS) == len(reference_rows())


def test_rows_have_exactly_the_agreed_keys() -> None:
    shared = {"kind", "slug", "name", "description", "start", "end", "names", "identifiers", "citations"}
    own = {"official_name", "status", "m49_region", "m49_subregion", "capital", "latitude", "longitude"}
    assert all(set(row) == shared | own for row in COUNTRIES.values())
    assert all(set(row) == shared | {"organization_type"} for row in ORGANIZATIONS.values())
    for row in ROWS.values():
        assert re.fullmatch(SLUG, row["slug"])
        assert all(set(name) == {"text", "language", "script", "kind"} for name in row["names"])
        keys = {"scheme", "value", "valid_from", "valid_to", "listed_from", "listed_to"}
        assert all(set(code) == keys for code in row["identifiers"])
        assert all(set(citation) == {"source", "role", "field", "claim", "note"} for citation in row["citations"])


def test_statuses() -> None:
    statuses = {"state", "dependency", "disputed", "area", "de_facto", "outside_system"}
    assert {row["status"] for row in COUNTRIES.values()} == statuses
    assert set(DE_FACTO) == {
        "abkhazia", "artsakh", "northern-cyprus", "sahrawi-arab-democratic-republic", "somaliland", "south-ossetia",
        "transnistria",
    }  # fmt: skip
    disputed = [slug for slug, row in LIVING.items() if row["status"] == "disputed"]
    assert disputed == ["ESH", "PSE", "TWN", "XKX"]
    # The 193 members of the United Nations, the Holy See, and the two states associated with New Zealand.
    assert sum(row["status"] == "state" for row in LIVING.values()) == 193 + 1 + 2


@pytest.mark.parametrize(
    ("slug", "name", "official"),
    [
        ("TUR", "Turkey", "Republic of Türkiye"),
        ("RUS", "Russia", "Russian Federation"),
        ("SYR", "Syria", "Syrian Arab Republic"),
        ("IRN", "Iran", "Islamic Republic of Iran"),
        ("KOR", "South Korea", "Republic of Korea"),
        ("PSE", "Palestine", "State of Palestine"),
        ("TWN", "Taiwan", "Republic of China"),
        ("VAT", "Holy See", "Holy See"),
        ("XKX", "Kosovo", "Republic of Kosovo"),
        ("COD", "Democratic Republic of the Congo", "Democratic Republic of the Congo"),
        ("LBY", "Libya", "State of Libya"),
    ],
)
def test_display_and_official_names(slug: str, name: str, official: str) -> None:
    assert (ROWS[slug]["name"], ROWS[slug]["official_name"]) == (name, official)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Türkiye", "TUR"), ("Turquie", "TUR"), ("Турция", "TUR"), ("تركيا", "TUR"), ("土耳其", "TUR"),
        ("Россия", "RUS"), ("Russian Federation", "RUS"), ("Ivory Coast", "CIV"), ("Czech Republic", "CZE"),
        ("Burma", "MMR"), ("Zaire", "COD"), ("Upper Volta", "BFA"), ("Dahomey", "BEN"), ("Rhodesia", "ZWE"),
        ("Swaziland", "SWZ"), ("Cabo Verde", "CPV"), ("East Timor", "TLS"), ("Viet Nam", "VNM"),
        ("Vatican", "VAT"), ("Vatican City", "VAT"), ("State of Palestine", "PSE"), ("فلسطين", "PSE"),
        ("Kosovë", "XKX"), ("Косово", "XKX"), ("Chinese Taipei", "TWN"), ("Republic of China", "TWN"),
        ("UK", "GBR"), ("USA", "USA"), ("UAE", "ARE"), ("DPRK", "PRK"), ("USSR", "SUN"),
        ("Soviet Union", "SUN"), ("East Germany", "DDR"), ("Iran, Islamic Republic of", "IRN"),
        ("European Union", "european-union"), ("EU", "european-union"), ("ЕС", "european-union"),
        ("UNSMIL", "unsmil"), ("UN Security Council", "un-security-council"), ("OTAN", "nato"),
    ],
)  # fmt: skip
def test_common_names_find_one_record(text: str, slug: str) -> None:
    assert named(text) == {slug}


def test_every_country_has_names_in_the_agreed_languages() -> None:
    for row in LIVING.values():
        kinds = {(name["language"], name["kind"]) for name in row["names"]}
        assert {("en", "official"), ("en", "short")} <= kinds, row["slug"]
        spoken = {language for language, kind in kinds if kind in ("native", "short")}
        assert LANGUAGES - {"en"} <= spoken, row["slug"]
    assert len(LANGUAGES) >= 20


def test_names_are_well_formed_and_never_repeated() -> None:
    for row in ROWS.values():
        names = [(name["text"], name["language"], name["kind"]) for name in row["names"]]
        assert len(names) == len(set(names)), row["slug"]
        for name in row["names"]:
            assert name["kind"] in NAME_KINDS
            assert name["text"] == name["text"].strip() != ""
            assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?", name["language"])
            assert re.fullmatch(r"[A-Z][a-z]{3}", name["script"])


def test_scripts_are_those_of_the_names() -> None:
    scripts = {(name["language"], name["script"]) for row in ROWS.values() for name in row["names"]}
    assert {("ru", "Cyrl"), ("ar", "Arab"), ("zh", "Hans"), ("zh-Hant", "Hant"), ("tr", "Latn")} <= scripts
    cyrillic = re.compile("[\u0400-\u04ff]")
    for row in ROWS.values():
        assert all(bool(cyrillic.search(name["text"])) == (name["script"] == "Cyrl") for name in row["names"])


def test_no_language_of_a_neighbour_is_called_native() -> None:
    names = [(slug, name) for slug, row in ROWS.items() for name in row["names"]]
    native = {(slug, name["language"]) for slug, name in names if name["kind"] == "native"}
    assert {("UKR", "uk"), ("TUR", "tr"), ("SRB", "sr"), ("SRB", "sr-Latn")} <= native
    assert not {("UKR", "ru"), ("MAR", "fr"), ("DZA", "fr")} & native


def test_codes_are_text_with_their_zeros() -> None:
    assert codes("ATA", "iso3166-1-numeric") == ["010"]
    assert codes("AFG", "m49") == ["004"]
    for row in LIVING.values():
        assert all(isinstance(code["value"], str) for code in row["identifiers"])
        numbers = codes(row["slug"], "iso3166-1-numeric") + codes(row["slug"], "m49")
        assert all(re.fullmatch(r"\d{3}", number) for number in numbers)


def test_na_is_namibia() -> None:
    assert bearers("iso3166-1-alpha-2", "NA") == ["NAM"]
    assert codes("NAM", "wikidata") == ["Q1030"]


def test_codes_of_the_standard_are_those_of_pycountry() -> None:
    for country in pycountry.countries:
        assert country.alpha_2 in codes(country.alpha_3, "iso3166-1-alpha-2")
        assert country.alpha_3 in codes(country.alpha_3, "iso3166-1-alpha-3")
        assert country.numeric in codes(country.alpha_3, "iso3166-1-numeric")


def test_kosovo_has_no_code_of_iso_and_taiwan_none_of_m49() -> None:
    assert codes("XKX", "iso3166-1-user-assigned") == ["XK", "XKX"]
    assert not codes("XKX", "iso3166-1-alpha-2") + codes("XKX", "iso3166-1-alpha-3") + codes("XKX", "m49")
    assert not codes("TWN", "m49")
    assert codes("TWN", "iso3166-1-numeric") == ["158"]


def test_reserved_codes() -> None:
    assert bearers("iso3166-1-reserved", "EU") == ["european-union"]
    assert bearers("iso3166-1-reserved", "UK") == ["GBR"]
    assert not bearers("iso3166-1-alpha-2", "EU")


@pytest.mark.parametrize(
    ("scheme", "value", "day", "slug"),
    [
        ("iso3166-1-alpha-2", "CS", "1980-01-01", "CSK"),
        ("iso3166-1-alpha-2", "CS", "2004-01-01", "SCG"),
        ("iso3166-1-alpha-3", "YUG", "1985-01-01", "YUG"),
        ("iso3166-1-alpha-3", "YUG", "1999-01-01", "SCG"),
        ("iso3166-1-alpha-2", "GE", "1975-01-01", "GEL"),
        ("iso3166-1-alpha-2", "GE", "2020-01-01", "GEO"),
        ("iso3166-1-alpha-2", "SK", "2020-01-01", "SVK"),
        ("iso3166-1-alpha-2", "AI", "1975-01-01", "DJI"),
        ("iso3166-1-alpha-2", "AI", "2020-01-01", "AIA"),
        ("iso3166-1-alpha-3", "ZAR", "1990-01-01", "COD"),
        ("iso3166-1-alpha-3", "BUR", "1980-01-01", "MMR"),
    ],
)
def test_a_code_means_other_states_in_other_years(scheme: str, value: str, day: str, slug: str) -> None:
    assert bearers(scheme, value, day) == [slug]


def test_nobody_bears_cs_between_the_two_states_and_after_them() -> None:
    assert not bearers("iso3166-1-alpha-2", "CS", "1998-01-01")
    assert not bearers("iso3166-1-alpha-2", "CS", "2020-01-01")


def test_codes_repeat_only_with_periods_that_do_not_overlap() -> None:
    periods = defaultdict(set)
    for row in ROWS.values():
        for code in row["identifiers"]:
            # A list has a row for each spell of membership, with the same validity.
            periods[code["scheme"], code["value"]].add((code["valid_from"], code["valid_to"]))
    for code, several in periods.items():
        ordered = sorted(several, key=lambda period: bounds(period[0]).earliest)
        assert len({start for start, _ in several}) == len(several), code
        for (_, end), (start, _) in pairwise(ordered):
            assert bounds(end).earliest <= bounds(start).earliest, code


def test_former_states_have_their_code_of_iso_3166_3_or_a_readable_slug() -> None:
    assert {"SUN", "YUG", "CSK", "DDR", "SCG", "YMD", "VDR", "ANT"} <= set(FORMER)
    for slug in FORMER:
        assert codes(slug, "iso3166-3") == ([HISTORIC[slug]] if slug.isupper() else [])
    assert {
        "south-vietnam", "yemen-arab-republic", "austria-hungary", "ottoman-empire", "united-arab-republic", "tanganyika",
        "zanzibar", "mutawakkilite-kingdom-of-yemen", "state-of-vietnam", "hawaii", "texas", "prussia", "german-reich",
        "two-sicilies", "papal-states", "orange-free-state", "transvaal", "korean-empire", "tibet", "gran-colombia",
        "federal-republic-of-central-america", "artsakh",
    } <= set(FORMER)  # fmt: skip


def test_codes_that_were_only_renamed_belong_to_the_living_state() -> None:
    for former, living in {
        "AFI": "DJI", "BUR": "MMR", "BYS": "BLR", "DHY": "BEN", "HVO": "BFA",
        "NHB": "VUT", "RHO": "ZWE", "TMP": "TLS", "ZAR": "COD",
    }.items():  # fmt: skip
        assert former not in ROWS
        assert bearers("iso3166-1-alpha-3", former) == [living]
        assert codes(living, "iso3166-3") == [HISTORIC[former]]
        assert any(name["kind"] == "former" for name in ROWS[living]["names"])


def test_validity_of_former_codes_ends_when_iso_withdrew_them() -> None:
    withdrawn = {country.alpha_3: country.withdrawal_date for country in pycountry.historic_countries}
    for code in (code for row in COUNTRIES.values() for code in row["identifiers"]):
        if code["scheme"] == "iso3166-1-alpha-3" and code["value"] in withdrawn.keys() - LIVING.keys():
            assert code["valid_to"] in (withdrawn[code["value"]], "1992-04-27"), code


def test_successors_are_records_and_begin_when_the_state_ended() -> None:
    rows = related("successor_of")
    assert all(row["end"] == ".." for row in rows)
    # Those that nobody continues, or of whom that is disputed.
    without = {"artsakh", "dai-nam", "regency-of-algiers", "regency-of-tripoli", "tibet"}
    assert {row["object"] for row in rows} == set(FORMER) - without | {"organisation-of-african-unity"}
    successors = {row["subject"] for row in rows if row["object"] == "SUN"}
    assert len(successors) == 12
    assert not successors & {"EST", "LVA", "LTU"}
    expected = {"subject": "SVK", "object": "CSK", "type": "successor_of", "start": "1993-01-01", "end": "..", "note": ""}
    assert expected in rows


def test_every_date_is_edtf_and_no_end_lies_before_its_start() -> None:
    for row in [*ROWS.values(), *relation_rows()]:
        assert bounds(row["start"]).earliest <= bounds(row["end"]).latest
        for code in row.get("identifiers", ()):
            assert bounds(code["valid_from"]).earliest <= bounds(code["valid_to"]).latest, code
            assert bounds(code["listed_from"]).earliest <= bounds(code["listed_to"]).latest, code
    assert all(bounds(source["date"]) for source in reference_sources())
    assert ".." not in {row["start"] for row in ROWS.values()}


def test_positions_are_exact_decimals_on_the_globe() -> None:
    for row in COUNTRIES.values():
        latitude, longitude = row["latitude"], row["longitude"]
        if latitude is None or longitude is None:
            assert latitude is longitude
            assert row["slug"] in ("UMI", "PCZ")
            continue
        assert isinstance(latitude, Decimal)
        assert isinstance(longitude, Decimal)
        assert -90 <= latitude <= 90
        assert -180 <= longitude <= 180
    assert ROWS["TUR"]["latitude"] == Decimal("39.93")


def test_regions_are_codes_of_m49() -> None:
    names = m49_names()
    assert (names["150"], names["151"], names["002"]) == ("Europe", "Eastern Europe", "Africa")
    assert (ROWS["RUS"]["m49_region"], ROWS["RUS"]["m49_subregion"]) == ("150", "151")
    for row in COUNTRIES.values():
        assert row["m49_region"] in {"002", "009", "019", "142", "150"} or row["slug"] == "ATA"
        assert row["m49_subregion"] in names or row["slug"] == "ATA"


def test_the_tree_of_m49_has_one_root() -> None:
    lines = (FIXTURES / "m49.csv").read_text(encoding="utf-8").splitlines()[1:]
    parents = {line.split(",")[0]: line.split(",")[2] for line in lines}
    assert [code for code, parent in parents.items() if not parent] == ["001"]
    assert {parent for parent in parents.values() if parent} <= set(parents)
    for row in COUNTRIES.values():
        assert parents.get(row["m49_subregion"], "") == row["m49_region"], row["slug"]


def test_organizations() -> None:
    assert {
        "european-union", "united-nations", "un-security-council", "unsmil", "nato", "african-union",
        "arab-league", "osce", "osce-minsk-group", "council-of-europe", "cis", "csto", "g7", "g20", "bsec",
        "oic",
    } <= set(ORGANIZATIONS)  # fmt: skip
    types = {slug: row["organization_type"] for slug, row in ORGANIZATIONS.items()}
    assert types.pop("p5") == "collective"
    assert set(types.values()) == {"intergovernmental"}
    assert ROWS["united-nations"]["start"] == "1945-10-24"


def test_every_row_is_proved_by_a_source_that_is_there() -> None:
    sources = reference_sources()
    slugs = [source["slug"] for source in sources]
    assert len(slugs) == len(set(slugs))
    keys = {"slug", "name", "publisher", "url", "language", "licence", "date"}
    assert all(set(source) == keys for source in sources)
    assert all(source["url"].startswith("http") for source in sources)
    for row in ROWS.values():
        assert any((citation["role"], citation["field"]) == ("supports", "") for citation in row["citations"])
        cited = [(citation["source"], citation["field"], citation["role"]) for citation in row["citations"]]
        assert len(cited) == len(set(cited))
    assert {citation["source"] for row in ROWS.values() for citation in row["citations"]} == set(slugs)


def test_wikidata_ids_are_unique_and_well_formed() -> None:
    ids = [value for slug in ROWS for value in codes(slug, "wikidata")]
    assert all(re.fullmatch(r"Q[1-9]\d*", value) for value in ids)
    assert max(Counter(ids).values()) == 1
    assert all(codes(slug, "wikidata") for slug in LIVING)


def test_rows_are_always_the_same_and_quick_to_make() -> None:
    started = time.perf_counter()
    first = reference_rows(), reference_sources(), relation_rows()
    assert time.perf_counter() - started < 1.5
    assert first == (reference_rows(), reference_sources(), relation_rows())
    assert list(LIVING) == sorted(LIVING)
    assert list(ORGANIZATIONS) == sorted(ORGANIZATIONS)


def test_a_caller_may_change_what_it_got() -> None:
    reference_rows()[0]["name"] = "changed"
    reference_rows()[0]["names"].clear()
    reference_sources()[0]["name"] = "changed"
    assert reference_rows()[0] == ROWS[reference_rows()[0]["slug"]]
    assert reference_sources()[0]["name"] != "changed"


def test_regions_of_m49_are_those_of_the_vocabularies() -> None:
    rows = [line.split(",") for line in (FIXTURES / "m49.csv").read_text(encoding="utf-8").splitlines()[1:]]
    parents = {code: parent for code, _, parent in rows}
    assert {(code, name) for code, name, parent in rows if parent == "001"} == set(M49Region.choices)
    assert {(code, name) for code, name, parent in rows if parents.get(parent) == "001"} == set(M49Subregion.choices)


def test_every_state_has_a_first_day() -> None:
    states = [row for row in COUNTRIES.values() if row["status"] in ("state", "outside_system", "de_facto")]
    assert not [row["slug"] for row in states if not row["start"]]
    assert not [row["slug"] for row in states if not row["end"]]


def test_a_state_on_a_list_has_its_number_and_its_letters_with_both_dates() -> None:
    for row in COUNTRIES.values():
        by_list = defaultdict(list)
        for code in row["identifiers"]:
            if code["scheme"] in LISTS:
                dates = [code[key] for key in ("valid_from", "valid_to", "listed_from", "listed_to")]
                by_list[code["scheme"]].append(dates)
                assert code["listed_from"]
                assert code["listed_to"]
            else:
                assert not code["listed_from"]
        for name in ("cow", "gw"):
            assert sorted(by_list[f"{name}-numeric"]) == sorted(by_list[f"{name}-alpha"]), row["slug"]
        assert (row["status"] == "state" and not by_list["cow-numeric"]) == (row["slug"] in OUTSIDE_COW), row["slug"]


@pytest.mark.parametrize(
    ("scheme", "value", "slug"),
    [
        # What looks like the code of another state in ISO 3166-1.
        ("cow-alpha", "AUS", "AUT"), ("cow-alpha", "AUL", "AUS"), ("cow-alpha", "MNG", "MNE"), ("cow-alpha", "MON", "MNG"),
        ("cow-alpha", "SWZ", "CHE"), ("cow-alpha", "SWA", "SWZ"), ("cow-alpha", "CZE", "CSK"), ("cow-alpha", "CZR", "CZE"),
        ("cow-alpha", "SLV", "SVN"), ("cow-alpha", "SAL", "SLV"), ("cow-alpha", "MAC", "MKD"), ("cow-numeric", "2", "USA"),
        ("cow-numeric", "260", "DEU"), ("cow-numeric", "265", "DDR"), ("cow-numeric", "315", "CSK"),
        ("cow-numeric", "316", "CZE"), ("cow-numeric", "347", "XKX"), ("cow-numeric", "679", "YEM"),
        ("cow-numeric", "680", "YMD"), ("cow-numeric", "713", "TWN"),
    ],
)  # fmt: skip
def test_codes_of_the_lists_are_not_those_of_iso(scheme: str, value: str, slug: str) -> None:
    assert set(bearers(scheme, value)) == {slug}


@pytest.mark.parametrize(
    ("scheme", "value", "day", "slug"),
    [
        ("cow-numeric", "255", "1850-01-01", "prussia"), ("cow-numeric", "255", "1938-01-01", "german-reich"),
        ("cow-numeric", "255", "2010-01-01", "DEU"), ("cow-numeric", "260", "1980-01-01", "DEU"),
        ("gw-numeric", "260", "2010-01-01", "DEU"), ("cow-numeric", "345", "1900-01-01", "kingdom-of-serbia"),
        ("cow-numeric", "345", "1985-01-01", "YUG"), ("cow-numeric", "345", "2000-01-01", "SCG"),
        ("cow-numeric", "345", "2010-01-01", "SRB"), ("gw-numeric", "340", "2010-01-01", "SRB"),
        ("cow-numeric", "365", "1900-01-01", "russian-empire"), ("cow-numeric", "365", "1950-01-01", "SUN"),
        ("cow-numeric", "365", "2000-01-01", "RUS"), ("cow-numeric", "510", "1962-01-01", "tanganyika"),
        ("cow-numeric", "678", "1950-01-01", "mutawakkilite-kingdom-of-yemen"),
        ("cow-numeric", "678", "1980-01-01", "yemen-arab-republic"), ("gw-numeric", "678", "2010-01-01", "YEM"),
        ("cow-numeric", "816", "1970-01-01", "VDR"), ("cow-numeric", "816", "1980-01-01", "VNM"),
        ("cow-numeric", "817", "1955-01-01", "state-of-vietnam"), ("cow-numeric", "817", "1970-01-01", "south-vietnam"),
        ("cow-numeric", "640", "1900-01-01", "ottoman-empire"), ("cow-numeric", "640", "2000-01-01", "TUR"),
    ],
)  # fmt: skip
def test_a_number_of_a_list_means_other_records_in_other_years(scheme: str, value: str, day: str, slug: str) -> None:
    assert set(bearers(scheme, value, day)) == {slug}


def test_a_state_that_was_occupied_was_a_member_of_the_list_twice() -> None:
    spells = [(code["listed_from"], code["listed_to"]) for code in ROWS["BEL"]["identifiers"] if code["scheme"] == "cow-numeric"]
    assert spells == [("1830-12-20", "1940-05-28"), ("1945-06-26", "..")]
    assert (ROWS["BEL"]["start"], ROWS["BEL"]["end"]) == ("1830-12-20", "..")


def test_who_says_otherwise_is_cited_with_its_day() -> None:
    claims = {(one["source"], one["field"], one["claim"]) for one in ROWS["DEU"]["citations"] if one["role"] == "contradicts"}
    assert claims == {("gleditsch-ward", "start", "1949-09-21"), ("cia-world-factbook", "start", "1949-05-23")}
    assert ROWS["DEU"]["start"] == "1955-05-05"


def test_every_dependency_has_its_sovereign() -> None:
    rows = {row["subject"]: row["object"] for row in [*related("dependency_of"), *related("part_of")]}
    dependencies = {slug for slug, row in COUNTRIES.items() if row["status"] == "dependency"}
    areas = {slug for slug, row in COUNTRIES.items() if row["status"] == "area"}
    assert set(rows) == dependencies | areas - {"ATA"}
    assert all(ROWS[sovereign]["status"] == "state" for sovereign in rows.values())
    assert (rows["BMU"], rows["GRL"], rows["PRI"], rows["NFK"], rows["HKG"]) == ("GBR", "DNK", "USA", "AUS", "CHN")


@pytest.mark.parametrize(
    ("organization", "counts"),
    [
        # On 1 February, from what the organizations say of their growth.
        ("united-nations", {"1946": 51, "1951": 60, "1956": 76, "1961": 99, "1971": 127, "1981": 154, "1991": 159, "2025": 193}),
        ("nato", {"1950": 12, "1953": 14, "1956": 15, "1983": 16, "2000": 19, "2005": 26, "2010": 28, "2025": 32}),
        ("european-union", {"1994": 12, "1996": 15, "2005": 25, "2008": 27, "2014": 28, "2021": 27}),
        ("asean", {"1968": 5, "1985": 6, "1996": 7, "1998": 9, "2000": 10, "2026": 11}),
        ("african-union", {"2003": 53, "2012": 54, "2018": 55}),
        ("arab-league", {"1946": 7, "1972": 18, "1990": 22, "1991": 21, "2025": 22}),
        ("osce", {"1995": 52, "1997": 54, "2001": 55, "2007": 56, "2013": 57}),
        ("g7", {"1976": 6, "1977": 7, "2000": 8, "2015": 7}),
        ("g20", {"2000": 20, "2024": 21}),
        ("p5", {"1946": 5, "1972": 5, "1992": 5, "2025": 5}),
    ],
)
def test_organizations_have_as_many_members_as_they_say(organization: str, counts: dict[str, int]) -> None:
    assert {year: len(members(organization, f"{year}-02-01")) for year in counts} == counts


def test_members_that_left_came_back_or_were_others() -> None:
    def spells(organization: str, member: str) -> list[tuple[str, str]]:
        rows = [row for row in related("member_of") if (row["object"], row["subject"]) == (organization, member)]
        return [(row["start"], row["end"]) for row in rows]

    assert spells("european-union", "GBR") == [("1993-11-01", "2020-01-31")]
    assert spells("united-nations", "IDN") == [("1950-09-28", "1965"), ("1966-09-28", "..")]
    assert spells("united-nations", "SYR") == [("1945-10-24", "1958-02"), ("1961-10-13", "..")]
    assert spells("united-nations", "united-arab-republic") == [("1958-02", "1961-09-28")]
    assert spells("united-nations", "DDR") == [("1973-09-18", "1990-10-02")]
    assert spells("p5", "TWN") == [("1945-10-24", "1971-10-25")]
    assert spells("p5", "CHN") == [("1971-10-25", "..")]
    assert spells("p5", "SUN") == [("1945-10-24", "1991-12-24")]
    assert spells("p5", "RUS") == [("1991-12-24", "..")]
    assert spells("g7", "RUS") == [("1997", "2014-03-24")]
    assert spells("united-nations", "CSK") == [("1945-10-24", "1992-12-31")]
    assert spells("united-nations", "tanganyika") == [("1961-12-14", "1964-04-25")]


def test_members_are_published_once_and_relate_to_records() -> None:
    rows = relation_rows()
    assert {row["type"] for row in rows} == {"successor_of", "dependency_of", "part_of", "member_of"}
    assert all({row["subject"], row["object"]} <= set(ROWS) for row in rows)
    keys = [(row["subject"], row["type"], row["object"], row["start"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {row["subject"] for row in related("member_of")} <= {
        slug for row in ROWS.values() for slug in [row["slug"]] if any(one["field"] == "relations" for one in row["citations"])
    }
