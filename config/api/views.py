"""What every public address does: it only reads, tells caches which version an answer is, and answers errors as problems."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any, ClassVar, Final

from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.views import APIView

from config.api.database.connection import LOST, has_lost_connection
from config.api.database.replicas import names
from config.api.errors import InvalidParametersError
from config.api.headers import tell
from config.api.parameters.base import FilterSet
from config.api.parameters.query_string import Query
from config.api.schema import JSON

METHODS: Final = ["get", "head", "options"]
ALLOWED: Final = ", ".join(method.upper() for method in METHODS)


class PublicView(APIView):
    """A public address."""

    http_method_names = METHODS
    # Addresses have no endings that say which form is wanted.
    format_kwarg = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer `request`, with as little around it as a public question needs."""
        self.request, self.args, self.kwargs = request, args, kwargs
        try:
            self._require_acceptable(request)
            known = request.method.lower() in METHODS
            answer = getattr(self, request.method.lower() if known else "http_method_not_allowed")(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - every error has an answer
            answer = self.handle_exception(error)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ALLOWED
        return self._unless_known(answer)

    def _require_acceptable(self, request: HttpRequest) -> None:
        """Raise `NotAcceptable` where the caller wants a form that there is not."""
        accepted = request.META.get("HTTP_ACCEPT", "*/*")
        if accepted not in ("*/*", self.renderer_classes[0].media_type):
            self.perform_content_negotiation(self.initialize_request(request))

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the methods."""
        return HttpResponse(status=204, headers={"Allow": ALLOWED})

    def handle_exception(self, exc: Exception) -> Any:
        """Answer once more where the connection to the database was lost since the last request."""
        request: Any = self.request
        # Each server may fail once.
        for _ in (DEFAULT_DB_ALIAS, *names()):
            if not (isinstance(exc, LOST) and has_lost_connection()):
                break
            try:
                return getattr(self, request.method.lower())(request, *self.args, **self.kwargs)
            except Exception as again:  # noqa: BLE001 - answered like any other
                exc = again
        return super().handle_exception(exc)

    def _unless_known(self, response: Any) -> Any:
        """Answer 304 to whoever has this version already."""
        etag = response.headers.get("ETag")
        if response.status_code == HTTPStatus.OK and etag and "HTTP_IF_NONE_MATCH" in self.request.META:
            kept = get_conditional_response(self.request, etag=etag, response=response)
            return kept if kept is not None else response
        return response


class PublicAPIView(PublicView):
    """A public address that is no collection."""

    filterset_class: ClassVar[type[FilterSet]]

    def asked(self, request: HttpRequest) -> tuple[Query, dict[str, Any]]:
        """Return the query of `request` and the values of its parameters; raise `InvalidParametersError`."""
        return asked(request, self.filterset_class)


def asked(request: HttpRequest, filterset: type[FilterSet]) -> tuple[Query, dict[str, Any]]:
    """Return the query of `request` and the values of its parameters; raise `InvalidParametersError`."""
    query = Query.of(request)
    values, error_items = filterset.read(query)
    if error_items:
        raise InvalidParametersError(*error_items)
    return query, values


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Return 304 for whoever has this version already."""
    kept: Any = get_conditional_response(request, etag=etag)
    if kept is not None:
        kept.headers["ETag"] = etag
    return kept  # type: ignore[no-any-return]


def json_response(body: str | bytes, etag: str = "") -> HttpResponse:
    """Answer with JSON."""
    content = body.encode() if isinstance(body, str) else body
    response = HttpResponse(content, content_type=JSON)
    tell(response, "ETag", etag or f'"{hashlib.sha256(content).hexdigest()}"')
    return response


def moved(location: str) -> HttpResponse:
    """Answer that the address has changed for good; the method stays what it is."""
    return HttpResponse(status=308, headers={"Location": location})


def without_slash(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """Lead from the address with a slash at its end to the one without."""
    query = request.META.get("QUERY_STRING", "")
    return moved(HttpRequest.get_full_path(_Bare(request.path.rstrip("/"), query)))


class _Bare(HttpRequest):
    """A path and a query string, for Django to write them as a URL."""

    def __init__(self, path: str, query: str) -> None:
        super().__init__()
        self.path, self.META = path, {"QUERY_STRING": query}
