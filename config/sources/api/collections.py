"""The collection of sources, as the API registers it."""

from __future__ import annotations

from config.api.collections import Collection, register
from config.sources.api.viewsets import SourceViewSet

SOURCE = "libya-report-2020-10"

register(
    Collection(
        "sources",
        SourceViewSet,
        "Documents, pages and datasets cited as evidence.",
        example=SOURCE,
        is_searched=True,
    ),
    order=30,
    examples={"cited_field": "start", "language": "en", "publisher": "TRT World", "source": SOURCE},
)
