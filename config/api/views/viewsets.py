"""The viewset of all collections: lists of stored documents, one document, exports, counts, versions, and redirects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Final, TypedDict

import msgspec
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from rest_framework.exceptions import NotAcceptable
from rest_framework.viewsets import ViewSetMixin

from config.api.engine.detail import BySlug
from config.api.engine.index_scans import PageQuery
from config.api.engine.keyset import CursorPosition
from config.api.engine.names import resolve, unknown
from config.api.engine.sql_cache import CachedQuery, cached_page, compiled_query
from config.api.errors import ErrorItem, InvalidParametersError, NotFoundError, unavailable
from config.api.parameters.base import FilterSet, Values
from config.api.parameters.dimensions import Dimension
from config.api.parameters.paging import ListFilters
from config.api.parameters.references import is_slug
from config.api.parameters.request import ParsedRequest
from config.api.serializers import field_names
from config.api.server.throttling import address
from config.api.views.aggregates import counting, counts, dimensions
from config.api.views.base import JSONAnswer, PublicView, moved
from config.api.views.collection_schema import CollectionSchema
from config.api.views.exports import Stream, exporting
from config.api.views.filtersets import DetailFilters, RecordFilters
from config.api.views.gone import current_slug, gone
from config.api.views.history import has_versions, known_columns, known_documents, known_page, version_json, versions_page
from config.api.views.pagination import Page, json_page, link_header, page_etag
from config.api.views.renderers import JSONLinesRenderer, JSONRenderer, StreamingRenderer
from config.limits.requests import Kind, limit_as
from config.record.documents.log_writer import dump

# The columns read of each record: its hash alone, for conditional requests, or its document as well.
HASH: Final = ("document_hash",)
COLUMNS: Final = ("document__utf8", *HASH)


class DocumentViewSet(ViewSetMixin, PublicView):
    """A collection of published documents. Subclasses are a queryset, a filterset and what the documents hold."""

    renderer_classes = (JSONRenderer, JSONLinesRenderer)
    schema = CollectionSchema()
    queryset: ClassVar[QuerySet[Any]]
    filterset_class: ClassVar[type[RecordFilters]]
    serializer_class: ClassVar[Any]
    # What one of the records is called.
    noun: ClassVar[str]
    # Made once, of the attributes above.
    by_slug: ClassVar[dict[tuple[str, ...], BySlug]]
    dimensions: ClassVar[dict[str, Dimension]]
    counts_filterset_class: ClassVar[type[FilterSet]]
    export_filterset_class: ClassVar[type[RecordFilters]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.by_slug = {columns: BySlug(cls.queryset, *columns) for columns in (COLUMNS, HASH)}
        cls.dimensions = dimensions(cls.filterset_class)
        cls.counts_filterset_class = counting(cls.filterset_class)
        cls.export_filterset_class = exporting(cls.filterset_class)

    def list(self, request: HttpRequest) -> HttpResponse | JSONAnswer:
        parsed = self._parsed(request, self.filterset_class, batch=True)
        fields = self._wanted(parsed.values)
        # Whoever may have this version already is looked for by hashes alone; documents are read by key if it has not.
        may_know = "HTTP_IF_NONE_MATCH" in request.META
        page = self._page(parsed, with_documents=not may_know)
        requested, links = getattr(parsed.values.get("slug"), "requested", ()), page.links(parsed)
        rows: Sequence[tuple[Any, ...]] = page.rows
        if may_know:
            if kept := self.unchanged(page_etag(parsed.query, links, [row[-1] for row in rows], requested)):
                return kept
            rows = self._documents(parsed, [row[-2] for row in rows])
        etag = page_etag(parsed.query, links, [row[-1] for row in rows], requested)
        documents = [chosen(row[-2], fields) for row in rows] if fields else [row[-2] for row in rows]
        return json_page(documents, links, etag, requested)

    def _parsed(self, request: HttpRequest, filterset: type[FilterSet], *, batch: bool = False) -> ParsedRequest:
        """Return `request` with the values of its parameters, and the keys of the records that they name."""
        parsed = ParsedRequest.of(request, filterset)
        # The log is asked by slug.
        if "known_at" in parsed.values:
            return parsed
        named, error_items = resolve(filterset, self.queryset.model, parsed.values, batch=batch)
        if error_items:
            raise InvalidParametersError(*error_items)
        return parsed._replace(values=named)

    def _page(self, parsed: ParsedRequest, *, with_documents: bool) -> Page:
        """Return a page of the list. Its rows end in the document, or else the key of the record, and the hash."""
        if "known_at" in parsed.values:
            return known_page(parsed, self.queryset, *(COLUMNS if with_documents else ("pk", *HASH)))
        position = self._position(parsed, self.filterset_class)
        # The order ends in the key.
        columns = COLUMNS if with_documents else HASH
        query = PageQuery(self.queryset, self.filterset_class, parsed.values, position, columns)
        return Page.of(position, cached_page(query).rows())

    def _documents(self, parsed: ParsedRequest, keys: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
        """Return the `COLUMNS` of the records with `keys`, in this order, without those that have gone meanwhile."""
        if "known_at" in parsed.values:
            read = known_documents(keys, *COLUMNS)
        else:

            def built(keys: Sequence[Any]) -> QuerySet[Any]:
                return self.queryset.filter(pk__in=keys).order_by().values_list("pk", *COLUMNS)

            read = compiled_query((self.queryset.model, "documents", len(keys)), [*keys], built).rows()
        found = {key: columns for key, *columns in read}
        return [tuple(found[key]) for key in keys if key in found]

    def _position(self, parsed: ParsedRequest, filterset: type[RecordFilters]) -> CursorPosition:
        return CursorPosition.from_request(parsed, filterset.ordering(parsed.values), self.queryset)

    def retrieve(self, request: HttpRequest, slug: str) -> HttpResponse | JSONAnswer:
        values = ParsedRequest.of(request, DetailFilters).values
        fields = self._wanted(values)
        if "HTTP_IF_NONE_MATCH" in request.META and (known := self._found(slug, values, HASH)):
            (digest,) = known
            if kept := self.unchanged(document_etag(digest, fields)):
                return kept
        found = self._found(slug, values, COLUMNS)
        if found is None:
            return self._moved(request, slug, lambda other: self._found(other, values, HASH), values.get("known_at"))
        document, digest = found
        return JSONAnswer(chosen(document, fields), document_etag(digest, fields))

    def _found(self, slug: str, values: Values, columns: tuple[str, ...]) -> tuple[Any, ...] | None:
        """Return columns of a record; None where there is none, or was none at the time that is asked for."""
        if not is_slug(slug):
            return None
        if "known_at" in values:
            return known_columns(self.queryset, slug, values, *columns)
        return self.by_slug[columns].read(slug)

    def counts(self, request: HttpRequest) -> JSONAnswer:
        limit_as(Kind.COUNT)
        parsed = self._parsed(request, self.counts_filterset_class)
        answer, links = counts(parsed, self.queryset.all(), self.counts_filterset_class)
        return JSONAnswer(dump(answer), link=link_header(links))

    def export(self, request: HttpRequest) -> Any:
        renderer = self._exporter()
        filterset = self.export_filterset_class
        parsed = self._parsed(request, filterset)
        fields = self._wanted(parsed.values)
        position = self._position(parsed, filterset)
        name = f"{request.path.rpartition('/')[2]}.{renderer.format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        if request.method == "HEAD":
            return StreamingHttpResponse((), content_type=renderer.media_type, headers=headers)

        def part(position: CursorPosition) -> CachedQuery:
            return cached_page(PageQuery(self.queryset, filterset, parsed.values, position, ("document__utf8",)))

        def render(documents: Sequence[bytes], total: int | None) -> bytes:
            return renderer.render_part([chosen(one, fields) for one in documents] if fields else documents, total)

        limit_as(Kind.EXPORT)
        stream = Stream.opened(part, position, render, address(request))
        if stream is None:
            return unavailable(request.path)
        return StreamingHttpResponse(stream, content_type=renderer.media_type, headers=headers)

    def _exporter(self) -> StreamingRenderer:
        """Return the renderer of an export: whoever accepts JSON is sent lines of it."""
        chosen_one, _ = self.accepted or (None, "")
        if isinstance(chosen_one, StreamingRenderer):
            return chosen_one
        if chosen_one is None or isinstance(chosen_one, JSONRenderer):
            return next(one for one in self.get_renderers() if isinstance(one, StreamingRenderer))
        raise NotAcceptable

    def versions(self, request: HttpRequest, slug: str) -> HttpResponse | JSONAnswer:
        parsed = ParsedRequest.of(request, ListFilters)
        page = versions_page(parsed, self.queryset, slug) if is_slug(slug) else None
        if page is None or not page.rows:
            return self._moved(request, slug, lambda other: has_versions(self.queryset, other))
        return json_page([version_json(row) for row in page.rows], page.links(parsed))

    def _wanted(self, values: Values) -> frozenset[str]:
        """Return which keys of the documents are wanted; none means all."""
        wanted = values.get("fields", ())
        known = field_names(self.serializer_class)
        if unknown := [name for name in wanted if name not in known]:
            detail = f"“{unknown[0]}” is not a key of these documents. Known keys: {', '.join(known)}."
            raise InvalidParametersError(ErrorItem("unknown_value", detail, "fields"))
        return frozenset(wanted)

    def _moved(
        self, request: HttpRequest, name: str, there: Callable[[str], Any], moment: datetime | None = None
    ) -> HttpResponse:
        """Redirect to the record that `name` leads to, if `there` finds it there.

        Raise `GoneError` for what was public once, `NotFoundError` for what never was.
        """
        model = self.queryset.model
        slug = current_slug(model, name)
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


def chosen(document: bytes, fields: frozenset[str]) -> bytes:
    """Return a document with the wanted keys alone."""
    return msgspec.json.encode(_decoder(fields).decode(document)) if fields else document


@lru_cache(maxsize=256)
def _decoder(fields: frozenset[str]) -> msgspec.json.Decoder[dict[str, msgspec.Raw]]:
    """Return a decoder that skips all keys but `fields`, and leaves the values of these as they are, in the document's order."""
    keys = TypedDict("keys", dict.fromkeys(fields, msgspec.Raw), total=False)  # type: ignore[misc]  # mypy wants literals
    return msgspec.json.Decoder(keys)


def document_etag(digest: str, fields: frozenset[str]) -> str:
    """Return the entity tag of a document: its hash, or one of its hash and the keys that are wanted."""
    if fields:
        digest = hashlib.sha256("|".join([digest, *sorted(fields)]).encode()).hexdigest()
    return f'"{digest}"'
