"""The site of the desk: Django's admin under our name, and the pages that belong to no single table."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.urls import path


class Desk(AdminSite):
    """Where staff keep the record."""

    site_header = site_title = "Chancery"
    index_title = "The record"

    def get_urls(self) -> Any:
        """Add the pages that belong to no single table."""
        from config.desk.versions import pages  # noqa: PLC0415 - models are not ready before

        return [
            path("desk/deleted/", self.admin_view(pages.deleted), name="desk_deleted"),
            *super().get_urls(),
        ]
