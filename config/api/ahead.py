"""The next part of an export, asked for while one is sent.

PostgreSQL then works while the server writes, and its answer is there in large pieces when it is wanted, instead of being
waited for piece by piece. It is asked over a connection that the export has to itself: whichever thread goes on with a
stream, nobody else reads from it.
"""

from __future__ import annotations

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from config.api.compiled import Question
from config.api.database import LOST, adapted
from config.api.prepared import Row, Session


class Ahead:
    """Where one export asks ahead. What cannot be asked so has to be asked in turn."""

    def __init__(self) -> None:
        self._own: BaseDatabaseWrapper | None = None
        self._session: Session | None = None
        self._asked = False

    def ask(self, question: Question) -> None:
        """Ask, without waiting for the answer."""
        database = connections[DEFAULT_DB_ALIAS]
        # SQLite works in this process, so there is nothing to wait for; and what a transaction writes is seen by itself alone.
        if database.vendor != "postgresql" or not settings.PREPARED_STATEMENTS or database.in_atomic_block:
            return
        if question.statement is None or question.statement.converters:
            return
        try:
            if self._session is None:
                self._own = database.copy()
                # Whichever thread ends the stream closes it.
                self._own.inc_thread_sharing()
                self._own.connect()
                self._session = Session(self._own.connection)
            self._session.send(question.statement.sql, adapted(question.values, database), planned=question.planned)
            self._asked = True
        except (psycopg.Error, *LOST):
            self.close()

    def rows(self) -> list[Row] | None:
        """Wait for the answer and return its rows; None where nothing was asked, or no answer came."""
        if self._session is None or not self._asked:
            return None
        self._asked = False
        try:
            return self._session.received()
        except psycopg.Error:
            self.close()
            return None

    def close(self) -> None:
        """Leave the database, whatever it is doing."""
        if self._own is not None:
            self._own.close()
        self._own, self._session, self._asked = None, None, False
