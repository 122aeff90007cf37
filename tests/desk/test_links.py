"""Whether the pages answer that sources point to: asked politely, and never on this side of the wall."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.core.management import call_command

from config.desk.editorial.checks import inspect, links
from config.desk.models import Finding
from config.outbound import http
from config.outbound.addresses import url_error
from config.sources.models import Source
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
    monkeypatch.setattr(http, "public_address", lambda host, port: "127.0.0.1")
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
        ("/round", "redirects in a loop"),
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

    monkeypatch.setattr(http, "public_address", lambda host, port: "127.0.0.1")
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert links.broken("http://pages.example/", pause=0) == "does not answer"


INSIDE = (
    "127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "100.64.0.1",
    # Several hosts, or a relay, instead of one.
    "224.0.0.1", "239.1.2.3", "ff02::1", "192.88.99.1", "255.255.255.255",
    # An IPv4 address of this side in an IPv6 address: mapped, compatible, NAT64 (both prefixes), 6to4, Teredo.
    "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::",
    "fec0::1", "2001:db8::1", "3fff::1", "100::1",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_to_this_side_of_the_wall_is_not_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def found(*_: Any, **__: Any) -> Any:
        # One public address does not help.
        return [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", (address, 80))]

    def connect(*_: Any, **__: Any) -> Any:
        pytest.fail("It was asked.")

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert links.broken("http://pages.example/", pause=0) == "leads to a machine that is not on the public internet"


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_this_side_of_the_wall_is_told_from_its_form(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert url_error(f"http://{host}/") == "leads to a machine that is not on the public internet"
    assert url_error("http://[2606:2800:21f:cb07::1]/") == url_error("http://93.184.216.34/") == ""


@pytest.mark.parametrize(("port", "refused"), [(22, True), (25, True), (5432, True), (8000, True), (80, False), (8443, False)])
def test_only_ports_of_web_pages_are_asked(monkeypatch: pytest.MonkeyPatch, port: int, *, refused: bool) -> None:
    asked: list[Any] = []

    def connect(target: Any, **_: Any) -> Any:
        asked.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.34", port))])
    monkeypatch.setattr(socket, "create_connection", connect)
    wrong = links.broken(f"http://pages.example:{port}/", pause=0)
    assert wrong == (f"leads to port {port}, where web pages are not looked for" if refused else "does not answer")
    assert (asked == []) is refused


def test_a_server_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(http, "public_address", lambda host, port: "127.0.0.1")
    monkeypatch.setattr(links, "TRIES", 1)
    monkeypatch.setattr(http, "IN_ALL", 0.05)
    # It says nothing at all, and the time that one byte may take is far away.
    assert links.broken(f"http://pages.example:{listening.getsockname()[1]}/", pause=0) == "does not answer"
    listening.close()


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
