"""Admin of the public log, of transitions and redirects; imports the admin modules of the desk's packages."""

from __future__ import annotations

from django.contrib import admin

from config.desk.access import admin as access
from config.desk.pages.findings import admin as findings
from config.desk.pages.lists import CollectionFilter
from config.desk.pages.record import ReadOnlyAdmin
from config.desk.pages.review import admin as review
from config.record.models import LogEntry, Redirect, Transition

# Each package registers its own.
__all__ = ["access", "findings", "review"]


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """The public log."""

    list_display = ("sequence", "at", "operation", "kind", "slug", "version", "reason")
    list_filter = ("operation", CollectionFilter)
    search_fields = ("slug",)
    ordering = ("-sequence",)


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    """The history of curation."""

    list_display = ("at", "collection", "slug", "from_state", "to_state", "by", "reason")
    list_filter = ("to_state", CollectionFilter)
    list_select_related = ("by",)
    search_fields = ("slug",)


@admin.register(Redirect)
class RedirectAdmin(ReadOnlyAdmin):
    """Slugs that moved on."""

    list_display = ("collection", "old_slug", "new_slug")
    list_filter = (CollectionFilter,)
    search_fields = ("old_slug", "new_slug")
