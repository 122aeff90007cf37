"""The admin pages of proposals, and of what two editors are needed for."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from config.desk.choices import Decision
from config.desk.editorial import records, safeguards
from config.desk.editorial.records import display_name
from config.desk.models import Proposal, Safeguard
from config.desk.models.base import table_of
from config.desk.pages.lists import BoundedPaginator, CollectionFilter
from config.desk.pages.review import proposals
from config.exceptions import ChanceryError, RecordError
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.models import Redirect

CHOICE = "keep:"
LENGTH = 1000


@admin.register(Proposal)
class ProposalAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Proposals: to be decided on, and to be read afterwards."""

    list_display = ("slug", "collection", "by", "at", "reason", "decision", "decided_by", "decided_at")
    list_filter = ("decision", CollectionFilter)
    list_select_related = ("by", "decided_by")
    search_fields = ("slug", "reason")
    show_full_result_count = False
    paginator = BoundedPaginator
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        """Show everybody their own proposals, and all to who decides."""
        return obj is None or obj.by_id == request.user.pk or self._all(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Proposal]:
        found = super().get_queryset(request).defer("content")
        return found if self._all(request) else found.filter(by=request.user.pk)

    def _all(self, request: HttpRequest) -> bool:
        return request.user.has_perm(records.PUBLISH) or request.user.has_perm("desk.view_proposal")

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show a proposal; decide on it."""
        proposal = self.get_object(request, unquote(object_id))
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        kept = [name for name in request.POST if name.startswith(CHOICE)]
        chosen = {name.removeprefix(CHOICE): request.POST.get(name, "") for name in kept}
        answer = request.POST.get("answer", "").replace("\0", "").strip()[:LENGTH]
        if request.method == "POST":
            try:
                self._decide(request, proposal, chosen, answer)
            except ChanceryError as error:
                messages.error(request, str(error))
            else:
                return HttpResponseRedirect(reverse("admin:desk_proposal_change", args=[proposal.pk]))
            proposal.refresh_from_db()
        return self._shown(request, proposal, chosen, answer)

    def _decide(self, request: HttpRequest, proposal: Proposal, chosen: dict[str, str], answer: str) -> None:
        user: Any = request.user
        if "withdraw" in request.POST:
            proposals.withdraw(proposal.pk, by=user)
            messages.success(request, "Proposal withdrawn.")
            return
        if not proposals.may_decide(user, proposal):
            raise PermissionDenied
        if "refuse" in request.POST:
            proposals.refuse(proposal.pk, by=user, answer=answer)
            messages.success(request, "Proposal rejected. The record is unchanged.")
        elif "apply" not in request.POST:
            raise RecordError("Apply or reject the proposal.")
        elif proposals.apply(proposal.pk, by=user, chosen=chosen, token=request.POST.get("token", "")):
            messages.success(request, "Proposal applied. The change is public.")
        else:
            messages.warning(request, "Approval saved. One more editor is needed.")

    def _shown(self, request: HttpRequest, proposal: Proposal, chosen: dict[str, str], answer: str) -> HttpResponse:
        user: Any = request.user
        record = proposal.record
        is_open, own = proposal.decision == Decision.OPEN, proposal.by == user
        decides = is_open and proposals.may_decide(user, proposal)
        public = record is not None and record.state == "published"
        guards = safeguards.guarded({proposal.table: [proposal.record_id]}) if is_open else {}
        context = self.admin_site.each_context(request) | {
            "title": f"Proposal for {record or proposal.slug}", "opts": self.opts, "proposal": proposal, "public": public,
            "record": record and records.label(record), "look": proposals.look(proposal, chosen), "by": display_name(proposal.by),
            "decided_by": display_name(proposal.decided_by), "answer": answer, "is_open": is_open, "own": own,
            "applies": decides and public and not (own and guards), "refuses": decides and not own,
            "guards": [str(one) for found in guards.values() for one in found],
        }  # fmt: skip
        return TemplateResponse(request, "desk/review/proposal.html", context)


class SafeguardForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of a safeguard: a kind, a record that is shown, or both."""

    kind = forms.ChoiceField(required=False, help_text="Records that need two editors.")
    collection = forms.ChoiceField(required=False, help_text="Collection of the record that they refer to.")
    slug = forms.CharField(
        required=False, max_length=120, help_text="Slug of the record that they refer to, such as libya. Empty: all of the kind."
    )

    class Meta:
        model = Safeguard
        fields = ("kind", "collection", "slug", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = sorted(safeguards.guardable_kinds().items())
        self.fields["kind"].choices = [("", "Any kind"), *((kind, name.capitalize()) for kind, name in kinds)]  # type: ignore[attr-defined]
        found = sorted(DOCUMENT_TYPES[table].collection for table in records.tables())
        self.fields["collection"].choices = [("", "–"), *((name, name.capitalize()) for name in found)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """See that the record is there."""
        cleaned = super().clean()
        collection, slug = self.cleaned_data.get("collection"), self.cleaned_data.get("slug")
        if collection and slug:
            moved = Redirect.objects.filter(collection=collection, old_slug=slug)
            if not (table_of(collection)._default_manager.filter(slug=slug).exists() or moved.exists()):
                self.add_error("slug", f"There is no record “{slug}” in {collection}.")
        return cleaned


@admin.register(Safeguard)
class SafeguardAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What two editors are needed for. Editors see it; whom the permissions of the table name changes it."""

    form = SafeguardForm
    list_display = ("__str__", "kind", "collection", "slug", "note")
    search_fields = ("slug", "note")
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Safeguard | None = None) -> bool:
        """Let editors see which records they need each other for."""
        return super().has_view_permission(request, obj) or request.user.has_perm(records.PUBLISH)
