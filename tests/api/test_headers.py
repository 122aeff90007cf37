"""What public answers carry besides their body."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from secrets import token_urlsafe
from typing import Any

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


def test_a_key_is_not_sent_on_over_plain_http(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    for headers in ({}, {"Authorization": "Bearer chancery_x"}):
        answer = client.get("/api/v1/events", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert [error["code"] for error in answer.json()["errors"]] == ["https_required"]
        assert (answer["Access-Control-Allow-Origin"], answer["Cache-Control"]) == ("*", "no-store")
    assert client.get("/api/v1/events", secure=True).status_code == 200
    # A page holds no key, and people type addresses without a scheme.
    assert client.get("/").headers["Location"] == "https://testserver/"


PRODUCTION = """
from config.settings import production as settings
print(settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD)
"""


@pytest.mark.parametrize(
    ("set_to", "reported"),
    [
        ({}, "31536000 False False"),
        ({"HSTS_SECONDS": "60", "HSTS_INCLUDE_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"}, "60 True True"),
    ],
)
def test_other_hosts_of_a_domain_are_bound_only_where_it_is_asked_for(set_to: dict[str, str], reported: str) -> None:
    needed = {"SECRET_KEY": token_urlsafe(50), "ALLOWED_HOSTS": "x.example", "DATABASE_URL": "sqlite://:memory:"}
    command = [sys.executable, "-c", PRODUCTION]
    done = subprocess.run(command, env=os.environ | needed | set_to, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == reported


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
