"""Redirects to the admin page of a record whose kind is unknown."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import NoReverseMatch, path, reverse
from django.urls.resolvers import URLPattern

from config.desk.models.base import as_kind
from config.record.documents.registry import DOCUMENT_TYPES, Model
from config.record.models import Redirect


def urls(site: Any) -> list[URLPattern]:
    """Return the addresses, for the site of the desk."""
    return [
        path("record/<str:collection>/<int:pk>/", site.admin_view(by_key), name="desk_record"),
        path("record/<str:collection>/called/<str:slug>/", site.admin_view(by_slug), name="desk_record_called"),
    ]


def by_key(request: HttpRequest, collection: str, pk: int) -> HttpResponseRedirect:
    """Lead to the record with a primary key."""
    return _redirect(_table(collection)._default_manager.filter(pk=pk).first())


def by_slug(request: HttpRequest, collection: str, slug: str) -> HttpResponseRedirect:
    """Lead to the record that has a slug, or had it."""
    rows = _table(collection)._default_manager
    moved = Redirect.objects.filter(collection=collection, old_slug=slug).values("new_slug")
    # No slug holds a NUL, of which PostgreSQL would not even hear.
    found = None if "\0" in slug else rows.filter(slug=slug).first() or rows.filter(slug__in=moved).first()
    return _redirect(found)


def page_of(record: Any, page: str = "change", **query: str | int) -> str:
    """Return the address of a page of a record, as the model of its kind; nothing where there is none."""
    meta = record._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[record.pk], query=query or None)
    except NoReverseMatch:
        return ""


def _table(collection: str) -> Model:
    for model, document_type in DOCUMENT_TYPES.items():
        if document_type.collection == collection:
            return model
    raise Http404("There is no such collection.")


def _redirect(record: Any) -> HttpResponseRedirect:
    if record is None:
        raise Http404("This record no longer exists.")
    return HttpResponseRedirect(page_of(as_kind(record)))
