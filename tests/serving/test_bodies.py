"""Forms as the desk reads them: within a time and a size, and so many at a time. `tests/drills` tries it on a running server."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Coroutine
from types import SimpleNamespace
from typing import Any

import pytest

from config.serving import bodies
from config.serving.desk import Desk

pytestmark = pytest.mark.any_database

ADDRESS, OTHER = "203.0.113.7", "203.0.113.8"
REFUSED = {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "retry-after": "10",
    "connection": "close",
}
TOO_LATE = (408, REFUSED, "The upload took too long.")
TOO_MANY = (429, REFUSED, "Too many uploads from this address at the same time. Try again shortly.")
NO_ROOM = (503, REFUSED, "Too many uploads at the same time. Try again shortly.")
TOO_LARGE = (413, REFUSED, "This is more than 0.064 MB.")


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Answer with the body, as pages would that got it."""
    start("200 OK", [])
    return [environ["wsgi.input"].read()]


class Protocol:
    """One request as the server hands it over, and its answer."""

    def __init__(self, body: bytes, ends: asyncio.Event | None) -> None:
        self._body, self._ends = body, ends
        self.has_begun = asyncio.Event()
        self.answer: tuple[int, dict[str, str], Any] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body
        self.has_begun.set()
        if self._ends:
            await self._ends.wait()

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None:
        self.answer = status, dict(headers), body

    response_bytes = response_str


class Form:
    """A form that is sent to the desk; its last byte comes when `ends` is set."""

    def __init__(self, desk: Desk, body: bytes, address: str = ADDRESS, ends: asyncio.Event | None = None) -> None:
        scope = SimpleNamespace(
            method="POST", path="/accounts/login/", query_string="", headers={"transfer-encoding": "chunked"}, http_version="1.1",
            client=f"{address}:5000", server="testserver:80", scheme="http",
        )  # fmt: skip
        self.protocol = Protocol(body, ends)
        self._answered = asyncio.ensure_future(desk.__rsgi__(scope, self.protocol))

    async def answer(self) -> Any:
        await asyncio.wait_for(self._answered, 30)
        return self.protocol.answer


def run(trial: Coroutine[Any, Any, None]) -> None:
    asyncio.run(trial)


def test_a_form_that_takes_too_long_is_refused_and_leaves_its_room_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "IN_ALL", 100)

    async def trial() -> None:
        desk = Desk(echo)
        with monkeypatch.context() as patched:
            patched.setattr(bodies, "SECONDS", 0.0)
            patched.setattr(bodies, "RATE", math.inf)
            for _ in range(bodies.OF_ONE + 1):
                assert await Form(desk, b"a" * 60, ends=asyncio.Event()).answer() == TOO_LATE
        for _ in range(2):
            assert await Form(desk, b"a" * 60).answer() == (200, {}, b"a" * 60)

    run(trial())


def test_so_many_forms_of_one_address_are_read_at_a_time() -> None:
    async def trial() -> None:
        desk, ends = Desk(echo), asyncio.Event()
        forms = [Form(desk, b"a=b", ends=ends) for _ in range(bodies.OF_ONE)]
        for form in forms:
            await form.protocol.has_begun.wait()
        assert await Form(desk, b"a=b").answer() == TOO_MANY
        assert await Form(desk, b"a=b", OTHER).answer() == (200, {}, b"a=b")
        ends.set()
        assert [await form.answer() for form in forms] == [(200, {}, b"a=b")] * bodies.OF_ONE
        assert await Form(desk, b"a=b").answer() == (200, {}, b"a=b")

    run(trial())


def test_all_forms_together_have_so_much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "IN_ALL", 100)

    async def trial() -> None:
        desk, ends = Desk(echo), asyncio.Event()
        first = Form(desk, b"a" * 60, ends=ends)
        await first.protocol.has_begun.wait()
        assert await Form(desk, b"a" * 41, OTHER).answer() == NO_ROOM
        assert await Form(desk, b"a" * 40, OTHER).answer() == (200, {}, b"a" * 40)
        ends.set()
        assert await first.answer() == (200, {}, b"a" * 60)

    run(trial())


def test_a_stranger_sends_so_much_and_no_more() -> None:
    async def trial() -> None:
        desk = Desk(echo)
        assert await Form(desk, b"a" * bodies.SMALL).answer() == (200, {}, b"a" * bodies.SMALL)
        assert await Form(desk, b"a" * (bodies.SMALL + 1)).answer() == TOO_LARGE

    run(trial())
