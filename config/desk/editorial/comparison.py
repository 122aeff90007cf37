"""What became of a record since somebody looked at it, index by index, beside what that person would have it be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpRequest

from config.desk.models import Revision
from config.desk.models.base import whole
from config.record.curation.snapshots import Difference, RecordSnapshot, contested, differences, part
from config.record.documents.registry import DOCUMENT_TYPES, Model

# So many versions back are looked through for who changed what, and for what a part of a record held.
RECENT = 50


REASON_LENGTH = 500


def sent(request: HttpRequest, name: str) -> str:
    """Return a value that a page sent, without NUL bytes, which PostgreSQL does not take."""
    return request.POST.get(name, "").replace("\0", "")


def reason_of(request: HttpRequest) -> str:
    """Return the reason that was given."""
    return sent(request, "reason").strip()[:REASON_LENGTH]


@dataclass(frozen=True)
class FieldDifference:
    """One index of a record, as it was, as it is now and as somebody would have it. What is not there is None."""

    key: str
    label: str
    was: str | None
    now: str | None
    mine: str | None
    # By which name the form asks whose value is to stand; empty where only somebody else changed the index.
    name: str = ""
    contested: bool = False
    # The version in which somebody else changed it, where that is known.
    version: Revision | None = None
    chosen: str = ""


@dataclass(frozen=True)
class ShownVersion:
    """What a record held when somebody looked at it, and the versions since."""

    snapshot: RecordSnapshot
    since: Sequence[Revision]


def shown_version(model: Model, pk: int, digest: str) -> ShownVersion | None:
    """Return what a record held whose snapshot had this digest; None where no version says so."""
    owner, owners = whole(model, [pk])
    versions = Revision.objects.filter(collection=DOCUMENT_TYPES[owner].collection, record_id__in=owners or [pk])
    recent = list(versions.select_related("by").order_by("-number")[:RECENT])
    for index, version in enumerate(recent):
        if owner is model and version.digest == digest:
            return ShownVersion(version.snapshot, recent[: index + 1][::-1])
        if owner is not model and (kept := part(version.snapshot, model, pk)).digest == digest:
            return ShownVersion(kept, recent[: index + 1][::-1])
    older = versions.filter(digest=digest).order_by("-number").first() if owner is model else None
    return ShownVersion(older.snapshot, recent[::-1]) if older else None


def changed_by(versions: Iterable[Revision]) -> dict[str, Revision]:
    """Return, for each index that changed from one of the versions to the next, the last that changed it."""
    return {
        one.key: after for before, after in pairwise(versions) for one in differences(before.snapshot, after.snapshot)
    }  # fmt: skip


def field_differences(
    base: RecordSnapshot,
    now: RecordSnapshot,
    mine: RecordSnapshot,
    versions: Sequence[Revision] = (),
    chosen: Mapping[str, str] | None = None,
) -> list[FieldDifference]:
    """Return every index that differs between the three, what `mine` changed first."""
    theirs, ours = differences(base, now), differences(base, mine)
    conflicting = {one.key for one in contested(base, now, mine)}
    by, after = changed_by(versions), {one.key: one for one in theirs}
    gone = {f"{one.table}:{one.pk}" for one in theirs if not one.column and one.after is None}
    found = []
    for number, one in enumerate(ours):
        if one.column == "state":
            continue
        name, other = f"difference-{number}", after.get(one.key)
        row = f"{one.table}:{one.pk}"
        present = None if row in gone else one.before if other is None else other.after
        default = "" if one.key in conflicting else "mine"
        found.append(
            FieldDifference(
                one.key, one.label, one.before, present, one.after, name, one.key in conflicting,
                by.get(one.key) or by.get(f"{row}:"), (chosen or {}).get(name, default),
            )
        )  # fmt: skip
    touched = {one.key for one in found}
    return found + [
        FieldDifference(one.key, one.label, one.before, one.after, one.before, version=by.get(one.key))
        for one in theirs
        if one.key not in touched
    ]


def changed_fields(before: RecordSnapshot, after: RecordSnapshot, versions: Sequence[Revision] = ()) -> list[FieldDifference]:
    """Return what somebody else changed."""
    return field_differences(before, after, before, versions)


def few(changes: Sequence[Difference], most: int = 3) -> tuple[Sequence[Difference], int]:
    """Return the first of the changes, and how many more there are."""
    return changes[:most], max(0, len(changes) - most)
