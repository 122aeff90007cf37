"""Whole lists as JSON Lines, streamed from stored documents.

A stream reads a few hundred records at a time, each time from where it was: it holds no transaction and no cursor, however
slowly its reader reads. A worker serves few streams at once, so that they hold up nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet

from config.api.filters import FilterSet
from config.api.pagination import Place

MEDIA_TYPE: Final = "application/x-ndjson"
AT_ONCE: Final = 500
_UNEXPORTED: Final = ("limit", "cursor", "known_at")


def exporting(filterset: Any) -> type[FilterSet]:
    """Return the parameters of an export: those of the list, without its pages."""
    left_out = dict.fromkeys(name for name in _UNEXPORTED if name in filterset.parameters())
    made: type[FilterSet] = type(filterset)(
        f"{filterset.__name__}Export", (filterset,), {**left_out, "__doc__": filterset.__doc__}
    )
    return made


@cache
def _streams() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(settings.EXPORTS_AT_ONCE)


class Stream:
    """One export: chunks of lines. Whoever serves it closes it, read to its end or not."""

    @classmethod
    def opened(cls, queryset: QuerySet[Any], place: Place, shown: Callable[[str], str]) -> Stream | None:
        """Open a stream; None where this worker serves as many as it may."""
        return cls(queryset, place, shown) if _streams().acquire(blocking=False) else None

    def __init__(self, queryset: QuerySet[Any], place: Place, shown: Callable[[str], str]) -> None:
        self._open = True
        self._chunks = self._read(queryset, replace(place, limit=AT_ONCE), shown)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Make room for another stream."""
        if self._open:
            self._open = False
            self._chunks.close()
            _streams().release()

    @staticmethod
    def _read(queryset: QuerySet[Any], place: Place, shown: Callable[[str], str]) -> Generator[bytes, None, None]:
        while rows := place.rows_of(queryset, "document"):
            yield "".join(shown(row[-1]) + "\n" for row in rows).encode()
            if len(rows) <= place.limit:
                return
            place = replace(place, position=rows[-1][: len(place.ordering.columns)])
