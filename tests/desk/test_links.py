"""Whether the pages answer that sources point to: asked politely, and never on this side of the wall."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.core.management import call_command

from config.desk.findings import inspect, links
from config.desk.models import Finding
from config.record.models import Source
from tests.factories import SourceFactory


class Pages(BaseHTTPRequestHandler):
    """A site of which some pages are gone, and some do not know HEAD."""

    asked: ClassVar[list[tuple[str, str, str]]] = []

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        Pages.asked.append((self.command, self.path, self.headers["User-Agent"]))
        status = {"/here": 200, "/moved": 301, "/inside": 302, "/round": 302, "/members": 403, "/broken": 500}.get(self.path, 404)
        if self.path == "/no-head":
            status = 405 if self.command == "HEAD" else 200
        self.send_response(status)
        targets = {"/moved": "/here", "/inside": "http://127.0.0.1/", "/round": "/round"}
        if self.path in targets:
            self.send_header("Location", targets[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A site on this machine that seems to be a public one."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Pages.asked.clear()
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(links, "_public_address", lambda host, port: "127.0.0.1")
    yield f"http://pages.example:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("/here", ""),
        ("/moved", ""),
        ("/no-head", ""),
        ("/members", ""),
        ("/gone", "answers with 404"),
        ("/broken", "answers with 500"),
        ("/round", "leads from one address to another without end"),
        ("/inside", "leads to an address that leads to a machine that is not on the public internet"),
        ("/ü", "answers with 404"),
    ],
)
def test_what_a_page_answers(site: str, page: str, wrong: str) -> None:
    assert links.broken(site + page, pause=0) == wrong
    assert all(agent == links.AGENT for _, _, agent in Pages.asked)
    # What may pass is tried again, what does not is not.
    assert sum(method == "HEAD" for method, path, _ in Pages.asked if path == page) == {"/broken": 3, "/round": 6}.get(
        page, 0 if page == "/ü" else 1
    )


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(links, "_public_address", lambda host, port: "127.0.0.1")
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert links.broken("http://pages.example/", pause=0) == "does not answer"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "100.64.0.1"])
def test_a_name_that_leads_to_this_side_of_the_wall_is_not_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def found(*_: Any, **__: Any) -> Any:
        # One public address does not help.
        return [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", (address, 80))]

    def connect(*_: Any, **__: Any) -> Any:
        pytest.fail("It was asked.")

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert links.broken("http://pages.example/", pause=0) == "leads to a machine that is not on the public internet"


@pytest.mark.django_db
def test_broken_links_are_findings_until_they_answer_or_are_corrected(
    site: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(links, "PAUSE", 0)
    source = SourceFactory(url=f"{site}/gone", archive_url=f"{site}/here")
    SourceFactory(url="http://localhost/never")
    call_command("check_record", links=True)
    assert f"{site}/gone: answers with 404" in capsys.readouterr().out
    finding = Finding.objects.get(rule="broken_link")
    assert (finding.record_id, finding.message) == (source.pk, f"{site}/gone answers with 404.")
    # Neither a save nor a look at everything without the network forgets it; an answer stays.
    Finding.objects.update(dismissed_at=finding.found_at, answer="Only on paper.")
    inspect({Source: [source.pk]})
    call_command("check_record")
    links.inspect_links(pause=0)
    assert Finding.objects.get(rule="broken_link").answer == "Only on paper."
    source.url = f"{site}/here"
    source.save()
    inspect({Source: [source.pk]})
    assert not Finding.objects.filter(rule="broken_link").exists()
