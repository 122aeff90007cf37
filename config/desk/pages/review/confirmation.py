"""The page on which somebody reads what a step would do before it is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from config.desk.editorial import records, safeguards
from config.desk.editorial.proposals import Changes, since_public
from config.desk.editorial.records import Label, Labels, display_name, labels, whole_records
from config.desk.editorial.transitions import STEPS, ChangedMeanwhileError, Outcome, Plan, Step, plan, take
from config.exceptions import ChanceryError
from config.record.curation import transitions
from config.record.documents import writer
from config.record.documents.registry import Model, Touched, document_type_of
from config.record.values.choices import CurationState

AT_ONCE: Final = 200
DIGEST: Final = 64
# What a page of many records would be too long for.
COMPARED: Final = 5


class ReasonForm(forms.Form):
    """Why a step is taken."""

    reason = forms.CharField(max_length=500, required=False, strip=True, widget=AdminTextInputWidget)

    def __init__(self, step: Step, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        reason = self.fields["reason"]
        reason.required = reason.widget.is_required = step.reason_needed
        reason.label = "Reason" if step.reason_needed else "Reason (optional)"
        reason.error_messages["required"] = "A reason is required."


@dataclass(frozen=True)
class Chosen:
    """A record that is to take a step, with what it held when the page was made."""

    pk: int
    label: Label
    # Whether its state lets it take the step.
    fits: bool
    changes: Changes
    was_public: bool
    guards: str = ""
    approved: str = ""

    @property
    def seen(self) -> str:
        """What the page hands back, so that a change in between is noticed."""
        return f"{self.pk}:{self.changes.snapshot.digest}"


@dataclass(frozen=True)
class StepPreview:
    """What a step would do."""

    chosen: list[Chosen]
    plan: Plan
    along: Labels
    refreshed: Labels
    unproved: Labels
    # What still shows a record that is to be retracted, or is hidden and holds back one that is to be restored.
    holding: Labels
    blocked: Labels
    awaiting: Labels

    @property
    def unfit(self) -> list[Chosen]:
        """The records that cannot take the step in the state they are in."""
        return [one for one in self.chosen if not one.fits]

    @property
    def fit(self) -> str:
        """The keys of the others, for an address."""
        return ",".join(str(one.pk) for one in self.chosen if one.fits)

    @property
    def possible(self) -> bool:
        """Whether nothing stands in the way."""
        return not (self.unfit or self.unproved.count or self.holding.count or self.blocked.count)

    @property
    def compared(self) -> bool:
        """Whether the page shows what changed in each record."""
        return len(self.chosen) <= COMPARED


def address(step: str, model: Any, ids: Iterable[int]) -> str:
    """Return the address of the page on which a step of records is confirmed."""
    url = reverse("admin:desk_confirm", args=[document_type_of(model).collection, step])
    return f"{url}?{urlencode({'records': ','.join(str(pk) for pk in ids)}, safe=',')}"


def page(request: HttpRequest, collection: str, step: str) -> HttpResponse:
    """Show what a step would do; take it when that is confirmed."""
    model = records.table_or_404(collection)
    if step not in STEPS:
        raise Http404(f"There is no step {step}.")
    wanted = STEPS[step]
    if request.method == "POST":
        return _confirmed(request, wanted, model)
    return _asked(request, wanted, model, records.keys(request.GET.get("records", "")), ReasonForm(wanted))


def _confirmed(request: HttpRequest, step: Step, model: Model) -> HttpResponse:
    seen: dict[int, str] = {}
    for text in request.POST.getlist("seen"):
        key, _, digest = text.partition(":")
        seen |= dict.fromkeys(records.keys(key), digest[:DIGEST])
    form = ReasonForm(step, request.POST)
    rows = _allowed(request, step, model, seen)
    if not rows or len(seen) > AT_ONCE or not form.is_valid():
        return _asked(request, step, model, list(seen), form)
    try:
        outcome = take(
            step, model, seen, request.POST.get("along", ""), by=request.user, reason=form.cleaned_data["reason"]
        )  # fmt: skip
    except ChangedMeanwhileError as error:
        messages.warning(request, str(error))
    except ChanceryError as error:
        messages.error(request, str(error))
    else:
        _message(request, step, model, outcome)
        row = next(iter(rows.values()))
        page = "change" if len(rows) == 1 else "changelist"
        keys = [row.pk] if len(rows) == 1 else []
        return HttpResponseRedirect(reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=keys))
    return _asked(request, step, model, list(seen), form)


def _message(request: HttpRequest, step: Step, model: Model, outcome: Outcome) -> None:
    done = labels(outcome.done)
    if done.count:
        messages.success(request, f"{_listed(done)}: {step.action.label}.")
    along = labels(outcome.along)
    if along.count:
        messages.info(request, f"Published with it: {_listed(along)}.")
    awaiting = labels(outcome.awaiting)
    if awaiting.count:
        messages.warning(request, f"Approval of {_listed(awaiting)} saved. One more editor is needed.")


def _listed(some: Labels) -> str:
    more = f" and {some.more} more" if some.more else ""
    return ", ".join(one.name for one in some.shown) + more


def _allowed(request: HttpRequest, step: Step, model: Model, ids: Iterable[int]) -> dict[int, Any]:
    rows = records.rows(model, list(ids)[: AT_ONCE + 1])
    if not all(step.open_to(request.user, type(row)) for row in rows.values()):
        raise PermissionDenied
    return rows


def _asked(request: HttpRequest, step: Step, model: Model, ids: list[int], form: ReasonForm) -> HttpResponse:
    rows = _allowed(request, step, model, ids)
    if not rows or len(ids) > AT_ONCE:
        messages.error(request, f"Choose at most {AT_ONCE} records at once." if rows else "These records no longer exist.")
        return HttpResponseRedirect(reverse("admin:index"))
    step_preview = _step_preview(step, model, rows, request.user)
    one = step_preview.chosen[0].label
    context = admin.site.each_context(request) | {
        "title": f"{step.title}: {one.name if len(rows) == 1 else f'{len(rows)} records'}", "step": step, "form": form,
        "step_preview": step_preview, "opts": _meta_of(rows),
        "here": address(step.name, model, []), "back": one.url if len(rows) == 1 else _list_of(rows),
        "back_to": one.name if len(rows) == 1 else str(_meta_of(rows).verbose_name_plural).capitalize(),
    }  # fmt: skip
    return TemplateResponse(request, "desk/review/confirm.html", context)


def _list_of(rows: dict[int, Any]) -> str:
    meta = _meta_of(rows)
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


def _meta_of(rows: dict[int, Any]) -> Any:
    return next(iter(rows.values()))._meta


def _step_preview(step: Step, model: Model, rows: dict[int, Any], by: Any) -> StepPreview:
    planned = plan(step, model, rows, by)
    chosen: Touched = {model: set(rows)}
    everything = _union(chosen, planned.along)
    blocked = safeguards.awaiting(planned.along, by)
    return StepPreview(
        chosen=_chosen(step, model, rows),
        plan=planned,
        along=labels(planned.along),
        refreshed=labels(_refreshed(step, everything)),
        unproved=labels(transitions.unproved(everything) if step.makes_public else {}),
        holding=labels(_holding(step, chosen)),
        blocked=labels(blocked),
        awaiting=labels(planned.awaiting),
    )


def _chosen(step: Step, model: Model, rows: dict[int, Any]) -> list[Chosen]:
    changes = since_public(model, rows)
    guards = safeguards.guarded({model: set(rows)}) if step.makes_public else {}
    approved: dict[int, list[str]] = {}
    for one in safeguards.approvals(guards):
        approved.setdefault(one.record[1], []).append(display_name(one.by))
    return [
        Chosen(
            pk, records.label(row), CurationState(row.state) in step.leaves, changes[pk], row.published_at is not None,
            "; ".join(f"{guard} ({guard.note})" if guard.note else str(guard) for guard in guards.get((model, pk), [])),
            ", ".join(approved.get(pk, [])),
        )
        for pk, row in rows.items()
        if pk in changes
    ]  # fmt: skip


def _refreshed(step: Step, everything: Touched) -> Touched:
    """Return the published records whose documents embed one of these and would be rendered again."""
    if not (step.makes_public or CurationState.PUBLISHED in step.leaves):
        return {}
    family = writer.with_parts(everything)
    shown = {shower: set(rows) - family.get(shower, set()) for shower, rows in writer.showing_any(family).items()}
    needed = transitions.needing(everything) if not step.makes_public else {}
    shown = whole_records({shower: ids - needed.get(shower, set()) for shower, ids in shown.items()})
    return {shower: ids - everything.get(shower, set()) for shower, ids in shown.items()}


def _holding(step: Step, chosen: Touched) -> Touched:
    if CurationState.PUBLISHED in step.leaves:
        return whole_records(transitions.needing(chosen))
    if CurationState.RETRACTED in step.leaves:
        return transitions.hidden_by(chosen)
    return {}


def _union(*parts: Touched) -> Touched:
    found: Touched = {}
    for part in parts:
        for model, ids in part.items():
            found[model] = found.get(model, set()) | ids
    return found
