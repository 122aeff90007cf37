"""Rules that several tables have alike, and those of sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from config.desk.editorial.checks.rules import Found, Rule, alike, called, standing, told_apart
from config.desk.models import Finding
from config.outbound.addresses import flaw
from config.record.documents.registry import DOCUMENT_TYPES, Model
from config.record.models import Source
from config.record.values import edtf
from config.record.values.choices import CitationRole, CurationState

DUPLICATE: Final = "duplicate"
BROKEN_LINK: Final = "broken_link"
UNFINISHED: Final = (CurationState.DRAFT, CurationState.IN_REVIEW)


def proof_rule(model: Model) -> Rule:
    """Return the rule that finds the drafts of a table that no source supports."""

    def unproved(within: Q) -> QuerySet[Any]:
        meta: Any = model._meta
        supporting = meta.get_field("citations").related_model._default_manager.filter(
            record=OuterRef("pk"), role=CitationRole.SUPPORTS
        )
        return model._default_manager.filter(within, ~Exists(supporting), state__in=UNFINISHED)

    def find(within: Q) -> Iterator[Found]:
        for pk in unproved(within).values_list("pk", flat=True):
            yield Found(pk, "No supporting citation.")

    return Rule(
        code="missing_proof",
        label="Missing citation",
        explanation="A record needs a supporting citation before it can be published. Add one under Citations.",
        about=model,
        find=find,
        involves={model: ("pk",)},
        suspects=lambda within: [unproved(within)],
    )


def end_rule(
    model: Model,
    find_more: Callable[[Q], Iterator[Found]] | None = None,
    more_suspects: Callable[[Q], QuerySet[Any]] | None = None,
) -> Rule:
    """Return the rule that finds records of a table whose end most likely lies before their start."""

    def find(within: Q) -> Iterator[Found]:
        yield from hasty(model._default_manager.filter(within, standing()), "pk")
        if find_more:
            yield from find_more(within)

    def suspects(within: Q) -> list[QuerySet[Any]]:
        own = overlapping_bounds(model._default_manager.filter(within, standing()))
        return [own, more_suspects(within)] if more_suspects else [own]

    return Rule(
        code="end_before_start",
        label="End before start",
        explanation="The dates are approximate, and the end is probably before the start. "
        "Enter more exact dates, or dismiss this.",
        about=model,
        find=find,
        involves={model: ("pk",)},
        suspects=suspects,
    )


def overlapping_bounds(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows whose end may lie before their start."""
    return rows.exclude(start="").exclude(end__in=("", edtf.OPEN)).filter(end_earliest__lt=F("start_latest"))


def hasty(rows: QuerySet[Any], record: str, subject: str = "") -> Iterator[Found]:
    """Yield what lasts from `start` to `end`, where the middle of the latter lies before the middle of the former."""
    columns = (record, subject or record, "start", "end", "start_earliest", "start_latest", "end_earliest", "end_latest")
    for pk, other, start, end, *bounds in overlapping_bounds(rows).values_list(*columns):
        first, last, early, late = (day.toordinal() for day in bounds)
        if early + late < first + last:
            what = told_apart(rows.model._meta.get_field(subject.removesuffix("_id")).related_model, other) if subject else ""
            yield Found(pk, f"Its end ({end}) is probably before its start ({start}).", what)


def duplicate_rule(
    model: Model, find: Callable[[Q], Iterator[Found]], suspects: Callable[[Q], list[QuerySet[Any]]] | None = None
) -> Rule:
    """Return the rule that finds records of a table that are probably there twice."""
    return Rule(
        code=DUPLICATE,
        label="Possible duplicate",
        explanation="Two records may describe the same thing. If so, merge them: the slug of one then redirects to the other.",
        about=model,
        find=find,
        involves={model: ("pk",)},
        suspects=suspects,
    )


def paired(model: Model, pairs: Sequence[tuple[int, int]], message: str) -> Iterator[Found]:
    """Yield a finding for each pair of records of a table; the second is its subject, and named in the message."""
    names = called(model, {earlier for _, earlier in pairs})
    for pk, earlier in pairs:
        yield Found(pk, message.format(names.get(earlier, "")), told_apart(model, earlier))


# Sources

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
    named = Source.objects.filter(standing()).exclude(url="")
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
    rows = Source.objects.filter(within, standing()).exclude(url="", archive_url="")
    for pk, url, archive in rows.values_list("pk", "url", "archive_url").iterator(chunk_size=2000):
        for name, address in (("address", url), ("archive", archive)):
            if address and (wrong := flaw(address)):
                yield Found(pk, f"Its {name} {wrong}: {address}", name)


def _still_broken(within: Q) -> Iterator[Found]:
    """Yield what was found when the addresses were last tried, as long as the source still has the address."""
    rows = Source.objects.filter(within, standing()).exclude(url="", archive_url="")
    tried = Finding.objects.filter(rule=BROKEN_LINK, collection=DOCUMENT_TYPES[Source].collection)
    broken: dict[int, list[Finding]] = {}
    for one in tried.filter(record_id__in=rows.values("pk")):
        broken.setdefault(one.record_id, []).append(one)
    for pk, *addresses in rows.filter(pk__in=broken).values_list("pk", "url", "archive_url") if broken else ():
        for one in broken[pk]:
            if one.subject in addresses:
                yield Found(pk, one.message, one.subject)


SOURCE_RULES: Final = (
    duplicate_rule(Source, _same_address),
    Rule(
        code="malformed_link",
        label="Invalid link",
        explanation="The URL is invalid. Correct it, or leave it empty.",
        about=Source,
        find=_malformed,
        involves={Source: ("pk",)},
    ),
    Rule(
        code=BROKEN_LINK,
        label="Broken link",
        explanation="The page did not respond at the last check. Enter the new URL, or that of an archived copy.",
        about=Source,
        find=_still_broken,
        involves={Source: ("pk",)},
    ),
)
