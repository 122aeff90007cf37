"""The way of a public request past what only pages need: sessions, forms, messages, files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse

from config.api.errors import PREFIX

View = Callable[[HttpRequest], HttpResponse]


class Shortcut(BaseHandler):
    """Middleware that hands requests to the API over to their views at once."""

    # The hooks of middleware that a view of the API has around it: none.
    _view_middleware: list[Any] = []  # noqa: RUF012 - as Django declares it
    _template_response_middleware: list[Any] = []  # noqa: RUF012
    _exception_middleware: list[Any] = []  # noqa: RUF012

    def __init__(self, get_response: View) -> None:
        self.get_page = get_response
        self.get_answer: Any = convert_exception_to_response(self._answer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`."""
        answer: HttpResponse = (self.get_answer if request.path.startswith(PREFIX) else self.get_page)(request)
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        # Refuses a forged host.
        request.get_host()
        answer: HttpResponse = self._get_response(request)  # type: ignore[attr-defined]  # django-stubs leave it out
        return answer
