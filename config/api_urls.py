"""The addresses of the API."""

from __future__ import annotations

import inspect
from typing import Any

from django.urls import include, path, re_path

from actors.api import viewsets as actors
from config.api.changes import ChangesView
from config.api.documentation import DocsView, IndexView, SchemaView
from config.api.filtersets import SourceFilters
from config.api.search import SearchView
from config.api.serializers import SourceSerializer
from config.api.views import without_slash
from config.api.viewsets import DocumentViewSet
from config.record.models import Source
from events.api import viewsets as events
from events.api.relations import RelationsView


class SourceViewSet(DocumentViewSet):
    """Documents, pages and datasets cited as evidence."""

    queryset = Source.objects.public()
    filterset_class = SourceFilters
    serializer_class = SourceSerializer
    noun = "source"


COLLECTIONS: dict[str, type[DocumentViewSet]] = {
    "countries": actors.CountryViewSet,
    "organizations": actors.OrganizationViewSet,
    "officials": actors.OfficialViewSet,
    "offices": actors.OfficeViewSet,
    "tenures": actors.TenureViewSet,
    "actors": actors.ActorViewSet,
    "events": events.EventViewSet,
    "meetings": events.MeetingViewSet,
    "agreements": events.AgreementViewSet,
    "statements": events.StatementViewSet,
    "actions": events.ActionViewSet,
    "provisions": events.ProvisionViewSet,
    "stances": events.StanceViewSet,
    "topics": events.TopicViewSet,
    "sources": SourceViewSet,
}

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
    path("relations/<str:actor>/<str:other>", RelationsView.as_view(), name="relations"),
    *(path(name, view.as_view(), name=name) for name, (view, _) in OTHERS.items()),
    re_path(r"^(?:.+/)?$", without_slash),
]

urlpatterns = [path("api/v1", index, name="index"), path("api/v1/", include(addresses))]
