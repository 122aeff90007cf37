"""Tries whether the pages still answer that sources point to.

Politely: one question at a time to each host, with a pause, under a name that says who asks. And safely: whoever enters an
address must not make this machine ask others near it, so that only public addresses are asked, those of redirects included,
and the one that was looked at is the one that is asked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.utils import timezone

from config.desk.findings.addresses import flaw
from config.desk.findings.records import BROKEN_LINK
from config.desk.findings.rules import standing
from config.desk.models import Finding
from config.record.models import Source
from config.record.shapes import SHAPES

AGENT: Final = "Chancery-link-check/1 (looks whether cited pages still answer)"
TIMEOUT: Final = 10
PAUSE: Final = 1.0
HOSTS_AT_ONCE: Final = 8
TRIES: Final = 3
REDIRECTS: Final = 5

Report = Callable[[str, str], None]


class RefusedError(OSError):
    """An address that is not asked."""


def inspect_links(report: Report = lambda _address, _wrong: None, pause: float = PAUSE) -> None:
    """Try every address of every source, and keep which are broken; `report` hears of each. Takes time."""
    of: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for pk, slug, *addresses in Source.objects.filter(standing()).values_list("pk", "slug", "url", "archive_url"):
        for address in filter(None, addresses):
            if not flaw(address):
                of[address].append((pk, slug))
    for address, wrong in _tried(of, pause):
        report(address, wrong)
        _keep(address, wrong, of[address])


@transaction.atomic
def _keep(address: str, wrong: str, sources: Iterable[tuple[int, str]]) -> None:
    """Make the findings about one address what was seen of it; those that somebody answered keep their answer."""
    there = Finding.objects.filter(rule=BROKEN_LINK, collection=SHAPES[Source].collection, subject=address)
    if not wrong:
        there.delete()
        return
    message = f"{address} {wrong}."
    there.update(message=message)
    found = (
        Finding(
            collection=SHAPES[Source].collection, record_id=pk, slug=slug, rule=BROKEN_LINK, subject=address, message=message,
            found_at=timezone.now(),
        )
        for pk, slug in sources
    )  # fmt: skip
    Finding.objects.bulk_create(found, ignore_conflicts=True)


def _tried(addresses: Iterable[str], pause: float) -> Iterator[tuple[str, str]]:
    """Yield each address with what is wrong with it; several hosts at a time, but of one host one after the other."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        by_host[urlsplit(address).netloc.lower()].append(address)
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        for answers in pool.map(partial(_of_one_host, pause=pause), by_host.values()):
            yield from answers


def _of_one_host(addresses: list[str], pause: float) -> list[tuple[str, str]]:
    answers = []
    for place, address in enumerate(addresses):
        if place:
            time.sleep(pause)
        answers.append((address, broken(address, pause)))
    return answers


def broken(address: str, pause: float = PAUSE) -> str:
    """Say what is wrong with an address; nothing where it answers. What can pass is tried again first."""
    wrong = ""
    for number in range(TRIES):
        if number:
            time.sleep(pause * 2**number)
        try:
            status = _followed(address)
        except RefusedError as error:
            return str(error)
        except (OSError, http.client.HTTPException, ValueError) as error:
            wrong = "does not answer" if not isinstance(error, ssl.SSLError) else "has no valid certificate"
            continue
        if status < HTTPStatus.BAD_REQUEST or status in _THERE:
            return ""
        wrong = f"answers with {status}"
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            break
    return wrong


# Pages that are there, but not for us.
_THERE: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
# What servers say that do not know HEAD, or pretend that the page is not there.
_ASK_AGAIN: Final = HTTPStatus.BAD_REQUEST


def _followed(address: str) -> int:
    """Return the status of an address, redirects followed."""
    for _ in range(REDIRECTS + 1):
        status, target = _asked("HEAD", address)
        if status >= _ASK_AGAIN:
            status, target = _asked("GET", address)
        if not (HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST and target):
            return status
        address = urljoin(address, target)
    raise RefusedError("leads from one address to another without end")


def _asked(method: str, address: str) -> tuple[int, str]:
    """Return the status of an address, and where it redirects to. Nothing of the page is read."""
    if wrong := flaw(address):
        raise RefusedError(f"leads to an address that {wrong}")
    parts = urlsplit(address)
    host, secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection: Any = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    sock: Any = socket.create_connection((_public_address(host, port), port), timeout=TIMEOUT)
    connection.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host) if secure else sock
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # What is not ASCII goes as it stands in UTF-8; letters and signs that have a meaning stay.
        connection.request(method, quoted(target), headers={"User-Agent": AGENT, "Accept": "*/*", "Host": parts.netloc})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location", "")
    finally:
        connection.close()


def quoted(target: str) -> str:
    """Return a path as it goes over the wire."""
    return "".join(sign if sign.isascii() and sign.isprintable() and sign != " " else _percent(sign) for sign in target)


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode())


def _public_address(host: str, port: int) -> str:
    """Return an address of a host, where all that it has are on the public internet."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(ip_address(one.partition("%")[0]).is_global for one in found):
        raise RefusedError("leads to a machine that is not on the public internet")
    return found[0]
