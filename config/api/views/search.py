"""The search view: all collections at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

import orjson
from django.db import connection
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, TextField, Value, When
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema

from config.api.collections import searched
from config.api.database.replicas import reading_alias
from config.api.engine.keyset import CursorPosition
from config.api.parameters.base import Ordering
from config.api.parameters.paging import ListFilters
from config.api.parameters.references import has_names
from config.api.parameters.request import ParsedRequest
from config.api.parameters.types import OneOf, RequiredFullTextFilter
from config.api.serializers import SearchHitSerializer
from config.api.views.base import JSONAnswer, PublicAPIView
from config.api.views.pagination import Page, json_page
from config.record.database.existence import which_exist
from config.record.database.search import Terms
from config.record.documents.registry import DOCUMENT_TYPES, DocumentType

# Of how many records that have the words all are found before they are put in order.
MAX_GATHERED: Final = 5_000
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
        types = [document_type for document_type in DOCUMENT_TYPES.values() if document_type.collection in wanted]
        position = CursorPosition.from_request(parsed, BEST_FIRST, _found(types[0], values["q"]))
        crowded = _with_many(types, values["q"])
        parts = (_parts(one, values["q"], position, has_many=one.collection in crowded) for one in types)
        first, *others = chain.from_iterable(parts)
        page = Page.of(position, position.limited(first.union(*others, all=True) if others else first))
        return json_page([_hit(request, row) for row in page.rows], page.links(parsed))


def _parts(document_type: DocumentType, terms: Terms, position: CursorPosition, *, has_many: bool) -> Iterator[QuerySet[Any]]:
    """Yield what is found in one table, beyond a position, in parts of which each is read as it is found soonest.

    Few that have the words are all found by these, and put in order. Where many have them, a page is sooner full of those that
    are met in the order of names: first those that have this name, then those that begin so, then the others.
    """
    columns = ("slug", "found_kind", "name", "description")
    if not has_many:
        yield position.filtered(_found(document_type, terms), *columns)
        return
    exact, begins = _closeness(document_type, terms)
    named = Q(pk__in=_named(document_type, terms))
    for closeness, condition in ((0, named), (1, begins & ~exact), (2, ~begins & ~exact)):
        met = _found(document_type, terms, closeness).filter(condition)
        yield position.page_queryset(met, *columns)


def _with_many(types: Sequence[DocumentType], terms: Terms) -> set[str]:
    """Return those of which more records have the words than are worth gathering. SQLite gathers what it finds soon enough."""
    if connection.vendor == "sqlite":
        return set()
    # Only public records have words.
    found = (one.model._default_manager.filter(search_text__words=terms).order_by() for one in types)
    beyond = [rows[MAX_GATHERED : MAX_GATHERED + 1] for rows in found]
    return {one.collection for one, has_many in zip(types, which_exist(beyond, reading_alias()), strict=True) if has_many}


def _named(document_type: DocumentType, terms: Terms) -> QuerySet[Any]:
    """Return the keys of the records one of whose names is what was asked for."""
    model: Any = document_type.model
    keys: QuerySet[Any] = model._default_manager.public().filter(name_folded=terms.text).order_by().values("pk")
    if has_names(model):
        names: Any = model._meta.get_field("names").related_model
        keys = keys.union(names.objects.filter(text_folded=terms.text).order_by().values("record"))
    return keys


def _closeness(document_type: DocumentType, terms: Terms) -> tuple[Q, Q]:
    """Return the conditions that a name of a record is what was asked for, and that its display name begins so."""
    model: Any = document_type.model
    folded = terms.text
    exact = Q(name_folded=folded)
    if has_names(model):
        names: Any = model._meta.get_field("names").related_model
        exact |= Q(Exists(names.objects.filter(record=OuterRef("pk"), text_folded=folded)))
    return exact, Q(name_folded__startswith=folded)


def _found(document_type: DocumentType, terms: Terms, closeness: int | None = None) -> QuerySet[Any]:
    """Return the public records of one table that have the words, with how well they match.

    Where it is given how well, they are to be met in the order of names, and not found by the words.
    """
    model: Any = document_type.model
    exact, begins = _closeness(document_type, terms)
    words = {"search_text__words" if closeness is None else "search_text__met": terms}
    kinds = {field.name for field in model._meta.concrete_fields}
    kind = F("kind") if "kind" in kinds else Value(model._meta.model_name, output_field=TextField())
    found: QuerySet[Any] = (
        model._default_manager.public()
        .filter(**words)
        .annotate(
            closeness=Case(When(exact, then=0), When(begins, then=1), default=2, output_field=IntegerField())
            if closeness is None
            else Value(closeness, output_field=IntegerField()),
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
