"""Prefetch of the next part of an export while one is sent.

PostgreSQL then works while the server writes, and its answer is there in large pieces when it is wanted, instead of being
waited for piece by piece. It is asked over a connection that the export has to itself: whichever thread goes on with a
stream, nobody else reads from it.
"""

from __future__ import annotations

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

from config.api.database.connection import LOST, adapted
from config.api.database.prepared import Row, Session
from config.api.database.replicas import reading
from config.api.engine.sql_cache import CachedQuery
from config.limits.database import owns_sessions
from config.limits.requests import current


class Prefetch:
    """The query of an export's next part, running ahead. Where it cannot, `rows` returns None and the caller queries."""

    def __init__(self) -> None:
        self._own: BaseDatabaseWrapper | None = None
        self._session: Session | None = None
        self._asked = False

    def ask(self, query: CachedQuery) -> None:
        """Send the query without waiting for its result."""
        database = reading()
        # SQLite works in this process, so there is nothing to prefetch; and only a transaction sees what it has written.
        if database.vendor != "postgresql" or not owns_sessions(database) or database.in_atomic_block:
            return
        if query.compiled is None or query.compiled.converters:
            return
        try:
            if self._session is None:
                self._own = database.copy()
                # Whichever thread ends the stream closes it.
                self._own.inc_thread_sharing()
                self._own.connect()
                self._session = Session(self._own.connection)
            self._watch()
            self._session.send(query.compiled.sql, adapted(query.arguments, database), planned=query.planned)
            self._asked = True
        except (psycopg.Error, *LOST):
            self.close()

    def rows(self) -> list[Row] | None:
        """Wait for the answer and return its rows; None where nothing was asked, or no answer came."""
        if self._session is None or not self._asked:
            return None
        self._asked = False
        self._watch()
        try:
            return self._session.received()
        except psycopg.Error:
            self.close()
            return None

    def _watch(self) -> None:
        """Have the time limit of the request hold for this connection, too."""
        limited = current()
        if limited and self._own:
            limited.add(self._own)

    def close(self) -> None:
        """Close the connection, even while a query runs."""
        if self._own is not None:
            self._own.close()
        self._own, self._session, self._asked = None, None, False
