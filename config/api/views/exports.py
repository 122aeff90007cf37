"""Exports: whole lists, streamed from stored documents.

A stream reads some hundred records at a time, each time from where it was: it holds no transaction and no cursor, however
slowly its reader reads. For a reader who keeps up, the next part is asked for while one is sent. A worker serves few streams
at once, so that they hold up nobody, and fewer to one address, so that nobody has them all.

Servers end an answer that breaks off like one that is whole. So the renderer ends the last part with the number of records.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from copy import copy
from typing import Any, ClassVar, Final

from django.conf import settings
from rest_framework.exceptions import Throttled

from config.api.database.connection import retry_lost_connection
from config.api.database.prepared import Row
from config.api.database.replicas import read_from, reading_alias
from config.api.engine.keyset import CursorPosition
from config.api.engine.prefetch import Prefetch
from config.api.engine.sql_cache import CachedQuery
from config.api.parameters.base import FilterSet, Ordering, Parameter, UnreadableError
from config.api.parameters.references import is_slug
from config.limits.requests import Kind, each_limited
from config.monitoring.metrics import metrics
from config.record.database.constraints import SLUG, SLUG_LENGTH

# Number of records in the first part: few, so that the client soon receives the first byte.
AT_ONCE: Final = 125
# Growth factor of the following parts, up to this many bytes of documents.
MORE: Final = (8, 4, 2)
ROOM: Final = 1_000_000
_UNEXPORTED: Final = ("limit", "cursor", "known_at")
BY_SLUG: Final = {sign + "slug": Ordering(sign + "slug", ("slug",), descending=bool(sign)) for sign in ("", "-")}

# For a client slower than this per part, in seconds, nothing is prefetched: the database would wait with a half-sent result.
PATIENCE: Final = 0.1
# A client slower than this per part is disconnected.
LONGEST: Final = 120.0
RETRY_AFTER: Final = 5

logger = logging.getLogger(__name__)

Part = Callable[[CursorPosition], CachedQuery]
# Renders a part from its documents and, for the last part, the total.
Render = Callable[[Sequence[bytes], int | None], bytes]


class SlugBound(Parameter):
    """The first or the last slug of a part of a list, so that several can fetch one together."""

    bindable = True
    value_schema: ClassVar = {"type": "string", "minLength": 1, "maxLength": SLUG_LENGTH, "pattern": SLUG}

    def __init__(self, select: str, end: str) -> None:
        text = (
            f"{end.capitalize()} slug to export, by code point. `slug_min` and `slug_max` split a list into parts that can be "
            "fetched in parallel."
        )
        super().__init__(select, help_text=text)

    def read_one(self, text: str) -> str:
        if not is_slug(text):
            raise UnreadableError("invalid_slug", f"“{text}” is not a slug: words of letters and digits joined by hyphens.")
        return text


def exporting(filterset: Any) -> type[FilterSet]:
    """Return the filterset of an export: that of the list without pagination, plus slug bounds."""
    order = copy(filterset.parameters()["order"])
    order.orders = order.orders | BY_SLUG
    own = {
        **dict.fromkeys(name for name in _UNEXPORTED if name in filterset.parameters()),
        "slug_min": SlugBound("slug__gte", "first"),
        "slug_max": SlugBound("slug__lte", "last"),
        "order": order,
    }
    made: type[FilterSet] = type(filterset)(f"{filterset.__name__}Export", (filterset,), own | {"__doc__": filterset.__doc__})
    return made


class StreamSlots:
    """The open streams of a worker, in total and per client address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._to: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Take a slot and return True; False if none is free. Raise `Throttled` if the address has its share."""
        with self._lock:
            if self._to[address] >= settings.EXPORTS_OF_ONE:
                raise Throttled(RETRY_AFTER, "Too many concurrent exports from this address.")
            if self._to.total() >= settings.EXPORTS_AT_ONCE:
                return False
            self._to[address] += 1
            return True

    def leave(self, address: str) -> None:
        """Release the slot."""
        with self._lock:
            self._to[address] -= 1
            # Addresses without a stream are not remembered.
            self._to = +self._to


_room: Final = StreamSlots()


class Stream:
    """The body of one export: an iterator of chunks. The server closes it, read to its end or not."""

    @classmethod
    def opened(cls, part: Part, position: CursorPosition, render: Render, address: str) -> Stream | None:
        """Open a stream of the last columns of each `part` to `address`; None where this worker serves as many as it may."""
        if not _room.enter(address):
            return None
        stream = cls(part, position, render, address)
        try:
            # Made before the answer begins, so that what cannot be made is answered by an error.
            stream._first = next(stream._chunks)
        except BaseException:
            stream.close()
            raise
        return stream

    def __init__(self, part: Part, position: CursorPosition, render: Render, address: str) -> None:
        self._open, self._address, self._alias = True, address, reading_alias()
        self._count(1)
        self._first = b""
        self._chunks = self._read(part, position._replace(limit=AT_ONCE), render)

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        self._first = b""
        yield from each_limited(Kind.EXPORT, self._chunks)

    def close(self) -> None:
        """Close the stream and release its slot."""
        if self._open:
            self._open = False
            self._count(-1)
            self._chunks.close()
            _room.leave(self._address)

    @staticmethod
    def _count(change: int) -> None:
        if (counted := metrics()) is not None:
            counted.exports_open.inc(change)

    def _asked(self, prefetch: Prefetch, part: Part, position: CursorPosition) -> list[Row]:
        """Return the rows of a part, from the same replica as the last part if it still answers."""
        with read_from(self._alias, self._address):
            rows = prefetch.rows() or retry_lost_connection(lambda: part(position).rows())
            self._alias = reading_alias()
        return rows

    def _read(self, part: Part, position: CursorPosition, render: Render) -> Generator[bytes, None, None]:
        with closing(Prefetch()) as prefetch:
            keeps_up, count = False, 0
            while rows := self._asked(prefetch, part, position):
                more = len(rows) > position.limit
                position = position._replace(key_values=rows[-1][: len(position.ordering.columns)])
                documents = [row[-1] for row in rows]
                count += len(documents)
                position = position._replace(limit=_fitting(sum(map(len, documents)) / len(documents)))
                if more and keeps_up:
                    with read_from(self._alias, self._address):
                        prefetch.ask(part(position))
                rendered = render(documents, None if more else count)
                # Neither are documents kept while the reader takes what was made of them, nor that while the next ones come.
                del rows, documents
                begun = time.monotonic()
                yield rendered
                del rendered
                took = time.monotonic() - begun
                if took > LONGEST:
                    logger.warning("An export was ended: its reader took %d s over one part.", took)
                    return
                keeps_up = took < PATIENCE
                if not more:
                    return
            yield render([], count)


def _fitting(size: float) -> int:
    """Return how many records a part has when they have `size` bytes each: one of few numbers, for each of which SQL is kept."""
    return AT_ONCE * next((times for times in MORE if size * AT_ONCE * times <= ROOM), 1)
