"""Resolves references to records: by slug, former slug or external identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, reduce
from operator import or_
from typing import Any, Final, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from config.record.database.constraints import SLUG, SLUG_LENGTH
from config.record.values.edtf import LATEST

IDENTIFIER: Final = r"^[a-z0-9]+([.-][a-z0-9]+)*:[^\s,][^,]{0,299}$"
# Codes recognised without their scheme: Wikidata items, and what ISO 3166-1 assigns, reserves or leaves to users.
_BARE: Final = {
    re.compile(r"Q[1-9]\d*", re.ASCII): ("wikidata",),
    re.compile(r"[A-Z]{2}"): ("iso3166-1-alpha-2", "iso3166-1-user-assigned", "iso3166-1-reserved"),
    re.compile(r"[A-Z]{3}"): ("iso3166-1-alpha-3", "iso3166-1-user-assigned", "iso3166-3"),
}

_SLUG = re.compile(SLUG.removesuffix("$") + r"\Z")
_IDENTIFIER = re.compile(IDENTIFIER.removesuffix("$") + r"\Z", re.IGNORECASE)


class Reference(NamedTuple):
    """A public record that a request names."""

    key: int
    slug: str


class AmbiguousNameError(ValueError):
    """A code that several records have today, or that only several had before."""

    def __init__(self, text: str, slugs: Sequence[str]) -> None:
        super().__init__(f"Several records have the code “{text}”: {', '.join(slugs)}. Give the slug.")


def has_identifiers(model: type[Model]) -> bool:
    """Return whether records of `model` carry the codes of others."""
    return _has(model, "identifiers")


def has_names(model: type[Model]) -> bool:
    """Return whether records of `model` have more names than one."""
    return _has(model, "names")


@cache
def _has(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def is_slug(text: str) -> bool:
    """Return whether `text` can be a slug."""
    return len(text) <= SLUG_LENGTH and _SLUG.match(text) is not None


def is_identifier(text: str) -> bool:
    """Return whether `text` can be the code of a record, as `scheme:value`."""
    return _IDENTIFIER.match(text) is not None


def spellings(text: str) -> list[str]:
    """Return a slug as it was typed, and in the cases that slugs have."""
    return list(dict.fromkeys((text, text.lower(), text.upper())))


def _references(rows: QuerySet[Any]) -> list[Reference]:
    return [Reference(*row) for row in rows.order_by("slug").values_list("pk", "slug").distinct()[:5]]


def by_code(model: Any, text: str) -> Reference | None:
    """Return the public record of `model` that has the code `text`; raise `AmbiguousNameError` where several do.

    Of the records that a code has meant, the one it means today is taken.
    """
    if not has_identifiers(model) or (code := has_code(text)) is None:
        return None
    public = model._default_manager.public()
    held: Any = model._meta.get_field("identifiers").related_model
    holders = held._default_manager.filter(code)
    for valid in (holders.filter(valid_to_latest=LATEST), holders):
        found = _references(public.filter(pk__in=valid.values("record_id")))
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNameError(text, [one.slug for one in found])
    return None


def has_code(text: str) -> Q | None:
    """Return the condition that an identifier is the code `text`; None where that can be none."""
    codes = [Q(scheme=scheme, value__in=spellings(value)) for scheme, value in _codes(text)]
    return reduce(or_, codes) if codes else None


def _codes(text: str) -> Iterator[tuple[str, str]]:
    """Yield the schemes and values that `text` can be the code of."""
    scheme, colon, value = text.partition(":")
    if colon and is_identifier(text):
        yield scheme.lower(), value
    bare = text.upper()
    for pattern, schemes in _BARE.items():
        if pattern.fullmatch(bare):
            yield from ((one, bare) for one in schemes)
