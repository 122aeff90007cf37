"""How often one reader may ask: an authentication by API keys and a throttle, as Django REST framework has them.

A reader is a key, or an address that was not made up: of `X-Forwarded-For` only what the trusted proxies wrote is believed. Where
requests are counted is in `config.api.server.rate_stores`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from config.api.database.connection import retry_lost_connection
from config.api.models import ApiKey
from config.api.server.rate_stores import WINDOW, Count, Reader, rate_store
from config.monitoring.context import client_address

# Where a request carries who was counted for it, and what is left.
COUNTED: Final = "chancery.rate_limit"
SCHEME: Final = "Bearer"

AnyRequest = HttpRequest | Request
View = Callable[[HttpRequest], HttpResponse]


class TooManyRequestsError(Throttled):
    """A reader has asked as often as it may."""

    default_code = "too_many_requests"
    default_detail = "Too many requests."
    extra_detail_singular = extra_detail_plural = "Retry in {wait} s; a key raises the limit."


class UnknownKeyError(AuthenticationFailed):
    """No key of ours, or one that was revoked."""

    default_code = "unknown_key"
    default_detail = "Invalid or revoked key. Reading requires no key: omit Authorization."


class ApiKeyAuthentication(BaseAuthentication):
    """Authentication by `Authorization: Bearer …`: `request.auth` is the `ApiKey`. A key has no user."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        """Return the key of `request`; None without one. Raise `UnknownKeyError`, or `TooManyRequestsError` for many tries."""
        scheme, _, _ = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        # Other schemes may be known to other authenticators of the view.
        return (None, _key_of(request)) if scheme.lower() == SCHEME.lower() else None

    def authenticate_header(self, request: Request) -> str:
        """Return the value of `WWW-Authenticate`."""
        return SCHEME


class RateThrottle(BaseThrottle):
    """Throttle by the rate of a key or of an address (`RATE_LIMIT`). Preflights are not counted."""

    _wait: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count `request`, and return whether it is within the rate."""
        if not _is_counted(request):
            return True
        key = request.auth
        self._wait = _count(request, _holder(key) if isinstance(key, ApiKey) else _anonymous(request))
        return not self._wait

    def wait(self) -> float | None:
        """Return after how many seconds the reader may ask again."""
        return self._wait


def admit(request: HttpRequest) -> None:
    """Do for `request` what `ApiKeyAuthentication` and `RateThrottle` do, without the objects that DRF makes around it.

    Raise `TooManyRequestsError` and `UnknownKeyError`.
    """
    if not _is_counted(request):
        return
    reader = _holder(_key_of(request)) if request.META.get("HTTP_AUTHORIZATION") else _anonymous(request)
    if wait := _count(request, reader):
        raise TooManyRequestsError(wait)


def _is_counted(request: AnyRequest) -> bool:
    return bool(settings.RATE_LIMIT) and request.method != "OPTIONS"


def _count(request: AnyRequest, reader: Reader) -> int:
    """Count `request`, and return after how many seconds `reader` may ask again: 0 is at once."""
    count = rate_store().take(reader, time.time())
    request.META[COUNTED] = reader, count
    return count.wait if count else 0


def _key_of(request: AnyRequest) -> ApiKey:
    """Return the key of `request`. To try one that there is not costs the allowance of the address."""
    scheme, _, secret = request.META["HTTP_AUTHORIZATION"].partition(" ")
    key = retry_lost_connection(lambda: ApiKey.objects.opened_by(secret.strip())) if scheme.lower() == SCHEME.lower() else None
    if key is not None:
        return key
    if _is_counted(request) and (wait := _count(request, _anonymous(request))):
        raise TooManyRequestsError(wait)
    raise UnknownKeyError


def _holder(key: ApiKey) -> Reader:
    return Reader(f"key:{key.pk}", "key", key.rate)


def _anonymous(request: AnyRequest) -> Reader:
    return Reader(address(request), "anonymous", settings.RATE_LIMIT)


class RateLimitHeaders:
    """Middleware that sets `RateLimit` and `RateLimit-Policy` for the reader to whom a request was counted."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, with headers."""
        response = self.get_response(request)
        counted: tuple[Reader, Count | None] | None = request.META.get(COUNTED)
        if counted is not None:
            reader, count = counted
            response.headers["RateLimit-Policy"] = f'"{reader.policy}";q={reader.rate};w={WINDOW}'
            if count:
                response.headers["RateLimit"] = f'"{reader.policy}";r={count.remaining};t={count.reset}'
        return response


def address(request: AnyRequest) -> str:
    """Return the address that asks: what the outermost trusted proxy saw, a network of one household for IPv6."""
    return _counted_as(client_address(request))


@lru_cache(maxsize=4096)
def _counted_as(seen: str) -> str:
    try:
        return str(_network_of(ip_address(seen)))
    except ValueError:
        return "unknown"


def _network_of(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Network:
    if isinstance(found, IPv4Address):
        return found
    return found.ipv4_mapped or IPv6Network((found, 64), strict=False)
