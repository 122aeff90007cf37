"""How each database is told of a limit, and how what it stopped is known.

PostgreSQL keeps to `statement_timeout`; it is told only where the kind of request has changed over a connection, which costs
nothing otherwise. SQLite asks a progress handler every so many of its steps.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq

# How many steps of its virtual machine SQLite takes between two looks at the clock: some milliseconds of work.
STEPS: Final = 100_000
# How much longer than its limit a request may leave a transaction idle, in seconds: by then it has failed itself, if it is there.
IDLE: Final = 5.0
# From which version on PostgreSQL looks whether the client is still there while it works.
_CHECKS_CLIENTS: Final = 140_000

# By the connection of the driver: the limit that PostgreSQL was told last.
_limits: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


def limit(database: BaseDatabaseWrapper, seconds: float, is_over: Callable[[], bool]) -> None:
    """Have the database stop what takes longer than `seconds`, or goes on when the time `is_over`; 0 sets no limit."""
    if database.connection is None:
        # It is told when it is opened (`configure`).
        return
    if database.vendor == "sqlite":
        database.connection.set_progress_handler(is_over if seconds else None, STEPS)
    elif _limits.get(database.connection, 0.0) != seconds and owns_sessions(database):
        idle = seconds + IDLE if seconds else 0
        _set(database.connection, {"statement_timeout": seconds, "idle_in_transaction_session_timeout": idle}, seconds)


def release(database: BaseDatabaseWrapper) -> None:
    """Set no limit any more: what follows in this thread may be a command."""
    # PostgreSQL is told anew by the next request, and commands have connections of their own.
    if database.vendor == "sqlite" and database.connection is not None:
        database.connection.set_progress_handler(None, STEPS)


def configure(database: BaseDatabaseWrapper, seconds: float | None, is_over: Callable[[], bool]) -> None:
    """Tell a connection that was opened what holds for it, and the limit of the request it was opened for, if there is one."""
    if database.vendor == "postgresql" and owns_sessions(database):
        constant = {"lock_timeout": settings.LOCK_WAIT} if settings.LOCK_WAIT else {}
        if database.connection.pgconn.server_version >= _CHECKS_CLIENTS:
            # What nobody waits for any more is not worked on.
            constant["client_connection_check_interval"] = 1
        _set(database.connection, constant)
    if seconds is not None:
        limit(database, seconds, is_over)


def owns_sessions(database: BaseDatabaseWrapper) -> bool:
    """Return whether what a connection is told stays with it: a pooler gives it to others after each transaction.

    A pooler may stand before the primary and not before the replicas.
    """
    primary = database.alias == DEFAULT_DB_ALIAS
    return bool(settings.PREPARED_STATEMENTS if primary else settings.REPLICA_PREPARED_STATEMENTS)


def _set(server: Any, values: dict[str, float], remembered: float | None = None) -> None:
    statements = ";".join(f"SET {name} = {round(seconds * 1000)}" for name, seconds in values.items())
    # A connection that leads nowhere is noticed by the question that follows.
    with suppress(psycopg.OperationalError):
        idle = server.pgconn.transaction_status == pq.TransactionStatus.IDLE
        done = server.pgconn.exec_(statements.encode()).status == pq.ExecStatus.COMMAND_OK
        # A transaction that is undone undoes the settings, too.
        if remembered is not None:
            _limits[server] = remembered if done and idle else -1.0


def cut(database: BaseDatabaseWrapper) -> None:
    """End the connection of another thread. Whoever waits for an answer over it fails at once."""
    server: Any = database.connection
    if database.vendor != "postgresql" or server is None:
        return
    with suppress(psycopg.OperationalError, OSError), socket.socket(fileno=os.dup(server.pgconn.socket)) as own:
        own.shutdown(socket.SHUT_RDWR)


def is_stopped(error: BaseException) -> bool:
    """Return whether the database has stopped what took too long."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
    return isinstance(cause, psycopg.errors.QueryCanceled)
