"""What review adds to the admin pages of a record: its steps, where it stands, and proposals instead of refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.desk.choices import Decision, RevisionAction
from config.desk.editorial import safeguards, versions
from config.desk.editorial.proposals import last_public
from config.desk.editorial.records import PUBLISH, Label, display_name, label, rows
from config.desk.editorial.transitions import STEPS, Step
from config.desk.models import Proposal, Revision
from config.desk.models.base import whole
from config.desk.pages.review import bulk, proposals
from config.desk.pages.review.confirmation import AT_ONCE, address
from config.record.curation import transitions
from config.record.curation.snapshots import RecordSnapshot, put_back, snapshot
from config.record.documents.registry import DOCUMENT_TYPES, Model, document_type_of
from config.record.models import Transition
from config.record.values.choices import CurationState

# What a step of the history of curation is called, by the state it leads to.
ACTIONS: Final = {
    "draft": RevisionAction.SENT_BACK,
    "in_review": RevisionAction.SUBMITTED,
    "published": RevisionAction.PUBLISHED,
    "retracted": RevisionAction.RETRACTED,
}


PROPOSED: Final = "Your change is saved as a proposal. The record is unchanged until an editor applies it."


@dataclass(frozen=True)
class Last:
    """What was done to a record last."""

    action: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Panel:
    """Where a record stands, as its page tells at the top."""

    state: str
    last: Last | None
    # The step and where it is confirmed.
    steps: list[tuple[Step, str]]
    # Where one sees what changed since it was public; nowhere while it is.
    changes: str
    since: Revision | None
    proposals: list[Proposal]
    guards: list[str]
    approved: str
    # Whether a change that this reader saves becomes a proposal.
    proposes: bool
    # The record that it is a part of.
    owner: Label | None


class ReviewMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # made for many models
    """Steps are confirmed on a page of their own; who may not publish proposes."""

    record: Model
    actions = ("submit", "send_back", "publish", "retract", "restore")

    # The steps

    @admin.action(description="Submit for review …", permissions=["change"])
    def submit(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Hand drafts in."""
        return self._confirm(request, queryset, "submit")

    @admin.action(description="Send back to the curator …", permissions=["publish"])
    def send_back(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Return what was handed in."""
        return self._confirm(request, queryset, "send_back")

    @admin.action(description="Publish with linked records …", permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Publish records, and along with them whatever their documents show."""
        return self._confirm(request, queryset, "publish")

    @admin.action(description="Retract …", permissions=["publish"])
    def retract(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Take published records away from the public."""
        return self._confirm(request, queryset, "retract")

    @admin.action(description="Republish …", permissions=["publish"])
    def restore(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Publish retracted records again."""
        return self._confirm(request, queryset, "restore")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Tell who may publish and retract."""
        return request.user.has_perm(PUBLISH) and self.has_change_permission(request)

    def _confirm(self, request: HttpRequest, queryset: models.QuerySet[Any], step: str) -> HttpResponse | None:
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: bulk.MAX_RECORDS + 1])
        if len(ids) > AT_ONCE:
            return bulk.page(request, STEPS[step], self.model, ids)
        return HttpResponseRedirect(address(step, self.model, ids))

    # Where it stands

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """Tell at the top where the record stands."""
        if context.get("original") is not None:
            context["panel"] = self._panel(request, context["original"])
        return super().render_change_form(request, context, *args, **options)

    def _panel(self, request: HttpRequest, obj: Any) -> Panel:
        model, (pk,) = whole(type(obj), [obj.pk])
        collection = DOCUMENT_TYPES[model].collection
        is_part = bool(document_type_of(type(obj)).part_of)
        guards = safeguards.guarded({model: [pk]})
        approved = [one.by for one in safeguards.approvals(guards)]
        state = CurationState(obj.state)
        open_to = [step for step in STEPS.values() if state in step.leaves and step.open_to(request.user, type(obj))]
        seen = Proposal.objects.filter(collection=collection, record_id=pk, decision=Decision.OPEN).select_related("by")
        return Panel(
            state=state.label,
            last=_last(collection, pk),
            steps=[] if is_part else [(step, address(step.name, model, [pk])) for step in open_to],
            changes="" if state == CurationState.PUBLISHED else reverse("admin:desk_changes", args=[collection, pk]),
            since=last_public(model, [pk]).get(pk),
            proposals=[one for one in seen if request.user.has_perm(PUBLISH) or one.by == request.user],
            guards=[f"{one} ({one.note})" if one.note else str(one) for found in guards.values() for one in found],
            approved=", ".join(display_name(one) for one in approved),
            proposes=state == CurationState.PUBLISHED and self.has_change_permission(request, obj)
            and (bool(guards) or not request.user.has_perm(PUBLISH)),
            owner=label(rows(model, [pk])[pk]) if is_part else None,
        )  # fmt: skip

    # Changes

    def changes_alone(self, request: HttpRequest, obj: Any) -> bool:
        """Return whether what somebody changes in a record holds at once, and is not a proposal."""
        if not self.has_change_permission(request, obj):
            return False
        model, ids = whole(type(obj), [obj.pk])
        return obj.state != CurationState.PUBLISHED or (request.user.has_perm(PUBLISH) and not safeguards.guarded({model: ids}))

    def take_over(  # noqa: PLR0913 - what, by whom, and why
        self,
        request: HttpRequest,
        pk: int,
        wanted: RecordSnapshot,
        *,
        action: RevisionAction,
        reason: str,
        detail: Mapping[str, Any] | None = None,
    ) -> bool:
        """Make a record what a snapshot says, as a change by who asks for it; tell whether it holds at once.

        Where that one may not change it alone it becomes a proposal. Call it under the lock of the record.
        """
        by: Any = request.user
        found = self.record._default_manager.filter(pk=pk)
        held: RecordSnapshot | None = None
        base = versions.keep(self.record, [pk], by=None, action=RevisionAction.FOUND).get(pk)
        alone = all(self.changes_alone(request, row) for row in found)
        with transaction.atomic():
            put_back(self.record, pk, wanted, reason=reason)
            transitions.amend({self.record: [pk]}, by=by, reason=reason)
            if base and not (alone and self.changes_alone(request, found.get())):
                held = snapshot(self.record, pk)
                transaction.set_rollback(True)
        if base and held:
            proposals.propose(base, held, by=by, reason=reason)
            return False
        versions.keep(self.record, [pk], by=by, action=action, reason=reason, details={pk: dict(detail or {})})
        return True


def _last(collection: str, pk: int) -> Last | None:
    """Return what was done to a record last, as its versions tell or, where it has none, the history of curation."""
    kept = Revision.objects.filter(collection=collection, record_id=pk).exclude(action=RevisionAction.FOUND)
    for version in kept.order_by("-number").select_related("by")[:1]:
        return Last(version.summary, display_name(version.by), version.at, version.reason)
    steps = Transition.objects.filter(collection=collection, record_id=pk).select_related("by")
    for step in steps.order_by("-pk")[:1]:
        return Last(ACTIONS[step.to_state].label, display_name(step.by), step.at, step.reason)
    return None
