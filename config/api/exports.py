"""Whole lists as JSON Lines, streamed from stored documents.

A stream reads some hundred records at a time, each time from where it was: it holds no transaction and no cursor, however
slowly its reader reads. For a reader who keeps up, the next part is asked for while one is sent. A worker serves few streams
at once, so that they hold up nobody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from copy import copy
from functools import cache
from typing import Any, ClassVar, Final

from django.conf import settings

from config.api.ahead import Ahead
from config.api.compiled import Question
from config.api.database import asked_again
from config.api.filters import FilterSet, Ordering, Parameter, UnreadableError
from config.api.pagination import Place
from config.api.references import is_slug
from config.record.constraints import SLUG, SLUG_LENGTH

MEDIA_TYPE: Final = "application/x-ndjson"
# How many records the first part has: so few that the reader soon has something.
AT_ONCE: Final = 125
# How many times as many the following ones may have, as long as their documents have room in so many bytes.
MORE: Final = (8, 4, 2)
ROOM: Final = 1_000_000
_UNEXPORTED: Final = ("limit", "cursor", "known_at")
BY_SLUG: Final = {sign + "slug": Ordering(sign + "slug", ("slug",), descending=bool(sign)) for sign in ("", "-")}

# Whoever takes longer over a part, in seconds, is not asked ahead for: the database would wait for them with an answer half sent.
PATIENCE: Final = 0.1

Part = Callable[[Place], Question]


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


class Stream:
    """One export: chunks of lines. Whoever serves it closes it, read to its end or not."""

    @classmethod
    def opened(cls, part: Part, place: Place, shown: Callable[[bytes], bytes] | None) -> Stream | None:
        """Open a stream of the last columns of each `part`; None where this worker serves as many as it may."""
        return cls(part, place, shown) if _streams().acquire(blocking=False) else None

    def __init__(self, part: Part, place: Place, shown: Callable[[bytes], bytes] | None) -> None:
        self._open = True
        self._chunks = self._read(part, place._replace(limit=AT_ONCE), shown)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Make room for another stream."""
        if self._open:
            self._open = False
            self._chunks.close()
            _streams().release()

    @staticmethod
    def _read(part: Part, place: Place, shown: Callable[[bytes], bytes] | None) -> Generator[bytes, None, None]:
        with closing(Ahead()) as ahead:
            keeps_up = False
            while rows := ahead.rows() or asked_again(part(place).rows):
                more = len(rows) > place.limit
                place = place._replace(position=rows[-1][: len(place.ordering.columns)])
                documents = [row[-1] for row in rows]
                place = place._replace(limit=_fitting(sum(map(len, documents)) / len(documents)))
                if more and keeps_up:
                    ahead.ask(part(place))
                lines = b"\n".join([*(map(shown, documents) if shown else documents), b""])
                # Neither are documents kept while the reader takes their lines, nor these while the next ones come.
                del rows, documents
                begun = time.monotonic()
                yield lines
                del lines
                keeps_up = time.monotonic() - begun < PATIENCE
                if not more:
                    return


def _fitting(size: float) -> int:
    """Return how many records a part has when they have `size` bytes each: one of few numbers, for each of which SQL is kept."""
    return AT_ONCE * next((times for times in MORE if size * AT_ONCE * times <= ROOM), 1)
