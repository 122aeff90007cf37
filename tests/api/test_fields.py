"""The keys of documents that a reader wants, and no others."""

from __future__ import annotations

from django.test import Client


def test_only_the_wanted_keys_come(sample: None, client: Client) -> None:
    page = client.get("/api/v1/officials?q=cavusoglu&fields=slug,died").json()
    assert page["results"] == [{"slug": "mevlut-cavusoglu", "died": None}]
    whole = client.get("/api/v1/officials/mevlut-cavusoglu")
    part = client.get("/api/v1/officials/mevlut-cavusoglu?fields=name")
    assert part.json() == {"name": whole.json()["name"]}
    assert part.headers["ETag"] != whole.headers["ETag"]
    assert (whole["Content-Type"], part["Content-Type"]) == ("application/json", "application/json")
    assert client.get("/api/v1/actors?slug=iso3166-1-alpha-2:TR&fields=capital").json()["results"] == [{"capital": "Ankara"}]


def test_a_key_that_no_document_has_is_refused(db: None, client: Client) -> None:
    for path in ("officials?fields=capital", "officials/nobody?fields=capital"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == "fields"
