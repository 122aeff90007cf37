"""Middleware that sets the headers of all responses: CORS, caching, security, `X-Request-ID`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import ResponseHeaders
from django.utils.cache import patch_vary_headers

from config.monitoring.context import request_id

# A shared cache may keep an answer this long before it asks again; whoever reads asks each time, and mostly gets a 304.
FRESH: Final = "public, max-age=0, s-maxage=30, must-revalidate"
EXPOSED: Final = "Age, ETag, Link, Location, Allow, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-ID"
ASKED: Final = "Accept, Accept-Encoding, Authorization, If-None-Match, X-Request-ID"
A_DAY: Final = "86400"
# Documents are data: a browser that shows one as a page loads nothing for it. Pages take everything from this server.
DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Pages of the desk run nothing but the server's own files.
DESK_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Headers of every response of the API, unless the view sets its own.
_SAME: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
    "Cache-Control": FRESH,
    "Content-Security-Policy": DATA_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Encoding, Accept",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

View = Callable[[HttpRequest], HttpResponse]


class Headers:
    """Middleware that adds them to the answers of the API."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response
        self._defaults = ResponseHeaders(_SAME)
        self._secure_defaults = ResponseHeaders(_SAME | _transport())
        self._complete = _merge if settings.FAST_PATH else _set

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, with headers."""
        response = self.get_response(request)
        own = response.headers
        if "Vary" in own:
            patch_vary_headers(response, ["Accept", "Accept-Encoding"])
        if own.get("Content-Type", "").startswith("text/html"):
            own["Content-Security-Policy"] = PAGE_POLICY
        if request.method == "OPTIONS":
            own["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            own["Access-Control-Allow-Headers"] = ASKED
            own["Access-Control-Max-Age"] = A_DAY
        last = {"X-Request-ID": request_id()}
        if not response.streaming:
            last["Content-Length"] = str(sum(map(len, response)))
        self._complete(own, self._secure_defaults if request.is_secure() else self._defaults, last)
        return response


class PageHeadersMiddleware:
    """Middleware that adds to the pages of the desk what Django does not."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, with headers."""
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        response.headers.setdefault("Content-Security-Policy", DESK_POLICY if page else DATA_POLICY)
        if page:
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Request-ID"] = request_id()
        return response


def wsgi_headers(response: HttpResponse) -> list[tuple[str, str]]:
    """Return the headers of a response as WSGI has them, which is how Django keeps them."""
    kept: Any = response.headers
    return list(kept._store.values())  # noqa: SLF001


def _set(headers: ResponseHeaders, defaults: ResponseHeaders, last: dict[str, str]) -> None:
    """Set the headers in `last`, and those of `defaults` that are not set."""
    for name, value in last.items():
        headers[name] = value
    for name, value in defaults.items():
        headers.setdefault(name, value)


def _merge(headers: Any, defaults: Any, last: dict[str, str]) -> None:
    """Do what `_set` does, without looking at each character of texts of our own making (decision 32)."""
    given = {name.lower(): (name, value) for name, value in last.items()}
    headers._store = {**defaults._store, **headers._store, **given}  # noqa: SLF001


def _transport() -> dict[str, str]:
    """Return the header Strict-Transport-Security, as Django's own middleware has it."""
    if not settings.SECURE_HSTS_SECONDS:
        return {}
    rest = [("includeSubDomains", settings.SECURE_HSTS_INCLUDE_SUBDOMAINS), ("preload", settings.SECURE_HSTS_PRELOAD)]
    directives = [f"max-age={settings.SECURE_HSTS_SECONDS}", *(name for name, is_set in rest if is_set)]
    return {"Strict-Transport-Security": "; ".join(directives)}
