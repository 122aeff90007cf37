"""How often one reader may ask: counted on this machine, for all its workers together, or in Valkey for all machines.

The count is the generic cell rate algorithm: for each reader the one moment is kept at which its whole allowance is
there again. These moments stand in a small file that all workers read and write, so that a request costs a few
microseconds and no database. The file is not mapped into memory: a process that touches a mapped page which the file
system cannot provide is killed. Where the file cannot be used, requests are answered uncounted, and the log says so. A reader
is a key, or an address that was not made up: of `X-Forwarded-For` only what the trusted proxies wrote is believed.
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
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Final, NamedTuple
from weakref import finalize

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.api.database.connection import LOST, asked_again
from config.api.errors import ErrorItem, problem, unavailable
from config.api.headers import tell
from config.api.models import ApiKey
from config.monitoring.context import client_address

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

View = Callable[[HttpRequest], HttpResponse]


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


class Counters:
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
        bucket, mark = _place(reader.name)
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
    """Return where in a bucket the moment of `mark` stands, or may stand, and the moment."""
    slots = _ALL.unpack(moments)
    marks, since = slots[::2], slots[1::2]
    if mark in marks:
        place = marks.index(mark)
        return place * _SLOT.size, since[place]
    return since.index(min(since)) * _SLOT.size, 0.0


class ServerCounters:
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
        bucket, mark = _place(reader.name)
        counted, full, wait = self._shared.take(f"{bucket:x}-{mark:x}", reader.rate, WINDOW)
        if not counted:
            return Count(0, math.ceil(full), max(1, math.ceil(wait)))
        return Count(int((WINDOW - full) * reader.rate / WINDOW + 1e-6), math.ceil(full))


class Tally:
    """The counters of one place. It fails open: who cannot be counted is answered."""

    def __init__(self, place: str, make: Callable[[], Counters | ServerCounters]) -> None:
        self._place, self._make = place, make
        self._counters: Counters | ServerCounters | None = None
        self._look_at = 0.0

    def take(self, reader: Reader, now: float) -> Count | None:
        """Count one request of `reader`; None where it cannot be counted."""
        try:
            counters = self._counters if time.monotonic() < self._look_at else self._opened()
            return counters.take(reader, now) if counters else None
        except OSError as error:
            self._counters = None
            self._look_at = time.monotonic() + _PAUSE
            logger.error("Requests are not counted: %s cannot be used (%s).", self._place, error)  # noqa: TRY400 - no traceback helps
            return None

    def _opened(self) -> Counters | ServerCounters:
        self._look_at = time.monotonic() + _PAUSE
        counters = self._counters
        if counters is None or counters.has_gone():
            counters = self._counters = self._make()
        return counters


def _place(name: str) -> tuple[int, int]:
    """Return the bucket and the mark of a reader. The secret keeps others from aiming at one reader's bucket."""
    return _hashed(name, settings.SECRET_KEY)


@lru_cache(maxsize=4096)
def _hashed(name: str, secret: str) -> tuple[int, int]:
    key = secret.encode()[:64]
    first, mark = struct.unpack("=QQ", hashlib.blake2b(name.encode(), digest_size=16, key=key).digest())
    return first % BUCKETS * _BUCKET, mark


@cache
def counters(path: str) -> Tally:
    """Return the counters in the file `path`; blank is one for all servers of this user on this machine."""
    file = Path(path or f"{tempfile.gettempdir()}/chancery-rates-{os.getuid()}")
    return Tally(str(file), lambda: Counters(file))


@cache
def shared(url: str) -> Tally:
    """Return the counters in the Valkey at `url`."""
    # What is logged has no password in it.
    return Tally(url.rpartition("@")[2], lambda: ServerCounters(url))


def tally() -> Tally:
    """Return the counters that the settings name."""
    return shared(settings.CACHE_URL) if settings.CACHE_URL else counters(settings.RATE_LIMIT_FILE)


def check() -> str:
    """Return `ok` where requests are counted, or none are to be: a readiness check."""
    if not settings.RATE_LIMIT:
        return "ok"
    count = tally().take(Reader("readyz", "check", 60 * WINDOW), time.time())
    return "ok" if count else "requests are not counted; the log says why"


def address(request: HttpRequest) -> str:
    """Return the address that asks: what the outermost trusted proxy saw, a network of one household for IPv6."""
    return _counted_as(client_address(request))


@lru_cache(maxsize=4096)
def _counted_as(seen: str) -> str:
    try:
        return str(_household(ip_address(seen)))
    except ValueError:
        return "unknown"


def _household(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Network:
    if isinstance(found, IPv4Address):
        return found
    return found.ipv4_mapped or IPv6Network((found, 64), strict=False)


class RateLimits:
    """Middleware that counts requests to the API and refuses those that are too many."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, or say when to ask again."""
        if not settings.RATE_LIMIT or request.method == "OPTIONS":
            return self.get_response(request)
        authorized = request.META.get("HTTP_AUTHORIZATION", "")
        try:
            reader = asked_again(lambda: _keyed(authorized)) if authorized else None
        except LOST:
            return unavailable(request.path)
        known = reader is not None
        reader = reader or Reader(address(request), "anonymous", settings.RATE_LIMIT)
        count = tally().take(reader, time.time())
        if count and count.wait:
            response = _too_many(request, count)
        elif authorized and not known:
            response = _no_such_key(request)
        else:
            response = self.get_response(request)
        tell(response, "RateLimit-Policy", f'"{reader.policy}";q={reader.rate};w={WINDOW}')
        if count:
            tell(response, "RateLimit", f'"{reader.policy}";r={count.remaining};t={count.reset}')
        return response


def _keyed(authorized: str) -> Reader | None:
    scheme, _, secret = authorized.partition(" ")
    if scheme.lower() != "bearer":
        return None
    key = ApiKey.objects.opened_by(secret.strip())
    return Reader(f"key:{key.pk}", "key", key.rate) if key else None


def _too_many(request: HttpRequest, count: Count) -> HttpResponse:
    detail = f"Too many requests. Retry in {count.wait} s; a key raises the limit."
    headers = {"Retry-After": str(count.wait)}
    return problem(429, detail, [ErrorItem("too_many_requests", detail)], instance=request.path, headers=headers)


def _no_such_key(request: HttpRequest) -> HttpResponse:
    detail = "Invalid or revoked key. Reading requires no key: omit Authorization."
    headers = {"WWW-Authenticate": "Bearer"}
    return problem(401, detail, [ErrorItem("unknown_key", detail)], instance=request.path, headers=headers)
