"""Rate limits of sign-in."""

from __future__ import annotations

from typing import Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import consume
from django.core.cache import cache
from django.http import HttpRequest

from config.api.server.throttling import address
from config.desk.access import throttling
from config.desk.access.devices import device_of

MINUTE, HOUR = 60, 3600
# Lifting the limits of an account begins a new count.
_LIFTED: Final = "sign_in_lifted:{}"
_KEPT: Final = 24 * HOUR
_OFTEN: Final = "_is_tried_too_often"


def count(request: HttpRequest, name: str) -> None:
    """Count a try for the account `name`, and refuse it where this device, or this address, has had too many."""
    name = name.lower()
    lifted = cache.get(_LIFTED.format(name), 0)
    if device := device_of(request, name):
        if not consume(request, action="sign_in", key=f"{name} device {device} {lifted}"):
            raise ImmediateHttpResponse(throttling.too_many(request))
        return
    if not consume(request, action="sign_in_here"):
        raise ImmediateHttpResponse(throttling.too_many(request, MINUTE))
    if not consume(request, action="sign_in", key=f"{name} {address(request)} {lifted}"):
        raise ImmediateHttpResponse(throttling.too_many(request))
    setattr(request, _OFTEN, not consume(request, action="sign_in_anywhere", key=f"{name} {lifted}"))


def is_tried_too_often(request: HttpRequest) -> bool:
    """Return whether strangers have tried the account of the counted try too often."""
    return getattr(request, _OFTEN, False)


def lift(name: str) -> None:
    """Forget the tries for the account `name`."""
    key = _LIFTED.format(name.lower())
    cache.set(key, cache.get(key, 0) + 1, _KEPT)
