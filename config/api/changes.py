"""The change feed: the public log, as far as it tells of more than refreshed references."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Value, When
from django.http import HttpResponse
from rest_framework.request import Request

from config.api.filters import FilterSet, Number, OneOf
from config.api.pagination import USUAL, Limit, json_page, page_schema
from config.api.schema import Operation, ViewSchema
from config.api.serializers import ChangeSerializer
from config.api.viewsets import PublicAPIView
from config.record.choices import Operation as Happening
from config.record.documents import SHAPES, dump
from config.record.models import LogEntry

COLLECTIONS = ("actors", "offices", "tenures", "events", "provisions", "stances", "topics", "sources")
_COLUMNS = ("sequence", "collection", "kind", "slug", "version", "operation", "reason", "at", "document")


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

    def get(self, request: Request) -> HttpResponse:
        """Answer with a page of changes."""
        query, values = self.asked(request)
        limit = values.pop("limit", USUAL)
        told = ChangeFilters.narrow(_told(), values)
        entries = list(told.order_by("sequence").values(*_COLUMNS, "is_public")[: limit + 1])
        more, shown = len(entries) > limit, entries[:limit]
        following = None
        if more:
            rest = query.without("after").encoded(after=str(shown[-1]["sequence"]))
            following = request.build_absolute_uri(f"{request.path}?{rest}")
        return json_page([_entry(entry) for entry in shown], {"next": following, "previous": None})

    def describe(self, schema: ViewSchema) -> Operation:
        """Return what the OpenAPI document says of the feed."""
        page = page_schema(schema.ref(ChangeSerializer))
        return Operation("list_changes", "changes", "Follow what changes", self.__doc__ or "", page, ChangeFilters.described())


def _told() -> QuerySet[Any]:
    """Return the entries that the feed tells of, each with whether its record is public now."""
    entries = LogEntry.objects.exclude(operation=Happening.REFRESHED)
    return entries.annotate(is_public=_is_public())


@cache
def _is_public() -> Case:
    """Return the condition that the record of an entry is public now: what was retracted shows no earlier version."""
    known = [
        When(collection=shape.collection, then=Exists(model._default_manager.public().filter(slug=OuterRef("slug"))))  # type: ignore[attr-defined]
        for model, shape in SHAPES.items()
    ]
    return Case(*known, default=Value(value=False), output_field=BooleanField())


def _entry(row: dict[str, Any]) -> str:
    document = row["document"] if row.pop("is_public") else None
    shown = row | {"reason": row["reason"] or None, "document": document and orjson.Fragment(document)}
    return dump(shown).decode()
