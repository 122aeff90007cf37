"""Answers as gzip: the same bytes once they are decompressed, for whoever accepts that."""

from __future__ import annotations

import gzip
import importlib.util
import sys
import zlib
from types import ModuleType
from typing import Any, Final

import pytest
from django.test import Client
from isal import isal_zlib

from config.api.server import compression
from config.api.views import exports
from tests.api.exporting import leave, whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

PATHS: Final = (
    "", "events", "events?limit=2&fields=slug,name", "countries/TUR", "countries/TUR/versions", "events/counts?by=kind,year",
    "relations/RUS/TUR", "search?q=libya", "changes", "exports/events", "exports/events?fields=slug", "schema", "docs",
    "events?nope=1", "countries/nobody",
)  # fmt: skip
GZIP: Final = {"Accept-Encoding": "gzip"}
# What differs between the two.
OWN: Final = {"Content-Encoding", "Content-Length", "ETag", "RateLimit"}


@pytest.fixture(params=[isal_zlib, zlib], ids=["igzip", "zlib"])
def deflate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "deflate", request.param)


def read(client: Client, address: str, headers: dict[str, str], method: str = "get") -> tuple[Any, bytes]:
    answer: Any = getattr(client, method)(address, headers=headers)
    body = answer.getvalue()
    if answer.streaming:
        leave(answer)
    return answer, body


def shared_headers(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in OWN}


@pytest.mark.usefixtures("deflate")
@pytest.mark.parametrize("path", PATHS)
def test_a_compressed_answer_is_the_plain_one(client: Client, path: str) -> None:
    address = f"/api/v1/{path}".removesuffix("/")
    (plain, body), (packed, sent) = (read(client, address, {"X-Request-ID": "the-same", **more}) for more in ({}, GZIP))
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(sent) == body
    assert len(sent) < len(body)
    assert packed.status_code == plain.status_code
    assert shared_headers(packed) == shared_headers(plain)
    assert "Accept-Encoding" in packed["Vary"].split(", ")
    if packed.streaming:
        assert "Content-Length" not in packed.headers
    else:
        assert packed["Content-Length"] == str(len(sent))


@pytest.mark.usefixtures("deflate")
def test_each_part_of_an_export_can_be_read_when_it_comes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 7)
    plain: Any = client.get("/api/v1/exports/countries")
    parts = list(plain)
    leave(plain)
    reader = zlib.decompressobj(compression.GZIP)
    packed: Any = client.get("/api/v1/exports/countries", headers=GZIP)
    got = [reader.decompress(part) for part in packed]
    # After the last part only the check sum comes.
    assert got == [*parts, b""]
    assert reader.eof
    assert len(parts) > 5
    assert len(whole(b"".join(got))) > 200


def test_who_leaves_a_compressed_export_makes_room_for_another(client: Client, settings: Any) -> None:
    settings.EXPORTS_OF_ONE = 1
    for _ in range(2):
        answer: Any = client.get("/api/v1/exports/countries", headers=GZIP)
        assert answer.status_code == 200
        next(iter(answer))
        leave(answer)


def test_a_short_answer_is_sent_as_it_is(client: Client) -> None:
    plain, packed = (client.get("/api/v1/events?q=nothingofthesort", headers=more) for more in ({}, GZIP))
    assert packed.content == plain.content == b'{"results":[],"next":null,"previous":null}'
    assert "Content-Encoding" not in packed.headers


@pytest.mark.parametrize("path", ["countries", "countries/TUR", "events?q=nothingofthesort", "events/counts?by=kind", "schema"])
def test_either_form_is_known_again_by_either_tag(client: Client, path: str) -> None:
    address = f"/api/v1/{path}"
    plain, packed = (client.get(address, headers=more) for more in ({}, GZIP))
    # Weak: two forms with other bytes share it (RFC 9110, 8.8.1).
    assert packed["ETag"] == f"W/{plain['ETag']}"
    for more, first in (({}, plain), (GZIP, packed)):
        for tag in (plain["ETag"], packed["ETag"]):
            again = client.get(address, headers={"If-None-Match": tag, **more})
            assert (again.status_code, again.content) == (304, b"")
            assert "Content-Encoding" not in again.headers
            # What a cache is told of an answer is what the answer said of itself.
            assert [again[name] for name in ("ETag", "Cache-Control", "Vary")] == [
                first[name] for name in ("ETag", "Cache-Control", "Vary")
            ]
        assert client.get(address, headers={"If-None-Match": 'W/"other"', **more}).status_code == 200


@pytest.mark.parametrize("path", ["events", "countries/TUR", "schema", "events?nope=1"])
def test_head_has_the_headers_of_get(client: Client, path: str) -> None:
    for more in ({}, GZIP):
        got, head = (ask(f"/api/v1/{path}", headers={"X-Request-ID": "the-same", **more}) for ask in (client.get, client.head))
        assert head.content == b""
        assert {**head.headers, "RateLimit": ""} == {**got.headers, "RateLimit": ""}


def test_head_of_an_export_has_the_headers_of_get(client: Client) -> None:
    for more in ({}, GZIP):
        got, _ = read(client, "/api/v1/exports/events", {"X-Request-ID": "the-same", **more})
        head, body = read(client, "/api/v1/exports/events", {"X-Request-ID": "the-same", **more}, "head")
        assert body == b""
        assert {**head.headers, "RateLimit": ""} == {**got.headers, "RateLimit": ""}


def test_no_part_of_an_answer_is_served(client: Client) -> None:
    answer = client.get("/api/v1/countries", headers={**GZIP, "Range": "bytes=0-10"})
    assert (answer.status_code, "Accept-Ranges" in answer.headers) == (200, False)
    assert gzip.decompress(answer.content) == client.get("/api/v1/countries").content


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip ; Q=1", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=0.8, identity;q=0.5", "gzip"),
        ("", None),
        ("br", None),
        ("notgzip, gzip-like", None),
        ("identity", None),
        ("gzip;q=0", None),
        ("br, gzip; Q=0.000, *;q=0.5", None),
        ("identity, gzip;q=0.5", None),
        ("gzip;q=much", None),
        ("*;q=0", None),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/countries", "/api/v1/schema", "/accounts/login/"])
def test_a_coding_is_sent_to_whoever_accepts_and_prefers_it(client: Client, path: str, accepted: str, coding: str | None) -> None:
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in answer["Vary"]


def test_any_coding_is_gzip(client: Client) -> None:
    for accepted, coding in (("GZip", "gzip"), ("*", "gzip"), ("br, *;q=0.1", "gzip"), ("identity, *;q=0.1", None)):
        assert client.get("/api/v1/countries", headers={"Accept-Encoding": accepted}).headers.get("Content-Encoding") == coding


def test_how_long_a_page_is_tells_no_secret(client: Client) -> None:
    """The API always sends the same bytes; a page with a secret in it differs in length each time (BREACH)."""
    for path, lengths in (("/api/v1/countries", {1}), ("/accounts/login/", range(2, 21))):
        sent = {client.get(path, headers=GZIP)["Content-Length"] for _ in range(20)}
        assert len(sent) in lengths


def test_zlib_compresses_where_there_is_no_igzip(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compression.deflate is isal_zlib
    monkeypatch.setitem(sys.modules, "isal", None)
    spec = importlib.util.spec_from_file_location("without_igzip", compression.__file__)
    assert spec
    assert spec.loader
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.deflate is zlib
