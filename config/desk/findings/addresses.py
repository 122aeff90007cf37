"""What can be told of an address from its form alone."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = ("http", "https")
_HERE: Final = ("localhost", ".localhost", ".local", ".internal", ".lan", ".test", ".invalid")


def flaw(url: str) -> str:
    """Say why nobody else can follow an address; nothing where its form is right."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        parts.port  # noqa: B018 - says so where it is no port
    except ValueError:
        return "cannot be read"
    if parts.scheme not in SCHEMES:
        return "does not begin with http:// or https://"
    if parts.username is not None or parts.password is not None:
        return "holds a user name or a password"
    if not host or any(sign.isspace() for sign in url):
        return "cannot be read"
    if host.endswith(_HERE) or not is_public(host):
        return "leads to a machine that is not on the public internet"
    return ""


def is_public(host: str) -> bool:
    """Tell whether a host can be on the public internet, as far as its name shows."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.replace(".", "").isdecimal()
