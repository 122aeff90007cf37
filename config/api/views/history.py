"""The record as it was: entries of the log as the public reads them, and lists as they were known at a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from django.db.models import Q, QuerySet

from config.api.engine.keyset import CursorPosition
from config.api.engine.names import MAX_SUGGESTED, unknown
from config.api.errors import ErrorItem, InvalidParametersError
from config.api.parameters.base import Ordering, Values
from config.api.parameters.references import AmbiguousNameError, find
from config.api.parameters.request import ParsedRequest
from config.api.views.pagination import Page
from config.record.documents import log
from config.record.documents.log_writer import dump
from config.record.documents.registry import document_type_of
from config.record.models import LogEntry

COLUMNS: Final = ("sequence", "collection", "kind", "slug", "version", "operation", "reason", "cause", "at", "sha256", "document")
BY_SLUG: Final = Ordering("slug", ("slug",), descending=False)
BY_VERSION: Final = Ordering("version", ("version",), descending=False)
# What a list as it was known can be narrowed by: the log knows no more.
NARROWING: Final = ("known_at", "slug", "kind", "date_after", "date_before", "date_match", "fields", "limit", "cursor")
# What the log calls the columns of a record.
LOGGED_AS: Final = {"pk": "pk", "document__utf8": "document__utf8", "document_hash": "sha256"}
_CERTAIN: Final = {"date_after": "earliest__gte", "date_before": "latest__lte"}
_POSSIBLE: Final = {"date_after": "latest__gte", "date_before": "earliest__lte"}


def entry_json(row: Mapping[str, Any]) -> bytes:
    """Return an entry of the log, given its `COLUMNS`, as JSON."""
    document = row["document"]
    blank = {column: row[column] or None for column in ("reason", "cause", "sha256")}
    return dump({**row, **blank, "document": document and orjson.Fragment(document)})


def known_page(parsed: ParsedRequest, queryset: QuerySet[Any], *columns: str) -> Page:
    """Return a page of the records of `queryset` as they were known at a moment, by slug."""
    values = parsed.values
    if beyond := [name for name in values if name not in NARROWING]:
        detail = f"With known_at, a list takes only {', '.join(NARROWING[1:])}."
        raise InvalidParametersError(*(ErrorItem("not_with_known_at", detail, name) for name in beyond))
    entries = log.known_at(document_type_of(queryset.model), values["known_at"]).filter(_kind(queryset), _named(queryset, values))
    if "kind" in values:
        entries = entries.filter(kind__in=values["kind"])
    lookups = _CERTAIN if values.get("date_match") == "certain" else _POSSIBLE
    # The earlier days that date_after has beside its own are for tables that carry the spread of their days.
    dates = {name: value[0] if name == "date_after" else value for name, value in values.items() if name in lookups}
    entries = entries.filter(**{lookups[name]: day for name, day in dates.items()})
    position = CursorPosition.from_request(parsed, BY_SLUG, entries)
    return Page.of(position, position.fetch(entries, *(LOGGED_AS[column] for column in columns)))


def known_documents(keys: Sequence[Any], *columns: str) -> list[tuple[Any, ...]]:
    """Return the keys of entries of the log, and columns of the records as they have them."""
    return list(LogEntry.objects.filter(pk__in=keys).values_list("pk", *(LOGGED_AS[column] for column in columns)))


def known_columns(queryset: QuerySet[Any], slug: str, values: Values, *columns: str) -> tuple[Any, ...] | None:
    """Return what was known of a record at a moment; None where it was not public."""
    entries = log.known_at(document_type_of(queryset.model), values["known_at"]).filter(_kind(queryset), slug=slug)
    found: tuple[Any, ...] | None = entries.values_list(*(LOGGED_AS[column] for column in columns)).first()
    return found


def has_versions(queryset: QuerySet[Any], slug: str) -> bool:
    """Return whether a record was ever public."""
    return log.versions(document_type_of(queryset.model)).filter(_kind(queryset), slug=slug).exists()


def versions_page(parsed: ParsedRequest, queryset: QuerySet[Any], slug: str) -> Page:
    """Return a page of the versions of one record, the oldest first."""
    entries = log.versions(document_type_of(queryset.model)).filter(_kind(queryset), slug=slug)
    position = CursorPosition.from_request(parsed, BY_VERSION, entries)
    return Page.of(position, position.fetch(entries, *COLUMNS))


def version_json(row: tuple[Any, ...]) -> bytes:
    """Return a row of `versions_page` as JSON."""
    return entry_json(dict(zip(COLUMNS, row[len(BY_VERSION.columns) :], strict=True)))


def _kind(queryset: QuerySet[Any]) -> Q:
    kind = getattr(queryset.model, "KIND", None)
    return Q(kind=kind) if kind else Q()


def _named(queryset: QuerySet[Any], values: Values) -> Q:
    """Return the condition of the slugs that were asked for: those of records that are public, or were."""
    if "slug" not in values:
        return Q()
    slugs: list[str] = []
    error_items: list[ErrorItem] = []
    for position, text in enumerate(values["slug"]):
        try:
            found = find(queryset.model, text)
        except AmbiguousNameError as error:
            error_items.append(ErrorItem("ambiguous_value", str(error), "slug"))
            continue
        own = [*([found.slug] if found else []), *([text] if has_versions(queryset, text) else [])]
        error_items += [] if own else [unknown([queryset.model], text, "slug", suggest=position < MAX_SUGGESTED)]
        slugs += own
    if error_items:
        raise InvalidParametersError(*error_items)
    return Q(slug__in=slugs)
