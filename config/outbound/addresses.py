"""What can be told of an address from its form alone."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = ("http", "https")
# Of IPv6 only what is assigned to hosts is the public internet, without what leads to an IPv4 address by a translator or a
# tunnel (6to4, Teredo; NAT64 and IPv4-compatible addresses lie outside), and without what is kept for documents.
_ASSIGNED: Final = IPv6Network("2000::/3")
_APART: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_RELAYS: Final = IPv4Network("192.88.99.0/24")
_HERE: Final = ("localhost", ".localhost", ".local", ".internal", ".lan", ".test", ".invalid")


def url_error(url: str) -> str:
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
    """Return whether a host can be on the public internet, as far as its name shows."""
    try:
        return is_public_address(ip_address(host))
    except ValueError:
        return "." in host and not host.replace(".", "").isdecimal()


def is_public_address(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address is of one host on the public internet."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and address not in _RELAYS
    return address in _ASSIGNED and not any(address in network for network in _APART)
