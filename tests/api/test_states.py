"""States: how many there were, by which codes lists know them, who belonged to what, and where they lie."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from actors.models import Actor
from tests.api.asking import slugs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

# How many members the state system had on 1 January, by version 2016 of the Correlates of War Project's list, and how many
# more states the record counts; fixtures/README.md says which.
COUNTED: dict[int, tuple[int, int]] = {
    1816: (23, 0), 1900: (42, 0), 1914: (45, 0), 1938: (66, 2), 1950: (75, 2), 1975: (143, 2), 1990: (161, 2), 2011: (194, 1),
}  # fmt: skip


def states(client: Client, day: str) -> set[str]:
    """Return the states of a day."""
    found: set[str] = set()
    address = f"/api/v1/countries?as_of={day}&status=state&limit=200&fields=slug"
    while address:
        answer = client.get(address).json()
        found |= {one["slug"] for one in answer["results"]}
        address = answer["next"]
    return found


@pytest.mark.parametrize("year", COUNTED)
def test_as_many_states_as_the_list_counts_within_two(client: Client, year: int) -> None:
    listed, more = COUNTED[year]
    groups = client.get(f"/api/v1/countries/counts?as_of={year}-01-01&by=status").json()["groups"]
    counted = {group["status"]: group["count"] for group in groups}["state"]
    assert counted - listed == more
    assert counted == len(states(client, f"{year}-01-01"))


@pytest.mark.parametrize(
    ("year", "more", "fewer"),
    [
        # The Holy See has been a state since 1929 and is not in the list; Ethiopia was occupied.
        (1938, {"VAT", "ETH"}, set()),
        # Austria and Japan were occupied. Taiwan, which the list counts since December 1949, is disputed here.
        (1950, {"VAT", "AUT", "JPN"}, {"TWN"}),
        # The Cook Islands and Niue are in free association with New Zealand.
        (1975, {"VAT", "COK", "NIU"}, {"TWN"}),
        (2011, {"VAT", "COK", "NIU"}, {"TWN", "XKX"}),
    ],
)
def test_which_states_the_list_does_not_count(client: Client, year: int, more: set[str], fewer: set[str]) -> None:
    counted = states(client, f"{year}-01-01")
    listed = {
        actor.slug
        for actor in Actor.objects.filter(identifiers__scheme="cow-numeric").prefetch_related("identifiers")
        if any(
            code.scheme == "cow-numeric" and code.listed_from_earliest.year < year <= code.listed_to_latest.year
            for code in actor.identifiers.all()
        )
    }
    assert (counted - listed, listed - counted) == (more, fewer)


def test_a_document_tells_when_a_code_means_the_state_and_when_the_list_had_it(client: Client) -> None:
    codes = client.get("/api/v1/countries/JPN").json()["identifiers"]
    meant = {"scheme": "cow-alpha", "value": "JPN", "valid_from": None, "valid_to": ".."}
    assert [code for code in codes if code["scheme"] == "cow-alpha"] == [
        meant | {"listed_from": "1860-01-01", "listed_to": "1945-08-14"},
        meant | {"listed_from": "1952-04-28", "listed_to": ".."},
    ]
    assert [code for code in codes if code["scheme"] == "iso3166-1-alpha-2"] == [
        {
            "scheme": "iso3166-1-alpha-2",
            "value": "JP",
            "valid_from": None,
            "valid_to": "..",
            "listed_from": None,
            "listed_to": None,
        }
    ]


def test_a_code_with_several_rows_finds_its_record_once(client: Client) -> None:
    assert slugs(client, "countries?slug=cow-numeric:740") == ["JPN"]
    assert slugs(client, "countries?slug=cow-alpha:AUS,cow-alpha:AUL") == ["AUS", "AUT"]
    answer = client.get("/api/v1/countries/cow-numeric:740")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/countries/JPN")
    # Of the states that a code has meant, the one that it means today is found.
    assert client.get("/api/v1/countries/cow-numeric:365")["Location"] == "/api/v1/countries/RUS"


def test_the_tables_refuse_half_a_listing_and_one_that_ends_before_it_begins() -> None:
    japan = Actor.objects.get(slug="JPN")
    code = {"scheme": "some-list", "value": "1"}
    for listing in (
        {"listed_from": "1900"},
        {"listed_to": "1900"},
        {"listed_from": "..", "listed_to": ".."},
        {"listed_from": "1950", "listed_to": "1900"},
        {"valid_from": "1950", "valid_to": "1900"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            japan.identifiers.create(**code, **listing)
    japan.identifiers.create(**code, listed_from="1900", listed_to="1910")
    japan.identifiers.create(**code, listed_from="1920", listed_to="..")
    with pytest.raises(IntegrityError), transaction.atomic():
        Actor.objects.get(slug="KOR").identifiers.create(**code, listed_from="1920", listed_to="..")


def test_members_and_dependencies_are_listed(client: Client) -> None:
    members = slugs(client, "countries?related_to=p5&relation_type=member_of&limit=50")
    assert sorted(members) == ["CHN", "FRA", "GBR", "RUS", "SUN", "TWN", "USA"]
    assert sorted(slugs(client, "countries?related_to=DNK&relation_type=dependency_of")) == ["FRO", "GRL"]
    relations = client.get("/api/v1/countries/BMU").json()["relations"]
    assert [(one["type"], one["object"]["slug"]) for one in relations] == [("dependency_of", "GBR")]


@pytest.mark.parametrize("collection", ["countries", "actors"])
@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("m49_region=015", "015 Northern Africa is a subregion: use m49_subregion=015."),
        ("m49_region=150,015", "015 Northern Africa is a subregion: use m49_subregion=015."),
        ("m49_subregion=150", "150 Europe is a region: use m49_region=150."),
        (
            "m49_subregion=011",
            "011 Western Africa is an intermediate region, which is not recorded: use the subregion, m49_subregion=202.",
        ),
        ("m49_region=001", "001 World covers all countries: omit the parameter."),
        ("m49_region=europe", "“europe” is not a known code. Did you mean 150 Europe?"),
        ("m49_subregion=Melanesa", "“Melanesa” is not a known code. Did you mean 054 Melanesia?"),
        (
            "m49_region=151x",
            "“151x” is not a known code. Known codes: 002 Africa, 009 Oceania, 019 Americas, 142 Asia, 150 Europe.",
        ),
    ],
)
def test_a_code_that_no_country_has_is_an_error(client: Client, collection: str, query: str, detail: str) -> None:
    name = query.partition("=")[0]
    answer = client.get(f"/api/v1/{collection}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"parameter": name, "code": "unknown_value", "detail": detail}]


@pytest.mark.parametrize("collection", ["countries", "actors"])
def test_countries_of_a_subregion(client: Client, collection: str) -> None:
    found = set(slugs(client, f"{collection}?m49_subregion=053,061&limit=100"))
    assert {"AUS", "NZL", "TON", "hawaii"} <= found
    assert "FJI" not in found
    assert found.isdisjoint(slugs(client, f"{collection}?exclude_m49_subregion=053,061&limit=200"))
