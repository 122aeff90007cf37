"""The site of the desk: Django's admin under our name, and the pages that belong to no single table."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite

from config.desk.review import pages as review


class Desk(AdminSite):
    """Where staff keep the record."""

    site_header = site_title = "Chancery"
    index_title = "The record"

    def get_urls(self) -> list[Any]:
        """Return the addresses of the site."""
        return [
            *review.addresses(self),
            *super().get_urls(),
        ]
