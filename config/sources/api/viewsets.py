"""The collection of sources."""

from __future__ import annotations

from config.api.views.viewsets import DocumentViewSet
from config.sources.api.filtersets import SourceFilters
from config.sources.api.serializers import SourceSerializer
from config.sources.models import Source


class SourceViewSet(DocumentViewSet):
    """Documents, pages and datasets cited as evidence."""

    queryset = Source.objects.public()
    filterset_class = SourceFilters
    serializer_class = SourceSerializer
    noun = "source"
