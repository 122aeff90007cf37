"""Bulk transitions: confirmed by the number of records, and run in batches by a background task."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from config.desk.editorial import records
from config.desk.editorial.transitions import STEPS, Step, plan, take
from config.desk.models import Revision
from config.desk.models.base import table_of
from config.desk.pages.review.confirmation import ReasonForm
from config.exceptions import ChanceryError, RecordError
from config.record.curation import transitions
from config.record.curation.snapshots import snapshots
from config.record.database.locking import lock_rows
from config.record.documents.registry import DOCUMENT_TYPES, Model, Touched, document_type_of
from config.record.values.choices import CurationState
from config.tasks import registry
from config.tasks.registry import Run

MAX_RECORDS: Final = 20_000
# Records per transaction, which keeps others from publishing meanwhile.
PART: Final = 50
# How many refusals are listed.
MAX_LISTED: Final = 100
TASK: Final = "steps"


def page(request: HttpRequest, step: Step, model: Any, ids: list[int]) -> HttpResponse | None:
    """Ask whether all of these are to take a step; add the task when that is confirmed."""
    if len(ids) > MAX_RECORDS:
        messages.error(request, f"Choose at most {MAX_RECORDS:,} records at once.")
        return None
    chosen = hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()
    form = ReasonForm(step, request.POST if "chosen" in request.POST else None)
    if form.is_valid() and request.POST["chosen"] == chosen:
        registry.discover()
        arguments = {
            "step": step.name,
            "collection": document_type_of(model).collection,
            "ids": ids,
            "reason": form.cleaned_data["reason"],
        }
        # One at a time: they would only wait for each other at the log.
        task = registry.types[TASK].enqueue(by=request.user, lock=TASK, **arguments)
        messages.success(request, f"{step.title}: {len(ids):,} records, in the background. This page shows the progress.")
        return HttpResponseRedirect(reverse("admin:tasks_task_change", args=[task.pk]))
    if request.POST.get("chosen", chosen) != chosen:
        messages.warning(request, "The list has changed. Check it and try again.")
    rows = model._default_manager.filter(pk__in=ids)
    states = Counter(rows.values_list("state", flat=True))
    context = admin.site.each_context(request) | {
        "title": f"{step.title}: {len(ids):,} records", "opts": model._meta, "step": step, "form": form, "chosen": chosen,
        "fit": sum(states[state] for state in step.leaves), "count": len(ids), "action": request.POST.get("action", ""),
        "states": [(CurationState(state).label, count) for state, count in sorted(states.items())],
        "across": request.POST.get("select_across", "0"), "selected": request.POST.getlist("_selected_action"),
    }  # fmt: skip
    return TemplateResponse(request, "desk/review/bulk.html", context)


@dataclass
class _Tally:
    """The result so far."""

    done: int = 0
    awaiting: int = 0
    left_out: int = 0
    refusals: list[str] = field(default_factory=list)

    def leave_out(self, what: str, why: str) -> None:
        self.left_out += 1
        if len(self.refusals) < MAX_LISTED:
            self.refusals.append(f"{what}: {why}")

    def report(self, step: Step) -> str:
        lines = [f"{step.action.label.capitalize()}: {self.done:,}."]
        lines += [f"Approved, one more editor is needed: {self.awaiting:,}."] if self.awaiting else []
        lines += [f"Skipped: {self.left_out:,}.", *self.refusals] if self.left_out else []
        return "\n".join(lines)


@dataclass(frozen=True)
class _Decision:
    """What somebody decided, about which records and when."""

    step: Step
    model: Model
    chosen: frozenset[int]
    by: Any
    at: datetime
    reason: str


def take_in_parts(run: Run, step: str, collection: str, ids: list[int], reason: str) -> None:
    """Run a transition of records in batches. Records that refuse are skipped and listed."""
    task = run.task
    if task.by is None or not task.by.is_active:
        raise RecordError("The account that started this no longer exists.")
    model = table_of(collection)
    decision = _Decision(STEPS[step], model, frozenset(ids), task.by, task.created_at, reason)
    tally = _Tally(**run.checkpoint.get("tally", {}))
    for start in range(run.checkpoint.get("next", 0), len(ids), PART):
        part = ids[start : start + PART]
        with transaction.atomic():
            _take(decision, part, tally)
            after = start + len(part)
            run.save({"next": after, "tally": vars(tally)}, done=after, total=len(ids), report=tally.report(decision.step))
        run.stop_if_asked()


def _take(decision: _Decision, ids: list[int], tally: _Tally) -> None:
    """Have all of some records take the step; where one refuses, try each half of them."""
    try:
        with transaction.atomic():
            awaiting = _take_together(decision, ids)
    except ChanceryError as error:
        if len(ids) == 1:
            tally.leave_out(
                transitions.labels({decision.model: set(ids)})[0] if _is_there(decision, ids) else str(ids[0]), str(error)
            )
            return
        middle = len(ids) // 2
        _take(decision, ids[:middle], tally)
        _take(decision, ids[middle:], tally)
        return
    tally.done += len(ids) - awaiting
    tally.awaiting += awaiting


def _is_there(decision: _Decision, ids: list[int]) -> bool:
    return decision.model._default_manager.filter(pk__in=ids).exists()


def _take_together(decision: _Decision, ids: list[int]) -> int:
    """Have records take the step; return how many wait for a second editor. Raises `ChanceryError` where one refuses."""
    step, model, by = decision.step, decision.model, decision.by
    lock_rows(model, ids)
    rows = records.rows(model, ids)
    if len(rows) < len(ids):
        raise RecordError("It no longer exists.")
    if not all(step.open_to(by, type(row)) for row in rows.values()):
        raise RecordError("The user who started this no longer has the permission.")
    # What an earlier part published along with others is where it was to be.
    moved = {pk for pk, row in rows.items() if step.makes_public and row.state == CurationState.PUBLISHED}
    rest = {pk for pk in ids if pk not in moved}
    changed = Revision.objects.filter(collection=DOCUMENT_TYPES[model].collection, record_id__in=rest, at__gt=decision.at)
    if changed.exists():
        raise RecordError("It was changed after this was started.")
    if unfit := [row for pk, row in rows.items() if pk in rest and CurationState(row.state) not in step.leaves]:
        raise RecordError(f"Its state is: {CurationState(unfit[0].state).label.lower()}.")
    if not rest:
        return 0
    planned = plan(step, model, rest, by)
    if others := _others(planned.along, decision):
        raise RecordError("It links to unpublished records that were not selected:", transitions.labels(others))
    seen = {pk: one.digest for pk, one in snapshots(model, rest).items()}
    outcome = take(step, model, seen, planned.token, by=by, reason=decision.reason)
    return sum(len(ids) for ids in outcome.awaiting.values())


def _others(along: Touched, decision: _Decision) -> Touched:
    """Return what would be published along and was not chosen."""
    chosen: Touched = {decision.model: set(decision.chosen)}
    return {model: rest for model, ids in along.items() if (rest := ids - chosen.get(model, set()))}
