"""Provisions and stances: within the record they belong to, and on pages of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator

from config.desk.pages.entry.fields import OneOfField, OneOfFinder
from config.desk.pages.record import PartInline, RecordAdmin, TallInline
from config.record.values.date_wording import span
from events.admin.forms import ProvisionForm, StanceForm, StanceFormSet
from events.choices import DeadlineKind
from events.models import Provision, ProvisionReview, Stance

DEADLINE_FIELDS = ("kind", "date", "offset", "anchor", "anchor_event", "condition", "condition_met_on")


def _deadline(prefix: str) -> list[Any]:
    kind, date, offset, anchor, event, condition, met = (f"{prefix}_{name}" for name in DEADLINE_FIELDS)
    return [(kind, date), (offset, anchor, event), (condition, met)]


PROVISION_ANCHORS = ("due_anchor_event", "lasts_until_anchor_event")
# So much of a text stands in a list.
BEGINNING = 90
STANCE_TARGETS = ("target_event", "target_topic", "target_actor", "target_provision")


class ProvisionInline(TallInline):
    """What an agreement provides."""

    model = Provision
    form = ProvisionForm
    fk_name = "agreement"
    show_change_link = True
    autocomplete_fields = ("bound_actors", *PROVISION_ANCHORS)
    quick = ("text", "category", "bound_actors", "due_offset", "lasts_until_condition")
    keys: ClassVar = {"due_offset": "d", "lasts_until_condition": "u"}
    fieldsets = (
        (None, {"fields": [
            "text", ("category", "locator"), ("bound_actors", "bound_wording"), ("due_offset", "due_date"),
            ("lasts_until_condition", "lasts_until_date"),
        ]}),
        ("More deadline details, and order", {"fields": [
            ("due_kind", "due_anchor", "due_anchor_event"), ("due_condition", "due_condition_met_on"),
            ("lasts_until_kind", "lasts_until_offset"), ("lasts_until_anchor", "lasts_until_anchor_event"),
            "lasts_until_condition_met_on", "order",
        ], "classes": ["collapse"]}),
    )  # fmt: skip

    def noted(self, ids: Sequence[int]) -> dict[int, str]:
        """Say on which days the deadlines fall."""
        return {one.pk: _deadlines(one) for one in Provision.objects.filter(pk__in=ids)}


def _deadlines(provision: Provision) -> str:
    """Say when a provision is due and until when it lasts, as far as either is fixed."""
    said = []
    for word, prefix in (("Due", "due"), ("In effect", "lasts_until")):
        kind = getattr(provision, f"{prefix}_kind")
        if kind == DeadlineKind.CONDITIONAL and not getattr(provision, f"{prefix}_condition_met_on"):
            said.append(f"{word} until a condition is met." if prefix != "due" else "Due when a condition is met.")
        elif kind != DeadlineKind.NONE:
            days = span(getattr(provision, f"{prefix}_earliest"), getattr(provision, f"{prefix}_latest"))
            said.append(f"{word} {days}." if prefix == "due" else f"{word} until: {days}.")
    return " ".join(said)


class StanceInline(PartInline):
    """Where the speakers of a statement stand."""

    model = Stance
    form = StanceForm
    formset = StanceFormSet
    fk_name = "statement"
    show_change_link = True
    fields = ("target", "position", "explicitness", "note")
    quick = ("target", "position")

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Find the target among all that a stance can be about."""
        formset = super().get_formset(request, obj, **options)
        columns = [Stance._meta.get_field(name) for name in STANCE_TARGETS]
        target = OneOfField(columns=columns, widget=OneOfFinder(columns, self.admin_site), help_text="What it is about.")
        formset.form.base_fields["target"] = self.with_shortcuts(target, "target")
        return formset


class PartAdmin(RecordAdmin):
    """A part on a page of its own. It is published and retracted with its record."""

    actions = ()

    def may_add(self, user: Any) -> bool:
        """Leave new parts to the page of their record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave the removal of parts to the page of their record."""
        return False


class ReviewInline(PartInline):
    """How far a provision was kept."""

    model = ProvisionReview
    autocomplete_fields = ("source",)
    fields = ("status", "date", "source", "quote", "locator", "note")


@admin.register(Provision)
class ProvisionAdmin(PartAdmin):
    """Provisions."""

    list_display = ("said", "agreement", "order", "category", "due", "state", "updated_at")
    list_filter = ("state", "category", "due_kind", "lasts_until_kind")
    list_select_related = ("agreement",)
    search_fields = ("slug", "text", "agreement__name_folded")
    autocomplete_fields = ("bound_actors", *PROVISION_ANCHORS)
    readonly_fields = (*RecordAdmin.readonly_fields, "agreement", "due_earliest", "due_latest")
    content = (
        (None, {"fields": ["agreement", "slug", ("order", "locator"), "category", "text", "bound_actors", "bound_wording"]}),
        ("Deadline", {"fields": _deadline("due")}),
        ("In effect until", {"fields": _deadline("lasts_until")}),
    )
    inlines = (ReviewInline,)

    @admin.display(description="Provision", ordering="text")
    def said(self, provision: Provision) -> str:
        """Return how it begins."""
        return Truncator(provision.text).chars(BEGINNING)

    @admin.display(description="Due by", ordering="due_latest")
    def due(self, provision: Provision) -> date | None:
        """Return the last day on which it is due, where one is known."""
        return provision.due_latest if provision.due_latest and provision.due_latest < date.max else None


@admin.register(Stance)
class StanceAdmin(PartAdmin):
    """Stances."""

    list_display = ("statement", "about", "position", "explicitness", "state", "updated_at")
    list_filter = ("state", "position", "explicitness")
    list_select_related = ("statement", *STANCE_TARGETS)
    search_fields = ("slug", "statement__name_folded")
    autocomplete_fields = STANCE_TARGETS
    readonly_fields = (*RecordAdmin.readonly_fields, "statement")
    content = ((None, {"fields": ["statement", "slug", ("position", "explicitness"), STANCE_TARGETS, "note"]}),)

    @admin.display(description="About")
    def about(self, stance: Stance) -> str:
        """Return what it is about."""
        target = next(filter(None, (getattr(stance, name) for name in STANCE_TARGETS)), None)
        return Truncator(target.text).chars(BEGINNING) if isinstance(target, Provision) else str(target or "")
