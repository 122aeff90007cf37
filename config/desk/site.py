"""The site of the desk: Django's admin under our name, and the pages that belong to no single table."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.module_loading import autodiscover_modules


class Desk(AdminSite):
    """Admin site of the desk."""

    site_header = site_title = "Chancery"
    index_title = "Dashboard"
    index_template = "desk/start.html"
    _pages: dict[Any, Any] | None = None

    @property
    def _registry(self) -> dict[Any, Any]:
        """The pages of the tables, found when somebody first asks: workers that answer the API alone never load them."""
        if self._pages is None:
            self._pages = {}
            autodiscover_modules("admin", register_to=self)
        return self._pages

    @_registry.setter
    def _registry(self, pages: dict[Any, Any]) -> None:
        """Leave the empty one that Django begins with."""

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to the sign-in page of allauth, which asks for the second factor."""
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response

    def get_urls(self) -> list[Any]:
        """Return the addresses of the site."""
        from config.desk.pages import urls  # noqa: PLC0415 - the site is made before models are

        return [*urls.of(self), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the start page."""
        from config.desk.pages import dashboard  # noqa: PLC0415 - as above

        return super().index(request, dashboard.context(request) | (extra_context or {}))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Find records by any of their names and codes."""
        from config.desk.pages.entry.finding import FinderView  # noqa: PLC0415 - as above

        return FinderView.as_view(admin_site=self)(request)  # type: ignore[return-value]  # a view of Django's own
