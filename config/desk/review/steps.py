"""The steps of a record to the public and back, taken by people: with versions kept, and by two editors where two are needed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction

from config.desk import history
from config.desk.choices import Deed
from config.desk.review import safeguards
from config.desk.review.queues import called
from config.desk.review.records import PUBLISH, may
from config.exceptions import RecordError, TransitionError, UnprovedError
from config.record import curation
from config.record.choices import CurationState
from config.record.portraits import portraits
from config.record.shapes import Model, Touched

DRAFT, IN_REVIEW, PUBLISHED, RETRACTED = CurationState


class ChangedMeanwhileError(RecordError):
    """Records are no longer what whoever decides about them was shown."""

    code = "changed_meanwhile"


@dataclass(frozen=True)
class Step:
    """A step: what it is called, which records can take it and who may have them take it."""

    name: str
    deed: Deed
    label: str
    title: str
    says: str
    leaves: Collection[CurationState]
    by_editors: bool = True
    reason_needed: bool = True

    @property
    def makes_public(self) -> bool:
        """Whether records become public by it."""
        return self.deed in (Deed.PUBLISHED, Deed.REPUBLISHED)

    def open_to(self, user: Any, model: Any) -> bool:
        """Tell whether somebody may have records of a model take it."""
        return may(user, "change", model) and (not self.by_editors or user.has_perm(PUBLISH))


STEPS: Final = {
    step.name: step
    for step in (
        Step(
            "submit", Deed.SUBMITTED, "Submit for review", "Submit for review", "An editor publishes it or sends it back.",
            (DRAFT,), by_editors=False, reason_needed=False,
        ),
        Step(
            "send_back", Deed.SENT_BACK, "Send back", "Send back to the curator",
            "It becomes a draft again. The curator reads the reason; the public does not.", (IN_REVIEW,),
        ),
        Step(
            "publish", Deed.PUBLISHED, "Publish", "Publish",
            "Everybody can read it from now on. What is said here as the reason stands in the change feed.",
            (DRAFT, IN_REVIEW), reason_needed=False,
        ),
        Step(
            "retract", Deed.RETRACTED, "Retract", "Retract",
            "Nobody can read it any more, and its address says so. Everybody can read the reason in the change feed.",
            (PUBLISHED,),
        ),
        Step(
            "restore", Deed.REPUBLISHED, "Publish again", "Publish again",
            "Everybody can read it again. Everybody can read the reason in the change feed.", (RETRACTED,),
        ),
    )
}  # fmt: skip


@dataclass
class Outcome:
    """What became of the records that took a step."""

    done: Touched
    along: Touched = field(default_factory=dict)
    # Those that one more editor is needed for.
    awaiting: Touched = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What a step would do, found out without doing it."""

    ready: Touched
    # What would be published along.
    along: Touched
    awaiting: Touched

    @property
    def token(self) -> str:
        """What tells what would be published along from what it becomes meanwhile."""
        held = sorted(
            f"{model._meta.label_lower}:{pk}:{one.digest}"
            for model, ids in self.along.items()
            for pk, one in portraits(model, ids).items()
        )
        return hashlib.sha256("\n".join(held).encode()).hexdigest()


def plan(step: Step, model: Model, ids: Iterable[int], by: Any) -> Plan:
    """Find out what a step would do with records."""
    chosen = set(ids)
    waiting = safeguards.awaiting({model: chosen}, by) if step.makes_public else {}
    ready = {model: chosen - waiting.get(model, set())}
    hidden = curation.hidden_by(ready) if step.deed is Deed.PUBLISHED else {}
    return Plan(ready, {table: keys for table, keys in hidden.items() if keys}, {t: keys for t, keys in waiting.items() if keys})


@transaction.atomic
def take(  # noqa: PLR0913 - who decides, on what, and why
    step: Step, model: Model, seen: Mapping[int, str], token: str, *, by: Any, reason: str
) -> Outcome:
    """Have all of some records take a step, or none.

    `seen` are the digests of their portraits, and `token` that of a plan, as they were shown to whoever decides. Where
    two editors are needed and this is the first, the record stays in review with an approval.
    """
    _lock({model: set(seen)})
    now = portraits(model, seen)
    changed = {pk for pk, digest in seen.items() if pk not in now or now[pk].digest != digest}
    planned = plan(step, model, seen, by)
    _lock(planned.along)
    if changed or planned.token != token:
        what = curation.labels({model: changed}) if changed else curation.labels(planned.along)
        raise ChangedMeanwhileError("This was changed meanwhile. Look at it again before you decide:", what)
    blocked = safeguards.awaiting(planned.along, by)
    if any(blocked.values()):
        raise RecordError(
            "Two editors are needed for what would be published along; publish it on its own first:", curation.labels(blocked)
        )
    if planned.awaiting:
        _approve(step, planned.awaiting, by, reason)
    if any(planned.ready.values()):
        with _versions(step, planned, by, reason):
            _step(step, planned.ready, by, reason)
    safeguards.forget(planned.ready)
    safeguards.forget(planned.along)
    return Outcome(planned.ready, planned.along, planned.awaiting)


def _step(step: Step, records: Touched, by: Any, reason: str) -> None:
    if step.deed is Deed.SUBMITTED:
        curation.submit(records, by=by, reason=reason)
    elif step.deed is Deed.SENT_BACK:
        curation.send_back(records, by=by, reason=reason)
    elif step.deed is Deed.PUBLISHED:
        curation.publish(records, by=by, reason=reason, along=True)
    elif step.deed is Deed.RETRACTED:
        curation.retract(records, by=by, reason=reason)
    else:
        curation.restore(records, by=by, reason=reason)


def _approve(step: Step, records: Touched, by: Any, reason: str) -> None:
    """Note the word of the first of two editors. What was a draft is in review from then on."""
    unproved = curation.unproved(records)
    if any(unproved.values()):
        raise UnprovedError("Nothing is published without a citation that supports it:", curation.labels(unproved))
    for model, ids in records.items():
        rows = model._default_manager.filter(pk__in=ids)
        wrong = rows.exclude(state__in=step.leaves).values_list("slug", flat=True)
        if wrong:
            raise TransitionError("Cannot become published:", list(wrong))
        drafts = set(rows.filter(state=DRAFT).values_list("pk", flat=True))
        with history.changing(model, drafts, by=by, deed=Deed.SUBMITTED, reason=reason):
            curation.submit({model: drafts}, by=by, reason=reason)
        safeguards.approve({(model, pk): one.digest for pk, one in portraits(model, ids).items()}, by)


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
            details[model].setdefault(pk, {"approved_by": []})["approved_by"].append(called(one.by))
    with ExitStack() as stack:
        for model, ids in records.items():
            stack.enter_context(history.changing(model, ids, by=by, deed=step.deed, reason=reason, details=details[model]))
        return stack.pop_all()


def _lock(records: Touched) -> None:
    """Lock rows until the commit, so that what is decided about them is what is there."""
    for model, ids in records.items():
        list(model._default_manager.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
