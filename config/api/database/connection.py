"""Queries of the API: with prepared statements, and repeated over a new connection where the old one was lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db import InterfaceError, InternalError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from config.api.database import prepared
from config.api.database.prepared import Row
from config.api.database.replicas import names, read_elsewhere, reading
from config.limits import requests
from config.limits.database import owns_sessions
from config.monitoring.context import UNWATCHED, add_query
from config.record.database.search import Terms

# What Django raises when the database cannot be reached, or no longer over the connection there was.
LOST: Final = (OperationalError, InterfaceError)

# What a server that is no longer the primary answers to whoever writes.
_READ_ONLY: Final = "25006"

Answer = TypeVar("Answer")


def is_unavailable(error: BaseException | None) -> bool:
    """Return whether an error means that a server is unavailable at the moment, so that a later request may succeed.

    A pooler raises one while there is no primary ("server login has been failing"), and a server that stops; both are
    `OperationalError`. Django takes one that became a standby for an error of its own making. The cache may be a server, too.
    """
    if isinstance(error, LOST):
        return True
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", "") == _READ_ONLY
    # Loaded where there is such a cache alone.
    cache: Any = sys.modules.get("redis.exceptions")
    return cache is not None and isinstance(error, (cache.ConnectionError, cache.TimeoutError))


def fetched(sql: str, values: Sequence[Any], *, planned: bool = True) -> list[Row]:
    """Return the rows of a query that is asked again and again. `%(1)s` in it stands for the first of `values`.

    PostgreSQL keeps its plan (`config.api.database.prepared`) where it is `planned` once for all values; SQLite's driver does by
    itself.
    """
    # To ask for it once is enough: which thread's it is takes longer to find out than a value to hand over.
    database = reading()
    given = adapted(values, database)
    watched = database.force_debug_cursor or database.execute_wrappers not in UNWATCHED
    if database.vendor == "postgresql" and owns_sessions(database) and not watched:
        add_query()
        return prepared.fetched(database, sql, given, planned=planned)
    with database.cursor() as cursor:
        cursor.execute(sql, {str(number): value for number, value in enumerate(given, 1)})
        rows: list[Row] = cursor.fetchall()
        return rows if database.vendor == "sqlite" else _with_bytes(rows, cursor.description)


def _with_bytes(rows: list[Row], columns: Sequence[Any]) -> list[Row]:
    """Return rows with bytes where a text was cast to `bpchar`, as prepared queries have them."""
    indexes = {index for index, one in enumerate(columns) if one.type_code == prepared.BPCHAR and one.display_size is None}
    if not indexes:
        return rows
    return [
        tuple([one if one is None or index not in indexes else one.encode() for index, one in enumerate(row)]) for row in rows
    ]


def adapted(values: Sequence[Any], database: BaseDatabaseWrapper) -> list[Any]:
    """Return values as the driver of `database` takes them, which is how Django hands them over."""
    return [value if type(value) in (str, int) else _adapted(value, database) for value in values]


def _adapted(value: Any, database: BaseDatabaseWrapper) -> Any:
    if isinstance(value, Terms):
        return value.query(database.vendor)
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return database.ops.adapt_datefield_value(value)
    return value


def has_lost_connection() -> bool:
    """Return whether the connection there was leads nowhere; it is closed then, so that the next question opens another.

    Connections are kept between requests and not tried out before each: that would cost a question of its own. Where a replica
    was asked, the next question goes to another server. A request that has had its time asks nothing again.
    """
    database = reading()
    if database.in_atomic_block or (database.connection is not None and database.is_usable()):
        return False
    was_open = database.connection is not None
    database.close()
    elsewhere = read_elsewhere()
    return not requests.is_over() and (elsewhere or was_open)


def retry_lost_connection(ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` returns; where it fails because the connection was lost, ask over a new one, of each server once."""
    left = None
    while True:
        try:
            return ask()
        except LOST:
            left = len(names()) + 1 if left is None else left - 1
            if not left or not has_lost_connection():
                raise
