"""The change feed: the public log, as far as it tells of more than refreshed references."""

from __future__ import annotations

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema

from config.api.collections import logged
from config.api.parameters.base import FilterSet
from config.api.parameters.paging import DEFAULT_LIMIT, Limit
from config.api.parameters.request import ParsedRequest
from config.api.parameters.types import Number, OneOf
from config.api.serializers import ChangeSerializer
from config.api.views.base import JSONAnswer, PublicAPIView
from config.api.views.history import COLUMNS, entry_json
from config.api.views.pagination import json_page
from config.record.models import LogEntry
from config.record.values.choices import Operation as AuditAction


class ChangeFilters(FilterSet):
    """The parameters of the change feed."""

    after = Number(
        # The highest whole number that every reader of JSON reads exactly.
        "sequence__gt",
        least=0,
        most=2**53 - 1,
        default=0,
        help_text="Sequence number of the last known change; only later changes are returned.",
    )
    collection = OneOf(logged, "collection", help_text="Collection of the record.")
    limit = Limit()


class ChangesView(PublicAPIView):
    """Log of publications, updates, retractions, merges, restorations and erasures, in order.

    To follow it, request the changes after the last sequence number received: no change is missed, however long the
    interval. An update of a reference alone (such as a renamed minister) is not listed as a change of the referring record.
    """

    filterset_class = ChangeFilters

    @extend_schema(operation_id="list_changes", summary="List changes", responses=ChangeSerializer(many=True))
    def get(self, request: HttpRequest) -> JSONAnswer:
        """Answer with a page of changes."""
        _, query, values = ParsedRequest.of(request, ChangeFilters)
        limit = values.get("limit", DEFAULT_LIMIT)
        given = {name: value for name, value in values.items() if name != "limit"}
        told = ChangeFilters.narrow(LogEntry.objects.exclude(operation=AuditAction.REFRESHED), given)
        entries = list(told.order_by("sequence").values(*COLUMNS)[: limit + 1])
        more, shown = len(entries) > limit, entries[:limit]
        following = None
        if more:
            rest = query.without("after").encoded(after=str(shown[-1]["sequence"]))
            following = request.build_absolute_uri(f"{request.path}?{rest}")
        return json_page([entry_json(entry) for entry in shown], {"next": following, "previous": None})
