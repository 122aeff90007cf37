"""The pages of the desk that belong to no single table."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, path

from config.desk import leading
from config.desk.entry import readings
from config.desk.review import changes, confirming, queues
from config.desk.versions import pages


def of(site: AdminSite) -> list[URLPattern]:
    """Return their addresses, for those whom the site lets in."""
    return [
        *leading.urls(site),
        path("reading/", site.admin_view(readings.read), name="reading"),
        path("desk/queue/<slug:name>/", site.admin_view(queues.page), name="desk_queue"),
        path("desk/confirm/<slug:collection>/<slug:step>/", site.admin_view(confirming.page), name="desk_confirm"),
        path("desk/changes/<slug:collection>/<int:pk>/", site.admin_view(changes.page), name="desk_changes"),
        path("desk/deleted/", site.admin_view(pages.deleted), name="desk_deleted"),
    ]


def lead_to_icon(_request: HttpRequest) -> HttpResponse:
    """Lead to the icon of the site."""
    return HttpResponse(status=302, headers={"Location": static("desk/icon.svg"), "Cache-Control": "max-age=86400"})
