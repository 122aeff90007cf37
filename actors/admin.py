"""The admin pages of actors, offices and tenures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from actors.models import (
    Actor,
    ActorCitation,
    ActorIdentifier,
    ActorName,
    ActorRelation,
    Country,
    Office,
    OfficeCitation,
    Official,
    Organization,
    Tenure,
    TenureCitation,
)
from config.desk.admin import (
    CitationInline,
    IdentifierInline,
    LinkInline,
    NameInline,
    PartInline,
    ReadOnlyAdmin,
    RecordAdmin,
    inline,
)

TENURE_FIELDS = ("official", "office", "start", "end", "status", "state")


class RelationInline(PartInline):
    """How an actor stands to others."""

    model = ActorRelation
    fk_name = "subject"
    autocomplete_fields = ("object",)
    fields = ("type", "object", "start", "end", "note")


class ActorKindAdmin(RecordAdmin):
    """Actors of one kind."""

    search_fields = ("slug", "name_folded", "names__text_folded")
    autocomplete_fields = ("country",)
    inlines = (
        inline(NameInline, ActorName), inline(IdentifierInline, ActorIdentifier), RelationInline,
        inline(CitationInline, ActorCitation),
    )  # fmt: skip


@admin.register(Country)
class CountryAdmin(ActorKindAdmin):
    """Countries."""

    list_display = ("name", "slug", "status", "start", "end", "state", "updated_at")
    list_filter = ("state", "status")
    autocomplete_fields = ()
    content = (
        (None, {"fields": ["name", "slug", "official_name", "status", "description", ("start", "end")]}),
        ("Place", {"fields": ["capital", ("latitude", "longitude"), ("m49_region", "m49_subregion")]}),
    )


@admin.register(Organization)
class OrganizationAdmin(ActorKindAdmin):
    """Organizations."""

    list_display = ("name", "slug", "organization_type", "country", "start", "end", "state", "updated_at")
    list_filter = ("state", "organization_type")
    list_select_related = ("country",)
    content = ((None, {"fields": ["name", "slug", "organization_type", "country", "description", ("start", "end")]}),)


@admin.register(Official)
class OfficialAdmin(ActorKindAdmin):
    """Officials. The start and the end are the days of birth and death."""

    list_display = ("name", "slug", "country", "start", "end", "state", "updated_at")
    list_select_related = ("country",)
    content = ((None, {"fields": ["name", "slug", "country", "description", ("start", "end")]}),)
    inlines = (
        *ActorKindAdmin.inlines,
        inline(LinkInline, Tenure, fk_name="official", fields=TENURE_FIELDS, readonly_fields=("state",)),
    )


@admin.register(Actor)
class ActorAdmin(ReadOnlyAdmin):
    """Actors of all kinds, to find one whatever it is; each is changed on the page of its kind."""

    list_display = ("link", "slug", "kind", "state", "updated_at")
    list_display_links = None
    list_filter = ("kind", "state")
    search_fields = ("slug", "name_folded", "names__text_folded")

    @admin.display(description="Name", ordering="name_folded")
    def link(self, actor: Any) -> str:
        """Lead to the page of its kind."""
        return format_html('<a href="{}">{}</a>', reverse(f"admin:actors_{actor.kind}_change", args=[actor.pk]), actor.name)


@admin.register(Office)
class OfficeAdmin(RecordAdmin):
    """Offices."""

    list_display = ("name", "slug", "body", "rank", "seats", "state", "updated_at")
    list_editable = ("rank", "seats")
    list_filter = ("state", "rank")
    list_select_related = ("body",)
    autocomplete_fields = ("body", "accredited_to")
    content = ((None, {"fields": ["name", "slug", "body", "accredited_to", "rank", "seats", "description"]}),)
    inlines = (
        inline(LinkInline, Tenure, fk_name="office", fields=TENURE_FIELDS, readonly_fields=("state",)),
        inline(CitationInline, OfficeCitation),
    )  # fmt: skip


@admin.register(Tenure)
class TenureAdmin(RecordAdmin):
    """Tenures."""

    list_display = ("slug", "official", "office", "start", "end", "status", "state", "updated_at")
    list_filter = ("state", "status", "is_acting", "office__rank")
    list_select_related = ("official", "office")
    search_fields = ("slug", "official__name_folded", "office__name_folded")
    autocomplete_fields = ("official", "office")
    content = ((None, {"fields": ["official", "office", "slug", ("start", "end"), "status", "is_acting", "title_held"]}),)
    inlines = (inline(CitationInline, TenureCitation),)
