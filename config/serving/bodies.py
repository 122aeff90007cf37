"""Reads request bodies in the event loop, limited in time and size, without occupying a thread."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterable
from http import HTTPStatus
from typing import Final

# What a form of somebody who has not signed in may have, and what one of the desk may, an uploaded sheet above all.
SMALL: Final = 64_000
LARGE: Final = 10_500_000
# How long a body may take: this, and longer by its size at so many bytes a second.
SECONDS: Final = 15.0
RATE: Final = 100_000
# What all bodies that a worker reads at a time may hold, and how many of them are of one address.
IN_ALL: Final = 64_000_000
OF_ONE: Final = 16


class RefusedError(Exception):
    """A body that is not read to its end."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Bodies:
    """Reads bodies, and knows what it is reading."""

    def __init__(self) -> None:
        self._held = 0
        self._of: Counter[str] = Counter()

    async def read(self, parts: AsyncIterable[bytes], address: str, limit: int) -> bytes:
        """Return a body of at most `limit` bytes; raise `RefusedError`."""
        if self._of[address] >= OF_ONE:
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS, "Too many uploads from this address at the same time. Try again shortly."
            )
        self._of[address] += 1
        held = bytearray()
        try:
            async with asyncio.timeout(SECONDS + limit / RATE):
                async for part in parts:
                    self._held += len(part)
                    held += part
                    self._check(len(held), limit)
            return bytes(held)
        except TimeoutError as error:
            raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, "The upload took too long.") from error
        finally:
            self._held -= len(held)
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]

    def _check(self, size: int, limit: int) -> None:
        if size > limit:
            raise too_large(limit)
        if self._held > IN_ALL:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Too many uploads at the same time. Try again shortly.")


def too_large(limit: int) -> RefusedError:
    """Return the refusal of a body that has more than `limit` bytes."""
    return RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"This is more than {limit / 1_000_000:g} MB.")
