"""How snapshots differ, field by field as people read it; and the joining of what two people changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from config.record.curation.snapshots.capture import RecordSnapshot, Values
from config.record.curation.snapshots.tables import columns, many_to_many, owner_key
from config.record.documents.registry import DOCUMENT_TYPES


@dataclass(frozen=True)
class Difference:
    """One value, or one whole row, that two snapshots do not share. What is not there is None."""

    table: str
    pk: str
    # The field; empty where the row as a whole is on one side alone.
    column: str
    label: str
    before: str | None
    after: str | None

    @property
    def key(self) -> str:
        """What names the place in the record: the same in every comparison of its snapshots."""
        return f"{self.table}:{self.pk}:{self.column}"


def differences(before: RecordSnapshot, after: RecordSnapshot) -> list[Difference]:
    """Return what differs, field by field, in the order in which a record is entered."""
    found: list[Difference] = []
    for label in [*after.rows, *(label for label in before.rows if label not in after.rows)]:
        old, new = before.rows.get(label, {}), after.rows.get(label, {})
        for pk in sorted(old.keys() | new.keys(), key=int):
            found += _row_differences(label, pk, (before, old.get(pk)), (after, new.get(pk)))
    return found


def _row_differences(
    label: str, pk: str, before: tuple[RecordSnapshot, Values | None], after: tuple[RecordSnapshot, Values | None]
) -> Iterator[Difference]:
    table: Any = apps.get_model(label)
    (old_snapshot, old), (new_snapshot, new) = before, after
    part = "" if table in DOCUMENT_TYPES and not DOCUMENT_TYPES[table].part_of else str(table._meta.verbose_name).capitalize()
    if old is None or new is None:
        texts = [None if row is None else summary(table, row, of) for of, row in (before, after)]
        yield Difference(label, pk, "", part or str(table._meta.verbose_name).capitalize(), *texts)
        return
    called = " · ".join(filter(None, (part, summary(table, new, new_snapshot, brief=True) if part else "")))
    for column in (*columns(table), *many_to_many(table)):
        was, now = old.get(column.name), new.get(column.name)
        if was != now:
            name = str(column.verbose_name)
            yield Difference(
                label, pk, column.name, f"{called} · {name}" if called else name.capitalize(),
                shown(column, was, old_snapshot), shown(column, now, new_snapshot),
            )  # fmt: skip


def summary(table: Any, row: Values, of: RecordSnapshot, *, brief: bool = False) -> str:
    """Return a short description of a row."""
    owner = owner_key(table)
    texts = (
        shown(column, row.get(column.name), of)
        for column in (*columns(table), *many_to_many(table))
        if column.name not in {owner, "slug", "state"} and row.get(column.name) is not False
    )
    filled = [text for text in texts if text]
    return filled[0] if brief and filled else ", ".join(filled)


def shown(column: Any, value: Any, of: RecordSnapshot) -> str:
    """Return a value as people read it."""
    if value is None or value in ("", []):
        return ""
    if column.is_relation:
        keys = value if isinstance(value, list) else [value]
        return ", ".join(_called(of, column.related_model, key) for key in keys)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _called(of: RecordSnapshot, model: type[models.Model], pk: int) -> str:
    slug, name = of.named.get(f"{model._meta.label_lower}:{pk}", ("", f"#{pk}"))
    return f"{name} ({slug})" if slug and slug != name else name


def combined(
    base: RecordSnapshot,
    theirs: RecordSnapshot,
    mine: RecordSnapshot,
    *,
    keep_mine: Collection[str] = (),
    only: Collection[str] | None = None,
) -> RecordSnapshot:
    """Return `theirs` with what `mine` changed since `base`; where both changed a place, `keep_mine` names what is mine.

    With `only`, no other changes than those at these places are taken over.
    """
    rows = deepcopy(theirs.rows)
    both = {one.key for one in contested(base, theirs, mine)}
    for change in differences(base, mine):
        if change.column == "state" or (change.key in both and change.key not in keep_mine):
            continue
        if only is not None and change.key not in only:
            continue
        table = rows.setdefault(change.table, {})
        entered = mine.rows.get(change.table, {}).get(change.pk)
        if entered is None:
            table.pop(change.pk, None)
        elif change.column and change.pk in table:
            table[change.pk][change.column] = entered[change.column]
        else:
            table[change.pk] = entered
    return RecordSnapshot(rows, base.named | theirs.named | mine.named)


def contested(base: RecordSnapshot, theirs: RecordSnapshot, mine: RecordSnapshot) -> list[Difference]:
    """Return what `mine` changed since `base` at places that `theirs` changed too, to something else."""
    others = differences(base, theirs)
    touched, rows = {one.key for one in others}, {(one.table, one.pk) for one in others}
    gone = {(one.table, one.pk) for one in others if not one.column}
    unequal = {one.key for one in differences(theirs, mine)} | {
        f"{one.table}:{one.pk}:" for one in differences(theirs, mine) if not one.column
    }
    found = []
    for one in differences(base, mine):
        row = (one.table, one.pk)
        conflict = one.key in touched or row in gone or (not one.column and row in rows)
        if conflict and (one.key in unequal or row in gone or not one.column):
            found.append(one)
    return found
