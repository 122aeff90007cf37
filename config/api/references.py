"""How a request names records: by slug, by a slug they had before, or by a code that others gave them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from config.record.constraints import SLUG, SLUG_LENGTH
from config.record.models import Redirect
from config.record.shapes import shape_of

IDENTIFIER: Final = r"^[a-z0-9]+([.-][a-z0-9]+)*:[^\s,][^,]{0,299}$"

_SLUG = re.compile(SLUG.removesuffix("$") + r"\Z")
_IDENTIFIER = re.compile(IDENTIFIER.removesuffix("$") + r"\Z")


def has_identifiers(model: type[Model]) -> bool:
    """Tell whether records of `model` carry the codes of others."""
    return _has(model, "identifiers")


def has_names(model: type[Model]) -> bool:
    """Tell whether records of `model` have more names than one."""
    return _has(model, "names")


def _has(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def is_slug(text: str) -> bool:
    """Tell whether `text` can be a slug."""
    return len(text) <= SLUG_LENGTH and _SLUG.match(text) is not None


def is_identifier(text: str) -> bool:
    """Tell whether `text` can be the code of a record, as `scheme:value`."""
    return _IDENTIFIER.match(text) is not None


def named_by(model: type[Model], texts: Sequence[str]) -> Q:
    """Return the condition that a record of `model` is one of those that `texts` name."""
    return reduce(or_, _ways(model, texts))


def _ways(model: type[Model], texts: Sequence[str]) -> Iterator[Q]:
    """Yield the conditions of which a record of `model` that `texts` name fulfils one."""
    if slugs := [text for text in texts if ":" not in text]:
        moved = Redirect.objects.filter(collection=shape_of(model).collection, old_slug__in=slugs)
        yield Q(slug__in=slugs)
        yield Q(slug__in=moved.values("new_slug"))
    for text in texts:
        scheme, colon, value = text.partition(":")
        if colon:
            yield Q(pk__in=_holders(model, scheme, value))


def _holders(model: type[Model], scheme: str, value: str) -> QuerySet[Any]:
    identifiers: Any = model._meta.get_field("identifiers").related_model
    held: QuerySet[Any] = identifiers._default_manager.filter(scheme=scheme, value=value).values("record_id")
    return held


def public_keys(model: Any, texts: Sequence[str]) -> QuerySet[Any]:
    """Return the keys of the public records of `model` that `texts` name, for use in a condition.

    Each way of naming one is asked for by itself, so that each goes by its own index.
    """
    public: QuerySet[Any] = model._default_manager.public()
    first, *others = (public.filter(way).values("pk") for way in _ways(model, texts))
    return first.union(*others, all=True) if others else first


def public_slugs(model: Any, texts: Sequence[str]) -> QuerySet[Any]:
    """Return the slugs of the public records of `model` that `texts` name, for use in a condition."""
    slugs: QuerySet[Any] = model._default_manager.public().filter(named_by(model, texts)).values("slug")
    return slugs
