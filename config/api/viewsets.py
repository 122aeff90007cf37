"""What all collections answer alike: a list of stored documents, one stored document, and where a record has gone."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.viewsets import ViewSetMixin

from config.api.aggregates import counting, counts, dimensions
from config.api.collections import COLLECTIONS, examples_of
from config.api.engine import sql_cache
from config.api.engine.detail import BySlug
from config.api.engine.keyset import CursorPosition, fields_of
from config.api.engine.names import resolve, unknown
from config.api.errors import ErrorItem, InvalidParametersError, NotFoundError, unavailable
from config.api.exports import MEDIA_TYPE as EXPORT
from config.api.exports import Stream, exporting
from config.api.filtersets import DetailFilters, RecordFilters
from config.api.gone import gone, slug_behind
from config.api.history import has_versions, known_columns, known_page, version_json, versions_page
from config.api.pagination import Page, json_page, linked, page_etag, page_response
from config.api.parameters.base import FilterSet, Values
from config.api.parameters.dimensions import Dimension
from config.api.parameters.paging import ListFilters
from config.api.parameters.query_string import Query
from config.api.parameters.references import has_identifiers, is_slug
from config.api.schema import Operation, ViewSchema, one_record
from config.api.serializers import ChangeSerializer
from config.api.server.throttling import address
from config.api.views import PublicView, asked, json_response, moved, unchanged
from config.limits.requests import Kind, limit_as
from config.record.documents.log_writer import dump

# What is read of one record: all that is shown, or what tells whether it has changed.
DETAIL_COLUMNS = (("document__utf8", "document_hash"), ("document_hash",))

# What the sets of words that a collection's parameters take are called, after its records.
ENUMS = {"fields": "Field", "order": "Order", "by": "Dimension"}

Described = list[dict[str, Any]]


class LinesRenderer(JSONRenderer):
    """The media type of exports, as content negotiation knows it."""

    media_type = EXPORT


class DocumentViewSet(ViewSetMixin, PublicView):
    """A collection of published documents. Subclasses are a queryset, a filterset and what the documents hold."""

    renderer_classes = (JSONRenderer, LinesRenderer)
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
        query, values = self._asked(request, self.filterset_class, batch=True)
        fields = self._wanted(values)
        requested = getattr(values.get("slug"), "requested", ())
        if "HTTP_IF_NONE_MATCH" in request.META:
            known = self._page(request, query, values, "document_hash")
            if kept := unchanged(request, page_etag(query, known.links(request, query), known.last_column(), requested)):
                return kept
        page = self._page(request, query, values, "document__utf8", "document_hash")
        documents = [chosen(row[-2], fields) for row in page.rows] if fields else [row[-2] for row in page.rows]
        links = page.links(request, query)
        etag = page_etag(query, links, page.last_column(), requested)
        return json_page(documents, links, etag, requested)

    def _asked(self, request: HttpRequest, filterset: type[FilterSet], *, batch: bool = False) -> tuple[Query, Values]:
        """Return the query of `request` and the values of its parameters, with the keys of the records that they name."""
        query, values = asked(request, filterset)
        # The log is asked by slug.
        if "known_at" in values:
            return query, values
        named, error_items = resolve(filterset, self.queryset.model, values, batch=batch)
        if error_items:
            raise InvalidParametersError(*error_items)
        return query, named

    def _page(self, request: HttpRequest, query: Query, values: Values, *columns: str) -> Page:
        if "known_at" in values:
            return known_page(request, query, values, self.queryset, *columns)
        ordering = self.filterset_class.ordering(values)
        place = CursorPosition.asked_for(request, query, values, ordering, fields_of(self.queryset, ordering.columns))
        return Page.of(place, sql_cache.page_of(self.queryset, self.filterset_class, values, place, *columns).rows())

    def retrieve(self, request: HttpRequest, slug: str) -> HttpResponse:
        _, values = asked(request, DetailFilters)
        fields = self._wanted(values)
        if not is_slug(slug):
            return self._elsewhere(request, slug, values)
        if "HTTP_IF_NONE_MATCH" in request.META:
            known = self._found(slug, values, "document_hash")
            if known and (kept := unchanged(request, document_etag(known[0], fields))):
                return kept
        found = self._found(slug, values, "document__utf8", "document_hash")
        if found is None:
            return self._elsewhere(request, slug, values)
        document, digest = found
        return json_response(chosen(document, fields), document_etag(digest, fields))

    def _found(self, slug: str, values: Values, *columns: str) -> tuple[Any, ...] | None:
        if "known_at" in values:
            return known_columns(self.queryset, slug, values, *columns)
        return self.by_slug[columns].read(slug)

    def counts(self, request: HttpRequest) -> HttpResponse:
        limit_as(Kind.COUNT)
        filterset = self.counts_filterset_class
        query, values = self._asked(request, filterset)
        answer, links = counts(request, query, (self.queryset.all(), filterset), values)
        return linked(json_response(dump(answer)), links)

    def export(self, request: HttpRequest) -> Any:
        filterset = self.export_filterset_class
        query, values = self._asked(request, filterset)
        fields = self._wanted(values)
        ordering = filterset.ordering(values)
        place = CursorPosition.asked_for(request, query, values, ordering, fields_of(self.queryset, ordering.columns))
        name = request.path.rpartition("/")[2]
        headers = {"Content-Disposition": f'attachment; filename="{name}.jsonl"', "Cache-Control": "no-store"}
        if request.method == "HEAD":
            return HttpResponse(content_type=EXPORT, headers=headers)

        def part(place: CursorPosition) -> sql_cache.CachedQuery:
            return sql_cache.page_of(self.queryset, filterset, values, place, "document__utf8")

        shown = (lambda document: chosen(document, fields)) if fields else None
        limit_as(Kind.EXPORT)
        stream = Stream.opened(part, place, shown, address(request))
        if stream is None:
            return unavailable(request.path)
        return StreamingHttpResponse(stream, content_type=EXPORT, headers=headers)

    def versions(self, request: HttpRequest, slug: str) -> HttpResponse:
        query, values = asked(request, ListFilters)
        page = versions_page(request, query, values, self.queryset, slug) if is_slug(slug) else None
        if page is None or not page.rows:
            return self._moved(request, slug, lambda other: has_versions(self.queryset, other))
        return page_response(request, query, page, [version_json(row) for row in page.rows])

    def _wanted(self, values: Values) -> frozenset[str]:
        """Return which keys of the documents are wanted; none means all."""
        wanted = values.get("fields", ())
        known = field_names(self.serializer_class)
        if unknown := [name for name in wanted if name not in known]:
            detail = f"“{unknown[0]}” is not a key of these documents. Known keys: {', '.join(known)}."
            raise InvalidParametersError(ErrorItem("unknown_value", detail, "fields"))
        return frozenset(wanted)

    def describe(self, schema: ViewSchema) -> Operation:
        """Return what the OpenAPI document says of the list, or of one record."""
        document = schema.ref(self.serializer_class)
        about = inspect.getdoc(type(self)) or ""
        if self.action == "list":
            tag = schema.path.rpartition("/")[2]
            page = schema.page(document, requested=True)
            parameters = self._described(self.filterset_class, tag)
            return Operation(f"list_{tag}", tag, f"List {tag}", about, page, parameters)
        if self.action == "export":
            return self._describe_export(schema.path.rpartition("/")[2])
        _, _, _, tag, *_ = schema.path.split("/")
        if self.action == "counts":
            text = f"Number of {tag} that match the filters, in total and grouped by one or two properties."
            parameters = self._described(self.counts_filterset_class, tag)
            return Operation(f"count_{tag}", tag, f"Count {tag}", text, schema.counts(document, self._countable()), parameters)
        name = self.noun.replace(" ", "_")
        codes = ", as does an external identifier such as wikidata:Q159" if self._has_identifiers() else ""
        parameters = self._described(DetailFilters, tag)
        about_slug = (
            f"Slug of the record. A former slug redirects (308){codes}; that of a retracted or erased record returns 410."
        )
        slug = one_record("slug", about_slug, COLLECTIONS[tag].example)
        if self.action == "versions":
            page = schema.page(schema.ref(ChangeSerializer))
            text = (
                "Versions of the record, oldest first, each with its cause and the document at that time. Retracted and "
                "erased records keep their versions; erased documents are null."
            )
            return Operation(
                f"list_{name}_versions",
                tag,
                f"List the versions of one {self.noun}",
                text,
                page,
                [slug, *ListFilters.described()],
            )
        article = "an" if self.noun[0] in "aeio" else "a"
        summary = f"Read {article} {self.noun}"
        return Operation(f"get_{name}", tag, summary, about, document, [slug, *parameters], can_be_gone=True)

    def _describe_export(self, tag: str) -> Operation:
        text = (
            "Export of all matching documents as JSON Lines, one per line and without pages. The last line is not a document: it "
            'states that the export is complete, and the number of documents: `{"complete": true, "count": 16}`. Without it, the '
            "export is incomplete: fetch it again. A server limits the concurrent exports to one address, and ends an export "
            "whose client stops reading."
        )
        answer = {
            "type": "string",
            "format": "binary",
            "description": "JSON Lines: one document per line, as in the list; the last line gives their number.",
        }
        parameters = self._described(self.export_filterset_class, tag)
        return Operation(f"export_{tag}", tag, f"Export {tag}", text, answer, parameters, EXPORT)

    def _described(self, filterset: type[FilterSet], tag: str) -> Described:
        described, own = filterset.described(), examples_of(tag)
        for parameter in described:
            name = parameter["name"].removeprefix("exclude_")
            if name in own:
                schema = parameter["schema"]
                schema.pop("examples", None)
                examples = [[own[name]] if schema["type"] == "array" else own[name]]
                parameter["schema"] = schema | ({"examples": examples} if own[name] is not None else {})
            if parameter["name"] == "fields":
                parameter["schema"]["items"] = {"type": "string", "enum": list(field_names(self.serializer_class))}
            if kind := ENUMS.get(parameter["name"]):
                schema = parameter["schema"]
                export = "Export" if kind == "Order" and self.action == "export" else ""
                schema.get("items", schema)["title"] = f"{self._record_name()}{export}{kind}"
        return described

    def _record_name(self) -> str:
        """Return what the OpenAPI document calls the records."""
        return "".join(word.title() for word in self.noun.split())

    def _countable(self) -> dict[str, Any]:
        """Return the schemas of the values that the records are counted by: those that filters of the same names take."""
        return {name: self.filterset_class.parameters()[name].schema() for name in self.dimensions}

    def _elsewhere(self, request: HttpRequest, name: str, values: Values) -> HttpResponse:
        """Answer for a name under which there is no document, or was none at the time that is asked for."""
        return self._moved(request, name, lambda other: self._found(other, values, "document_hash"), values.get("known_at"))

    def _moved(
        self, request: HttpRequest, name: str, there: Callable[[str], Any], moment: datetime | None = None
    ) -> HttpResponse:
        """Redirect to the record that `name` leads to, if `there` finds it there.

        Raise `GoneError` for what was public once, `NotFoundError` for what never was.
        """
        model = self.queryset.model
        slug = slug_behind(model, name)
        after = "/versions" if request.path.endswith("/versions") else ""
        before = request.path.removesuffix(f"/{name}{after}")
        if slug == name or not there(slug):
            raise gone(model, (name, slug), before, moment) or self._none(name, moment)
        query = request.META.get("QUERY_STRING", "")
        return moved(f"{before}/{slug}{after}" + (f"?{query}" if query else ""))

    def _none(self, name: str, moment: datetime | None) -> NotFoundError:
        if moment:
            return NotFoundError("No such record was public at that time.")
        error_item = unknown([self.queryset.model], name)
        return NotFoundError(error_item.detail, error_item.suggestions)

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


def document_etag(digest: str, fields: frozenset[str]) -> str:
    """Return the entity tag of a document: its hash, or one of its hash and the keys that are wanted."""
    if fields:
        digest = hashlib.sha256("|".join([digest, *sorted(fields)]).encode()).hexdigest()
    return f'"{digest}"'
