"""Watchdog thread of each worker: ends requests that wait for a PostgreSQL that does not answer (frozen, or the network is down).

Nothing else would: the server that enforces the limit is frozen, and to the kernel the connection is healthy. Where
a request waits longer than usual, a new connection is tried. As long as that gets no answer, requests are ended and further
ones are refused at once. A server that answers it is merely busy, and its requests have the time that is for their kind.

A connection is ended, never a statement cancelled: a COMMIT that waits for a standby and is cancelled is told to have succeeded.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from typing import Any, Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

# How often requests are looked at, in seconds.
PERIOD: Final = 0.25
# How long a request waits before it is asked whether the server answers at all, and how often that is asked.
SUSPECT: Final = 1.5
BETWEEN: Final = 1.0
# How long a new connection may take, in seconds; the driver knows none shorter.
PATIENCE: Final = 2
# How much longer than its limit a request is left to the server, which should have stopped it.
GRACE: Final = 1.0

logger = logging.getLogger(__name__)


class Watchdog:
    """The watchdog of the requests of this process."""

    def __init__(self, running: Mapping[int, Any]) -> None:
        self._running = running
        self.is_silent = False
        self._asked = 0.0
        threading.Thread(target=self._run, name="time limits", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(PERIOD)
            try:
                self.look(time.monotonic())
            except Exception:
                logger.exception("Requests could not be looked after.")

    def look(self, now: float) -> None:
        """End the requests that have waited for too long."""
        waiting = [one for one in list(self._running.values()) if now - one.began > SUSPECT]
        if self.is_silent or (waiting and now - self._asked > BETWEEN):
            self._asked = now
            self._note(silent=not answers())
        for one in waiting:
            if not one.cut and ((self.is_silent and one.reads_primary) or now > one.deadline + GRACE):
                one.end()

    def _note(self, *, silent: bool) -> None:
        if silent is not self.is_silent:
            logger.error("The database does not answer." if silent else "The database answers again.")
        self.is_silent = silent


def answers() -> bool:
    """Return whether a new connection is answered, be it by a refusal."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    try:
        database.get_new_connection(database.get_connection_params() | {"connect_timeout": PATIENCE}).close()
    except psycopg.errors.ConnectionTimeout:
        return False
    except (psycopg.Error, DatabaseError):
        # Whoever is refused knows it at once.
        return True
    return True


# By process: workers part from one that has none.
_watchdogs: dict[int, Watchdog] = {}
_starting: Final = threading.Lock()


def start(running: Mapping[int, Any]) -> None:
    """Have the requests that are `running` looked after, for as long as this process lives."""
    if os.getpid() in _watchdogs:
        return
    with _starting:
        if os.getpid() not in _watchdogs:
            _watchdogs.clear()
            _watchdogs[os.getpid()] = Watchdog(running)


def is_silent() -> bool:
    """Return whether the database gives no answer at all: it need not be asked."""
    watchdog = _watchdogs.get(os.getpid())
    return watchdog is not None and watchdog.is_silent
