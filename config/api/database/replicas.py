"""Which database a public request reads: a replica that is close behind the primary, or the primary itself.

A reader keeps to one replica, whichever worker or machine answers, so that what it reads does not go back in time from one
request to the next. `Age` says how old the answer can be at most. Whatever is not a public request reads the primary.

How far a replica is behind follows from two positions in the write-ahead log, which need no writes and no clocks that agree. The
primary was at 500 at 12:00:00 and at 700 at 12:00:01. A replica that has replayed 650 has all that was committed by 12:00:00, and
one that has replayed 700 all that was by 12:00:01, though nothing was written since.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

from config.limits.requests import current
from config.monitoring.context import client_address

# What has not said for so many seconds how far it is, is not asked.
SILENT: Final = 2.5
_MOMENT: Final = 0.1
# Positions of the primary that are remembered: a minute's.
_REMEMBERED: Final = 120
# The oldest that an `Age` can say (RFC 9111, 1.2.2).
_OLDEST: Final = 2**31
NEVER: Final = -math.inf

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]


class _Reading(threading.local):
    """What this thread reads, and for whom."""

    alias = DEFAULT_DB_ALIAS
    reader = ""


_reading: Final = _Reading()


def reading() -> BaseDatabaseWrapper:
    """Return the connection that this thread reads from."""
    return connections[_reading.alias]


def reading_alias() -> str:
    """Return the alias of the database that this thread reads from."""
    return _reading.alias


@contextmanager
def read_from(alias: str, reader: str = "") -> Iterator[None]:
    """Have this thread read from the database `alias` for a while."""
    before = _reading.alias, _reading.reader
    _reading.reader = reader
    _read(alias)
    try:
        yield
    finally:
        _reading.alias, _reading.reader = before


class ReplicaRouter:
    """Sends what a public request reads to the replica chosen for it, and everything else to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the database that this thread reads from."""
        return _reading.alias

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Allow them: all hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Return whether a database is changed by migrations: replicas follow the primary by themselves."""
        return db == DEFAULT_DB_ALIAS


class ServerState(NamedTuple):
    """What a server said of itself. Times are of this process's own clock."""

    # When it was asked.
    at: float
    # How far in the write-ahead log it has written, or as a standby replayed, in bytes.
    position: int
    is_standby: bool = True
    # For how many seconds the last transaction it has replayed had been committed, as far as it knows.
    last_commit: float | None = None


@dataclass(slots=True)
class _State:
    seen: ServerState | None = None
    # The replica has everything that was committed by then.
    known_until: float = NEVER
    failed_at: float = NEVER


class Replicas:
    """What is known of the replicas, and the choice among them."""

    def __init__(self, aliases: Sequence[str], longest_lag: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._states = {alias: _State() for alias in aliases}
        self._longest_lag, self._clock = longest_lag, clock
        self._primary: deque[ServerState] = deque(maxlen=_REMEMBERED)
        self._logged: frozenset[str] = frozenset()
        self._usable: tuple[str, ...] = ()
        self._look_at = NEVER

    def update_primary(self, seen: ServerState) -> None:
        """Take in what the primary said."""
        self._primary.append(seen)

    def update_replica(self, alias: str, seen: ServerState) -> None:
        """Take in what a replica said."""
        state = self._states[alias]
        state.known_until = self._known_until(seen)
        state.seen = seen
        self._log_changes()

    def _known_until(self, seen: ServerState) -> float:
        primary = list(self._primary)
        if primary:
            return max((one.at for one in primary if one.position <= seen.position), default=NEVER)
        # There has been no primary since this process began: nothing is newer than the last commit that came.
        return NEVER if seen.last_commit is None else seen.at - max(0.0, seen.last_commit)

    def fail(self, alias: str) -> bool:
        """Ask a replica no more until it has said again how far it is; return whether it is a replica."""
        if alias not in self._states:
            return False
        self._states[alias].failed_at = self._clock()
        self._log_changes()
        return True

    def has_primary(self) -> bool:
        """Return whether the primary has answered lately."""
        return bool(self._primary) and self._clock() - self._primary[-1].at < SILENT

    def lags(self) -> dict[str, float]:
        """Return for each replica that answers how many seconds it is behind what is known of the primary."""
        newest = self._primary[-1].at if self._primary else NEVER
        now = self._clock()
        answering = {alias: one for alias, one in self._states.items() if one.seen and now - one.seen.at < SILENT}
        return {alias: max(0.0, newest - one.known_until) if self._primary else 0.0 for alias, one in answering.items()}

    def usable(self) -> tuple[str, ...]:
        """Return the replicas that readers are sent to."""
        return tuple(alias for alias, lag in self.lags().items() if lag <= self._longest_lag and self._is_well(alias))

    def _is_well(self, alias: str) -> bool:
        state = self._states[alias]
        # One that was made the primary, or takes itself for it still, is no replica.
        return bool(state.seen and state.seen.is_standby and state.seen.at > state.failed_at)

    def choose(self, reader: str, *, newest: bool = False) -> str:
        """Return the database to read for `reader`; the primary for who wants what is `newest`, if it is there."""
        usable = self._usable_now()
        if not usable or (newest and self.has_primary()):
            return DEFAULT_DB_ALIAS
        return _preferred(reader, usable)

    def _usable_now(self) -> tuple[str, ...]:
        """Return what `usable` does. Silence is noticed a moment later, so that requests do not find it out each for itself."""
        now = self._clock()
        if now >= self._look_at:
            self._usable, self._look_at = self.usable(), now + _MOMENT
        return self._usable

    def known(self) -> Mapping[str, float]:
        """Return until when each replica knows what was committed."""
        return {alias: state.known_until for alias, state in self._states.items()}

    def age(self, known_until: float) -> str:
        """Return how old an answer of a replica can be, in whole seconds."""
        age = self._clock() - known_until
        return str(_OLDEST if age > _OLDEST else math.ceil(age))

    def _log_changes(self) -> None:
        """Log which replicas are read, where that has changed."""
        self._look_at = NEVER
        usable = frozenset(self.usable())
        for alias in self._logged - usable:
            logger.warning("%s is read no more: it does not answer, is no standby or is too far behind.", alias)
        for alias in usable - self._logged:
            logger.warning("%s is read.", alias)
        self._logged = usable


@lru_cache(maxsize=4096)
def _preferred(reader: str, usable: tuple[str, ...]) -> str:
    """Return the replica of a reader: the same in every worker, and for others the same though one goes."""
    return max(usable, key=lambda alias: blake2b(f"{alias} {reader}".encode(), digest_size=8).digest())


def names() -> list[str]:
    """Return the aliases of the replicas in the settings."""
    found: list[str] = settings.REPLICAS
    return found


@cache
def replicas() -> Replicas:
    """Return what this process knows of its replicas. It is watched from the first call on."""
    from config.api.database.replication import watch  # noqa: PLC0415 - where there are no replicas, no driver is needed

    made = Replicas(names(), settings.REPLICA_MAX_LAG)
    watch(made, names())
    return made


def in_use() -> dict[str, float]:
    """Return 1 for each replica that readers are sent to, and 0 for the others."""
    usable = replicas().usable()
    return {alias: float(alias in usable) for alias in names()}


def read_elsewhere() -> bool:
    """Have this thread read elsewhere, because its replica has failed; return whether it was one."""
    if _reading.alias == DEFAULT_DB_ALIAS or not replicas().fail(_reading.alias):
        return False
    _read(replicas().choose(_reading.reader))
    return True


def _read(alias: str) -> None:
    """Have this thread read from the database `alias`, within the time that its request has."""
    _reading.alias = alias
    if alias != DEFAULT_DB_ALIAS and (limited := current()):
        limited.hold(connections[alias])


class ReadReplicas:
    """Middleware that reads public requests from replicas, and sets `Age` to how old the data can be."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request` from a replica."""
        pool, reader = replicas(), client_address(request)
        # Before it is read: what a replica learns meanwhile makes the answer no younger.
        known = pool.known()
        newest = "no-cache" in request.META.get("HTTP_CACHE_CONTROL", "")
        with read_from(pool.choose(reader, newest=newest), reader):
            response = self.get_response(request)
            alias = _reading.alias
        if alias in known:
            response.headers["Age"] = pool.age(known[alias])
        return response
