"""The public service as a WSGI application: the API and its few pages. It reads no bodies and has no desk."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - Django must be set up before

from config.api.database import replicas  # noqa: E402
from config.api.server.fast_path import Server  # noqa: E402
from config.api.server.routes import routes  # noqa: E402
from config.monitoring import health  # noqa: E402
from config.monitoring.tracing import traced  # noqa: E402

DESK: Final = ("/admin/", "/accounts/")
_READING: Final = ("GET", "HEAD", "OPTIONS")


class PublicServer(Server):
    """WSGI handler of the public service. URLs of the desk redirect to its service, if that is configured."""

    def page(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer what is not the API's, unless it would have a body to be read or belongs to the desk."""
        if environ["REQUEST_METHOD"] not in _READING:
            return _brief(start_response, HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", ", ".join(_READING)))
        path = environ.get("PATH_INFO", "")
        if not path.startswith(DESK):
            return super().page(environ, start_response)
        if not settings.DESK_URL:
            return _brief(start_response, HTTPStatus.NOT_FOUND)
        query = environ.get("QUERY_STRING", "")
        location = f"{settings.DESK_URL}{_quoted(path)}{f'?{query}' if query else ''}"
        return _brief(start_response, HTTPStatus.TEMPORARY_REDIRECT, ("Location", location))


def _quoted(path: str) -> str:
    """Return a path of WSGI as it stands in an address."""
    return quote(path.encode("latin-1"))


def _brief(start_response: Any, status: HTTPStatus, *headers: tuple[str, str]) -> list[bytes]:
    start_response(f"{status.value} {status.phrase}", [("Content-Length", "0"), ("Cache-Control", "no-store"), *headers])
    return [b""]


def build() -> Any:
    """Return the application. What belongs to one process alone, such as counts and traces, begins here."""
    if replicas.names():
        # It is ready as long as it can read somewhere.
        health.need(lambda: replicas.replicas().choose("readyz"))
    return traced(PublicServer())


# All addresses are there before the first request, and before workers part.
routes()
