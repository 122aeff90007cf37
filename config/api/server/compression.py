"""Compression of answers, as far as the reader accepts it.

Answers of the API are public, so that their length gives nothing away, and are compressed by igzip: deflate for a fraction of the
processor time. Pages of the desk hold secrets of whoever has signed in (a CSRF token). Django compresses those, with a file name
of random length, so that no secret can be guessed from how long they are (BREACH).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

try:
    from isal import isal_zlib as deflate
except ImportError:
    # Where there is no wheel of it. The interface is the same.
    import zlib as deflate  # type: ignore[no-redef]

# igzip's levels are 0 to 3; 1 and 2 take the same time.
LEVEL: Final = 2
# What zlib calls deflate with the head and the tail of gzip.
GZIP: Final = zlib.MAX_WBITS | 16
# Shorter bodies are sent as they are: they fit into one packet with their headers.
SHORTEST: Final = 200
_CODING: Final = re.compile(r"\s*([^\s;]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.ASCII)

View = Callable[[HttpRequest], Any]


@lru_cache(maxsize=64)
def accepts_gzip(accepted: str) -> bool:
    """Return whether a value of Accept-Encoding accepts gzip, and does not prefer the plain answer (RFC 9110, 12.5.3)."""
    codings = filter(None, map(_CODING.fullmatch, accepted.lower().split(",")))
    weights = {coding[1]: float(coding[2] or 1) for coding in codings}
    weight = weights.get("gzip", weights.get("*", 0))
    return weight > 0 and weight >= weights.get("identity", 0)


class APICompressionMiddleware:
    """Middleware that compresses answers of the API. `Vary` they have anyway (`config.api.headers`)."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer `request`, compressed if the reader accepts that."""
        response = self.get_response(request)
        if accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            _weaken(response)
            if "Content-Encoding" not in response.headers:
                _compress(response)
        return response


def _weaken(response: Any) -> None:
    """Make the entity tag weak: both forms of an answer have the same one, and a 304 is known for either by it."""
    etag = response.headers.get("ETag", "")
    if etag.startswith('"'):
        response.headers["ETag"] = f"W/{etag}"


def _compress(response: Any) -> None:
    if response.streaming:
        response.streaming_content = compressed_parts(response.streaming_content)
    else:
        body = response.content
        if len(body) < SHORTEST:
            return
        response.content = deflate.compress(body, LEVEL, GZIP)
    response.headers["Content-Encoding"] = "gzip"


def compressed_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Compress a stream. Each part is sent whole, so that its reader does not wait for the next one."""
    compressor = deflate.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    for part in parts:
        yield compressor.compress(part) + compressor.flush(zlib.Z_SYNC_FLUSH)
    yield compressor.flush()


class CompressionMiddleware(GZipMiddleware):
    """Middleware that compresses pages, as Django does, unless the reader refuses that."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress `response`."""
        if accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        return response
