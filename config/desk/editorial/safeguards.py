"""Two-person rules: records that need two editors to be published, and their approvals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from config.desk.editorial.records import PUBLISH, tables
from config.desk.models import Approval, Safeguard
from config.desk.models.base import kinds_of, table_of
from config.exceptions import RecordError
from config.record.curation import transitions
from config.record.curation.snapshots import snapshots
from config.record.documents.registry import DOCUMENT_TYPES, Model, Touched, has_kind, parts_of
from config.record.models import Redirect

Records = Mapping[Model, Iterable[int]]
Key = tuple[Model, int]


@dataclass(frozen=True)
class Standing:
    """An approval that still holds: the record is what it was when the editor gave it."""

    record: Key
    by: Any


def guarded(records: Records) -> dict[Key, list[Safeguard]]:
    """Return the records that two editors are needed for, each with what says so."""
    found: dict[Key, list[Safeguard]] = defaultdict(list)
    if not any(records.values()):
        return found
    for guard in Safeguard.objects.order_by("pk"):
        for model, ids in records.items():
            for pk in _watched(guard, model, ids):
                found[model, pk].append(guard)
    return found


def awaiting(records: Records, by: Any, *, digests: Mapping[Key, str] | None = None) -> Touched:
    """Return those of `records` that need two editors and have no other approval than that of `by`."""
    watched = guarded(records)
    approved = {one.record for one in approvals(watched, digests=digests) if one.by != by}
    left: Touched = defaultdict(set)
    for model, pk in watched:
        if (model, pk) not in approved:
            left[model].add(pk)
    return left


def approvals(keys: Iterable[Key], *, digests: Mapping[Key, str] | None = None) -> list[Standing]:
    """Return the approvals of records that still hold, given by people who may publish.

    They hold for the records as they are, or as `digests` says that they would be.
    """
    wanted: dict[Model, set[int]] = defaultdict(set)
    for model, pk in keys:
        wanted[model].add(pk)
    found: list[Standing] = []
    editors: dict[int, bool] = {}
    for model, ids in wanted.items():
        given = Approval.objects.filter(collection=DOCUMENT_TYPES[model].collection, record_id__in=ids).select_related("by")
        rows = list(given)
        held = digests or {(model, pk): one.digest for pk, one in snapshots(model, {row.record_id for row in rows}).items()}
        for row in rows:
            if row.by_id not in editors:
                editors[row.by_id] = row.by.is_active and row.by.has_perm(PUBLISH)
            if editors[row.by_id] and held.get((model, row.record_id)) == row.digest:
                found.append(Standing((model, row.record_id), row.by))
    return found


def approve(digests: Mapping[Key, str], by: Any) -> None:
    """Add the approval of records by `by`. It replaces their earlier approval."""
    now = timezone.now()
    for (model, pk), digest in digests.items():
        Approval.objects.update_or_create(
            collection=DOCUMENT_TYPES[model].collection, record_id=pk, by=by, defaults={"at": now, "digest": digest}
        )


def forget(records: Records) -> None:
    """Delete approvals, after they were used or rejected."""
    for model, ids in records.items():
        Approval.objects.filter(collection=DOCUMENT_TYPES[model].collection, record_id__in=list(ids)).delete()


def require_unguarded(records: Records) -> None:
    """Raise if records need two editors, for changes that a single editor makes."""
    watched: Touched = defaultdict(set)
    for model, pk in guarded(records):
        watched[model].add(pk)
    if watched:
        raise RecordError("These need two editors; propose the change instead:", transitions.labels(watched))


def guardable_kinds() -> dict[str, str]:
    """Return the kinds of records that go their own way to the public, and what people call them."""
    kinds = {kind or str(table._meta.model_name): model for table in tables() for kind, model in kinds_of(table).items()}
    return {kind: str(model._meta.verbose_name) for kind, model in kinds.items()}


def _watched(guard: Safeguard, model: Model, ids: Iterable[int]) -> set[int]:
    """Return those of `ids` that a safeguard is about."""
    rows = model._default_manager.filter(pk__in=list(ids))
    if guard.kind and has_kind(model):
        rows = rows.filter(Q(kind=guard.kind))
    elif guard.kind and guard.kind != model._meta.model_name:
        return set()
    if not guard.slug:
        return set(rows.values_list("pk", flat=True))
    target = table_of(guard.collection)
    # A record that was renamed or merged since is watched where it went.
    moved = Redirect.objects.filter(collection=guard.collection, old_slug=guard.slug).values("new_slug")
    shown = target._default_manager.filter(Q(slug=guard.slug) | Q(slug__in=moved)).values("pk")
    about = [Q(pk__in=shown)] if target is model else []
    about += [Q(**{f"{path}__in": shown}) for path in DOCUMENT_TYPES[model].references.get(target, ())]
    for part in parts_of(model):
        for path in part.references.get(target, ()):
            if path != part.part_of:
                showing = part.model._default_manager.filter(**{f"{path}__in": shown})
                about.append(Q(pk__in=showing.values(part.part_of)))
    found: set[int] = set()
    for condition in about:
        found |= set(rows.filter(condition).values_list("pk", flat=True))
    return found
