"""Link checker of sources' URLs.

Politely: one request at a time to each host, with a pause, under a name that says who asks. And safely, as `config.outbound`
does: the addresses of redirects are public ones, too.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Event
from typing import Final
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.utils import timezone

from config.desk.editorial.checks.rules import not_retracted
from config.desk.models import Finding
from config.outbound.addresses import url_error
from config.outbound.http import RefusedError, request
from config.record.documents.registry import DOCUMENT_TYPES
from config.sources.models import Source

BROKEN_LINK: Final = "broken_link"
AGENT: Final = "Chancery-link-check/1 (looks whether cited pages still answer)"
PAUSE: Final = 1.0
HOSTS_AT_ONCE: Final = 8
TRIES: Final = 3
REDIRECTS: Final = 5

Report = Callable[[str, str], None]
# The sources of each address of a host.
Host = Mapping[str, list[tuple[int, str]]]


def inspect_links(report: Report = lambda _address, _wrong: None, pause: float = PAUSE) -> None:
    """Try every address of every source, and keep which are broken; `report` hears of each. Takes time."""
    hosts = addresses_by_host()
    for host, answers in tried(hosts, pause):
        for address, wrong in answers:
            report(address, wrong)
        keep(hosts[host], answers)


def addresses_by_host() -> dict[str, Host]:
    """Return the addresses of all sources, by host and in its order."""
    hosts: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    for pk, slug, *addresses in Source.objects.filter(not_retracted()).values_list("pk", "slug", "url", "archive_url"):
        for address in filter(None, addresses):
            if not url_error(address):
                hosts[urlsplit(address).netloc.lower()][address].append((pk, slug))
    return dict(sorted(hosts.items()))


@transaction.atomic
def keep(addresses: Host, answers: Iterable[tuple[str, str]]) -> None:
    """Update the findings about the URLs of a host."""
    for address, wrong in answers:
        _keep(address, wrong, addresses[address])


def _keep(address: str, wrong: str, sources: Iterable[tuple[int, str]]) -> None:
    """Make the findings about one address what was seen of it; those that somebody answered keep their answer."""
    there = Finding.objects.filter(rule=BROKEN_LINK, collection=DOCUMENT_TYPES[Source].collection, subject=address)
    if not wrong:
        there.delete()
        return
    message = f"{address} {wrong}."
    there.update(message=message)
    found = (
        Finding(
            collection=DOCUMENT_TYPES[Source].collection, record_id=pk, slug=slug, rule=BROKEN_LINK, subject=address,
            message=message,
            found_at=timezone.now(),
        )
        for pk, slug in sources
    )  # fmt: skip
    Finding.objects.bulk_create(found, ignore_conflicts=True)


def tried(hosts: Mapping[str, Host], pause: float = PAUSE) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each host with what is wrong with each of its addresses; several hosts at a time, but one address of each."""
    enough = Event()
    pool = ThreadPoolExecutor(HOSTS_AT_ONCE)
    try:
        answers = pool.map(lambda addresses: _of_one_host(addresses, pause, enough), hosts.values())
        yield from zip(hosts, answers, strict=True)
    finally:
        # Whoever reads no further waits for no more than the requests that are under way.
        enough.set()
        pool.shutdown(cancel_futures=True)


def _of_one_host(addresses: Iterable[str], pause: float, enough: Event) -> list[tuple[str, str]]:
    answers: list[tuple[str, str]] = []
    for address in addresses:
        if answers and enough.wait(pause):
            break
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
_HEADERS: Final = {"User-Agent": AGENT, "Accept": "*/*"}


def _followed(address: str) -> int:
    """Return the status of an address, redirects followed."""
    for _ in range(REDIRECTS + 1):
        status, target = request("HEAD", address, _HEADERS)
        if status >= _ASK_AGAIN:
            status, target = request("GET", address, _HEADERS)
        if not (HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST and target):
            return status
        address = urljoin(address, target)
    raise RefusedError("redirects in a loop")
