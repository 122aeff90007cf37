"""The pages of sources and of what everybody did with records, and those of the rooms of the desk."""

from __future__ import annotations

from django.contrib import admin

from config.desk.access import admin as access
from config.desk.pages.findings import admin as findings
from config.desk.pages.forms import RecordForm
from config.desk.pages.lists import CollectionFilter
from config.desk.pages.record import ReadOnlyAdmin, RecordAdmin
from config.desk.pages.review import admin as review
from config.record.models import LogEntry, Redirect, Source, Transition

# Each room registers its own.
__all__ = ["access", "findings", "review"]


class SourceForm(RecordForm):
    """The form of a source."""

    dated_by = "date"


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    """Sources."""

    form = SourceForm
    list_display = ("name", "publisher", "date", "language", "state", "updated_at")
    list_editable = ("publisher", "language")
    list_filter = ("state", "language")
    quick = ("name", "publisher", "date", "url")
    content = (
        (None, {"fields": ["name", "publisher", "date", "url", ("language", "slug")]}),
        ("More", {"fields": ["archive_url", "description", "licence", "sha256"], "classes": ["collapse"]}),
    )


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
