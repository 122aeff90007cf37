"""The site of the desk: Django's admin under our name, and the pages that belong to no single table."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.desk.review import pages as review


class Desk(AdminSite):
    """Where staff keep the record."""

    site_header = site_title = "Chancery"
    index_title = "The record"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Have everybody come in by the one door, with a second factor where it is wanted."""
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response

    def get_urls(self) -> list[Any]:
        """Return the addresses of the site."""
        from config.desk.versions import pages  # noqa: PLC0415 - models are not ready before

        return [
            *review.addresses(self),
            path("desk/deleted/", self.admin_view(pages.deleted), name="desk_deleted"),
            *super().get_urls(),
        ]
