"""HTTP requests to addresses that people enter.

Whoever enters an address must not make this machine ask others near it: only public addresses are asked, and the one that was
looked at is the one that is asked. Redirects are not followed; whoever does so comes back here with each.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from threading import Timer
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from config.outbound.addresses import is_public_address, url_error

# Seconds that a server may stay silent, and that an answer may take in all.
TIMEOUT: Final = 10
IN_ALL: Final = 30
# Where pages are. Whoever enters an address must not have this machine knock at other services of somebody.
PORTS: Final = (80, 443, 8080, 8443)


class RefusedError(OSError):
    """An address that is not asked."""


class Answer(NamedTuple):
    """What a server answered. Its body is not read."""

    status: int
    location: str


def request(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Ask a public address; raise `RefusedError` for any other one, and `OSError` where no answer comes."""
    if wrong := url_error(url):
        raise RefusedError(f"leads to an address that {wrong}")
    parts = urlsplit(url)
    host, secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection: Any = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    sock: Any = socket.create_connection((public_address(host, port), port), timeout=TIMEOUT)
    # A server that sends a byte now and then is not waited for either.
    wire = sock.dup()
    end = Timer(IN_ALL, _shut_down, [wire])
    end.start()
    try:
        connection.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host) if secure else sock
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # What is not ASCII goes as it stands in UTF-8; letters and signs that have a meaning stay.
        connection.request(method, quoted(target), body=body, headers={**headers, "Host": parts.netloc})
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheader("Location", ""))
    finally:
        end.cancel()
        wire.close()
        connection.close()
        sock.close()


def public_address(host: str, port: int) -> str:
    """Return an address of a host, where all that it has are on the public internet."""
    if port not in PORTS:
        raise RefusedError(f"leads to port {port}, where web pages are not looked for")
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_public_address(ip_address(one.partition("%")[0])) for one in found):
        raise RefusedError("leads to a machine that is not on the public internet")
    return found[0]


def _shut_down(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def quoted(target: str) -> str:
    """Return a path as it goes over the wire."""
    return "".join(sign if sign.isascii() and sign.isprintable() and sign != " " else _percent(sign) for sign in target)


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode())
