"""A server that answers from the test's own transaction, and pages of people who have signed in there.

Whatever a page complains of fails the test: errors and warnings in the console (a violation of the Content Security
Policy is one), errors of scripts, requests to other hosts, and answers of 400 and above that were not expected.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connection, connections
from django.test.testcases import QuietWSGIRequestHandler

from config.api.server.fast_path import Server
from tests.browser.driver import CHROMIUM, Browser, Remote
from tests.people import signed_in

WIDE = {"width": 1280, "height": 800}


class Served(ThreadedWSGIServer):
    """A server whose threads share one connection, which stays open."""

    def _close_connections(self) -> None:
        pass


class Gate:
    """Lets requests in one at a time, as the transaction is one, too; and none that a closed page asked for last.

    Nor does it let one in while the test itself asks the database: two threads that use one connection of SQLite at a time
    can wait for each other for ever, one with the interpreter and one with the connection.
    """

    def __init__(self) -> None:
        self._answer = Server()
        self._lock = threading.Lock()
        self._is_open = False

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        """Answer a request."""
        with self._lock:
            if not self._is_open:
                start("503 Service Unavailable", [])
                return []
            response = self._answer(environ, start)
            try:
                return list(response)
            finally:
                # The API answers with a list, which has nothing to close.
                getattr(response, "close", lambda: None)()

    @contextmanager
    def passable(self) -> Iterator[None]:
        """Let requests in while the test waits for the browser."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the gate for a test: requests wait for it to be passable. Later ones are sent away."""
        with self._lock:
            self._is_open = True
            yield
            self._is_open = False


@pytest.fixture(scope="session")
def gate() -> Gate:
    return Gate()


@pytest.fixture(scope="session")
def server(django_db_setup: None, gate: Gate) -> Iterator[str]:
    httpd = Served(
        ("127.0.0.1", 0),
        QuietWSGIRequestHandler,
        allow_reuse_address=False,
        connections_override={"default": connections["default"]},
    )
    httpd.set_app(gate)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium; .ci/run installs it.")
        pytest.skip("There is no Chromium on this machine (on Debian: apt-get install chromium).")
    browser = Browser()
    yield browser
    browser.stop()


@pytest.fixture
def expect(browser: Browser) -> Remote:
    """Playwright's assertions, which wait."""
    return browser.expect


class Watch:
    """What pages complained of."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.faults: list[str] = []
        self.expected: set[int] = set()

    def expect(self, *statuses: int) -> None:
        """Take answers with these statuses as they are."""
        self.expected |= set(statuses)

    def follow(self, page: Any) -> None:
        """Watch a page."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _said(self, message: Any) -> None:
        reported = any(f"status of {status}" in message.text for status in self.expected)
        if message.type in ("error", "warning") and not reported:
            self.faults.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _asked(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and f"{address.scheme}://{address.netloc}" != self.home:
            self.faults.append(f"another host: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture
def watch(server: str) -> Iterator[Watch]:
    """What the pages of this test complained of; tell it what to expect."""
    watch = Watch(server)
    yield watch
    assert watch.faults == []


@pytest.fixture
def let_in(db: None, gate: Gate, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let requests into the transaction of the test."""
    # At the end of a request Django would close a connection in a transaction that it does not know.
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    monkeypatch.setattr(browser, "at_work", gate.passable)
    connection.inc_thread_sharing()
    with gate.kept():
        yield
    connection.dec_thread_sharing()


@pytest.fixture
def opened(let_in: None, browser: Browser, server: str, watch: Watch) -> Iterator[Callable[..., Any]]:
    """Open a page as somebody of a role: `opened("Editor")`. Paths are the server's."""
    contexts = []

    def open_page(role: str = "anonymous", **options: Any) -> Any:
        context = browser.chromium.new_context(base_url=server, viewport=WIDE, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        cookie = signed_in(role).cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie:
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
        page = context.new_page()
        watch.follow(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
