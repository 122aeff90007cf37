"""Compression of answers, as far as the reader takes it."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# A coding with the weight 0 is one that the reader refuses (RFC 9110, 12.5.3).
_REFUSED: Final = re.compile(r"(?<![\w-])gzip\s*;\s*q\s*=\s*0(?:\.0{0,3})?(?![\d.])", re.ASCII | re.IGNORECASE)


class CompressionMiddleware(GZipMiddleware):
    """Middleware that compresses answers with gzip, unless the reader refuses it by `gzip;q=0`."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress `response`."""
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
        if "=" in accepted and _REFUSED.search(accepted):
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)
