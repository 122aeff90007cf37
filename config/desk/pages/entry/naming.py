"""Slugs that are proposed where none is entered."""

from __future__ import annotations

import re
from typing import Any, Final

from django.db import models

from config.exceptions import InvalidDateError
from config.record.database.constraints import RESERVED_SLUGS, SLUG_LENGTH
from config.record.documents.registry import document_type_of
from config.record.models import Redirect
from config.record.values import edtf
from config.record.values.folding import fold

# Words that say nothing of what a record is about.
_FILLERS: Final = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "s", "that", "the", "to", "with"})
_LONGEST: Final = 80


def proposed(model: type[models.Model], name: str, when: str = "") -> str:
    """Return a slug of `name` and the date `when` that no record of the table has or had."""
    words = [word for word in re.sub(r"[^a-z0-9 ]", "", fold(name)).split() if word not in _FILLERS]
    dated = day_of(when)
    room, kept = _LONGEST - len(dated), list[str]()
    for word in words:
        if kept and len("-".join([*kept, word])) > room:
            break
        kept.append(word[:room])
    stem = "-".join([*(kept or [str(model._meta.model_name)]), *([dated] if dated and dated not in "-".join(kept) else [])])
    return _free(model, stem[:SLUG_LENGTH].strip("-"))


def day_of(text: str) -> str:
    """Return as much of a partial date as is sure of it: the day, the month or the year; nothing where even that is not."""
    try:
        bounds = edtf.bounds(text)
    except InvalidDateError:
        # The form says so itself.
        return ""
    low, high = bounds.earliest, bounds.latest
    if edtf.EARLIEST in (low, high) or edtf.LATEST in (low, high) or low.year != high.year:
        return ""
    if low == high:
        return low.isoformat()
    return f"{low:%Y-%m}" if low.month == high.month else f"{low:%Y}"


def _free(model: type[models.Model], stem: str) -> str:
    table: Any = document_type_of(model).model
    moved = Redirect.objects.filter(collection=document_type_of(model).collection, old_slug__startswith=stem)
    taken = {*table._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True), *RESERVED_SLUGS}
    taken |= set(moved.values_list("old_slug", flat=True))
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
