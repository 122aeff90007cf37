"""Proposals: changes to published records that are kept aside until an editor applies or refuses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from config.desk.choices import Decision, RevisionAction
from config.desk.editorial import safeguards, versions
from config.desk.editorial.proposals import visible
from config.desk.editorial.records import PUBLISH, display_name, may
from config.desk.editorial.transitions import ChangedMeanwhileError
from config.desk.models import Proposal, Revision
from config.exceptions import RecordError
from config.record.curation import transitions
from config.record.curation.snapshots import (
    Difference,
    RecordSnapshot,
    combined,
    contested,
    detached,
    differences,
    put_back,
    snapshot,
)
from config.record.values.choices import CurationState


@dataclass(frozen=True)
class Conflict:
    """A field that both the proposal and somebody else changed."""

    key: str
    label: str
    was: str | None
    now: str | None
    proposed: str | None
    chosen: str = ""


@dataclass(frozen=True)
class Look:
    """A proposal compared with the current record."""

    found: list[Difference]
    conflicts: list[Conflict]
    # Digest of the current record, to detect later changes.
    token: str
    moved_on: bool


def propose(base: Revision, wanted: RecordSnapshot, *, by: Any, reason: str) -> Proposal:
    """Keep a change to a published record aside: what it would hold instead of the version `base`."""
    return Proposal.objects.create(
        collection=base.collection, record_id=base.record_id, slug=base.slug, by=by, at=timezone.now(), reason=reason,
        base=base, content=detached(base.snapshot, wanted).dumps(),
    )  # fmt: skip


def look(proposal: Proposal, chosen: Mapping[str, str] | None = None) -> Look:
    """Return what a proposal changes, and where the record changed meanwhile."""
    base, mine = proposal.base.snapshot, proposal.snapshot
    now = snapshot(proposal.table, proposal.record_id) if proposal.decision == Decision.OPEN else base
    there = {one.key: one.before for one in differences(now, mine)}
    conflicts = [
        Conflict(one.key, one.label, one.before, there.get(one.key), one.after, (chosen or {}).get(one.key, ""))
        for one in contested(base, now, mine)
        if one.column != "state"
    ]
    return Look(visible(base, mine), conflicts, now.digest, now.digest != base.digest)


def may_decide(user: Any, proposal: Proposal) -> bool:
    """Return whether somebody may apply or refuse a proposal at all."""
    record = proposal.record
    model = type(record) if record is not None else proposal.table
    return user.has_perm(PUBLISH) and (record is None or may(user, "change", model))


@transaction.atomic
def apply(pk: int, *, by: Any, chosen: Mapping[str, str], token: str) -> bool:
    """Change the record as a proposal says, and tell whether it was done: where one more editor is needed it was not.

    `chosen` says for each conflicting field whether it stays as it is `now` or becomes as `proposed`.
    """
    proposal = _open(pk)
    model, key = proposal.table, proposal.record_id
    row = model._default_manager.select_for_update(no_key=True).filter(pk=key, state=CurationState.PUBLISHED).first()
    if row is None:
        raise RecordError("The record is no longer published, so this cannot be applied:", [proposal.slug])
    base, now, mine = proposal.base.snapshot, snapshot(model, key), proposal.snapshot
    if now.digest != token:
        raise ChangedMeanwhileError("The record has changed in the meantime. Review the proposal again:", [row.slug])
    conflicts = {one.key for one in contested(base, now, mine) if one.column != "state"}
    if any(chosen.get(one) not in ("now", "proposed") for one in conflicts):
        raise RecordError("Choose a version for each conflict.")
    joined = combined(base, now, mine, keep_mine={one for one in conflicts if chosen[one] == "proposed"})
    if not differences(now, joined):
        raise RecordError("The record has these values already. Reject the proposal with this reason.")
    watched = bool(safeguards.guarded({model: [key]}))
    others = {one.by for one in safeguards.approvals([(model, key)], digests={(model, key): joined.digest})} - {by}
    others |= {proposal.by} if proposal.by.has_perm(PUBLISH) and proposal.by != by else set()
    versions.keep(model, [key], by=None, action=RevisionAction.FOUND)
    with transaction.atomic():
        put_back(model, key, joined, reason=proposal.reason)
        transitions.amend({model: [key]}, by=by, reason=proposal.reason)
        needs_two = watched or bool(safeguards.guarded({model: [key]}))
        if needs_two and proposal.by == by:
            raise RecordError("This record needs two editors: another editor reviews your proposal.")
        if needs_two and not others:
            transaction.set_rollback(True)
    if needs_two and not others:
        safeguards.approve({(model, key): joined.digest}, by)
        return False
    detail: dict[str, Any] = {"proposal": proposal.pk, "proposed_by": display_name(proposal.by)}
    detail |= {"approved_by": sorted(display_name(one) for one in others)} if others else {}
    versions.keep(model, [key], by=by, action=RevisionAction.APPLIED, reason=proposal.reason, details={key: detail})
    safeguards.forget({model: [key]})
    _decide(proposal, Decision.APPLIED, by)
    return True


@transaction.atomic
def refuse(pk: int, *, by: Any, answer: str) -> None:
    """Leave the record as it is, and tell the proposer why."""
    proposal = _open(pk)
    if proposal.by == by:
        raise RecordError("Withdraw your own proposal instead.")
    if not answer:
        raise RecordError("Enter a reason for rejecting: the author of the proposal reads it.")
    _decide(proposal, Decision.REFUSED, by, answer)


@transaction.atomic
def withdraw(pk: int, *, by: Any) -> None:
    """Take back what one proposed."""
    proposal = _open(pk)
    if proposal.by != by:
        raise RecordError("Only its author can withdraw a proposal.")
    _decide(proposal, Decision.WITHDRAWN, by)


def _open(pk: int) -> Proposal:
    """Return an open proposal, locked."""
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("base", "by").get(pk=pk)
    if proposal.decision != Decision.OPEN:
        raise ChangedMeanwhileError(f"This proposal is {proposal.get_decision_display()} already.")
    return proposal


def _decide(proposal: Proposal, decision: Decision, by: Any, answer: str = "") -> None:
    proposal.decision, proposal.decided_by, proposal.decided_at, proposal.answer = decision, by, timezone.now(), answer
    proposal.save(update_fields=["decision", "decided_by", "decided_at", "answer"])
