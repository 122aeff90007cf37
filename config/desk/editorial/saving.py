"""The steps of one save of a record, which `config.desk.pages.record.RecordAdmin` takes in one transaction.

    lock → stale? → proposal? → save → derive → publish → version → checks

Each takes the `SaveContext`, which carries what one finds out to those after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from config.desk.choices import RevisionAction
from config.desk.editorial import checks, safeguards, versions
from config.desk.editorial.records import PUBLISH
from config.desk.models import Revision
from config.desk.models.base import whole
from config.record.curation import transitions
from config.record.curation.snapshots import EMPTY, RecordSnapshot, part, snapshot
from config.record.documents.registry import Key, Model, document_type_of, parent_of
from config.record.values.choices import CurationState


@dataclass
class SaveContext:
    """One save of a record: who saves what, and what is known of it so far."""

    # The table of the record, and its key; None as long as it is not added.
    model: Model
    pk: int | None
    by: Any
    is_new: bool
    # The digest of the snapshot that the form was made from, as the form sent it back.
    seen: str = ""
    reason: str = ""
    is_public: bool = False
    # The whole record: of a provision or a stance, what it is a part of.
    whole: Key | None = None
    # What the whole record holds under its lock, before the save, and the version that says so.
    before: RecordSnapshot = EMPTY
    base: Revision | None = None
    # Whether two editors are needed for what the record was.
    is_guarded: bool = False
    # What the whole record would hold, where the change becomes a proposal.
    proposed: RecordSnapshot | None = None

    @property
    def held(self) -> RecordSnapshot:
        """What the record itself holds before the save."""
        if self.pk is None or self.whole == (self.model, self.pk):
            return self.before
        return part(self.before, self.model, self.pk)


def lock(rows: QuerySet[Any]) -> Any:
    """Return the one record of a queryset as it is once nobody else saves it; None where there is none.

    Whoever saves it too waits until this transaction has ended. What it is a part of is locked first, as by who saves that.
    """
    document_type = document_type_of(rows.model)
    if document_type.part_of:
        owners = parent_of(document_type)._default_manager.filter(pk__in=rows.order_by().values(document_type.part_of))
        list(owners.select_for_update(no_key=True).values_list("pk"))
    return rows.select_for_update(of=("self",), no_key=True).first()


def begin(model: Model, row: Any, *, by: Any, seen: str) -> SaveContext:
    """Begin the save of a record that is locked, or of a new one, where there is no `row`."""
    if row is None:
        return SaveContext(model, None, by, is_new=True)
    owner = document_type_of(model).part_of
    of_record: Key = (parent_of(document_type_of(model)), getattr(row, f"{owner}_id")) if owner else (model, row.pk)
    return SaveContext(
        model, row.pk, by, is_new=False, seen=seen, is_public=row.state == CurationState.PUBLISHED, whole=of_record,
        before=snapshot(*of_record),
    )  # fmt: skip


def is_stale(save: SaveContext) -> bool:
    """Return whether somebody else changed the record since the form was made."""
    return not save.is_new and save.held.digest != save.seen


def keep_base(save: SaveContext) -> None:
    """Keep the version that the record is changed from, and find out whether two editors are needed for it."""
    if save.whole is None:
        return
    model, pk = save.whole
    save.base = versions.keep_taken(model, {pk: save.before}, by=None, action=RevisionAction.FOUND)[pk]
    save.is_guarded = save.is_public and bool(safeguards.guarded({model: [pk]}))


def publish(save: SaveContext) -> None:
    """Derive what follows from the rows, and publish the change of a published record. Raises what curation refuses."""
    if save.pk is not None:
        transitions.amend({save.model: [save.pk]}, by=save.by, reason=save.reason)


def becomes_proposal(save: SaveContext) -> bool:
    """Return whether somebody else must apply the change; `proposed` is then what the record would hold.

    Who may publish changes published records alone, unless two editors are needed for what it was or what it would be.
    """
    if save.whole is None or not save.is_public:
        return False
    model, pk = save.whole
    is_alone = save.by.has_perm(PUBLISH) and not save.is_guarded and not safeguards.guarded({model: [pk]})
    if not is_alone:
        save.proposed = snapshot(model, pk)
    return not is_alone


def keep_version(save: SaveContext) -> bool:
    """Keep what the record holds now as a version; return whether that is anything else than before."""
    if save.pk is None:
        return False
    model, (pk,) = whole(save.model, [save.pk])
    # Of a part that has moved to another record, that one's version comes next.
    last = {pk: save.base} if save.base and save.whole == (model, pk) else None
    action = RevisionAction.ENTERED if save.is_new else RevisionAction.CHANGED
    kept = versions.keep_taken(model, {pk: snapshot(model, pk)}, by=save.by, action=action, reason=save.reason, last=last)
    save.whole = model, pk
    return kept[pk] != save.base


def check(save: SaveContext) -> None:
    """Look for what is likely wrong now."""
    if save.whole:
        model, pk = save.whole
        checks.inspect({model: [pk]})
