"""Base views of the API: read-only, with entity tags, conditional requests and errors as problem details (RFC 9457)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final, NamedTuple, NoReturn

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.database.connection import retry_lost_connection
from config.api.openapi.schema import JSON
from config.api.parameters.base import FilterSet
from config.api.server.throttling import admit
from config.api.views.declarations import AUTHENTICATION, METHODS, THROTTLES, is_plain, require_supported
from config.api.views.renderers import JSONRenderer

ALLOWED: Final = ", ".join(method.upper() for method in METHODS)


class JSONAnswer(NamedTuple):
    """What a handler answers: JSON, of which the renderer that Accept chooses makes the body."""

    body: bytes
    # Blank: made of the body.
    etag: str = ""
    # The header Link; blank: there is none.
    link: str = ""


class PublicView(APIView):
    """A public address. What its class declares of DRF holds, or is refused when the class is made."""

    http_method_names = METHODS
    authentication_classes: Any = AUTHENTICATION
    throttle_classes: Any = THROTTLES
    renderer_classes: Any = (JSONRenderer,)
    # Addresses have no endings that say which form is wanted.
    format_kwarg = None
    # Whether requests are admitted without DRF's objects around them.
    plain = False
    # The renderer that Accept chooses, and its media type; none is the first one.
    accepted: tuple[Any, str] | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        require_supported(cls)
        cls.plain = is_plain(cls)

    def __init__(self, **initkwargs: Any) -> None:
        super().__init__(**initkwargs)
        if initkwargs:
            # What `as_view` is given holds for one address.
            self.plain = is_plain(self)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer `request`, with as little around it as a public question needs."""
        self.request, self.args, self.kwargs = request, args, kwargs
        try:
            if self.plain:
                admit(request)
                self.accepted = self._accepted(request)
            else:
                request = self._initialized(request)
            answer = self._response(retry_lost_connection(partial(self._handler(request), request, *args, **kwargs)))
        except Exception as error:  # noqa: BLE001 - every error has an answer
            answer = self.handle_exception(error)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ALLOWED
        return self._unless_known(answer if self.plain else self.finalize_response(self.request, answer, *args, **kwargs))

    def _accepted(self, request: HttpRequest) -> tuple[Any, str] | None:
        """Return the renderer that Accept chooses; raise `NotAcceptable` where the caller wants a form that there is not."""
        accepted = request.META.get("HTTP_ACCEPT", "*/*")
        if accepted in ("*/*", self.renderer_classes[0].media_type):
            return None
        return self.perform_content_negotiation(self.initialize_request(request))

    def _initialized(self, request: HttpRequest) -> Any:
        """Return the request that DRF makes of `request`, after all that the view declares was asked."""
        self.headers = self.default_response_headers
        self.request = made = self.initialize_request(request, *self.args, **self.kwargs)
        self.initial(made, *self.args, **self.kwargs)
        self.accepted = made.accepted_renderer, made.accepted_media_type
        return made

    def _handler(self, request: Any) -> Callable[..., Any]:
        method = request.method.lower()
        found: Callable[..., Any] = getattr(self, method) if method in self.http_method_names else self.http_method_not_allowed
        return found

    def _response(self, answer: Any) -> Any:
        """Return what a handler answers as a response, in the format that was chosen."""
        renderer, media_type = self.accepted or (None, "")
        if isinstance(answer, JSONAnswer):
            if renderer is None or isinstance(renderer, JSONRenderer):
                return _with_headers(HttpResponse(answer.body, content_type=JSON), answer.etag, answer.link)
            made = self._rendered(Response(orjson.loads(answer.body)), renderer, media_type)
            # The tag of another format is made of what the renderer has made.
            return _with_headers(made, "", answer.link)
        if isinstance(answer, Response):
            return self._rendered(answer, renderer or self.renderer_classes[0](), media_type)
        return answer

    def _rendered(self, response: Response, renderer: Any, media_type: str) -> Response:
        response.accepted_renderer = renderer
        response.accepted_media_type = media_type or renderer.media_type
        response.renderer_context = self.get_renderer_context()  # type: ignore[attr-defined]  # as DRF does, and its stubs do not know
        response.render()
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the methods."""
        return HttpResponse(status=204, headers={"Allow": ALLOWED})

    def raise_uncaught_exception(self, exc: Exception) -> NoReturn:
        """Raise `exc`. DRF would look at a request of its own before, for the form of its pages of errors."""
        raise exc

    def unchanged(self, etag: str) -> HttpResponse | None:
        """Return 304 for whoever has this version already as JSON; other formats have tags of their own."""
        if self.accepted and not isinstance(self.accepted[0], JSONRenderer):
            return None
        kept: Any = get_conditional_response(self.request, etag=etag)
        if kept is not None:
            kept.headers["ETag"] = etag
        return kept  # type: ignore[no-any-return]

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
    # The parameters in its path, as the OpenAPI document describes them.
    path_parameters: ClassVar[Sequence[dict[str, Any]]] = ()


def _with_headers(response: HttpResponse, etag: str, link: str) -> HttpResponse:
    """Return `response` with an entity tag, which is made of its content where there is none, and the header Link."""
    response.headers["ETag"] = etag or f'"{hashlib.sha256(response.content).hexdigest()}"'
    if link:
        response.headers["Link"] = link
    return response


def moved(location: str) -> HttpResponse:
    """Answer that the address has changed for good; the method stays what it is."""
    return HttpResponse(status=308, headers={"Location": location})


class _AnyFormatView(PublicView):
    """An address that has nothing to show, in whichever format."""

    schema = None

    def _accepted(self, request: HttpRequest) -> None:
        """Accept whatever the caller does."""


class SlashView(_AnyFormatView):
    """The address with a slash at its end, which leads to the one without."""

    def get(self, request: HttpRequest, **_kwargs: str) -> HttpResponse:
        """Lead to the address without a slash."""
        query = request.META.get("QUERY_STRING", "")
        return moved(HttpRequest.get_full_path(_Bare(request.path.rstrip("/"), query)))


class NowhereView(_AnyFormatView):
    """Every path below /api/ that is no address, so that to ask for it is counted like anything else."""

    def http_method_not_allowed(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise `Http404`, whatever the method is."""
        raise Http404

    get = options = http_method_not_allowed


class _Bare(HttpRequest):
    """A path and a query string, for Django to write them as a URL."""

    def __init__(self, path: str, query: str) -> None:
        super().__init__()
        self.path, self.META = path, {"QUERY_STRING": query}
