"""Whole lists as JSON Lines, streamed from stored documents.

A stream reads some hundred records at a time, each time from where it was: it holds no transaction and no cursor, however
slowly its reader reads. While one part is sent the next is read, over a connection of its own. A worker serves few streams at
once, so that they hold up nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from functools import cache, partial
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import connection

from config.api.database import asked_again
from config.api.filters import FilterSet, Ordering, Parameter, UnreadableError
from config.api.pagination import Place
from config.api.prepared import Row
from config.api.references import is_slug
from config.record.constraints import SLUG, SLUG_LENGTH

MEDIA_TYPE: Final = "application/x-ndjson"
# So few that the memory of one part serves for the next: larger ones are given back to the system and asked for each time.
AT_ONCE: Final = 250
_UNEXPORTED: Final = ("limit", "cursor", "known_at")
BY_SLUG: Final = {sign + "slug": Ordering(sign + "slug", ("slug",), descending=bool(sign)) for sign in ("", "-")}

Reader = Callable[[Place], list[Row]]
# Lines, and where the next ones begin.
Part = tuple[bytes, Place | None]


class SlugBound(Parameter):
    """The first or the last slug of a part of a list, so that several can fetch one together."""

    slotted = True
    value_schema: ClassVar = {"type": "string", "minLength": 1, "maxLength": SLUG_LENGTH, "pattern": SLUG}

    def __init__(self, select: str, end: str) -> None:
        text = (
            f"The {end} slug to export, by code point. With `slug_min` and `slug_max` a list is fetched in parts, side by side."
        )
        super().__init__(select, help_text=text)

    def read_one(self, text: str) -> str:
        if not is_slug(text):
            raise UnreadableError("invalid_slug", f"“{text}” cannot be a slug: words of letters and digits joined by hyphens.")
        return text


def exporting(filterset: Any) -> type[FilterSet]:
    """Return the parameters of an export: those of the list, without its pages, and with an order to cut it by."""
    order = copy(filterset.parameters()["order"])
    order.orders = order.orders | BY_SLUG
    own = {
        **dict.fromkeys(name for name in _UNEXPORTED if name in filterset.parameters()),
        "slug_min": SlugBound("slug__gte", "first"), "slug_max": SlugBound("slug__lte", "last"), "order": order,
    }  # fmt: skip
    made: type[FilterSet] = type(filterset)(f"{filterset.__name__}Export", (filterset,), own | {"__doc__": filterset.__doc__})
    return made


@cache
def _streams() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(settings.EXPORTS_AT_ONCE)


@cache
def readers() -> ThreadPoolExecutor:
    """Return the threads that read ahead, each with a connection that it keeps."""
    return ThreadPoolExecutor(settings.EXPORTS_AT_ONCE, "export")


class Stream:
    """One export: chunks of lines. Whoever serves it closes it, read to its end or not."""

    @classmethod
    def opened(cls, read: Reader, place: Place, shown: Callable[[bytes], bytes] | None) -> Stream | None:
        """Open a stream of the last columns of what `read` returns; None where this worker serves as many as it may."""
        return cls(read, place, shown) if _streams().acquire(blocking=False) else None

    def __init__(self, read: Reader, place: Place, shown: Callable[[bytes], bytes] | None) -> None:
        self._open = True
        self._chunks = _chunks(partial(_part, read, shown), replace(place, limit=AT_ONCE))

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Make room for another stream."""
        if self._open:
            self._open = False
            self._chunks.close()
            _streams().release()


def _chunks(read: Callable[[Place], Part], place: Place | None) -> Generator[bytes, None, None]:
    awaited = _begun(read, place)
    while awaited:
        text, place = awaited()
        awaited = _begun(read, place)
        if text:
            yield text


def _begun(read: Callable[[Place], Part], place: Place | None) -> Callable[[], Part] | None:
    """Begin to read a part; return what waits for it, None where there is no more to read."""
    if place is None:
        return None
    # SQLite works in this process, so there is nothing to wait for; and what a transaction writes is seen by itself alone.
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        return partial(read, place)
    return readers().submit(read, place).result


def _part(read: Reader, shown: Callable[[bytes], bytes] | None, place: Place) -> Part:
    rows = asked_again(lambda: read(place))
    documents = [row[-1] for row in rows]
    text = b"\n".join([*(map(shown, documents) if shown else documents), b""])
    return text, replace(place, position=rows[-1][: len(place.ordering.columns)]) if len(rows) > place.limit else None
