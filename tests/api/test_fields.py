"""The keys of documents that a reader wants, and no others."""

from __future__ import annotations

import orjson
import pytest
from django.test import Client

from config.api_urls import COLLECTIONS


def test_only_the_wanted_keys_come(sample: None, client: Client) -> None:
    page = client.get("/api/v1/officials?q=cavusoglu&fields=slug,died").json()
    assert page["results"] == [{"slug": "mevlut-cavusoglu", "died": None}]
    whole = client.get("/api/v1/officials/mevlut-cavusoglu")
    part = client.get("/api/v1/officials/mevlut-cavusoglu?fields=name")
    assert part.json() == {"name": whole.json()["name"]}
    assert part.headers["ETag"] != whole.headers["ETag"]
    assert (whole["Content-Type"], part["Content-Type"]) == ("application/json", "application/json")
    assert client.get("/api/v1/actors?slug=iso3166-1-alpha-2:TR&fields=capital").json()["results"] == [{"capital": "Ankara"}]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_wanted_keys_are_the_bytes_and_the_order_of_the_document(sample: None, client: Client, name: str) -> None:
    address = f"/api/v1/{name}?limit=200"
    documents = client.get(address).json()["results"]
    keys = list(dict.fromkeys(key for document in documents for key in document))
    for wanted in ([*keys[::-1]], keys[::2], keys[-1:], ["slug"]):
        cut = [orjson.dumps({key: value for key, value in one.items() if key in wanted}) for one in documents]
        assert client.get(f"{address}&fields={','.join(wanted)}").content.startswith(
            b'{"results":[' + b",".join(cut) + b'],"next":'
        )


def test_a_key_that_no_document_has_is_refused(db: None, client: Client) -> None:
    for path in ("officials?fields=capital", "officials/nobody?fields=capital"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == "fields"
