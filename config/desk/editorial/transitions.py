"""Editorial transitions of records: submit, send back, publish, retract, republish."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction

from config.desk.choices import RevisionAction
from config.desk.editorial import safeguards, versions
from config.desk.editorial.records import PUBLISH, display_name, may
from config.exceptions import RecordError, TransitionError, UnprovedError
from config.record.curation import transitions
from config.record.curation.snapshots import snapshots
from config.record.database.locking import lock_rows
from config.record.documents.registry import Model, Touched
from config.record.values.choices import CurationState

DRAFT, IN_REVIEW, PUBLISHED, RETRACTED = CurationState


class ChangedMeanwhileError(RecordError):
    """Records have changed since the page was shown."""

    code = "changed_meanwhile"


@dataclass(frozen=True)
class Step:
    """An editorial transition: its label, the states it starts from, and the permission it needs."""

    name: str
    action: RevisionAction
    label: str
    title: str
    description: str
    leaves: Collection[CurationState]
    by_editors: bool = True
    reason_needed: bool = True

    @property
    def makes_public(self) -> bool:
        """Whether records become public by it."""
        return self.action in (RevisionAction.PUBLISHED, RevisionAction.REPUBLISHED)

    def open_to(self, user: Any, model: Any) -> bool:
        """Return whether somebody may have records of a model take it."""
        return may(user, "change", model) and (not self.by_editors or user.has_perm(PUBLISH))


STEPS: Final = {
    step.name: step
    for step in (
        Step(
            "submit", RevisionAction.SUBMITTED, "Submit for review", "Submit for review",
            "An editor publishes it or sends it back.",
            (DRAFT,), by_editors=False, reason_needed=False,
        ),
        Step(
            "send_back", RevisionAction.SENT_BACK, "Send back", "Send back to the curator",
            "The record becomes a draft again. The reason is not public.", (IN_REVIEW,),
        ),
        Step(
            "publish", RevisionAction.PUBLISHED, "Publish", "Publish",
            "The record becomes public. The reason is public, in the change feed.",
            (DRAFT, IN_REVIEW), reason_needed=False,
        ),
        Step(
            "retract", RevisionAction.RETRACTED, "Retract", "Retract",
            "The record is removed from all lists; its URL shows the date and the reason. Its versions stay "
            "public. The reason is public, in the change feed.",
            (PUBLISHED,),
        ),
        Step(
            "restore", RevisionAction.REPUBLISHED, "Republish", "Republish",
            "The record becomes public again. The reason is public, in the change feed.", (RETRACTED,),
        ),
    )
}  # fmt: skip


@dataclass
class Outcome:
    """The result of a transition."""

    done: Touched
    along: Touched = field(default_factory=dict)
    # Those that one more editor is needed for.
    awaiting: Touched = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A dry run of a transition."""

    ready: Touched
    # What would be published along.
    along: Touched
    awaiting: Touched

    @property
    def token(self) -> str:
        """Digest of the records that would be published along, to detect later changes."""
        held = sorted(
            f"{model._meta.label_lower}:{pk}:{one.digest}"
            for model, ids in self.along.items()
            for pk, one in snapshots(model, ids).items()
        )
        return hashlib.sha256("\n".join(held).encode()).hexdigest()


def plan(step: Step, model: Model, ids: Iterable[int], by: Any) -> Plan:
    """Return the dry run of a transition of records."""
    chosen = set(ids)
    waiting = safeguards.awaiting({model: chosen}, by) if step.makes_public else {}
    ready = {model: chosen - waiting.get(model, set())}
    hidden = transitions.hidden_by(ready) if step.action is RevisionAction.PUBLISHED else {}
    return Plan(ready, {table: keys for table, keys in hidden.items() if keys}, {t: keys for t, keys in waiting.items() if keys})


@transaction.atomic
def take(  # noqa: PLR0913 - who decides, on what, and why
    step: Step, model: Model, seen: Mapping[int, str], token: str, *, by: Any, reason: str
) -> Outcome:
    """Have all of some records take a step, or none.

    `seen` are the digests of their snapshots, and `token` that of a plan, as they were shown to whoever decides. Where
    two editors are needed and this is the first, the record stays in review with an approval.
    """
    _lock({model: set(seen)})
    now = snapshots(model, seen)
    changed = {pk for pk, digest in seen.items() if pk not in now or now[pk].digest != digest}
    planned = plan(step, model, seen, by)
    _lock(planned.along)
    if changed or planned.token != token:
        what = transitions.labels({model: changed}) if changed else transitions.labels(planned.along)
        raise ChangedMeanwhileError("Changed in the meantime. Check again:", what)
    blocked = safeguards.awaiting(planned.along, by)
    if any(blocked.values()):
        raise RecordError("Linked records need two editors; publish them separately first:", transitions.labels(blocked))
    if planned.awaiting:
        _approve(step, planned.awaiting, by, reason)
    if any(planned.ready.values()):
        with _versions(step, planned, by, reason):
            _step(step, planned.ready, by, reason)
    safeguards.forget(planned.ready)
    safeguards.forget(planned.along)
    return Outcome(planned.ready, planned.along, planned.awaiting)


def _step(step: Step, records: Touched, by: Any, reason: str) -> None:
    if step.action is RevisionAction.SUBMITTED:
        transitions.submit(records, by=by, reason=reason)
    elif step.action is RevisionAction.SENT_BACK:
        transitions.send_back(records, by=by, reason=reason)
    elif step.action is RevisionAction.PUBLISHED:
        transitions.publish(records, by=by, reason=reason, along=True)
    elif step.action is RevisionAction.RETRACTED:
        transitions.retract(records, by=by, reason=reason)
    else:
        transitions.restore(records, by=by, reason=reason)


def _approve(step: Step, records: Touched, by: Any, reason: str) -> None:
    """Add the approval of the first of two editors. A draft is in review from then on."""
    unproved = transitions.unproved(records)
    if any(unproved.values()):
        raise UnprovedError("No supporting citation:", transitions.labels(unproved))
    for model, ids in records.items():
        rows = model._default_manager.filter(pk__in=ids)
        wrong = rows.exclude(state__in=step.leaves).values_list("slug", flat=True)
        if wrong:
            raise TransitionError("Cannot become published:", list(wrong))
        drafts = set(rows.filter(state=DRAFT).values_list("pk", flat=True))
        with versions.changing(model, drafts, by=by, action=RevisionAction.SUBMITTED, reason=reason):
            transitions.submit({model: drafts}, by=by, reason=reason)
        safeguards.approve({(model, pk): one.digest for pk, one in snapshots(model, ids).items()}, by)


def _versions(step: Step, planned: Plan, by: Any, reason: str) -> ExitStack:
    """Keep versions of all records that the step changes, with who else approved where two were needed."""
    records: Touched = defaultdict(set)
    for part in (planned.ready, planned.along):
        for model, ids in part.items():
            records[model] |= ids
    details: dict[Model, dict[int, dict[str, Any]]] = defaultdict(dict)
    if step.makes_public:
        for one in safeguards.approvals(safeguards.guarded(records)):
            model, pk = one.record
            details[model].setdefault(pk, {"approved_by": []})["approved_by"].append(display_name(one.by))
    with ExitStack() as stack:
        for model, ids in records.items():
            stack.enter_context(versions.changing(model, ids, by=by, action=step.action, reason=reason, details=details[model]))
        return stack.pop_all()


def _lock(records: Touched) -> None:
    """Lock rows until the commit, so that what is decided about them is what is there."""
    for model, ids in records.items():
        lock_rows(model, ids)
