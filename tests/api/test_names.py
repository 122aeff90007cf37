"""How records are named in requests, and what is said of names that nobody has."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.models import Actor
from config.api_urls import COLLECTIONS
from config.record.curation import transitions
from config.record.models import Redirect
from events.models import Event
from tests.api.asking import slugs
from tests.factories import MeetingFactory, OfficialFactory, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def error_items(client: Client, path: str, status: int = 400) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content
    errors: list[dict[str, Any]] = answer.json()["errors"]
    return errors


@pytest.mark.parametrize("name", ["RUS", "rus", "Rus", "RU", "ru", "Q159", "q159", "wikidata:Q159", "iso3166-1-numeric:643"])
def test_slugs_and_codes_are_known_in_any_case(client: Client, name: str) -> None:
    asked = slugs(client, f"meetings?participant={name}&limit=200")
    assert asked == slugs(client, "meetings?participant=RUS&limit=200")
    assert len(asked) > 5
    assert slugs(client, f"countries?slug={name}") == ["RUS"]
    moved = client.get(f"/api/v1/countries/{name}?fields=name")
    assert (moved.status_code, moved.headers.get("Location")) == (
        (200, None) if name == "RUS" else (308, "/api/v1/countries/RUS?fields=name")
    )


def test_words_are_known_in_any_case(client: Client) -> None:
    assert slugs(client, "events?topic=Libya") == slugs(client, "events?topic=libya")
    assert slugs(client, "officials?slug=Sergey-Lavrov") == ["sergey-lavrov"]


@pytest.mark.parametrize(
    ("path", "parameter", "suggestion"),
    [
        ("meetings?participant=Russia", "participant", "RUS"),
        ("meetings?participant=Türkiye", "participant", "TUR"),
        ("meetings?participant=Lavrow", "participant", "sergey-lavrov"),
        ("meetings?participant=RUS,Turkey", "participant", "TUR"),
        ("meetings?exclude_participant=Turkey", "exclude_participant", "TUR"),
        ("meetings?participant_country=United States", "participant_country", "USA"),
        ("events?country=Libya", "country", "LBY"),
        ("offices?body=Germany", "body", "DEU"),
        ("offices?holder=Merkel", "holder", "angela-merkel"),
        ("tenures?official=sergei-lavrov", "official", "sergey-lavrov"),
        ("stances?about=libya-ceasefire-2020", "about", "libya-ceasefire-2020-10-23"),
        ("statements?about=libyia", "about", "libya"),
        ("topics?parent=Lybia", "parent", "libya"),
        ("countries?slug=Russia", "slug", "RUS"),
        ("events?publisher=trt", "publisher", "TRT World"),
        ("agreements?number=S/RES/2510", "number", "S/RES/2510 (2020)"),
        ("events?cited_field=strt", "cited_field", "start"),
        ("exports/meetings?participant=Russia", "participant", "RUS"),
        ("meetings/counts?by=year&participant=Russia", "participant", "RUS"),
    ],
)
def test_the_nearest_names_are_told(client: Client, path: str, parameter: str, suggestion: str) -> None:
    [error_item] = error_items(client, path)
    assert (error_item["parameter"], error_item["code"], error_item["suggestions"][0]) == (parameter, "unknown_value", suggestion)
    assert f"Nearest: {suggestion}" in error_item["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "countries?slug=sergey-lavrov", "offices?holder=RUS", "events?country=african-union", "officials?nationality=UNSMIL",
        "provisions?agreement=lavrov-cavusoglu-call-2020-10-27", "stances?statement=libya-ceasefire-2020-10-23",
        "events?dataset=nobody", "events?external_id=nobody", "statements?language=xx", "events?code=99999",
        "sources?publisher=nobody", "events?participant=no such name at all", "events?participant=wikidata:Q999999999",
        "stances?slug=wikidata:Q159", "events?participant=%F0%9F%98%80",
    ],
)  # fmt: skip
def test_a_name_that_nobody_has_is_an_error(client: Client, path: str) -> None:
    assert [error_item["code"] for error_item in error_items(client, path)] == ["unknown_value"]


def test_every_collection_refuses_a_name_that_nobody_has_in_every_parameter_that_takes_names(client: Client) -> None:
    tried = 0
    for name, view in COLLECTIONS.items():
        for parameter, declared in view.filterset_class.parameters().items():
            if declared.names or declared.known_by_rows:
                [error_item] = error_items(client, f"{name}?{parameter}=zz9")
                assert error_item["parameter"] == parameter
                # Some codes have a form of their own.
                assert error_item["code"] in ("unknown_value", "invalid_code")
                tried += 1
    assert tried > 150


def test_a_code_that_several_had_names_none_of_them(client: Client) -> None:
    [error_item] = error_items(client, "countries?slug=CS")
    assert error_item["code"] == "ambiguous_value"
    assert "CSK, SCG" in error_item["detail"]
    assert error_items(client, "countries/CS", 404)[0]["code"] == "not_found"
    # What it means today is meant, whatever it meant before.
    assert slugs(client, "countries?slug=AI") == ["AIA"]


def test_a_batch_tells_which_names_were_found(client: Client) -> None:
    page = client.get("/api/v1/countries?slug=tur,wikidata:Q159,nobody,RUS&fields=slug").json()
    assert page == {
        "results": [{"slug": "RUS"}, {"slug": "TUR"}],
        "next": None,
        "previous": None,
        "requested": [
            {"value": "tur", "slug": "TUR"},
            {"value": "wikidata:Q159", "slug": "RUS"},
            {"value": "nobody", "slug": None},
            {"value": "RUS", "slug": "RUS"},
        ],
    }
    none = client.get("/api/v1/countries?slug=nobody,noone").json()
    assert (none["results"], [one["slug"] for one in none["requested"]]) == ([], [None, None])
    # What has no place to tell it refuses.
    assert [error_item["code"] for error_item in error_items(client, "exports/countries?slug=TUR,nobody")] == ["unknown_value"]


def test_the_tag_of_a_batch_changes_with_what_was_found(client: Client) -> None:
    path = "/api/v1/officials?slug=sergey-lavrov,old-name&fields=slug"
    before = client.get(path)
    Redirect.objects.create(collection="actors", old_slug="old-name", new_slug="sergey-lavrov")
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json()["requested"][1] == {"value": "old-name", "slug": "sergey-lavrov"}


def test_former_slugs_name_what_they_became(client: Client) -> None:
    Redirect.objects.create(collection="actors", old_slug="old-name", new_slug="sergey-lavrov")
    assert slugs(client, "events?participant=old-name") == slugs(client, "events?participant=sergey-lavrov")


def test_a_slug_comes_before_former_slugs_and_each_as_it_is_typed_before_other_cases(client: Client) -> None:
    published(OfficialFactory(slug="FIRST", name="First"))
    published(OfficialFactory(slug="first", name="Second"))
    for old in ("First", "first", "last"):
        Redirect.objects.create(collection="actors", old_slug=old, new_slug="DEU")
    Redirect.objects.create(collection="topics", old_slug="last", new_slug="libya")
    asked = {"first": "first", "FIRST": "FIRST", "First": "FIRST", "LAST": "DEU"}
    requested = client.get("/api/v1/actors", {"slug": ",".join(asked), "fields": "slug"}).json()["requested"]
    assert {one["value"]: one["slug"] for one in requested} == asked


def test_the_names_of_a_request_are_looked_up_together(client: Client) -> None:
    Redirect.objects.create(collection="topics", old_slug="old-name", new_slug="libya")
    path = "/api/v1/statements?about=old-name&participant=rus&exclude_participant=TUR,usa"
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    # As they were typed, then those that nobody has so, then the list.
    assert len(captured) == 3


def test_drafts_are_named_by_nobody(client: Client) -> None:
    asked = (
        "events?participant=hidden-person",
        "events?participant=Hidden Person",
        "events?dataset=hidden",
        "events?slug=hidden",
    )
    before = [error_items(client, path) for path in asked]
    OfficialFactory(slug="hidden-person", name="Hidden Person")
    MeetingFactory(slug="hidden", dataset="hidden", external_id="1")
    assert [error_items(client, path) for path in asked] == before


def test_what_was_retracted_is_said_to_be_so(client: Client) -> None:
    call = Event.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    transitions.retract({Event: [call.pk]}, reason="Never happened.")
    [error_item] = error_items(client, "meetings?slug=lavrov-cavusoglu-call-2020-10-27")
    assert error_item["detail"].startswith("“lavrov-cavusoglu-call-2020-10-27” was retracted on 20")


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("events?date_after=2020-10-02&date_before=2020-10-01", "date_after"),
        ("sources?date_after=2020-10-02&date_before=2020-10-01&date_match=certain", "date_after"),
        ("events?updated_after=2020-10-02&updated_before=2020-10-01", "updated_after"),
        ("provisions?due_after=2020-10-02&due_before=2020-10-01", "due_after"),
        ("provisions?lasts_until_after=2020-10-02&lasts_until_before=2020-10-01", "lasts_until_after"),
        ("provisions?reviewed_after=2020-10-02&reviewed_before=2020-10-01", "reviewed_after"),
        ("exports/events?order=slug&slug_min=b&slug_max=a", "slug_min"),
    ],
)
def test_a_range_that_ends_before_it_begins_is_an_error(client: Client, path: str, parameter: str) -> None:
    assert [(error_item["parameter"], error_item["code"]) for error_item in error_items(client, path)] == [
        (parameter, "empty_range")
    ]


def test_a_range_of_one_day_is_one(client: Client) -> None:
    assert slugs(client, "meetings?date_after=2020-10-27&date_before=2020-10-27")


@pytest.mark.parametrize(
    ("path", "suggestions"),
    [
        ("events?date=2020", ["date_after", "date_before"]), ("countries?date=2020", ["as_of"]),
        ("events?start=2020", ["date_after"]), ("events?from=2020", ["date_after"]), ("events?to=2020", ["date_before"]),
        ("events?per_page=5", ["limit"]), ("events?page_size=5", ["limit"]), ("events?sort=name", ["order"]),
        ("events?order_by=name", ["order"]), ("events?search=x", ["q"]), ("events?actor=RUS", ["participant"]),
        ("stances?actor=RUS", ["holder"]), ("events?country_code=TR", ["country", "participant_country"]),
        ("events?datset=x", ["dataset"]), ("search?query=x", ["q"]), ("events?id=3", ["slug"]),
    ],
)  # fmt: skip
def test_names_of_other_apis_are_understood(client: Client, path: str, suggestions: list[str]) -> None:
    error_item = error_items(client, path)[0]
    assert (error_item["code"], error_item["suggestions"]) == ("unknown_parameter", suggestions)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("events?page=2", "next"), ("events?offset=50", "next"), ("events?format=csv", "exports"),
        ("events?include=actors", "references"), ("statements?speaker=RUS", "participant_role=speaker"),
        ("events?api_key=1", "Authorization"), ("countries/TUR?format=csv", "exports"),
    ],
)  # fmt: skip
def test_what_is_done_in_another_way_is_told(client: Client, path: str, words: str) -> None:
    [error_item] = error_items(client, path)
    assert error_item["code"] == "unknown_parameter"
    assert words in error_item["detail"]


def test_a_party_is_one_by_its_role_or_by_what_it_did(client: Client) -> None:
    parties = {
        one["slug"]
        for one in client.get("/api/v1/agreements?limit=200").json()["results"]
        if any(
            part["role"] == "party" and "TUR" in {part["actor"]["slug"], (part["on_behalf_of"] or {}).get("slug")}
            for part in one["participations"]
        )
    }
    assert len(parties) == 9
    assert set(slugs(client, "agreements?party=TUR&limit=200")) == parties
    assert set(slugs(client, "agreements?party=TUR&party=RUS&limit=200")) < parties
    assert parties.isdisjoint(slugs(client, "agreements?exclude_party=TUR&limit=200"))

    agreement = Event.objects.get(slug="nk-ceasefire-2020-10-10")
    turkey = Actor.objects.get(slug="TUR")
    agreement.party_actions.create(actor=turkey, type="abstention", date="2020-10-10")
    assert set(slugs(client, "agreements?party=TUR&limit=200")) == parties
    assert slugs(client, "agreements?party=TUR&party_action=abstention") == [agreement.slug]
    agreement.party_actions.create(actor=turkey, type="signature", date="2020-10-10")
    assert set(slugs(client, "agreements?party=TUR&limit=200")) == parties | {agreement.slug}


def test_names_in_the_past_are_those_of_what_is_or_was_public(client: Client) -> None:
    slug = "lavrov-cavusoglu-call-2020-10-27"
    transitions.retract({Event: [Event.objects.get(slug=slug).pk]}, reason="Never happened.")
    assert client.get(f"/api/v1/meetings?slug={slug}&known_at=2100-01-01").json()["results"] == []
    assert slugs(client, "countries?slug=tur&known_at=2100-01-01") == ["TUR"]
    [error_item] = error_items(client, "meetings?slug=nobody&known_at=2100-01-01")
    assert (error_item["parameter"], error_item["code"]) == ("slug", "unknown_value")
    [error_item] = error_items(client, "countries?slug=CS&known_at=2100-01-01")
    assert (error_item["parameter"], error_item["code"]) == ("slug", "ambiguous_value")


def test_what_a_request_may_ask_of_the_database_is_bounded(client: Client) -> None:
    many = "&".join(f"participant={','.join(f'name-{number}-{place}' for place in range(60))}" for number in range(4))
    with CaptureQueriesContext(connection) as captured:
        [error_item] = error_items(client, f"events?{many}")
    assert (error_item["code"], len(captured)) == ("too_many_values", 0)
    # All parameters count together.
    few = ",".join(f"name-{place}" for place in range(100))
    [error_item] = error_items(client, f"events?participant={few}&topic={few}&source=name")
    assert (error_item["parameter"], error_item["code"]) == ("participant", "too_many_values")
    assert error_item["detail"] == "At most 200 names in all parameters together."
    assert {error_item["code"] for error_item in error_items(client, f"events?participant={few}&topic={few}")} == {
        "unknown_value"
    }
    with CaptureQueriesContext(connection) as captured:
        found = error_items(client, f"events?participant={','.join(f'turky-{place}' for place in range(100))}")
    assert [bool(error_item.get("suggestions")) for error_item in found[3:]] == [False] * 97
    assert len(captured) < 600
