"""URL patterns of the API: those of registered collections (`api/collections.py`), and its own."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from django.urls import include, path, re_path
from django.utils.module_loading import autodiscover_modules

from config.api import collections
from config.api.views.base import NowhereView, SlashView
from config.api.views.changes import ChangesView
from config.api.views.documentation import DocsView, IndexView, SchemaView
from config.api.views.search import SearchView

if TYPE_CHECKING:
    from config.api.views.viewsets import DocumentViewSet

autodiscover_modules("api.collections")

COLLECTIONS: dict[str, type[DocumentViewSet]] = {one.name: one.view for one in collections.registered()}

OTHERS: dict[str, tuple[Any, str]] = {
    "search": (SearchView, "Full-text search in all collections, best match first."),
    "changes": (ChangesView, "Log of publications, updates and retractions, in order."),
    "schema": (SchemaView, "OpenAPI document, for generating SDKs."),
    "docs": (DocsView, "Interactive documentation in the browser."),
}

ADDRESSES = {name: inspect.getdoc(view) or "" for name, view in COLLECTIONS.items()}
ADDRESSES |= {name: text for name, (_, text) in OTHERS.items()}

index = IndexView.as_view(addresses=ADDRESSES)

addresses = [
    *(path(name, view.as_view({"get": "list"}), name=f"{name}-list") for name, view in COLLECTIONS.items()),
    *(path(f"{name}/counts", view.as_view({"get": "counts"}), name=f"{name}-counts") for name, view in COLLECTIONS.items()),
    *(path(f"exports/{name}", view.as_view({"get": "export"}), name=f"{name}-export") for name, view in COLLECTIONS.items()),
    *(path(f"{name}/<str:slug>", view.as_view({"get": "retrieve"}), name=f"{name}-detail") for name, view in COLLECTIONS.items()),
    *(
        path(f"{name}/<str:slug>/versions", view.as_view({"get": "versions"}), name=f"{name}-versions")
        for name, view in COLLECTIONS.items()
    ),
    *(path(one.route, one.view.as_view(), name=name) for name, one in collections.ENDPOINTS.items()),
    *(path(name, view.as_view(), name=name) for name, (view, _) in OTHERS.items()),
    re_path(r"^(?:.+/)?$", SlashView.as_view()),
]

urlpatterns = [
    path("api/v1", index, name="index"),
    path("api/v1/", include(addresses)),
    re_path("^api/", NowhereView.as_view()),
]
