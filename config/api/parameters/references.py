"""Resolves references to records: by slug, former slug or external identifier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from config.record.database.constraints import SLUG, SLUG_LENGTH
from config.record.documents.registry import document_type_of
from config.record.models import Redirect
from config.record.values.edtf import LATEST

IDENTIFIER: Final = r"^[a-z0-9]+([.-][a-z0-9]+)*:[^\s,][^,]{0,299}$"
# Codes recognised without their scheme: Wikidata items, and what ISO 3166-1 assigns, reserves or leaves to users.
_BARE: Final = {
    r"Q[1-9]\d*": ("wikidata",),
    r"[A-Z]{2}": ("iso3166-1-alpha-2", "iso3166-1-user-assigned", "iso3166-1-reserved"),
    r"[A-Z]{3}": ("iso3166-1-alpha-3", "iso3166-1-user-assigned", "iso3166-3"),
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


def find(model: Any, text: str) -> Reference | None:
    """Return the public record of `model` that `text` names in any way; raise `AmbiguousNameError` where several do.

    A slug is taken before a former slug, and both before a code. Case does not matter. Of the records that a code has
    meant, the one it means today is taken.
    """
    public = model._default_manager.public()
    if is_slug(text):
        spelt = spellings(text)
        for ways in ({"slug__in": spelt}, {"slug__in": _former(model, spelt)}):
            # Uppercase comes first in the order of characters, and after it the same word as it was typed.
            if found := sorted(_references(public.filter(**ways)), key=lambda one: one.slug != text):
                return found[0]
    return _by_code(model, public, text) if has_identifiers(model) else None


def spellings(text: str) -> list[str]:
    """Return a slug as it was typed, and in the cases that slugs have."""
    return list(dict.fromkeys((text, text.lower(), text.upper())))


def _former(model: Any, slugs: Iterable[str]) -> QuerySet[Any]:
    """Return the slugs that records now have which had one of `slugs` before."""
    moved = Redirect.objects.filter(collection=document_type_of(model).collection, old_slug__in=list(slugs))
    return moved.values("new_slug")


def _references(rows: QuerySet[Any]) -> list[Reference]:
    return [Reference(*row) for row in rows.order_by("slug").values_list("pk", "slug").distinct()[:5]]


def _by_code(model: Any, public: QuerySet[Any], text: str) -> Reference | None:
    if (code := has_code(text)) is None:
        return None
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
    code = Q()
    for scheme, value in _codes(text):
        code |= Q(scheme=scheme, value__in=spellings(value))
    return code or None


def _codes(text: str) -> Iterator[tuple[str, str]]:
    """Yield the schemes and values that `text` can be the code of."""
    scheme, colon, value = text.partition(":")
    if colon and is_identifier(text):
        yield scheme.lower(), value
    for pattern, schemes in _BARE.items():
        if re.fullmatch(pattern, text.upper(), re.ASCII):
            yield from ((one, text.upper()) for one in schemes)
