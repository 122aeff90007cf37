"""The addresses of review that belong to no table."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from config.desk.review import changes, confirming, queues


def addresses(site: AdminSite) -> list[URLPattern]:
    """Return the pages, for those whom the site lets in."""
    return [
        path("desk/queue/<slug:name>/", site.admin_view(queues.page), name="desk_queue"),
        path("desk/confirm/<slug:collection>/<slug:step>/", site.admin_view(confirming.page), name="desk_confirm"),
        path("desk/changes/<slug:collection>/<int:pk>/", site.admin_view(changes.page), name="desk_changes"),
    ]
