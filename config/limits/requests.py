"""The requests that are on their way, each with the moment by which the database has answered it or is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, Self, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from config.limits import database, watchdog

FOREVER: Final = float("inf")
Part = TypeVar("Part")


class Kind(StrEnum):
    """What requests are told apart by; each has a limit in `TIME_LIMITS`."""

    # A list, a record, its versions, the search, the feed.
    READ = "read"
    COUNT = "count"
    # One part of an export or a download.
    EXPORT = "export"
    # A page of the desk.
    PAGE = "page"
    # What changes records, or anything else: forms of the desk.
    SAVE = "save"
    # An uploaded sheet: comparing it, and doing what it says.
    IMPORT = "import"


class Limited:
    """The time in which a request is answered: a context manager around whatever asks the database in this thread."""

    __slots__ = ("_done", "_lock", "_others", "_outer", "_own", "_replicas", "began", "cut", "deadline", "kind", "seconds")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        # How long the request may take; 0 sets no limit.
        self.seconds: float = 0.0
        self.began = self.deadline = 0.0
        # Whether the watchdog has ended its connections.
        self.cut = False
        self._own = connections[DEFAULT_DB_ALIAS]
        self._others: list[BaseDatabaseWrapper] = []
        self._replicas: list[BaseDatabaseWrapper] = []
        self._lock = threading.Lock()
        self._done = False
        self._outer: Limited | None = None

    def __enter__(self) -> Self:
        thread = threading.get_ident()
        self._outer = _running.get(thread)
        self._begin()
        _running[thread] = self
        if self._own.vendor == "postgresql":
            watchdog.start(_running)
        database.limit(self._own, self.seconds, self.is_over)
        return self

    def __exit__(self, *_: object) -> None:
        # Whoever ends connections from beside holds the lock: it is never that of the next request.
        with self._lock:
            self._done = True
        if self._outer is None:
            del _running[threading.get_ident()]
            database.release(self._own)
        else:
            _running[threading.get_ident()] = self._outer
            database.limit(self._own, self._outer.seconds, self._outer.is_over)

    def is_over(self) -> bool:
        """Return whether the time is over."""
        return time.monotonic() > self.deadline

    def switch(self, kind: Kind) -> None:
        """Have a limit of another kind, from now on."""
        if kind is not self.kind:
            self.kind = kind
            self._begin()
            for one in (self._own, *self._replicas):
                database.limit(one, self.seconds, self.is_over)

    def hold(self, replica: BaseDatabaseWrapper) -> None:
        """Hold for what is read from a replica, too."""
        if replica not in self._replicas:
            self._replicas.append(replica)
        database.limit(replica, self.seconds, self.is_over)

    @property
    def reads_primary(self) -> bool:
        """Whether the request waits for nobody but the primary."""
        return not self._replicas

    def add(self, other: BaseDatabaseWrapper) -> None:
        """Hold for another connection, too."""
        self._others.append(other)

    def end(self) -> None:
        """End the connections, from beside: the request fails where it waits for an answer."""
        with self._lock:
            if not self._done:
                self.cut = True
                for one in (self._own, *self._replicas, *self._others):
                    database.cut(one)

    def _begin(self) -> None:
        self.seconds = settings.TIME_LIMITS[self.kind]
        self.began = time.monotonic()
        self.deadline = self.began + self.seconds if self.seconds else FOREVER


# By thread.
_running: Final[dict[int, Limited]] = {}


def current() -> Limited | None:
    """Return the limit that holds in this thread; None in commands, which may take as long as they need."""
    return _running.get(threading.get_ident())


def limit_as(kind: Kind) -> None:
    """Have this request answered in the time that is for `kind`."""
    if limited := _running.get(threading.get_ident()):
        limited.switch(kind)


def each_limited(kind: Kind, parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts of what is streamed; each of them is made in the time that is for `kind`."""
    remaining = iter(parts)
    while True:
        with Limited(kind):
            try:
                part = next(remaining)
            except StopIteration:
                return
        yield part
        # Not kept while the next one is made.
        del part


def is_over() -> bool:
    """Return whether this request has had its time: nothing is asked again for it."""
    limited = current()
    return limited is not None and (limited.cut or limited.is_over())
