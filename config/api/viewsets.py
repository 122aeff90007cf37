"""What all collections answer alike: a list of stored documents, one stored document, and where a record has gone."""

from __future__ import annotations

import hashlib
import inspect
from functools import cache
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.viewsets import ViewSetMixin

from config.api import compiled
from config.api.counts import Dimension, counting, counts, dimensions
from config.api.errors import Flaw, InvalidParametersError, NotFoundError, unavailable
from config.api.examples import SLUGS
from config.api.exports import MEDIA_TYPE as EXPORT
from config.api.exports import Stream, exporting
from config.api.filters import FilterSet, Values
from config.api.filtersets import DetailFilters, RecordFilters
from config.api.history import known_columns, known_page, version_json, versions_page
from config.api.pagination import ListFilters, Page, Place, fields_of, json_page, page_etag, page_response
from config.api.parameters import Query
from config.api.reading import BySlug
from config.api.references import has_identifiers, is_identifier, is_slug, named_by
from config.api.schema import PARTIAL, Operation, ViewSchema, one_record
from config.api.serializers import ChangeSerializer, CountsSerializer
from config.api.views import PublicView, asked, json_response, moved, unchanged
from config.record.appending import dump
from config.record.models import Redirect
from config.record.shapes import shape_of

# What is read of one record: all that is shown, or what tells whether it has changed.
DETAIL_COLUMNS = (("document__utf8", "document_hash"), ("document_hash",))

Described = list[dict[str, Any]]
Slugs = list[str]


class PartialRenderer(JSONRenderer):
    """The media type of documents with the wanted keys alone, as content negotiation knows it."""

    media_type = PARTIAL


class LinesRenderer(JSONRenderer):
    """The media type of exports, as content negotiation knows it."""

    media_type = EXPORT


class DocumentViewSet(ViewSetMixin, PublicView):
    """A collection of published documents. Subclasses are a queryset, a filterset and what the documents hold."""

    renderer_classes = (JSONRenderer, PartialRenderer, LinesRenderer)
    queryset: ClassVar[QuerySet[Any]]
    filterset_class: ClassVar[type[RecordFilters]]
    serializer_class: ClassVar[Any]
    # What one of the records is called.
    noun: ClassVar[str]
    # Made once, of the attributes above.
    by_slug: ClassVar[dict[tuple[str, ...], BySlug]]
    dimensions: ClassVar[dict[str, Dimension]]
    counts_filterset_class: ClassVar[type[FilterSet]]
    export_filterset_class: ClassVar[type[FilterSet]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.by_slug = {columns: BySlug(cls.queryset, *columns) for columns in DETAIL_COLUMNS}
        cls.dimensions = dimensions(cls.filterset_class)
        cls.counts_filterset_class = counting(cls.filterset_class)
        cls.export_filterset_class = exporting(cls.filterset_class)

    def list(self, request: HttpRequest) -> HttpResponse:
        query, values = asked(request, self.filterset_class)
        fields = self._wanted(values)
        if "HTTP_IF_NONE_MATCH" in request.META:
            known = self._page(request, query, values, "document_hash")
            if kept := unchanged(request, page_etag(query, known.links(request, query), known.last_column())):
                return kept
        page = self._page(request, query, values, "document__utf8", "document_hash")
        documents = [chosen(row[-2], fields) for row in page.rows] if fields else [row[-2] for row in page.rows]
        links = page.links(request, query)
        return named(json_page(documents, links, page_etag(query, links, page.last_column())), fields)

    def _page(self, request: HttpRequest, query: Query, values: Values, *columns: str) -> Page:
        if "known_at" in values:
            return known_page(request, query, values, self.queryset, *columns)
        ordering = self.filterset_class.ordering(values)
        place = Place.asked_for(request, query, values, ordering, fields_of(self.queryset, ordering.columns))
        return Page.of(place, compiled.page_of(self.queryset, self.filterset_class, values, place, *columns).rows())

    def retrieve(self, request: HttpRequest, slug: str) -> HttpResponse:
        _, values = asked(request, DetailFilters)
        fields = self._wanted(values)
        if not is_slug(slug):
            return self._moved(request, slug)
        if "HTTP_IF_NONE_MATCH" in request.META:
            known = self._found(slug, values, "document_hash")
            if known and (kept := unchanged(request, document_etag(known[0], fields))):
                return kept
        found = self._found(slug, values, "document__utf8", "document_hash")
        if found is None:
            return self._moved(request, slug)
        document, digest = found
        return named(json_response(chosen(document, fields), document_etag(digest, fields)), fields)

    def _found(self, slug: str, values: Values, *columns: str) -> tuple[Any, ...] | None:
        if "known_at" in values:
            return known_columns(self.queryset, slug, values, *columns)
        return self.by_slug[columns].read(slug)

    def counts(self, request: HttpRequest) -> HttpResponse:
        filterset = self.counts_filterset_class
        _, values = asked(request, filterset)
        chosen_by = {name: self.dimensions[name] for name in values.pop("by")}
        return json_response(dump(counts(self.queryset.all(), filterset, values, chosen_by)))

    def export(self, request: HttpRequest) -> Any:
        filterset = self.export_filterset_class
        query, values = asked(request, filterset)
        fields = self._wanted(values)
        ordering = filterset.ordering(values)
        place = Place.asked_for(request, query, values, ordering, fields_of(self.queryset, ordering.columns))
        name = request.path.rpartition("/")[2]
        headers = {"Content-Disposition": f'attachment; filename="{name}.jsonl"', "Cache-Control": "no-store"}
        if request.method == "HEAD":
            return HttpResponse(content_type=EXPORT, headers=headers)

        def part(place: Place) -> compiled.Question:
            return compiled.page_of(self.queryset, filterset, values, place, "document__utf8")

        stream = Stream.opened(part, place, (lambda document: chosen(document, fields)) if fields else None)
        if stream is None:
            return unavailable(request.path)
        return StreamingHttpResponse(stream, content_type=EXPORT, headers=headers)

    def versions(self, request: HttpRequest, slug: str) -> HttpResponse:
        query, values = asked(request, ListFilters)
        page = versions_page(request, query, values, self.queryset, slug) if is_slug(slug) else None
        if page is None or not page.rows:
            return self._moved(request, slug)
        return page_response(request, query, page, [version_json(row) for row in page.rows])

    def _wanted(self, values: Values) -> frozenset[str]:
        """Return which keys of the documents are wanted; none means all."""
        wanted = values.get("fields", ())
        known = field_names(self.serializer_class)
        if unknown := [name for name in wanted if name not in known]:
            detail = f"“{unknown[0]}” is no key of these documents. There are: {', '.join(known)}."
            raise InvalidParametersError(Flaw("unknown_value", detail, "fields"))
        return frozenset(wanted)

    def describe(self, schema: ViewSchema) -> Operation:
        """Return what the OpenAPI document says of the list, or of one record."""
        document = schema.ref(self.serializer_class)
        about = inspect.getdoc(type(self)) or ""
        if self.action == "list":
            tag = schema.path.rpartition("/")[2]
            page = schema.page(document)
            parameters = self._described(self.filterset_class, tag)
            return Operation(f"list_{tag}", tag, f"List {tag}", about, page, parameters)
        if self.action == "export":
            return self._describe_export(schema.path.rpartition("/")[2])
        _, _, _, tag, *_ = schema.path.split("/")
        if self.action == "counts":
            text = f"How many of the {tag} that the filters select there are, told apart by one or two properties."
            parameters = self._described(self.counts_filterset_class, tag)
            return Operation(f"count_{tag}", tag, f"Count {tag}", text, schema.ref(CountsSerializer), parameters)
        name = self.noun.replace(" ", "_")
        codes = ", or a code such as wikidata:Q159, answered with 308" if self._has_identifiers() else ""
        parameters = self._described(DetailFilters, tag)
        slug = one_record("slug", f"Its slug. One it had before is answered with 308{codes}.", SLUGS[tag])
        if self.action == "versions":
            page = schema.page(schema.ref(ChangeSerializer))
            text = "Every version that the record had, the oldest first, with what made it and the document it had then."
            return Operation(
                f"list_{name}_versions",
                tag,
                f"List the versions of one {self.noun}",
                text,
                page,
                [slug, *ListFilters.described()],
            )
        article = "an" if self.noun[0] in "aeio" else "a"
        return Operation(f"get_{name}", tag, f"Read {article} {self.noun}", about, document, [slug, *parameters])

    def _describe_export(self, tag: str) -> Operation:
        text = "All documents that the filters select, one on each line (JSON Lines): without pages, from the database to you."
        answer = {"type": "string", "description": "One document on each line, as the list has it."}
        parameters = self._described(self.export_filterset_class, tag)
        return Operation(f"export_{tag}", tag, f"Export {tag}", text, answer, parameters, EXPORT)

    def _described(self, filterset: type[FilterSet], tag: str) -> Described:
        described = filterset.described()
        for parameter in described:
            if parameter["name"] in ("slug", "exclude_slug"):
                parameter["example"] = [SLUGS[tag]]
            if parameter["name"] == "fields":
                parameter["schema"]["items"] = {"type": "string", "enum": list(field_names(self.serializer_class))}
        return described

    def _moved(self, request: HttpRequest, name: str) -> HttpResponse:
        """Lead to the record that `name` used to be the slug of, or whose code it is."""
        found = self._behind(name)
        if len(found) > 1:
            flaw = Flaw("ambiguous", f"Several records have this code: {', '.join(found)}.")
            raise NotFoundError(flaw.detail)
        if not found or found == [name]:
            raise NotFoundError
        query = request.META.get("QUERY_STRING", "")
        before, _, after = request.path.rpartition(f"/{name}")
        return moved(f"{before}/{found[0]}{after}" + (f"?{query}" if query else ""))

    def _behind(self, name: str) -> Slugs:
        queryset = self.queryset.all()
        if is_slug(name):
            gone = Redirect.objects.filter(collection=shape_of(queryset.model).collection, old_slug=name)
            queryset = queryset.filter(slug__in=gone.values("new_slug"))
        elif is_identifier(name) and self._has_identifiers():
            queryset = queryset.filter(named_by(queryset.model, [name]))
        else:
            return []
        return list(queryset.order_by("slug").values_list("slug", flat=True)[:5])

    def _has_identifiers(self) -> bool:
        return has_identifiers(self.queryset.model)


@cache
def field_names(serializer: Any) -> tuple[str, ...]:
    """Return the keys of the documents that `serializer` describes, of any of their kinds."""
    kinds = serializer.serializers.values() if hasattr(serializer, "serializers") else [serializer]
    return tuple(dict.fromkeys(name for kind in kinds for name in kind().fields))


def chosen(document: bytes, fields: frozenset[str]) -> bytes:
    """Return a document with the wanted keys alone."""
    if not fields:
        return document
    return orjson.dumps({key: value for key, value in orjson.loads(document).items() if key in fields})


def named(response: HttpResponse, fields: frozenset[str]) -> HttpResponse:
    """Call an answer partial whose documents have the wanted keys alone."""
    if fields:
        response.headers["Content-Type"] = PARTIAL
    return response


def document_etag(digest: str, fields: frozenset[str]) -> str:
    """Return the entity tag of a document: its hash, or one of its hash and the keys that are wanted."""
    if fields:
        digest = hashlib.sha256("|".join([digest, *sorted(fields)]).encode()).hexdigest()
    return f'"{digest}"'
