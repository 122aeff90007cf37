"""What every public answer carries besides its body, errors included: who may read it, who may keep it, what it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

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
# What every answer of the API has, unless it says otherwise.
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
        self._fixed = _headers(_SAME)
        self._secure = _headers(_SAME | _transport())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, with headers."""
        response = self.get_response(request)
        own = response.headers
        if own.get("Vary", "Accept-Encoding") != "Accept-Encoding":
            patch_vary_headers(response, ["Accept", "Accept-Encoding"])
        else:
            del own["Vary"]
        if own.get("Content-Type", "").startswith("text/html"):
            own["Content-Security-Policy"] = PAGE_POLICY
        if request.method == "OPTIONS":
            own["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            own["Access-Control-Allow-Headers"] = ASKED
            own["Access-Control-Max-Age"] = A_DAY
        if not response.streaming:
            set_header(response, "Content-Length", str(sum(map(len, response))))
        set_header(response, "X-Request-ID", request_id())
        # What all answers have was checked once; to set it one by one would take longer than to find a record.
        own._store = {**(self._secure if request.is_secure() else self._fixed), **own._store}  # noqa: SLF001
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


def _headers(values: Mapping[str, str]) -> Mapping[str, tuple[str, str]]:
    """Return headers as a response keeps them."""
    return ResponseHeaders(values)._store  # noqa: SLF001


def set_header(response: HttpResponse, name: str, value: str) -> None:
    """Set a header to a text of our own making. Django would look at each of its characters."""
    response.headers._store[name.lower()] = (name, value)  # noqa: SLF001


def written(response: HttpResponse) -> list[tuple[str, str]]:
    """Return the headers of a response as WSGI has them, which is how it keeps them."""
    return list(response.headers._store.values())  # noqa: SLF001


def _transport() -> dict[str, str]:
    """Return what an encrypted answer says of those to come, as Django's own middleware has it."""
    if not settings.SECURE_HSTS_SECONDS:
        return {}
    rest = [("includeSubDomains", settings.SECURE_HSTS_INCLUDE_SUBDOMAINS), ("preload", settings.SECURE_HSTS_PRELOAD)]
    told = [f"max-age={settings.SECURE_HSTS_SECONDS}", *(word for word, said in rest if said)]
    return {"Strict-Transport-Security": "; ".join(told)}
