"""Asks the primary and its replicas twice a second how far they are, for as long as the process lives.

Each server is asked by a thread of its own, because one that is frozen never answers; another thread looks at the time, and
shuts down the connections of whatever does not answer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from config.api.database.replicas import SILENT, Replicas, ServerState
from config.postgresql.base import disconnect, shut_down

PERIOD: Final = 0.5
# How long the first request of a process waits until something is known.
FIRST: Final = 1.0
_ASKED: Final = """
    SELECT pg_is_in_recovery(),
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn,
        EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp())
"""

logger = logging.getLogger(__name__)


class Probe:
    """Asks one server over a connection of its own."""

    def __init__(self, alias: str, take: Callable[[ServerState], None], fail: Callable[[], Any]) -> None:
        self.alias, self._update, self._fail = alias, take, fail
        self._server: psycopg.Connection[Any] | None = None
        self.answered = threading.Event()
        # Since when it waits for an answer.
        self.waits_since: float | None = None

    def run(self) -> None:
        """Ask for ever."""
        while True:
            try:
                self.ask()
            except psycopg.Error as error:
                logger.info("%s does not say how far it is: %s", self.alias, error)
                self._fail()
                self._close()
            except Exception:
                logger.exception("%s could not be asked how far it is.", self.alias)
                self._close()
            finally:
                self.waits_since = None
                self.answered.set()
            time.sleep(PERIOD)

    def ask(self) -> None:
        """Ask once."""
        at = self.waits_since = time.monotonic()
        if self._server is None:
            given = connections[self.alias].get_connection_params()
            parameters = {name: value for name, value in given.items() if name not in ("context", "cursor_factory")}
            self._server = psycopg.connect(**parameters, autocommit=True)
            # Connections of Django are the thread's; none was opened.
        standby, position, last_commit = self._server.execute(_ASKED).fetchone() or (True, 0, None)
        self._update(ServerState(at, int(position or 0), bool(standby), None if last_commit is None else float(last_commit)))

    def disconnect(self) -> None:
        """Have the wait for an answer end."""
        if self._server is not None:
            shut_down(self._server)

    def _close(self) -> None:
        if self._server is not None:
            with suppress(psycopg.Error):
                self._server.close()
        self._server = None


def watch(pool: Replicas, aliases: Sequence[str]) -> None:
    """Begin to watch, and wait a moment for the first answers."""

    def nothing() -> None:
        """Do nothing: that the primary is silent shows by its silence."""

    probes = [Probe(DEFAULT_DB_ALIAS, pool.update_primary, nothing)]
    probes += [Probe(alias, partial(pool.update_replica, alias), partial(pool.fail, alias)) for alias in aliases]
    for probe in probes:
        threading.Thread(target=probe.run, name=f"replication of {probe.alias}", daemon=True).start()
    threading.Thread(target=_wake, args=(pool, probes), name="replication", daemon=True).start()
    end = time.monotonic() + FIRST
    for probe in probes:
        probe.answered.wait(max(0.0, end - time.monotonic()))


def _wake(pool: Replicas, probes: Sequence[Probe]) -> None:
    while True:
        time.sleep(PERIOD)
        look(pool, probes, time.monotonic())


def look(pool: Replicas, probes: Sequence[Probe], now: float) -> None:
    """Wake whoever waits for a server that does not answer. A commit that waits at the primary is never cut short."""
    for probe in probes:
        if probe.waits_since is not None and now - probe.waits_since > SILENT:
            probe.disconnect()
            if probe.alias != DEFAULT_DB_ALIAS:
                pool.fail(probe.alias)
                disconnect(probe.alias)
