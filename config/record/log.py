"""The public log, as far as the public may read it: nothing of a record that has been retracted since."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from config.record.models import LogEntry, Redirect
from config.record.querysets import ThereIs
from config.record.shapes import SHAPES, Shape


@cache
def is_public() -> Case:
    """Return the condition that the record of an entry is public now, whatever its slug has become."""
    conditions = [When(collection=shape.collection, then=_is_public(shape)) for shape in SHAPES.values()]
    return Case(*conditions, default=Value(value=False), output_field=BooleanField())


def versions(shape: Shape) -> QuerySet[LogEntry]:
    """Return every version of the records of one table that are public now."""
    return LogEntry.objects.filter(_is_public(shape), collection=shape.collection)


def known_at(shape: Shape, moment: datetime) -> QuerySet[LogEntry]:
    """Return what was public at `moment` of the records of one table, as it was then."""
    later: QuerySet[Any] = LogEntry.objects.filter(
        collection=shape.collection, slug=OuterRef("slug"), version__gt=OuterRef("version"), at__lte=moment
    )
    return versions(shape).filter(~Exists(later), at__lte=moment, document__isnull=False)


def _is_public(shape: Shape) -> Q:
    rows: Any = shape.model._default_manager
    public = rows.public()
    moved = Redirect.objects.filter(collection=shape.collection, old_slug=OuterRef("slug"), new_slug__in=public.values("slug"))
    return Q(ThereIs(public.filter(slug=OuterRef("slug")))) | Q(ThereIs(moved))
