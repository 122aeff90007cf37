"""Search over every collection at once."""

from __future__ import annotations

from typing import Any

import orjson
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, TextField, Value, When
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema

from config.api.collections import searched
from config.api.engine.keyset import CursorPosition
from config.api.parameters.base import Ordering
from config.api.parameters.paging import ListFilters
from config.api.parameters.references import has_names
from config.api.parameters.request import ParsedRequest
from config.api.parameters.types import OneOf, RequiredFullTextFilter
from config.api.serializers import SearchHitSerializer
from config.api.views.base import JSONAnswer, PublicAPIView
from config.api.views.pagination import Page, json_page
from config.record.database.search import Terms
from config.record.documents.registry import DOCUMENT_TYPES, DocumentType

BEST_FIRST = Ordering("relevance", ("closeness", "name_folded", "collection", "pk"), descending=False)


class SearchFilters(ListFilters):
    """The parameters of the search."""

    q = RequiredFullTextFilter()
    collection = OneOf(searched, help_text="Collections to search.")


class SearchView(PublicAPIView):
    """Search for words in names, titles, descriptions and quotes.

    Exact matches of a name come first, then names that begin with the words, then all others.
    """

    filterset_class = SearchFilters

    @extend_schema(operation_id="search", summary="Search all collections", responses=SearchHitSerializer(many=True))
    def get(self, request: HttpRequest) -> JSONAnswer:
        """Answer with a page of what was found."""
        parsed = ParsedRequest.of(request, SearchFilters)
        values = parsed.values
        wanted = values.get("collection", searched())
        parts = [
            _found(document_type, values["q"]) for document_type in DOCUMENT_TYPES.values() if document_type.collection in wanted
        ]
        position = CursorPosition.from_request(parsed, BEST_FIRST, parts[0])
        first, *others = (position.filtered(part, "slug", "found_kind", "name", "description") for part in parts)
        page = Page.of(position, position.limited(first.union(*others, all=True) if others else first))
        return json_page([_hit(request, row) for row in page.rows], page.links(parsed))


def _found(document_type: DocumentType, terms: Terms) -> QuerySet[Any]:
    """Return the public records of one table that have the words, with how well they match."""
    model: Any = document_type.model
    folded = terms.text
    exact = Q(name_folded=folded)
    if has_names(model):
        names: Any = model._meta.get_field("names").related_model
        exact |= Q(Exists(names.objects.filter(record=OuterRef("pk"), text_folded=folded)))
    kinds = {field.name for field in model._meta.concrete_fields}
    kind = F("kind") if "kind" in kinds else Value(model._meta.model_name, output_field=TextField())
    found: QuerySet[Any] = (
        model._default_manager.public()
        .filter(search_text__words=terms)
        .annotate(
            closeness=Case(
                When(exact, then=0), When(name_folded__startswith=folded, then=1), default=2, output_field=IntegerField()
            ),
            collection=Value(document_type.collection, output_field=TextField()),
            found_kind=kind,
        )
    )
    return found


def _hit(request: HttpRequest, row: tuple[Any, ...]) -> bytes:
    *_, collection, _key, slug, kind, name, description = row
    url = request.build_absolute_uri(f"/api/v1/{collection}/{slug}")
    hit = {"slug": slug, "kind": kind, "name": name, "description": description or None, "url": url}
    return orjson.dumps(hit)
