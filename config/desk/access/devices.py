"""Devices from which people have signed in before, known by a signed cookie.

A stranger who tries passwords for an account uses up what strangers may try, and not what its owner may at a device of
their own. The cookie opens nothing: without the password it only lets one try a few times.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

AGE: Final = 365 * 24 * 3600
_SALT: Final = "config.desk.access.devices"
# How many people one device is known for.
_PEOPLE: Final = 8


def device_of(request: HttpRequest, name: str) -> str:
    """Return the device that `request` comes from, if somebody called `name` has signed in there before; nothing else."""
    device, people = _read(request)
    return device if _mark(name) in people else ""


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Set the cookie that marks the device as one where `name` has signed in."""
    device, people = _read(request)
    people = [_mark(name), *(one for one in people if one != _mark(name))][:_PEOPLE]
    value = signing.dumps([device or secrets.token_hex(8), people], salt=_SALT)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME, value, max_age=AGE, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        device, people = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=AGE)
    except signing.BadSignature:
        return "", []
    return device, people


def _mark(name: str) -> str:
    """Return the hash of a name for a cookie, which other users of the browser may read."""
    return hashlib.sha256(f"{settings.SECRET_KEY} device {name.lower()}".encode()).hexdigest()[:16]
