"""Django's backend for PostgreSQL, for servers that are several.

It takes a commit that the standby has not got for an error, and knows the connections of each server, so that whoever waits for
one that is frozen can be woken.
"""

from __future__ import annotations

import os
import socket
import threading
from collections import defaultdict
from contextlib import suppress
from typing import Any, Final
from weakref import WeakSet

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg.errors import Diagnostic

# What PostgreSQL says where the wait for a standby was cut short: the client is told that all went well, with this warning.
_UNREPLICATED: Final = "committed locally, but might not have been replicated"

_lock: Final = threading.Lock()
_open: Final[defaultdict[str, WeakSet[psycopg.Connection[Any]]]] = defaultdict(WeakSet)


class UnreplicatedCommitError(OperationalError):
    """A commit that may be lost with its server. Whether it holds is not known: ask before it is tried again."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    _unreplicated = False

    def get_new_connection(self, conn_params: Any) -> Any:
        """Connect, listening to what the server warns of."""
        connection = super().get_new_connection(conn_params)
        connection.add_notice_handler(self._on_notice)
        with _lock:
            _open[self.alias].add(connection)
        return connection

    def _on_notice(self, notice: Diagnostic) -> None:
        # What a handler raises is only logged.
        if _UNREPLICATED in (notice.message_detail or ""):
            self._unreplicated = True

    def _commit(self) -> Any:
        self._unreplicated = False
        done = super()._commit()  # type: ignore[misc]  # django-stubs leave it out
        if self._unreplicated:
            raise UnreplicatedCommitError(f"This was {_UNREPLICATED}.")
        return done


def disconnect(alias: str) -> None:
    """Shut down the open connections to a server, so that whoever waits for its answer has an error instead."""
    with _lock:
        connections = list(_open[alias])
    for connection in connections:
        shut_down(connection)


def shut_down(connection: psycopg.Connection[Any]) -> None:
    """Shut down a connection that another thread may wait on; that thread closes it."""
    with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.pgconn.socket)) as wire:
        wire.shutdown(socket.SHUT_RDWR)
