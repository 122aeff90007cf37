"""Data checks of sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db.models import Q

from config.desk.editorial.checks.records import duplicate_rule, link_rule, paired
from config.desk.editorial.checks.rules import Found, Rule, alike, not_retracted
from config.desk.models import Finding
from config.outbound.addresses import url_error
from config.record.documents.registry import DOCUMENT_TYPES
from config.sources.links import BROKEN_LINK, inspect_links
from config.sources.models import Source

# What sites add to addresses to follow their readers.
_TRACKING: Final = ("utm_", "fbclid", "gclid")


def plain_address(url: str) -> str:
    """Return an address without what does not tell it from others that lead to the same page."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    asked = urlencode(sorted(one for one in parse_qsl(parts.query, keep_blank_values=True) if not one[0].startswith(_TRACKING)))
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{'?' * bool(asked)}{asked}"


def _same_address(within: Q) -> Iterator[Found]:
    named = Source.objects.filter(not_retracted()).exclude(url="")
    own = {pk: plain_address(url) for pk, url in named.filter(within).values_list("pk", "url")}
    if not own:
        return
    if within:
        # A page has at most so many addresses that differ in what is looked at here; none has an index of its own.
        hosts = {address.partition("?")[0] for address in own.values()}
        near = Q(*(("url__contains", host) for host in hosts), _connector=Q.OR)
        own |= {pk: plain_address(url) for pk, url in named.filter(near).values_list("pk", "url")}
    pairs = list(alike((address, pk) for pk, address in own.items()))
    yield from paired(Source, pairs, "It has the same URL as another source: {}.")


def _malformed(within: Q) -> Iterator[Found]:
    rows = Source.objects.filter(within, not_retracted()).exclude(url="", archive_url="")
    for pk, url, archive in rows.values_list("pk", "url", "archive_url").iterator(chunk_size=2000):
        for name, address in (("address", url), ("archive", archive)):
            if address and (wrong := url_error(address)):
                yield Found(pk, f"Its {name} {wrong}: {address}", name)


def _still_broken(within: Q) -> Iterator[Found]:
    """Yield what was found when the addresses were last tried, as long as the source still has the address."""
    rows = Source.objects.filter(within, not_retracted()).exclude(url="", archive_url="")
    tried = Finding.objects.filter(rule=BROKEN_LINK, collection=DOCUMENT_TYPES[Source].collection)
    broken: dict[int, list[Finding]] = {}
    for one in tried.filter(record_id__in=rows.values("pk")):
        broken.setdefault(one.record_id, []).append(one)
    for pk, *addresses in rows.filter(pk__in=broken).values_list("pk", "url", "archive_url") if broken else ():
        for one in broken[pk]:
            if one.subject in addresses:
                yield Found(pk, one.message, one.subject)


RULES: Final = (
    duplicate_rule(Source, _same_address),
    link_rule(Source, _malformed),
    Rule(
        code=BROKEN_LINK,
        label="Broken link",
        explanation="The page did not respond at the last check. Enter the new URL, or that of an archived copy.",
        about=Source,
        find=_still_broken,
        involves={Source: ("pk",)},
        refresh=inspect_links,
    ),
)
