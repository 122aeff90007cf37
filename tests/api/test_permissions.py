"""Who may do what at which address: methods, roles and addresses as one table."""

from __future__ import annotations

from itertools import product

import pytest
from django.test import Client

from config.api.models import ApiKey
from tests.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
READ = {"GET": 200, "HEAD": 200, "OPTIONS": 204}
REFUSED = dict.fromkeys(("POST", "PUT", "PATCH", "DELETE", "TRACE"), 405)
ADDRESSES = (
    "/api/v1",
    "/api/v1/events",
    "/api/v1/countries/TUR",
    "/api/v1/countries/TUR/versions",
    "/api/v1/relations/RUS/TUR",
    "/api/v1/search?q=libya",
    "/api/v1/changes",
    "/api/v1/schema",
)
ROLES = ("anonymous", "staff", "superuser", "key")


def _client(role: str) -> Client:
    if role == "key":
        return Client(headers={"Authorization": f"Bearer {ApiKey(name='An app').issue()}"})
    return signed_in(role)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_and_nobody_writes(role: str) -> None:
    client = _client(role)
    for address, (method, status) in product(ADDRESSES, (READ | REFUSED).items()):
        answer = client.generic(method, address, headers={"Accept": "*/*"})
        assert answer.status_code == status, (method, address)
        if status == 405:
            assert answer["Allow"] == "GET, HEAD, OPTIONS"
            assert answer["Content-Type"] == "application/problem+json"
        if method == "HEAD":
            whole = client.get(address)
            assert answer.content == b""
            assert (answer["ETag"], answer["Content-Type"]) == (whole["ETag"], whole["Content-Type"])


def test_what_is_not_json_is_not_to_be_had(client: Client) -> None:
    for address in ADDRESSES[:-1]:
        answer = client.get(address, headers={"Accept": "text/csv"})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (406, "not_acceptable")
        assert client.get(address, headers={"Accept": "text/html;q=0.9, application/*;q=0.1"}).status_code == 200
