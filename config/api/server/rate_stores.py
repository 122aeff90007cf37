"""Where requests are counted: in a file that the workers of a machine share, or in Valkey (or Redis) for all machines.

The count is the generic cell rate algorithm: for each reader the one moment is kept at which its whole allowance is
there again. These moments stand in a small file that all workers read and write, so that a request costs a few
microseconds and no database. The file is not mapped into memory: a process that touches a mapped page which the file
system cannot provide is killed. Where a store cannot be used, requests are answered
uncounted, and the log says so.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import math
import os
import struct
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple, Protocol
from weakref import finalize

from django.conf import settings

WINDOW: Final = 60
# A bucket holds the readers whose digests begin alike; who has been quiet for longest makes room.
BUCKETS: Final = 1 << 15
_SLOTS: Final = 8
_SLOT: Final = struct.Struct("=Qd")
_ALL: Final = struct.Struct("=" + "Qd" * _SLOTS)
_BUCKET: Final = _ALL.size
# How often it is looked, in seconds, whether the file is still there, or can be used again.
_PAUSE: Final = 10.0

logger = logging.getLogger(__name__)


class Reader(NamedTuple):
    """Whoever asks: what is counted for, under which policy, and how many requests a minute."""

    name: str
    policy: str
    rate: int


class Count(NamedTuple):
    """What a reader has left, after how many seconds it has everything, and how long it must wait where it has nothing."""

    remaining: int
    reset: int
    wait: int = 0


class RateStore(Protocol):
    """Where requests are counted."""

    def has_gone(self) -> bool:
        """Return whether another has to be opened, because nobody else counts here any more."""

    def take(self, reader: Reader, now: float) -> Count:
        """Count one request of `reader`; raise `OSError` where it cannot be counted."""


class FileStore:
    """The file in which the moments stand."""

    def __init__(self, path: Path) -> None:
        # Somebody else's link or file in a shared folder is not ours to write.
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        # A thread that still counts keeps the file open: its number must not become another file's meanwhile.
        finalize(self, os.close, self._file)
        self._threads = threading.Lock()
        if os.fstat(self._file).st_uid != os.getuid():
            raise PermissionError(f"{path} belongs to somebody else.")
        # Blocks are reserved now: a full disk is noticed at the start instead of one reader after the other.
        os.posix_fallocate(self._file, 0, BUCKETS * _BUCKET)

    def has_gone(self) -> bool:
        """Return whether the file was deleted: who starts now counts in another."""
        return os.fstat(self._file).st_nlink == 0

    def take(self, reader: Reader, now: float) -> Count:
        """Count one request of `reader`; raise `OSError` where the file cannot be read or written."""
        bucket, mark = _bucket_of(reader.name)
        # The lock of the file is the process's; threads take turns by themselves.
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX, _BUCKET, bucket)
            try:
                return self._counted(bucket, mark, reader.rate, now)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _BUCKET, bucket)

    def _counted(self, bucket: int, mark: int, rate: int, now: float) -> Count:
        # Of a file that was cut off, what is missing reads as nobody's.
        moments = os.pread(self._file, _BUCKET, bucket).ljust(_BUCKET, b"\0")
        at, known = _find(moments, mark)
        # A clock that was set back must not shut anybody out.
        full = min(max(known, now), now + WINDOW)
        following = full + WINDOW / rate
        if following - now > WINDOW + 1e-6:
            return Count(0, math.ceil(full - now), max(1, math.ceil(following - now - WINDOW)))
        os.pwrite(self._file, _SLOT.pack(mark, following), bucket + at)
        return Count(int((WINDOW - (following - now)) * rate / WINDOW + 1e-6), math.ceil(following - now))


def _find(moments: bytes, mark: int) -> tuple[int, float]:
    """Return the offset of the slot of `mark` in a bucket, or of the oldest slot, and its moment."""
    slots = _ALL.unpack(moments)
    marks, since = slots[::2], slots[1::2]
    if mark in marks:
        index = marks.index(mark)
        return index * _SLOT.size, since[index]
    return since.index(min(since)) * _SLOT.size, 0.0


class ValkeyStore:
    """The moments in Valkey, which all machines share."""

    def __init__(self, url: str) -> None:
        # Only where it is set: the client takes longer to load than everything else here.
        from config.api.server.shared_counters import SharedCounters  # noqa: PLC0415

        self._shared = SharedCounters(url)

    def has_gone(self) -> bool:
        """Return that it has not: a server that is started anew is the same."""
        return False

    def take(self, reader: Reader, now: float) -> Count:
        """Count one request of `reader`, by the clock of the server; raise `OSError` where it cannot be asked."""
        bucket, mark = _bucket_of(reader.name)
        counted, full, wait = self._shared.take(f"{bucket:x}-{mark:x}", reader.rate, WINDOW)
        if not counted:
            return Count(0, math.ceil(full), max(1, math.ceil(wait)))
        return Count(int((WINDOW - full) * reader.rate / WINDOW + 1e-6), math.ceil(full))


class FailOpenStore:
    """A store that is opened when it is needed. Who cannot be counted in it is answered."""

    def __init__(self, label: str, make: Callable[[], RateStore]) -> None:
        self._label, self._make = label, make
        self._store: RateStore | None = None
        self._look_at = 0.0

    def take(self, reader: Reader, now: float) -> Count | None:
        """Count one request of `reader`; None where it cannot be counted."""
        try:
            store = self._store if time.monotonic() < self._look_at else self._opened()
            return store.take(reader, now) if store else None
        except OSError as error:
            self._store = None
            self._look_at = time.monotonic() + _PAUSE
            logger.error("Requests are not counted: %s cannot be used (%s).", self._label, error)  # noqa: TRY400 - no traceback helps
            return None

    def _opened(self) -> RateStore:
        self._look_at = time.monotonic() + _PAUSE
        store = self._store
        if store is None or store.has_gone():
            store = self._store = self._make()
        return store


def _bucket_of(name: str) -> tuple[int, int]:
    """Return the bucket and the mark of a reader. The secret keeps others from aiming at one reader's bucket."""
    return _hashed(name, settings.SECRET_KEY)


@lru_cache(maxsize=4096)
def _hashed(name: str, secret: str) -> tuple[int, int]:
    key = secret.encode()[:64]
    first, mark = struct.unpack("=QQ", hashlib.blake2b(name.encode(), digest_size=16, key=key).digest())
    return first % BUCKETS * _BUCKET, mark


@cache
def _on_this_machine(path: str) -> FailOpenStore:
    """Return the store in the file `path`; blank is one for all servers of this user on this machine."""
    file = Path(path or f"{tempfile.gettempdir()}/chancery-rates-{os.getuid()}")
    return FailOpenStore(str(file), lambda: FileStore(file))


@cache
def of_all_machines(url: str) -> FailOpenStore:
    """Return the store in the Valkey at `url`."""
    # What is logged has no password in it.
    return FailOpenStore(url.rpartition("@")[2], lambda: ValkeyStore(url))


def rate_store() -> FailOpenStore:
    """Return the store that the settings name."""
    return of_all_machines(settings.CACHE_URL) if settings.CACHE_URL else _on_this_machine(settings.RATE_LIMIT_FILE)


def check() -> str:
    """Return `ok` where requests are counted, or none are to be: a readiness check."""
    if not settings.RATE_LIMIT:
        return "ok"
    count = rate_store().take(Reader("readyz", "check", 60 * WINDOW), time.time())
    return "ok" if count else "requests are not counted; the log says why"
