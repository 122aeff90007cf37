"""The admin pages of events of the four kinds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from config.desk.admin import (
    CitationInline,
    IdentifierInline,
    NameInline,
    PartInline,
    ReadOnlyAdmin,
    RecordAdmin,
    inline,
)
from events.admin.parts import ProvisionInline, StanceInline
from events.models import (
    Action,
    Agreement,
    Event,
    EventCitation,
    EventCode,
    EventIdentifier,
    EventName,
    EventRelation,
    EventTopic,
    Meeting,
    Participation,
    PartyAction,
    Statement,
)

PLACE = ("Place", {"fields": [("place_name", "country"), ("latitude", "longitude")], "classes": ["collapse"]})
IMPORT = ("Import", {"fields": [("dataset", "external_id")], "classes": ["collapse"]})


class ParticipationInline(PartInline):
    """Who took part."""

    model = Participation
    autocomplete_fields = ("actor", "on_behalf_of")
    readonly_fields = ("capacity",)
    fields = ("actor", "role", "on_behalf_of", "wording", "capacity")


class TopicInline(PartInline):
    """What it was about."""

    model = EventTopic
    autocomplete_fields = ("topic",)


class RelationInline(PartInline):
    """How it stands to other events."""

    model = EventRelation
    fk_name = "subject"
    autocomplete_fields = ("object",)
    fields = ("type", "object", "note")


class PartyActionInline(PartInline):
    """What parties did to an agreement, each on a day of its own."""

    model = PartyAction
    autocomplete_fields = ("actor",)
    fields = ("actor", "type", "date", "note")


BEFORE = (ParticipationInline, TopicInline)
AFTER = (
    RelationInline, inline(CitationInline, EventCitation), inline(NameInline, EventName),
    inline(IdentifierInline, EventIdentifier), inline(PartInline, EventCode),
)  # fmt: skip


class EventKindAdmin(RecordAdmin):
    """Events of one kind."""

    list_select_related = ("country",)
    search_fields = ("slug", "name_folded", "names__text_folded")
    autocomplete_fields = ("country",)
    inlines = (*BEFORE, *AFTER)


def _head(*fields: Any) -> tuple[None, dict[str, Any]]:
    return (None, {"fields": ["name", "slug", ("start", "end"), *fields, "description"]})


@admin.register(Meeting)
class MeetingAdmin(EventKindAdmin):
    """Meetings."""

    list_display = ("name", "start", "format", "held_state", "country", "state", "updated_at")
    list_filter = ("state", "format", "held_state")
    content = (_head(("format", "held_state")), PLACE, IMPORT)


@admin.register(Agreement)
class AgreementAdmin(EventKindAdmin):
    """Agreements."""

    list_display = ("name", "start", "agreement_type", "stage", "state", "updated_at")
    list_filter = ("state", "agreement_type", "stage")
    content = (
        _head(("agreement_type", "stage"), ("number", "text_url"), ("in_force_on", "ended_on")), PLACE, IMPORT,
    )  # fmt: skip
    inlines = (*BEFORE, PartyActionInline, ProvisionInline, *AFTER)


@admin.register(Statement)
class StatementAdmin(EventKindAdmin):
    """Statements."""

    list_display = ("name", "start", "form", "medium", "state", "updated_at")
    list_filter = ("state", "form", "medium", "attribution")
    content = (_head("text", ("form", "language"), ("medium", "attribution")), PLACE, IMPORT)
    inlines = (*BEFORE, StanceInline, *AFTER)


@admin.register(Action)
class ActionAdmin(EventKindAdmin):
    """Actions."""

    list_display = ("name", "start", "action_type", "country", "state", "updated_at")
    list_filter = ("state", "action_type")
    content = (_head("action_type"), PLACE, IMPORT)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Events of all kinds, to find one whatever it is; each is changed on the page of its kind."""

    list_display = ("link", "start", "kind", "state", "updated_at")
    list_display_links = None
    list_filter = ("kind", "state")
    search_fields = ("slug", "name_folded", "names__text_folded")

    @admin.display(description="Name", ordering="name_folded")
    def link(self, event: Any) -> str:
        """Lead to the page of its kind."""
        return format_html('<a href="{}">{}</a>', reverse(f"admin:events_{event.kind}_change", args=[event.pk]), event.name)
