"""Prepared statements of PostgreSQL, whose plans are kept.

A list takes it longer to plan than to read, and a client longer to ask for than that: Django's cursors write parameters
into the text of a query, so that each is a new one. Here a query is prepared once for each connection and then asked by
name, in one call that waits for the answer.

A plan that is kept is one for all values, and PostgreSQL is told to keep it: left to itself it plans a page anew each time
it expects the new plan to read a little less, which takes longer than the page. Where the best plan does depend on how many
rows have a value (one publisher of a thousand, or the publisher of half of them), the query goes the same way with its
values, and is planned for these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send

MAX_PLANS: Final = 300
BINARY: Final = pq.Format.BINARY
# The types of texts that are to be read as bytes (`config.record.values.fields.Utf8`), and of bytes.
BPCHAR: Final = 1042
BYTEA: Final = 17
Row = tuple[Any, ...]

# An enumeration takes longer to be asked for its members than a tuple to be looked through.
_RIGHT: Final = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_NUMBER: Final = re.compile(r"%\((\d+)\)s")


class Session:
    """One connection, and the statements that it has prepared. One question is asked at a time."""

    def __init__(self, server: psycopg.Connection[Row]) -> None:
        self._server, self._wire = server, server.pgconn
        self._loading = Transformer(server)
        self._names: dict[str, bytes] = {}
        # As which types the columns of a statement are read.
        self._types: dict[bytes, list[int]] = {}
        self._keeps_plans = False

    def rows(self, sql: str, values: Sequence[Any], *, planned: bool) -> list[Row]:
        """Return the rows of a query in which `%(1)s` stands for the first of `values`."""
        given: Any = [_text(one) for one in values]
        if self._planned(planned=planned):
            name = self._name(sql)
            return self._loaded(self._wire.exec_prepared(name, given, result_format=BINARY), name)
        return self._loaded(self._wire.exec_params(_numbered(sql), given, result_format=BINARY))

    def send(self, sql: str, values: Sequence[Any], *, planned: bool) -> None:
        """Ask without waiting for the answer. Nothing else can be asked before it was `received`."""
        given: Any = [_text(one) for one in values]
        if self._planned(planned=planned):
            self._wire.send_query_prepared(self._name(sql), given, result_format=BINARY)
        else:
            self._wire.send_query_params(_numbered(sql), given, result_format=BINARY)
        self._server.wait(send(self._wire))

    def received(self) -> list[Row]:
        """Wait for the answer to what was sent, and return its rows."""
        answer, *_ = self._server.wait(fetch_many(self._wire))
        return self._loaded(answer)

    def _planned(self, *, planned: bool) -> bool:
        """Tell PostgreSQL whether plans are kept."""
        # A transaction that is undone would undo the setting, too.
        if planned is not self._keeps_plans and self._wire.transaction_status == pq.TransactionStatus.IDLE:
            self._checked(self._wire.exec_(b"SET plan_cache_mode = " + (b"force_generic_plan" if planned else b"auto")))
            self._keeps_plans = planned
        return planned

    def _name(self, sql: str) -> bytes:
        """Return the name of a statement, which is prepared if it was not yet."""
        name = self._names.get(sql)
        if name is not None:
            return name
        if len(self._names) >= MAX_PLANS:
            self._checked(self._wire.exec_(b"DEALLOCATE ALL"))
            self._names.clear()
            self._types.clear()
        name = b"chancery_%d" % len(self._names)
        self._checked(self._wire.prepare(name, _numbered(sql)))
        self._names[sql] = name
        return name

    def _loaded(self, answer: pq.abc.PGresult, statement: bytes = b"") -> list[Row]:
        self._checked(answer)
        types = self._types.get(statement)
        if types is None:
            types = _types(answer)
            if statement:
                self._types[statement] = types
        self._loading.set_loader_types(types, BINARY)
        self._loading.set_pgresult(answer, set_loaders=False)
        rows = self._loading.load_rows(0, answer.ntuples, tuple)
        # Else the whole answer would stay in memory until the next.
        self._loading.set_pgresult(None)
        return rows

    def _checked(self, answer: pq.abc.PGresult) -> pq.abc.PGresult:
        if answer.status in _RIGHT:
            return answer
        if self._wire.status != pq.ConnStatus.OK:
            raise psycopg.OperationalError(self._wire.get_error_message())
        raise error_from_result(answer)


# By the connection of the driver, which takes what was prepared with it when it goes.
_sessions: WeakKeyDictionary[Any, Session] = WeakKeyDictionary()


def fetched(database: BaseDatabaseWrapper, sql: str, values: Sequence[Any], *, planned: bool = True) -> list[Row]:
    """Return the rows of a query in which `%(1)s` stands for the first of `values`."""
    if database.connection is None:
        database.ensure_connection()
    server: Any = database.connection
    session = _sessions.get(server)
    if session is None:
        session = _sessions[server] = Session(server)
    try:
        return session.rows(sql, values, planned=planned)
    except psycopg.Error:
        with database.wrap_database_errors:
            raise


def _types(answer: pq.abc.PGresult) -> list[int]:
    """Return as which types the columns of an answer are read: a text cast to `bpchar` as bytes, a CHAR(n) as the text it is."""
    types = map(answer.ftype, range(answer.nfields))
    return [BYTEA if one == BPCHAR and answer.fmod(number) < 0 else one for number, one in enumerate(types)]


def _numbered(sql: str) -> bytes:
    """Return a query as PostgreSQL writes it, with `$1` for the first value."""
    return _NUMBER.sub(r"$\1", sql).replace("%%", "%").encode()


def _text(value: Any) -> bytes | None:
    """Return a value as text for PostgreSQL, which infers its type from the query."""
    if type(value) is str:
        return value.encode()
    if value is None:
        return None
    if isinstance(value, (date, datetime)):
        return value.isoformat().encode()
    return str(value).encode()
