"""What public answers carry besides their body."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


@pytest.mark.parametrize(
    ("path", "status"),
    [("events", 200), ("countries/TUR", 200), ("countries/UTO", 404), ("events?nope=1", 400), ("schema", 200)],
)
def test_any_page_may_read_any_answer(client: Client, path: str, status: int) -> None:
    answer = client.get(f"/api/v1/{path}", headers={"Origin": "https://reader.example", "Accept": "*/*"})

    assert answer.status_code == status
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link", "Retry-After"} <= set(answer["Access-Control-Expose-Headers"].split(", "))
    assert {"Accept", "Accept-Encoding"} <= set(answer["Vary"].split(", "))
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["Cache-Control"] == ("public, max-age=0, s-maxage=30, must-revalidate" if status == 200 else "no-store")


def test_a_browser_is_told_what_it_may_send(client: Client) -> None:
    answer = client.options("/api/v1/events", headers={"Origin": "https://x.example", "Access-Control-Request-Method": "GET"})

    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in answer["Access-Control-Allow-Headers"]


def test_a_request_keeps_its_name_and_a_forged_one_gets_another(client: Client) -> None:
    assert client.get("/api/v1", headers={"X-Request-ID": "trace-7"})["X-Request-ID"] == "trace-7"
    assert re.fullmatch("[0-9a-f]{32}", client.get("/api/v1", headers={"X-Request-ID": "a b\tc"})["X-Request-ID"])


def test_links_stand_in_the_header_as_in_the_body(client: Client) -> None:
    first = client.get("/api/v1/countries?limit=2")
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'

    second = client.get(first.json()["next"])
    assert second["Link"] == f'<{second.json()["next"]}>; rel="next", <{second.json()["previous"]}>; rel="prev"'


def test_a_compressed_answer_is_known_again(client: Client) -> None:
    whole = client.get("/api/v1/countries")
    packed = client.get("/api/v1/countries", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(whole.content) / 4

    again = client.get("/api/v1/countries", headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == whole["Cache-Control"]


def test_a_cursor_belongs_to_one_direction(client: Client) -> None:
    cursor = client.get("/api/v1/events?order=start&limit=2").json()["next"].partition("cursor=")[2].partition("&")[0]
    assert client.get(f"/api/v1/events?order=-start&cursor={cursor}").json()["errors"][0]["code"] == "invalid_cursor"


def test_whom_to_tell_of_a_weakness(client: Client, settings: object) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(
        "Contact: mailto:security@testserver\nExpires: \\d{4}-\\d\\d-\\d\\dT00:00:00Z\nPreferred-Languages: en\n",
        answer.content.decode(),
    )

    settings.SECURITY_CONTACT = "https://example.org/report"  # type: ignore[attr-defined]
    assert client.get("/.well-known/security.txt").content.startswith(b"Contact: https://example.org/report\n")


def test_browsers_that_ask_for_an_icon_are_led_to_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/desk/icon.svg")
