"""The admin pages of topics."""

from __future__ import annotations

from django.contrib import admin

from config.desk.pages.record import CitationInline, IdentifierInline, NameInline, RecordAdmin, inline
from events.models import Topic, TopicCitation, TopicIdentifier, TopicName


@admin.register(Topic)
class TopicAdmin(RecordAdmin):
    """Topics."""

    list_display = ("name", "slug", "type", "parent", "state", "updated_at")
    list_filter = ("state", "type")
    quick = ("name", "type", "parent", "description")
    list_select_related = ("parent",)
    search_fields = ("slug", "name_folded", "names__text_folded")
    autocomplete_fields = ("parent", "countries")
    content = ((None, {"fields": ["name", "slug", "type", "parent", "description", "countries"]}),)
    inlines = (
        inline(NameInline, TopicName),
        inline(IdentifierInline, TopicIdentifier),
        inline(CitationInline, TopicCitation),
    )
