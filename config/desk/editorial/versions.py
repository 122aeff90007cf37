"""Versions of records: stored before and after every change at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from config.desk.choices import RevisionAction
from config.desk.editorial import checks
from config.desk.models import Revision
from config.desk.models.base import whole
from config.record.curation.snapshots import EMPTY, RecordSnapshot, snapshots
from config.record.database.locking import lock_rows
from config.record.documents.registry import DOCUMENT_TYPES, Model

# By primary key, what else is kept with the version of a record.
Details = Mapping[int, dict[str, Any]]

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@contextmanager
def changing(  # noqa: PLR0913 - all that a version says
    model: Model, ids: Iterable[int], *, by: User | None, action: RevisionAction, reason: str = "", details: Details | None = None
) -> Iterator[None]:
    """Keep a version of each of the records that the block changes.

    What a record held before is kept too where no version says so, because something else than the desk changed it.
    """
    model, wanted = whole(model, ids)
    with transaction.atomic():
        # Whoever changes the same records waits here, so that versions are counted one after the other.
        lock_rows(model, wanted)
        keep(model, wanted, by=None, action=RevisionAction.FOUND)
        yield
        keep(model, wanted, by=by, action=action, reason=reason, details=details)


def keep(  # noqa: PLR0913 - all that a version says
    model: Model, ids: Iterable[int], *, by: User | None, action: RevisionAction, reason: str = "", details: Details | None = None
) -> dict[int, Revision]:
    """Keep a version of each record that is not what its last version says; return the last version of each.

    What is a part of a record is kept with the record. What was changed is looked at for what is likely wrong.
    """
    model, ids = whole(model, ids)
    taken = {pk: one for pk, one in snapshots(model, ids).items() if one != EMPTY}
    before = _last(DOCUMENT_TYPES[model].collection, taken)
    last = keep_taken(model, taken, by=by, action=action, reason=reason, details=details, last=before)
    if action != RevisionAction.FOUND:
        checks.inspect({model: [pk for pk, version in last.items() if version != before.get(pk)]})
    return last


def keep_taken(  # noqa: PLR0913 - all that a version says
    model: Model,
    taken: Mapping[int, RecordSnapshot],
    *,
    by: User | None,
    action: RevisionAction,
    reason: str = "",
    details: Details | None = None,
    last: Mapping[int, Revision] | None = None,
) -> dict[int, Revision]:
    """Keep snapshots of whole records as versions where the last versions, which `last` can give, say something else."""
    kept = dict(_last(DOCUMENT_TYPES[model].collection, taken) if last is None else last)
    for pk, one in taken.items():
        before = kept.get(pk)
        if before is None or before.digest != one.digest or before.action == RevisionAction.DELETED:
            number, detail = before.number + 1 if before else 1, (details or {}).get(pk, {})
            kept[pk] = add(model, pk, one, number=number, by=by, action=action, reason=reason, detail=detail)
    return kept


def add(model: Model, pk: int, one: RecordSnapshot, *, number: int, **attributes: Any) -> Revision:
    """Keep a version of a record as number so and so; `attributes` are who did it, what, why, and what else must be known."""
    return Revision.objects.create(
        collection=DOCUMENT_TYPES[model].collection, record_id=pk, number=number, slug=_slug(model, one), at=timezone.now(),
        digest=one.digest, content=one.dumps(), **attributes,
    )  # fmt: skip


def latest(model: Model, pk: int) -> Revision | None:
    """Return the last version of a record."""
    return Revision.objects.filter(collection=DOCUMENT_TYPES[model].collection, record_id=pk).order_by("-number").first()


def _last(collection: str, ids: Iterable[int]) -> dict[int, Revision]:
    of_each = Revision.objects.filter(collection=collection, record_id__in=list(ids)).values("record_id")
    newest = of_each.annotate(newest=Max("id")).values("newest")
    return {one.record_id: one for one in Revision.objects.filter(pk__in=newest)}


def _slug(model: Model, one: RecordSnapshot) -> str:
    (row,) = one.rows[model._meta.label_lower].values()
    return str(row["slug"])
