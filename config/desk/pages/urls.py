"""The pages of the desk that belong to no single table."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, path

from config.desk.editorial import proposals
from config.desk.pages import links
from config.desk.pages.entry import date_wording
from config.desk.pages.review import confirmation, queues
from config.desk.pages.versions import pages


def of(site: AdminSite) -> list[URLPattern]:
    """Return their addresses, for those whom the site lets in."""
    return [
        *links.urls(site),
        path("reading/", site.admin_view(date_wording.read), name="reading"),
        path("desk/queue/<slug:name>/", site.admin_view(queues.page), name="desk_queue"),
        path("desk/confirm/<slug:collection>/<slug:step>/", site.admin_view(confirmation.page), name="desk_confirm"),
        path("desk/changes/<slug:collection>/<int:pk>/", site.admin_view(proposals.page), name="desk_changes"),
        path("desk/deleted/", site.admin_view(pages.deleted), name="desk_deleted"),
    ]


def redirect_to_icon(_request: HttpRequest) -> HttpResponse:
    """Lead to the icon of the site."""
    return HttpResponse(status=302, headers={"Location": static("desk/icon.svg"), "Cache-Control": "max-age=86400"})
