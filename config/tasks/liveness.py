"""Liveness of workers: each holds a lock that the kernel (SQLite) or the server (PostgreSQL) releases when it dies.

That is seen at once, where a heartbeat would need a time-out. The lock on PostgreSQL is one of the session, so that a worker
reaches the server directly or through a pooler that keeps sessions.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import zlib
from pathlib import Path
from typing import Any, Final

from django.db import connection

# The numbers of advisory locks are shared by all that use the database; ours come in pairs, of which this is the first.
_CLASS: Final = zlib.crc32(b"chancery.tasks") & 0x7FFFFFFF


def hold(worker: int) -> Lock:
    """Take the lock of a worker, by its number."""
    return SessionLock(worker) if connection.vendor == "postgresql" else FileLock(worker)


def is_dead(worker: int) -> bool:
    """Return whether nobody holds the lock of a worker."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_CLASS, worker])
            return bool(cursor.fetchone()[0])
    try:
        file = os.open(_path(worker), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True


def forget(worker: int) -> None:
    """Remove what a dead worker left."""
    if connection.vendor != "postgresql":
        _path(worker).unlink(missing_ok=True)


class SessionLock:
    """An advisory lock of PostgreSQL, over a connection of its own."""

    def __init__(self, worker: int) -> None:
        self._connection: Any = connection.copy()
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_CLASS, worker])

    def is_held(self) -> bool:
        """Return whether the connection is still open."""
        try:
            # Not by a cursor of Django's, which would open another connection in place of a lost one.
            self._connection.connection.execute("SELECT 1")
        except self._connection.Database.Error:
            return False
        return True

    def release(self) -> None:
        """Let it go."""
        self._connection.close()


class FileLock:
    """A locked file beside the database of SQLite."""

    def __init__(self, worker: int) -> None:
        self._path = _path(worker)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def is_held(self) -> bool:
        """Return True: the kernel takes it from nobody."""
        return True

    def release(self) -> None:
        """Let it go."""
        self._path.unlink(missing_ok=True)
        os.close(self._file)


Lock = SessionLock | FileLock


def _path(worker: int) -> Path:
    name = str(connection.settings_dict["NAME"])
    # A database in memory has no other process.
    if "mode=memory" in name or name == ":memory:":
        return Path(tempfile.gettempdir()) / f"chancery-{os.getpid()}-worker-{worker}"
    return Path(f"{name}-worker-{worker}")
