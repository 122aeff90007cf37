"""The admin pages of actors, offices and tenures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from actors.choices import ActorKind, OrganizationType
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
from config.desk.pages.entry.drafting import Draftable, register
from config.desk.pages.entry.finding import Findable, day_of
from config.desk.pages.forms import RecordForm
from config.desk.pages.record import (
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

# Patterns of organization names: a type whose pattern matches is offered first for a draft, and never chosen automatically.
SOUNDS = {
    OrganizationType.ARMED_GROUP: r"army|(?<!armed )forces(?! of the government)|militias?|brigades?|battalions?|front",
    OrganizationType.COLLECTIVE: r"community|outlets|residents|demonstrators|protesters",
    OrganizationType.GOVERNMENT: r"(?<!forces of the )government|cabinet|authority",
    OrganizationType.STATE_ORGAN: r"armed forces|forces of the government|ministry|parliament|senate|court|navy|police",
    OrganizationType.MEDIA: r"media|news|newspapers?|agency|television|radio",
    OrganizationType.PARTY: r"party",
    OrganizationType.COALITION: r"coalition|alliance",
    OrganizationType.COMPANY: r"company|corporation|bank|ltd|inc",
}

register(
    Draftable("official", Official, "official"),
    *(
        Draftable(
            f"organization.{one.value}", Organization, one.label.partition(":")[0].lower(), {"organization_type": one},
            re.compile(rf"\b(?:{SOUNDS[one]})\b", re.IGNORECASE) if one in SOUNDS else None,
        )
        for one in (
            OrganizationType.ARMED_GROUP, OrganizationType.COLLECTIVE, OrganizationType.GOVERNMENT, OrganizationType.STATE_ORGAN,
            OrganizationType.INTERGOVERNMENTAL, OrganizationType.MEDIA, OrganizationType.PARTY, OrganizationType.COALITION,
            OrganizationType.COMMUNITY, OrganizationType.NGO, OrganizationType.COMPANY,
        )
    ),
)  # fmt: skip


class CountryForm(RecordForm):
    """The form of a country. Its slug is its ISO code, which nothing can be made of."""

    slug_is_code = True


class TenureForm(RecordForm):
    """The form of a tenure."""

    dated_by = "start"

    def slug_words(self) -> str:
        """Return who holds what."""
        official, office = self.cleaned_data.get("official"), self.cleaned_data.get("office")
        return f"{str(official or '').split()[-1:] and str(official).split()[-1]} {office or ''}"


class OfficialForm(RecordForm):
    """The form of an official: the start and the end are the dates of birth and death."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label, unknown in (
            ("start", "Date of birth", "Empty: unknown."),
            ("end", "Date of death", "Empty: unknown. Two dots (..): alive."),
        ):
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = f"In EDTF (ISO 8601-2): 1950-03-21, 1950-03, 1950, 1950~. {unknown}"


class FoundActors(Findable):
    """Descriptions of actors in autocomplete: of officials, the office they held on the day."""

    def described(self, rows: Sequence[Any], day: str) -> dict[int, dict[str, Any]]:
        """Add to each official the office, and to whom it belongs: for whom its holder mostly acts."""
        described = super().described(rows, day)
        officials = [row.pk for row in rows if row.kind == ActorKind.OFFICIAL]
        held: dict[int, list[Tenure]] = {}
        tenures = Tenure.objects.filter(official__in=officials).select_related("office__body").order_by("start_earliest", "pk")
        days = day_of(day)
        for one in tenures.filter(start_earliest__lte=days[1], end_latest__gte=days[0]) if days else tenures:
            held.setdefault(one.official_id, []).append(one)
        for pk, several in held.items():
            last = several[-1]
            described[pk]["about"] = f"{last.office.name} · {described[pk]['about']}"
            bodies = {one.office.body_id for one in several}
            if days and len(bodies) == 1:
                described[pk]["represents"] = {"id": str(last.office.body_id), "text": str(last.office.body)}
        return described


class RelationInline(PartInline):
    """Inline of the relations of an actor."""

    verbose_name = "relation"
    verbose_name_plural = "relations"
    model = ActorRelation
    fk_name = "subject"
    autocomplete_fields = ("object",)
    fields = ("type", "object", "start", "end", "note")


class ActorKindAdmin(FoundActors, RecordAdmin):
    """Actors of one kind."""

    search_fields = ("slug", "name_folded", "names__text_folded")
    autocomplete_fields = ("country",)
    inlines = (
        inline(NameInline, ActorName),
        inline(IdentifierInline, ActorIdentifier),
        RelationInline,
        inline(CitationInline, ActorCitation),
    )


@admin.register(Country)
class CountryAdmin(ActorKindAdmin):
    """Countries."""

    form = CountryForm
    list_display = ("name", "slug", "status", "start", "end", "state", "updated_at")
    list_filter = ("state", "status")
    quick = ("name", "slug", "official_name", "status", "start")
    autocomplete_fields = ()
    content = (
        (None, {"fields": ["name", "slug", "official_name", "status", "description", ("start", "end")]}),
        ("Place", {"fields": ["capital", ("latitude", "longitude"), ("m49_region", "m49_subregion")]}),
    )


@admin.register(Organization)
class OrganizationAdmin(ActorKindAdmin):
    """Organizations."""

    list_display = ("name", "organization_type", "country", "start", "end", "state", "updated_at")
    list_filter = ("state", "organization_type")
    quick = ("name", "organization_type", "country", "description")
    list_select_related = ("country",)
    content = ((None, {"fields": ["name", "slug", "organization_type", "country", "description", ("start", "end")]}),)


@admin.register(Official)
class OfficialAdmin(ActorKindAdmin):
    """Officials. The start and the end are the days of birth and death."""

    form = OfficialForm
    list_display = ("name", "country", "born", "died", "state", "updated_at")
    quick = ("name", "country", "description")
    list_select_related = ("country",)
    content = ((None, {"fields": ["name", "slug", "country", "description", ("start", "end")]}),)
    inlines = (
        *ActorKindAdmin.inlines,
        inline(LinkInline, Tenure, fk_name="official", fields=TENURE_FIELDS, readonly_fields=("state",)),
    )

    @admin.display(description="Date of birth", ordering="start")
    def born(self, official: Official) -> str:
        """Return the start of an official."""
        return str(official.start)

    @admin.display(description="Date of death", ordering="end")
    def died(self, official: Official) -> str:
        """Return the end of an official."""
        return str(official.end)


@admin.register(Actor)
class ActorAdmin(FoundActors, ReadOnlyAdmin):
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

    list_display = ("name", "body", "rank", "seats", "state", "updated_at")
    list_editable = ("rank", "seats")
    quick = ("name", "body", "rank")
    list_filter = ("state", "rank")
    list_select_related = ("body",)
    autocomplete_fields = ("body", "accredited_to")
    content = ((None, {"fields": ["name", "slug", "body", "accredited_to", "rank", "seats", "description"]}),)
    inlines = (
        inline(LinkInline, Tenure, fk_name="office", fields=TENURE_FIELDS, readonly_fields=("state",)),
        inline(CitationInline, OfficeCitation),
    )


@admin.register(Tenure)
class TenureAdmin(RecordAdmin):
    """Tenures."""

    form = TenureForm
    list_display = ("official", "office", "start", "end", "status", "state", "updated_at")
    list_filter = ("state", "status", "is_acting", "office__rank")
    quick = ("official", "office", "start", "end")
    list_select_related = ("official", "office")
    search_fields = ("slug", "official__name_folded", "office__name_folded")
    autocomplete_fields = ("official", "office")
    content = ((None, {"fields": ["official", "office", "slug", ("start", "end"), "status", "is_acting", "title_held"]}),)
    inlines = (inline(CitationInline, TenureCitation),)
