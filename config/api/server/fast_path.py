"""The way of a public request: past everything that only pages need, through what every public answer goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from config.api.database.replicas import ReadReplicas, names, replicas
from config.api.errors import PREFIX, ErrorItem, problem, unavailable
from config.api.headers import Headers, written
from config.api.server.compression import CompressionMiddleware
from config.api.server.routes import routes
from config.api.server.throttling import RateLimitHeaders
from config.limits.requests import Kind, Limited
from config.limits.watchdog import is_silent
from config.monitoring.context import set_route
from config.monitoring.probes import PROBES

View = Callable[[HttpRequest], HttpResponse]
_SAFE = ("GET", "HEAD", "OPTIONS")
# What Django calls around a view, besides the middleware itself.
_HOOKS = ("process_view", "process_exception", "process_template_response")


class PublicAPIMiddleware:
    """Middleware that answers requests to the API, and hands all others on to the pages."""

    def __init__(self, get_response: View) -> None:
        if skipped := list(skipped_middleware()):
            raise ImproperlyConfigured(" ".join(skipped))
        self.get_page = get_response
        self._compressed = CompressionMiddleware(_answer)
        answer: Any = convert_exception_to_response(self._packed)
        limited: Any = RateLimitHeaders(answer)
        if names():
            limited = ReadReplicas(limited)
        self.get_answer: Any = convert_exception_to_response(Headers(limited))
        self._refused = Headers(_insecure)
        self._unavailable = Headers(_unavailable)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`."""
        if not request.path.startswith(PREFIX):
            with Limited(Kind.PAGE if request.method in _SAFE else Kind.SAVE):
                return self.get_page(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return self._refused(request)
        if is_silent() and not (names() and replicas().usable()):
            return self._unavailable(request)
        with Limited(Kind.READ):
            answer: HttpResponse = self.get_answer(request)
        return answer

    def _packed(self, request: HttpRequest) -> Any:
        packed = "HTTP_ACCEPT_ENCODING" in request.META
        return self._compressed(request) if packed else _answer(request)


def skipped_middleware() -> Iterator[str]:
    """Yield what is wrong with MIDDLEWARE: what would not run for the API, and is not said to be for pages alone."""
    listed, own = list(settings.MIDDLEWARE), f"{__name__}.{PublicAPIMiddleware.__name__}"
    if own not in listed:
        return
    index = listed.index(own)
    for name in listed[index + 1 :]:
        if name not in settings.PAGE_MIDDLEWARE:
            yield (
                f"{name} stands below {own} in MIDDLEWARE and would not run for {PREFIX}. List it above; or in PAGE_MIDDLEWARE, "
                "if it is for pages alone."
            )
    for name in listed[:index]:
        if hooks := [hook for hook in _HOOKS if hasattr(import_string(name), hook)]:
            yield f"{name} has {', '.join(hooks)}, which only Django's own handler calls: they would not run for {PREFIX}."


def check_middleware(**_: Any) -> list[Error]:
    """Return what is wrong with MIDDLEWARE: a system check."""
    return [Error(text, id="api.E001") for text in skipped_middleware()]


def _unavailable(request: HttpRequest) -> HttpResponse:
    return unavailable(request.path)


def _insecure(request: HttpRequest) -> HttpResponse:
    """Refuse a request that was not encrypted. A redirect would let a program go on sending its key for all to read."""
    detail = "The API requires HTTPS. A key sent with this request was readable in transit: replace it."
    return problem(403, detail, [ErrorItem("https_required", detail)], instance=request.path)


def _answer(request: HttpRequest) -> Any:
    # Refuses a forged host.
    request.get_host()
    view, names = routes().find(request.path_info)
    set_route(routes().template(view))
    answer = view(request, **names)
    return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer


class PublicRequest(WSGIRequest):
    """A request whose scheme and host are found out once: they are asked for several times, and do not change."""

    @cached_property
    def scheme(self) -> str | None:
        """`http` or `https`, as the proxy has it if there is one."""
        return super().scheme

    @cached_property
    def _host(self) -> str:
        return super().get_host()

    def get_host(self) -> str:
        """Return the host that was asked; raise `DisallowedHost` where it is none of ours."""
        return self._host


class Server(WSGIHandler):
    """Django as a WSGI application, whose signals and bookkeeping around each request only pages need."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) and path not in PROBES:
            return self.page(environ, start_response)
        response: Any = self._middleware_chain(PublicRequest(environ))  # type: ignore[attr-defined]  # django-stubs leave it out
        start_response(f"{response.status_code} {response.reason_phrase}", written(response))
        # To ask for the content would copy it.
        return response if response.streaming else list(response)

    def page(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request that is not for the API."""
        return super().__call__(environ, start_response)
