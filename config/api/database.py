"""Asking the database: by statements that it has planned before, and when it may have gone away in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from config.api import prepared
from config.api.prepared import Row
from config.record.search import Terms

# What Django raises when the database cannot be reached, or no longer over the connection there was.
LOST: Final = (OperationalError, InterfaceError)

Answer = TypeVar("Answer")


def fetched(sql: str, values: Sequence[Any], *, planned: bool = True) -> list[Row]:
    """Return the rows of a query that is asked again and again. `%(1)s` in it stands for the first of `values`.

    PostgreSQL keeps its plan (`config.api.prepared`) where it is `planned` once for all values; SQLite's driver does by itself.
    """
    # To ask for it once is enough: which thread's it is takes longer to find out than a value to hand over.
    database = connections[DEFAULT_DB_ALIAS]
    given = adapted(values, database)
    watched = database.force_debug_cursor or database.execute_wrappers
    if database.vendor == "postgresql" and settings.PREPARED_STATEMENTS and not watched:
        return prepared.fetched(database, sql, given, planned=planned)
    with database.cursor() as cursor:
        cursor.execute(sql, {str(number): value for number, value in enumerate(given, 1)})
        rows: list[Row] = cursor.fetchall()
    return rows


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
    """Tell whether the connection there was leads nowhere; it is closed then, so that the next question opens another.

    Connections are kept between requests and not tried out before each: that would cost a question of its own.
    """
    if connection.in_atomic_block or connection.connection is None or connection.is_usable():
        return False
    connection.close()
    return True


def asked_again(ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` returns; where it fails because the connection was lost, ask over a new one, once."""
    try:
        return ask()
    except LOST:
        if not has_lost_connection():
            raise
        return ask()
