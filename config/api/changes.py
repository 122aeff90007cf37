"""The change feed: the public log, as far as it tells of more than refreshed references."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from config.api.filters import FilterSet
from config.api.history import COLUMNS, entry_json
from config.api.pagination import USUAL, Limit, json_page
from config.api.schema import Operation, ViewSchema
from config.api.serializers import ChangeSerializer
from config.api.values import Number, OneOf
from config.api.views import PublicAPIView
from config.record import log
from config.record.choices import Operation as Happening
from config.record.models import LogEntry

COLLECTIONS = ("actors", "offices", "tenures", "events", "provisions", "stances", "topics", "sources")


class ChangeFilters(FilterSet):
    """The parameters of the change feed."""

    after = Number(
        "sequence__gt", least=0, most=2**63 - 1, default=0, help_text="The sequence number of the last change you know."
    )
    collection = OneOf(COLLECTIONS, "collection", help_text="What sort of records.")
    limit = Limit()


class ChangesView(PublicAPIView):
    """What was published, changed, retracted, merged, restored and erased, in the order it happened.

    Follow it by asking for what came after the last sequence number you have seen: nothing is missed, however long
    you stop. A change in what a record merely shows of others (a renamed minister) is no change of its own here.
    """

    filterset_class = ChangeFilters

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with a page of changes."""
        query, values = self.asked(request)
        limit = values.pop("limit", USUAL)
        told = ChangeFilters.narrow(LogEntry.objects.exclude(operation=Happening.REFRESHED), values)
        rows = told.annotate(is_public=log.is_public()).order_by("sequence").values(*COLUMNS, "is_public")
        entries = list(rows[: limit + 1])
        more, shown = len(entries) > limit, entries[:limit]
        following = None
        if more:
            rest = query.without("after").encoded(after=str(shown[-1]["sequence"]))
            following = request.build_absolute_uri(f"{request.path}?{rest}")
        return json_page([_entry(entry) for entry in shown], {"next": following, "previous": None})

    def describe(self, schema: ViewSchema) -> Operation:
        """Return what the OpenAPI document says of the feed."""
        page = schema.page(schema.ref(ChangeSerializer))
        return Operation("list_changes", "changes", "Follow what changes", self.__doc__ or "", page, ChangeFilters.described())


def _entry(row: dict[str, Any]) -> bytes:
    """Return an entry as JSON; of a record that has been retracted since without its document."""
    if not row.pop("is_public"):
        row["document"] = None
    return entry_json(row)
