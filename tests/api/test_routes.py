"""Addresses are found by their segments, as Django would find them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from config.api.server.routes import routes
from config.api_urls import COLLECTIONS, OTHERS

NAMES = ("a-slug", "wikidata:Q159", "versions", "counts", "a.b", "ß", "%20")
ADDRESSES = (
    "/api/v1",
    *(f"/api/v1/{name}" for name in (*COLLECTIONS, *OTHERS)),
    *(f"/api/v1/{name}/{slug}" for name in COLLECTIONS for slug in NAMES),
    *(f"/api/v1/{name}/a-slug/versions" for name in COLLECTIONS),
    *(f"/api/v1/exports/{name}" for name in COLLECTIONS),
    "/api/v1/relations/RUS/TUR",
    "/api/v1/",
    "/api/v1/events/",
    "/api/v1/events/a-slug/",
)


@pytest.mark.any_database
@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_leads_where_django_leads(path: str) -> None:
    match = resolve(path)
    assert routes().find(path) == (match.func, match.kwargs)


@pytest.mark.any_database
@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/events", "/api/v1/nothing", "/api/v1/events/a/b", "/api/v1" + "/a" * 60, "/api/v1//"]
)
def test_what_is_no_address_leads_nowhere(path: str) -> None:
    try:
        expected = resolve(path).func
    except Resolver404:
        with pytest.raises(Resolver404):
            routes().find(path)
    else:
        assert routes().find(path)[0] == expected


@pytest.mark.django_db
def test_a_very_long_address_costs_nothing(client: Client) -> None:
    assert client.get("/api/v1" + "/a" * 500).status_code == 404
