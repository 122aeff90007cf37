"""Saves of what somebody else changed meanwhile: refused, with both versions side by side, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from config.desk.choices import RevisionAction
from config.desk.editorial import comparison, versions
from config.desk.editorial.comparison import reason_of, sent
from config.desk.editorial.saving import SaveContext
from config.desk.models import Revision
from config.desk.pages.entry.drafting import Drafts
from config.desk.pages.review.record import PROPOSED
from config.desk.pages.versions import submitted
from config.exceptions import ChanceryError
from config.record.curation.snapshots import EMPTY, RecordSnapshot, combined, snapshots
from config.record.documents.registry import DOCUMENT_TYPES, Model
from config.record.models import Redirect
from config.record.values.choices import CurationState

# What a page that refuses adds to what was typed.
OURS = ("csrfmiddlewaretoken", "reason", "now")


@dataclass(frozen=True)
class Trial:
    """What a record would be, had a form been saved, and the drafts that were made for it. All of it is undone."""

    outcome: RecordSnapshot
    drafts: Drafts


def refused(request: HttpRequest, model: Model, ids: Iterable[int]) -> HttpResponse | None:
    """Return the page that refuses what is asked for records, if one of them changed since the request's page was shown.

    That page sent along, as `seen-<pk>`, the digest of each record that it showed.
    """
    shown = {pk: sent(request, f"seen-{pk}") for pk in ids}
    now = snapshots(model, [pk for pk, digest in shown.items() if digest])
    stale = {pk: one for pk, one in now.items() if one.digest != shown[pk]}
    if not stale:
        return None
    records = []
    for pk, row in model._default_manager.in_bulk(sorted(stale)).items():
        before = comparison.shown_version(model, pk, shown[pk])
        changes = comparison.changed_fields(before.snapshot, stale[pk], before.since) if before else []
        records.append({"record": row, "differences": changes, "known": before is not None})
    context = admin.site.each_context(request) | {
        "title": "Changed since this page was loaded", "records": records, "opts": model._meta, "back": request.get_full_path(),
    }  # fmt: skip
    return TemplateResponse(request, "desk/versions/outdated.html", context, status=409)


def compared(page: Any, request: HttpRequest, save: SaveContext, row: Any) -> HttpResponse:
    """Show both versions of a record that somebody else changed; where choices between them are sent, save what was chosen."""
    now = save.held
    before = comparison.shown_version(save.model, row.pk, save.seen)
    base = before.snapshot if before else None
    trial = page.try_save(request, row.pk, base) if base else None
    if trial is None:
        base, trial = None, page.try_save(request, row.pk)
    if trial is None:
        return _refuse(page, request, row, {"typed": submitted.values(page, request, row, now)})
    since = before.since if before else ()
    differences = comparison.field_differences(
        base or now, now, trial.outcome, since, request.POST if "now" in request.POST else None
    )
    problem = ""
    if request.POST.get("now") == now.digest:
        problem = _resolve(page, request, row, (base or now, now, trial), differences)
        if not problem:
            return HttpResponseRedirect(request.path)
    elif "now" in request.POST:
        problem = "It was changed again in the meantime. Check your changes."
    context = {"differences": differences, "known": base is not None, "now": now.digest, "problem": problem}
    return _refuse(page, request, row, context)


def gone(page: Any, request: HttpRequest, key: str) -> HttpResponse | None:
    """Show what was typed into the form of a record that is no longer there, and say where it went."""
    collection = DOCUMENT_TYPES[page.record].collection
    numeric = key.isascii() and key.isdigit() and len(key) < len(str(2**63))
    last = Revision.objects.filter(collection=collection, record_id=int(key)).first() if numeric else None
    if last is None:
        return None
    moved = Redirect.objects.filter(collection=collection, old_slug=last.slug).values_list("new_slug", flat=True).first()
    target = page.record._default_manager.filter(slug=moved).first() if moved else None
    context = {"typed": submitted.values(page, request, None, EMPTY), "gone": last, "target": target}
    return _refuse(page, request, None, context)


def _resolve(
    page: Any,
    request: HttpRequest,
    row: Any,
    three: tuple[RecordSnapshot, RecordSnapshot, Trial],
    differences: list[comparison.FieldDifference],
) -> str:
    """Save what was chosen; return why it cannot be, or nothing."""
    base, now, trial = three
    reason = reason_of(request)
    if any(one.contested and one.chosen not in {"mine", "now"} for one in differences):
        return "Choose a version for each conflict."
    if row.state == CurationState.PUBLISHED and not reason:
        return "Enter the reason for changing this published record."
    chosen = [one.key for one in differences if one.name and one.chosen == "mine"]
    try:
        with transaction.atomic():
            wanted = combined(base, now, trial.outcome, keep_mine=chosen, only=chosen)
            trial.drafts.again(request.user)  # type: ignore[arg-type]  # only staff come here
            held = page.take_over(request, row.pk, wanted, action=RevisionAction.CHANGED, reason=reason)
    except ChanceryError as error:
        return str(error)
    messages.success(request, f"{row} was saved with your choices." if held else PROPOSED)
    return ""


def _refuse(page: Any, request: HttpRequest, row: Any, context: dict[str, Any]) -> HttpResponse:
    typed_in = [
        (name, value)
        for name, values in request.POST.lists() if name not in OURS and not name.startswith("difference-")
        for value in values
    ]  # fmt: skip
    context = page.admin_site.each_context(request) | {
        "title": "Changed by somebody else" if row else "No longer exists", "opts": page.opts, "original": row,
        "sent": typed_in, "reason": request.POST.get("reason", ""),
        "may": row is not None and page.has_change_permission(request, row),
        "published": row is not None and row.state == CurationState.PUBLISHED, **context,
    }  # fmt: skip
    return TemplateResponse(request, "desk/versions/stale.html", context, status=409)


class KeptWhenDeletedMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    """Keeps what a draft held that is deleted, so that it can be brought back."""

    record: Model

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Keep a last version."""
        by: Any = request.user
        last = versions.keep(self.record, [obj.pk], by=None, action=RevisionAction.FOUND)[obj.pk]
        pk = obj.pk
        super().delete_model(request, obj)
        versions.add(self.record, pk, last.snapshot, number=last.number + 1, by=by, action=RevisionAction.DELETED)
