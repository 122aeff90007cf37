"""Provisions and stances: within the record they belong to, and on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from config.desk.admin import PartInline, RecordAdmin, TallInline
from config.desk.forms import PartForm
from events.models import Provision, ProvisionReview, Stance

DEADLINE_FIELDS = ("kind", "date", "offset", "anchor", "anchor_event", "condition", "condition_met_on")


def _deadline(prefix: str) -> list[Any]:
    kind, date, offset, anchor, event, condition, met = (f"{prefix}_{name}" for name in DEADLINE_FIELDS)
    return [(kind, date), (offset, anchor, event), (condition, met)]


class ProvisionForm(PartForm):
    """The form of a provision within its agreement."""

    owner = "agreement"


class StanceForm(PartForm):
    """The form of a stance within its statement."""

    owner = "statement"


PROVISION_ANCHORS = ("due_anchor_event", "lasts_until_anchor_event")
STANCE_TARGETS = ("target_event", "target_topic", "target_actor", "target_provision")


class ProvisionInline(TallInline):
    """What an agreement provides."""

    model = Provision
    form = ProvisionForm
    fk_name = "agreement"
    show_change_link = True
    autocomplete_fields = ("bound_actors", *PROVISION_ANCHORS)
    fields = (
        ("order", "locator", "category"), "text", ("bound_actors", "bound_wording"),
        *_deadline("due"), *_deadline("lasts_until"), "slug",
    )  # fmt: skip


class StanceInline(TallInline):
    """Where the speakers of a statement stand."""

    model = Stance
    form = StanceForm
    fk_name = "statement"
    show_change_link = True
    autocomplete_fields = STANCE_TARGETS
    fields = (("position", "explicitness"), STANCE_TARGETS, "note", "slug")


class PartAdmin(RecordAdmin):
    """A part on a page of its own. It follows its record to the public and back."""

    actions = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
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

    list_display = ("slug", "agreement", "order", "category", "due_latest", "state", "updated_at")
    list_filter = ("state", "category", "due_kind", "lasts_until_kind")
    list_select_related = ("agreement",)
    search_fields = ("slug", "text", "agreement__name_folded")
    autocomplete_fields = ("bound_actors", *PROVISION_ANCHORS)
    readonly_fields = (*RecordAdmin.readonly_fields, "agreement", "due_earliest", "due_latest")
    content = (
        (None, {"fields": ["agreement", "slug", ("order", "locator"), "category", "text", "bound_actors", "bound_wording"]}),
        ("Due", {"fields": _deadline("due")}),
        ("Lasts until", {"fields": _deadline("lasts_until")}),
    )
    inlines = (ReviewInline,)


@admin.register(Stance)
class StanceAdmin(PartAdmin):
    """Stances."""

    list_display = ("slug", "statement", "position", "explicitness", "state", "updated_at")
    list_filter = ("state", "position", "explicitness")
    list_select_related = ("statement",)
    search_fields = ("slug", "statement__name_folded")
    autocomplete_fields = STANCE_TARGETS
    readonly_fields = (*RecordAdmin.readonly_fields, "statement")
    content = ((None, {"fields": ["statement", "slug", ("position", "explicitness"), STANCE_TARGETS, "note"]}),)
