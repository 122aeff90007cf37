"""The site of the desk: Django's admin under our name, and the pages that belong to no single table."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse


class Desk(AdminSite):
    """Where staff keep the record."""

    site_header = site_title = "Chancery"
    index_title = "The record"
    index_template = "desk/start.html"

    def get_urls(self) -> list[Any]:
        """Add the pages that belong to no single table."""
        from config.desk import leading  # noqa: PLC0415 - the site is made before models are

        return [
            *leading.urls(self),
            *super().get_urls(),
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the start page."""
        from config.desk import start  # noqa: PLC0415 - the site is made before models are

        return super().index(request, start.context(request) | (extra_context or {}))
