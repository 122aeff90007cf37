"""The admin pages of sources."""

from __future__ import annotations

from django.contrib import admin

from config.desk.pages.entry.drafting import Draftable, register
from config.desk.pages.forms import RecordForm
from config.desk.pages.record import RecordAdmin
from config.sources.models import Source

register(Draftable("source", Source, "source"))


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
