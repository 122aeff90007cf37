"""What every public answer carries besides its body, errors included: who may read it, who may keep it, what it is called."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from config.api.errors import PREFIX

# A shared cache may keep an answer this long before it asks again; whoever reads asks each time, and mostly gets a 304.
FRESH: Final = "public, max-age=0, s-maxage=30, must-revalidate"
EXPOSED: Final = "ETag, Link, Location, Allow, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-ID"
ASKED: Final = "Accept, Accept-Encoding, Authorization, If-None-Match, X-Request-ID"
A_DAY: Final = "86400"
# Documents are data: a browser that shows one as a page loads nothing for it. Pages take everything from this server.
DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z", re.ASCII)

View = Callable[[HttpRequest], HttpResponse]


class Headers:
    """Middleware that adds them."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`, with headers."""
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY if page else DATA_POLICY)
        response.headers.setdefault("X-Frame-Options", "DENY")
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers["X-Request-ID"] = _request_id(request)
        if request.path.startswith(PREFIX):
            _open_to_all(request, response)
        return response


def _open_to_all(request: HttpRequest, response: HttpResponse) -> None:
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = ASKED
        headers["Access-Control-Max-Age"] = A_DAY
    headers.setdefault("Cache-Control", FRESH)
    if headers.get("Vary", "Accept-Encoding") == "Accept-Encoding":
        headers["Vary"] = "Accept-Encoding, Accept"
    else:
        patch_vary_headers(response, ["Accept", "Accept-Encoding"])


def _request_id(request: HttpRequest) -> str:
    """Return what the caller calls the request, or a new name."""
    given = request.headers.get("X-Request-ID", "")
    return given if _REQUEST_ID.match(given) else uuid.uuid4().hex
