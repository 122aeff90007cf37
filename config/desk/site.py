"""The site of the desk: Django's admin under our name, and the pages that belong to no single table."""

from __future__ import annotations

from django.contrib.admin import AdminSite


class Desk(AdminSite):
    """Where staff keep the record."""

    site_header = site_title = "Chancery"
    index_title = "The record"
