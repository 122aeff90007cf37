"""The site of the desk: Django's admin under our name, and the pages that belong to no single table."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.desk.entry.finding import FinderView
from config.desk.entry.readings import read


class Desk(AdminSite):
    """Where staff keep the record."""

    site_header = site_title = "Chancery"
    index_title = "The record"

    def get_urls(self) -> list[Any]:
        """Add the pages of the desk to those of the tables."""
        return [
            path("reading/", self.admin_view(read), name="reading"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Find records by any of their names and codes."""
        return FinderView.as_view(admin_site=self)(request)  # type: ignore[return-value]  # a view of Django's own
