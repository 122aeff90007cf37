"""How often one reader may ask: counted on this machine, for all its workers together.

The count is the generic cell rate algorithm: for each reader the one moment is kept at which its whole allowance is
there again. These moments stand in a small file that every worker has in its memory, so that a request costs
a few microseconds and no database. A reader is a key, or an address that was not made up: of `X-Forwarded-For` only
what the trusted proxies wrote is believed.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import mmap
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

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.api.database import LOST, asked_again
from config.api.errors import Flaw, problem, unavailable
from config.api.headers import tell
from config.api.models import ApiKey

WINDOW: Final = 60
# A bucket holds the readers whose digests begin alike; who has been quiet for longest makes room.
BUCKETS: Final = 1 << 15
_SLOTS: Final = 8
_SLOT: Final = struct.Struct("=Qd")
_BUCKET: Final = _SLOTS * _SLOT.size

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
        if os.fstat(self._file).st_uid != os.getuid():
            raise PermissionError(f"{path} belongs to somebody else.")
        os.ftruncate(self._file, BUCKETS * _BUCKET)
        self._memory = mmap.mmap(self._file, BUCKETS * _BUCKET)
        self._threads = threading.Lock()

    def take(self, reader: Reader, now: float) -> Count:
        """Count one request of `reader`."""
        bucket, mark = _place(reader.name)
        # The lock of the file is the process's; threads take turns by themselves.
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX, _BUCKET, bucket)
            try:
                return self._counted(bucket, mark, reader.rate, now)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _BUCKET, bucket)

    def _counted(self, bucket: int, mark: int, rate: int, now: float) -> Count:
        at, known = self._find(bucket, mark)
        # A clock that was set back must not shut anybody out.
        full = min(max(known, now), now + WINDOW)
        following = full + WINDOW / rate
        if following - now > WINDOW + 1e-6:
            return Count(0, math.ceil(full - now), max(1, math.ceil(following - now - WINDOW)))
        _SLOT.pack_into(self._memory, at, mark, following)
        return Count(int((WINDOW - (following - now)) * rate / WINDOW + 1e-6), math.ceil(following - now))

    def _find(self, bucket: int, mark: int) -> tuple[int, float]:
        """Return where the moment of `mark` stands, or may stand, and the moment."""
        quietest, since = bucket, math.inf
        for at in range(bucket, bucket + _BUCKET, _SLOT.size):
            found, moment = _SLOT.unpack_from(self._memory, at)
            if found == mark:
                return at, moment
            if moment < since:
                quietest, since = at, moment
        return quietest, 0.0


def _place(name: str) -> tuple[int, int]:
    """Return the bucket and the mark of a reader. The secret keeps others from aiming at one reader's bucket."""
    return _hashed(name, settings.SECRET_KEY)


@lru_cache(maxsize=4096)
def _hashed(name: str, secret: str) -> tuple[int, int]:
    key = secret.encode()[:64]
    first, mark = struct.unpack("=QQ", hashlib.blake2b(name.encode(), digest_size=16, key=key).digest())
    return first % BUCKETS * _BUCKET, mark


@cache
def counters(path: str) -> Counters:
    """Return the counters in the file `path`; blank is one for all servers of this user on this machine."""
    return Counters(Path(path or f"{tempfile.gettempdir()}/chancery-rates-{os.getuid()}"))


def address(request: HttpRequest) -> str:
    """Return the address that asks: what the outermost trusted proxy saw, a network of one household for IPv6."""
    seen = request.META.get("REMOTE_ADDR", "")
    if trusted := settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        seen = forwarded[-trusted] if len(forwarded) >= trusted else seen
    return _counted_as(seen)


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
        count = counters(settings.RATE_LIMIT_FILE).take(reader, time.time())
        if count.wait:
            response = _too_many(request, count)
        elif authorized and not known:
            response = _no_such_key(request)
        else:
            response = self.get_response(request)
        tell(response, "RateLimit-Policy", f'"{reader.policy}";q={reader.rate};w={WINDOW}')
        tell(response, "RateLimit", f'"{reader.policy}";r={count.remaining};t={count.reset}')
        return response


def _keyed(authorized: str) -> Reader | None:
    scheme, _, secret = authorized.partition(" ")
    if scheme.lower() != "bearer":
        return None
    key = ApiKey.objects.opened_by(secret.strip())
    return Reader(f"key:{key.pk}", "key", key.rate) if key else None


def _too_many(request: HttpRequest, count: Count) -> HttpResponse:
    detail = f"Too many requests. Ask again in {count.wait} s; with a key there is more."
    headers = {"Retry-After": str(count.wait)}
    return problem(429, detail, [Flaw("too_many_requests", detail)], instance=request.path, headers=headers)


def _no_such_key(request: HttpRequest) -> HttpResponse:
    detail = "This is no key, or one that was revoked. Reading needs none: leave Authorization out."
    headers = {"WWW-Authenticate": "Bearer"}
    return problem(401, detail, [Flaw("unknown_key", detail)], instance=request.path, headers=headers)
