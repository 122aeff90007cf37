"""List filters with fixed choices, and a paginator with a bounded count."""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from config.record.documents.registry import DOCUMENT_TYPES

COUNTED: Final = 10_000


class AtLeast(int):
    """A number that there are, or more."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # it is not generic when it runs
    """Counts as many rows as anybody turns pages for: to count all takes longer than to show some."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or `COUNTED` and more."""
        rows: Any = self.object_list
        found: int = rows.order_by()[: COUNTED + 1].count()
        return AtLeast(COUNTED) if found > COUNTED else found


class CollectionFilter(admin.SimpleListFilter):
    """List filter by the table of the record. The choices are fixed: distinct values would read all rows."""

    title = "records"
    parameter_name = "collection"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return all tables."""
        return sorted(
            (document_type.collection, document_type.collection.capitalize()) for document_type in DOCUMENT_TYPES.values()
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows about records of one table."""
        return queryset.filter(collection=self.value()) if self.value() else queryset


class KindFilter(admin.SimpleListFilter):
    """By what a thing is called that has pages here."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return all that have pages."""
        names = {str(model._meta.verbose_name) for model in apps.get_models() if model_admin.admin_site.is_registered(model)}
        return sorted((name, name[:1].upper() + name[1:]) for name in names)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows about one kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset
