"""Filtersets that all collections share."""

from __future__ import annotations

from config.api.collections import register
from config.api.parameters.base import FilterSet
from config.api.parameters.paging import ListFilters
from config.api.parameters.types import Fields, FullTextFilter, Instant

register(
    examples={
        "known_at": "2100-01-01T00:00:00Z",
        "q": "libya*",
        "updated_after": "2020-01-01T00:00:00Z",
        "updated_before": "2100-01-01T00:00:00Z",
        "year": 2020,
    }
)


class DetailFilters(FilterSet):
    """The parameters of one record."""

    fields = Fields()
    known_at = Instant(
        help_text="Version that was public at this time, without later corrections. With it, a list is ordered by slug and "
        "accepts only the filters by slug, kind and date."
    )


class RecordFilters(DetailFilters, ListFilters):
    """The parameters of every collection."""

    updated_after = Instant("updated_at__gte", help_text="Only records whose content last changed at or after this time.")
    updated_before = Instant("updated_at__lte", help_text="Only records whose content last changed at or before this time.")
    q = FullTextFilter()
