"""The floor's server: granian's own interface, and nothing between it and the database.

An address is the name of a question and what is asked, part by part: `/statements/mubor-3/1/2015-06-30`.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.floor.postgresql import PostgreSQL
from benchmarks.floor.sqlite import SQLite

_JSON: Final = [("content-type", "application/json")]
_LINES: Final = [("content-type", "application/x-ndjson")]


class App:
    """What granian calls: once in each worker, then for each request."""

    def __init__(self, url: str) -> None:
        self._database = SQLite(urlsplit(url).path) if url.startswith("sqlite") else PostgreSQL(url)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Connect to the database."""
        loop.run_until_complete(self._database.open())

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer a request."""
        _, name, *asked = scope.path.split("/")
        if name == "export":
            stream = protocol.response_stream(200, _LINES)
            async for chunk in self._database.lines(asked):
                await stream.send_bytes(chunk)
            return
        answer = await self._database.value(name, [one.replace("+", " ") for one in asked])
        if answer is None:
            protocol.response_empty(404, [])
        else:
            protocol.response_bytes(200, _JSON, answer)


app = App(os.environ["DATABASE_URL"])
