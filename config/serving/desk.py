"""The desk as an RSGI application: the event loop reads what browsers send, and a thread is taken only when all of it is there.

Under WSGI the thread of a request reads its body, for as long as whoever sends it likes; a few slow forms and nobody is answered
any more. Here they cost a little memory. The pages themselves are Django's, called as a WSGI application calls for.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from importlib import import_module
from typing import Any, Final
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - Django must be set up before
from django.http.cookie import parse_cookie  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from config.api.database.connection import is_unavailable  # noqa: E402
from config.api.errors import PREFIX  # noqa: E402
from config.api.server.fast_path import Server  # noqa: E402
from config.monitoring.tracing import traced  # noqa: E402
from config.serving.bodies import LARGE, SMALL, Bodies, RefusedError, too_large  # noqa: E402
from config.serving.connections import disconnect  # noqa: E402

THREADS: Final = 8
# How many requests may wait for a thread.
WAITING: Final = 64
_WITHOUT_BODY: Final = ("GET", "HEAD", "OPTIONS", "TRACE")

Headers = list[tuple[str, str]]
Environ = dict[str, Any]


class Answer:
    """What the pages answer: a status, headers, and parts of which only downloads have more than one."""

    def __init__(self, pages: Any, environ: Environ) -> None:
        self.status = 500
        self.headers: Headers = []
        self.parts: Any = pages(environ, self._start)

    def _start(self, status: str, headers: Headers, _error: Any = None) -> None:
        self.status, self.headers = int(status.partition(" ")[0]), headers

    def close(self) -> None:
        """End the request."""
        if hasattr(self.parts, "close"):
            self.parts.close()


class Desk:
    """The application."""

    def __init__(self, pages: Any) -> None:
        self._pages = pages
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="desk")
        self._bodies = Bodies()
        self._open = 0

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        headers: Headers = scope.headers.items()
        try:
            if settings.PUBLIC_URL and scope.path.startswith(PREFIX):
                self._lead_to_public(scope, protocol)
                return
            body = b"" if scope.method in _WITHOUT_BODY else await self._body(scope, protocol, headers)
            await self._answer(environ_of(scope, headers, body), protocol)
        except Exception as error:
            refused = error if isinstance(error, RefusedError) else _unavailable(error)
            if refused is None:
                raise
            told = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store"), ("retry-after", "10")]
            protocol.response_str(refused.status.value, [*told, ("connection", "close")], refused.detail)
            # The server goes on waiting for the rest of a body.
            disconnect(scope.client)

    @staticmethod
    def _lead_to_public(scope: Any, protocol: Any) -> None:
        query = f"?{scope.query_string}" if scope.query_string else ""
        place = ("location", f"{settings.PUBLIC_URL}{quote(scope.path)}{query}")
        protocol.response_empty(HTTPStatus.TEMPORARY_REDIRECT.value, [place, ("cache-control", "no-store")])

    async def _body(self, scope: Any, protocol: Any, headers: Headers) -> bytes:
        told = _joined(headers, "content-length", ",")
        # What comes in chunks says nothing of its size.
        size = int(told) if told.isdecimal() else None
        limit = SMALL
        if size is None or size > SMALL:
            limit = LARGE if await self._in_thread(_has_signed_in, headers) else SMALL
        if size is not None and size > limit:
            raise too_large(limit)
        return await self._bodies.read(protocol, scope.client.rpartition(":")[0], limit)

    async def _answer(self, environ: Environ, protocol: Any) -> None:
        loop = asyncio.get_running_loop()

        def answered() -> None:
            answer = Answer(self._pages, environ)
            try:
                if not getattr(answer.parts, "streaming", False):
                    loop.call_soon_threadsafe(_send, protocol, answer.status, answer.headers, b"".join(answer.parts))
                    return
                transport = protocol.response_stream(answer.status, answer.headers)
                for part in answer.parts:
                    asyncio.run_coroutine_threadsafe(_sent(transport, part), loop).result(settings.STALLED_AFTER)
            finally:
                answer.close()

        await self._in_thread(answered)

    async def _in_thread(self, call: Callable[..., Any], *arguments: Any) -> Any:
        if self._open >= THREADS + WAITING:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests are waiting. Try again shortly.")
        self._open += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)
        finally:
            self._open -= 1


def _unavailable(error: Exception) -> RefusedError | None:
    """Return the refusal of a request whose session cannot be looked up at the moment; None where something else went wrong."""
    if not is_unavailable(error):
        return None
    return RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "The service is temporarily unavailable. Try again shortly.")


def _send(protocol: Any, status: int, headers: Headers, body: bytes) -> None:
    protocol.response_bytes(status, headers, body)


async def _sent(transport: Any, part: bytes) -> None:
    await transport.send_bytes(part)


def _has_signed_in(headers: Headers) -> bool:
    """Return whether a request is of somebody who has signed in, as far as its cookie tells."""
    cookies = parse_cookie(_joined(headers, "cookie", "; "))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    return bool(key) and "_auth_user_id" in import_module(settings.SESSION_ENGINE).SessionStore(key)


def environ_of(scope: Any, headers: Headers, body: bytes) -> Environ:
    """Return a request as WSGI has it (PEP 3333)."""
    name, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # Bytes, of which each is written as a character.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for one in dict.fromkeys(name for name, _ in headers):
        # Else a client could write headers that only the proxy may.
        if "_" not in one and one not in ("content-length", "transfer-encoding"):
            key = one.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = _joined(headers, one, "; " if one == "cookie" else ",")
    return environ


def _joined(headers: Iterable[tuple[str, str]], name: str, by: str) -> str:
    return by.join(value for one, value in headers if one == name)


def build() -> Desk:
    """Return the application. What belongs to one process alone, such as counts, traces and threads, begins here."""
    return Desk(traced(Server()))


# All pages are there before the first request, and before workers part.
_ = get_resolver().url_patterns
