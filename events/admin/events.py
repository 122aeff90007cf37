"""The admin pages of events of the four kinds."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from config.desk.pages.entry import session
from config.desk.pages.entry.drafting import Draftable, register
from config.desk.pages.entry.fields import SeveralFinder
from config.desk.pages.entry.session import EntryType
from config.desk.pages.record import (
    CitationInline,
    IdentifierInline,
    NameInline,
    PartInline,
    ReadOnlyAdmin,
    RecordAdmin,
    inline,
)
from events.admin.forms import EventForm, MeetingForm
from events.admin.parts import ProvisionInline, StanceInline
from events.choices import (
    AgreementStage,
    EventKind,
    EventRelationType,
    HeldState,
    ParticipationRole,
    StatementAttribution,
    StatementForm,
    StatementMedium,
    TopicType,
)
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
    Topic,
)

ROLES: Final[dict[str, ParticipationRole]] = {
    EventKind.AGREEMENT: ParticipationRole.PARTY,
    EventKind.STATEMENT: ParticipationRole.SPEAKER,
    EventKind.ACTION: ParticipationRole.AGENT,
}

register(Draftable("topic", Topic, "topic", {"type": TopicType.ISSUE}))
session.register(EntryType(Meeting, "m"), EntryType(Agreement, "a"), EntryType(Statement, "s"), EntryType(Action, "c"))


class ParticipationInline(PartInline):
    """Who took part."""

    model = Participation
    autocomplete_fields = ("actor", "on_behalf_of")
    readonly_fields = ("capacity",)
    fields = ("actor", "role", "on_behalf_of", "wording", "capacity")
    quick = ("actor",)
    keys: ClassVar = {"role": "r", "on_behalf_of": "b", "wording": "w"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participation]:
        """Fetch the tenures with the rows that they are named by."""
        return super().get_queryset(request).select_related("capacity__official", "capacity__office")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Begin with the role that most have in an event of the kind."""
        field = super().formfield_for_choice_field(db_field, request, **options)
        if db_field.name == "role" and field is not None:
            field.initial = ROLES.get(getattr(self.parent_model, "KIND", ""), ParticipationRole.PARTICIPANT)
        return field

    def noted(self, ids: Sequence[int]) -> dict[int, str]:
        """Say in which capacity each takes part."""
        rows = Participation.objects.filter(pk__in=ids, capacity__isnull=False).select_related("capacity__office")
        return {row.pk: row.capacity.title_held or row.capacity.office.name for row in rows if row.capacity}


class RelationInline(PartInline):
    """How it stands to other events."""

    verbose_name = "relation"
    verbose_name_plural = "relations"
    model = EventRelation
    fk_name = "subject"
    autocomplete_fields = ("object",)
    fields = ("object", "type", "note")
    quick = ("object",)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Begin with the relation that most reports tell."""
        field = super().formfield_for_choice_field(db_field, request, **options)
        if db_field.name == "type" and field is not None:
            field.initial = EventRelationType.REFERS_TO
        return field


class PartyActionInline(PartInline):
    """What parties did to an agreement, each on a day of its own."""

    model = PartyAction
    autocomplete_fields = ("actor",)
    fields = ("actor", "type", "date", "note")


PROOF = inline(CitationInline, EventCitation)
AFTER = (
    PROOF, RelationInline, inline(NameInline, EventName), inline(IdentifierInline, EventIdentifier),
    inline(PartInline, EventCode, verbose_name="code", verbose_name_plural="codes"),
)  # fmt: skip


class EventKindAdmin(RecordAdmin):
    """Events of one kind."""

    form = EventForm
    list_select_related = ("country",)
    # What was entered last comes first.
    ordering = ("-pk",)
    search_fields = ("slug", "name_folded", "names__text_folded")
    autocomplete_fields = ("country",)
    inlines = (ParticipationInline, *AFTER)
    keys: ClassVar = {"place_name": "p"}
    # What a new record of the kind begins with: what most reports tell.
    begins: ClassVar[dict[str, Any]] = {}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Find the topics, or draft them."""
        form = super().get_form(request, obj, change=change, **options)
        if "about" in form.base_fields:
            column = EventTopic._meta.get_field("topic")
            field: Any = copy(form.base_fields["about"])
            field.widget = SeveralFinder(column, self.admin_site)
            field.widget.choices = field.choices
            field.column = column
            form.base_fields["about"] = self.with_shortcuts(field, "about")
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin where the record before ended: its date and its topics are likely again."""
        initial: dict[str, Any] = self.begins | super().get_changeform_initial_data(request)
        before = session.entered_before(request)
        if before is not None:
            topics = before.event_topics.order_by("pk").values_list("topic_id", flat=True)
            initial |= {"start": before.start, "about": list(topics)}
        return initial


def _content(*fields: Any, rest: Sequence[Any] = ()) -> Any:
    """Return what a form asks for first, and what it keeps for those who need it."""
    return (
        (None, {"fields": ["name", "start", *fields, "about"]}),
        ("More", {"fields": ["slug", "end", *rest], "classes": ["collapse"]}),
        ("Place", {"fields": [("place_name", "country"), ("latitude", "longitude")], "classes": ["collapse"]}),
        ("Import", {"fields": [("dataset", "external_id")], "classes": ["collapse"]}),
    )


@admin.register(Meeting)
class MeetingAdmin(EventKindAdmin):
    """Meetings."""

    form = MeetingForm
    # A name is proposed.
    quick = ("start", "mode", "description", "about")
    begins: ClassVar = {"held_state": HeldState.HELD}
    list_display = ("name", "start", "mode", "held_state", "country", "state", "updated_at")
    list_filter = ("state", "mode", "held_state")
    content = _content(("mode", "held_state"), "description")


@admin.register(Agreement)
class AgreementAdmin(EventKindAdmin):
    """Agreements."""

    quick = ("name", "start", "agreement_type", "description", "about")
    begins: ClassVar = {"stage": AgreementStage.SIGNED}
    list_display = ("name", "start", "agreement_type", "stage", "state", "updated_at")
    list_filter = ("state", "agreement_type", "stage")
    content = _content(("agreement_type", "stage"), "description", rest=[("number", "text_url"), ("in_force_on", "ended_on")])
    inlines = (ParticipationInline, ProvisionInline, PROOF, PartyActionInline, *AFTER[1:])


@admin.register(Statement)
class StatementAdmin(EventKindAdmin):
    """Statements."""

    quick = ("name", "start", "text", "about")
    begins: ClassVar = {
        "form": StatementForm.PARAPHRASE, "medium": StatementMedium.UNKNOWN, "attribution": StatementAttribution.REPORTED,
    }  # fmt: skip
    list_display = ("name", "start", "form", "medium", "state", "updated_at")
    list_filter = ("state", "form", "medium", "attribution")
    content = _content("text", ("form", "medium", "attribution"), rest=["language", "description"])
    inlines = (ParticipationInline, StanceInline, *AFTER)


@admin.register(Action)
class ActionAdmin(EventKindAdmin):
    """Actions."""

    quick = ("name", "start", "action_type", "description", "about")
    list_display = ("name", "start", "action_type", "country", "state", "updated_at")
    list_filter = ("state", "action_type")
    content = _content("action_type", "description")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Events of all kinds, to find one whatever it is; each is changed on the page of its kind."""

    list_display = ("link", "start", "kind", "state", "updated_at")
    list_display_links = None
    list_filter = ("kind", "state")
    ordering = ("-pk",)
    search_fields = ("slug", "name_folded", "names__text_folded")

    @admin.display(description="Name", ordering="name_folded")
    def link(self, event: Any) -> str:
        """Lead to the page of its kind."""
        return format_html('<a href="{}">{}</a>', reverse(f"admin:events_{event.kind}_change", args=[event.pk]), event.name)
