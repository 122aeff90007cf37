"""Loader of reference data and samples: rows with natural keys.

A row is a mapping with a `kind` and a `slug`; other records are named by their slugs. Loading creates what is
missing, brings up to date what it loaded before, and publishes both. What a person has changed, retracted or merged since is
left alone. Loading the same rows twice changes nothing.

Rows are loaded in parts, each in a transaction of its own, so that an import of many does not keep others from publishing. What
is killed, or refused by a row, leaves whole parts, each of whole records; loading the same rows again goes on from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

from django.db import IntegrityError, models, transaction

from config.exceptions import LoadError
from config.record.curation import transitions
from config.record.database.bulk import chunks, create_rows, gc_disabled, new_keys, update_rows
from config.record.database.columns import columns_of
from config.record.documents import writer
from config.record.documents.log_writer import Change, LogWriter, lock_log
from config.record.documents.registry import Model, Touched, document_type_of
from config.record.loading import bulk_insert
from config.record.loading.keys import Keys
from config.record.loading.parts import parts
from config.record.loading.staging import StagedRows
from config.record.models import Documented, Redirect, Transition
from config.record.values.choices import CurationState

# How many rows are loaded in one transaction, which takes some tenths of a second.
PART: Final = 250

Row = Mapping[str, Any]
# All columns of a row, or those that rows say.
Columns = dict[str, Any]


@dataclass(frozen=True)
class Nested:
    """A list within a row: its table, and the key that is unique within one record."""

    key: str
    model: type[models.Model]
    parent: str
    natural: Sequence[str]
    # Keys that are called otherwise than their columns.
    aliases: Mapping[str, str] = field(default_factory=dict)
    # The one foreign key that the rows consist of, where the list is of slugs.
    only: str = ""
    nested: Sequence[Nested] = ()

    @cached_property
    def lists(self) -> set[str]:
        """The keys of the lists in a row."""
        return {nested.key for nested in self.nested}


@dataclass(frozen=True)
class Loadable:
    """A kind of row: which table it belongs to, and which lists it holds."""

    kind: str
    model: Model
    aliases: Mapping[str, str] = field(default_factory=dict)
    nested: Sequence[Nested] = ()

    @cached_property
    def lists(self) -> set[str]:
        """The keys of the lists in a row."""
        return {nested.key for nested in self.nested}


@dataclass
class Loaded:
    """The result of loading."""

    created: int = 0
    updated: int = 0
    left_alone: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        alone = f", {len(self.left_alone)} left alone" if self.left_alone else ""
        return f"{self.created} created, {self.updated} updated{alone}"


def load(rows: Iterable[Row], loadables: Sequence[Loadable], *, reason: str) -> Loaded:
    """Load `rows`, whose kinds are among `loadables` (given in the order of dependence).

    Raise `LoadError` for a row that is wrong; nothing of its part is loaded.
    """
    loader = _Loader(loadables)
    try:
        with gc_disabled():
            for part in parts(rows, loader.loadables, PART):
                loader.load(part, reason)
    except IntegrityError as error:
        raise LoadError(f"The rows break a rule of the record: {error}") from error
    return loader.outcome


class _OvertakenError(Exception):
    """Others have changed what a part shows while it was loaded."""


class _Loader:
    def __init__(self, loadables: Sequence[Loadable]) -> None:
        self.loadables = {loadable.kind: loadable for loadable in loadables}
        self.keys = Keys()
        self.outcome = Loaded()

    def load(self, rows: Sequence[Row], reason: str) -> None:
        """Load a part of the rows in a transaction of its own."""
        try:
            outcome = self._load(rows, reason, locked=False)
        except _OvertakenError:
            outcome = self._load(rows, reason, locked=True)
        self.outcome.created += outcome.created
        self.outcome.updated += outcome.updated
        self.outcome.left_alone += outcome.left_alone

    @transaction.atomic
    def _load(self, rows: Sequence[Row], reason: str, *, locked: bool) -> Loaded:
        """Load a part; raise `_OvertakenError` where others have changed meanwhile what it shows, which `locked` prevents."""
        self.staged = StagedRows()
        # Records that were there and have changed.
        self.updated: Touched = defaultdict(set)
        if locked:
            lock_log()
        with LogWriter(Change(reason)) as log:
            outcome, inserted = self._written(rows, log)
            writer.lock(self.updated)
            if log.appended and log.is_overtaken() and not locked:
                raise _OvertakenError
        if outcome.created or outcome.updated:
            transitions.amend(self.updated, inserted=inserted, reason=reason)
        return outcome

    def _written(self, rows: Sequence[Row], log: LogWriter) -> tuple[Loaded, Touched]:
        outcome = Loaded()
        by_model = self._by_model(rows)
        for model, group in by_model.items():
            existing = _stored(model, "slug", [row["slug"] for row in group])
            alone = _left_alone(model, {row["slug"] for row in group}, existing)
            outcome.left_alone += sorted(alone)
            records = {row["slug"]: row for row in existing}
            self._load_records(model, [row for row in group if row["slug"] not in alone], records)
        inserted = bulk_insert.insert_published(self.staged, log)
        outcome.created = sum(len(ids) for model, ids in inserted.items() if model in by_model)
        outcome.updated = sum(map(len, self.updated.values()))
        return outcome, inserted

    def _by_model(self, rows: Iterable[Row]) -> dict[Model, list[Row]]:
        groups: dict[Model, list[Row]] = {loadable.model: [] for loadable in self.loadables.values()}
        for row in rows:
            groups[self.loadables[row["kind"]].model].append(row)
        return groups

    def _load_records(self, model: Model, rows: Sequence[Row], existing: Mapping[str, Columns]) -> None:
        """Create or update the records of one table, then the lists they hold."""
        numbers = iter(new_keys(model, sum(row["slug"] not in existing for row in rows)))
        ids = [existing[row["slug"]]["id"] if row["slug"] in existing else next(numbers) for row in rows]
        self.keys.add(model, [(row["slug"], key) for row, key in zip(rows, ids, strict=True)])
        complete = self._complete(model, [_given(row, self.loadables[row["kind"]]) for row in rows])
        for row, key in zip(complete, ids, strict=True):
            row["id"] = key
        self.staged.add(model, [row for row in complete if row["slug"] not in existing])
        changed = _update(model, [(existing[row["slug"]], row) for row in complete if row["slug"] in existing])
        self.updated[model] |= {row["id"] for row in changed}
        for nested in self._nested_of(model):
            kinds = {kind for kind, one in self.loadables.items() if nested in one.nested}
            lists = [(key, row.get(nested.key, ())) for key, row in zip(ids, rows, strict=True) if row["kind"] in kinds]
            self.updated[model] |= self._load_nested(nested, lists)

    def _nested_of(self, model: Model) -> list[Nested]:
        """Return every list that records of the table can hold, in the order of the loadables."""
        return list(
            {nested.key: nested for one in self.loadables.values() if one.model is model for nested in one.nested}.values()
        )

    def _load_nested(self, nested: Nested, lists: Sequence[tuple[int, Sequence[Any]]]) -> set[int]:
        """Make the lists of many records what their rows say; return the records that were there where it changed something."""
        given = [row if not nested.only else {nested.only: row} for _, rows in lists for row in rows]
        above = [parent for parent, rows in lists for _ in rows]
        parent = f"{nested.parent}_id"
        rows = self._complete(nested.model, [_given(row, nested) | {parent: key} for row, key in zip(given, above, strict=True)])
        changed = self._write_list(nested, rows, [key for key, _ in lists])
        for deeper in nested.nested:
            touched = self._load_nested(
                deeper, [(row["id"], one.get(deeper.key, ())) for row, one in zip(rows, given, strict=True)]
            )
            changed |= {row[parent] for row in rows if row["id"] in touched}
        return changed

    def _write_list(self, nested: Nested, rows: Sequence[Columns], parents: Sequence[int]) -> set[int]:
        """Put the rows of lists where they belong, and give them their primary keys."""
        parent = f"{nested.parent}_id"
        new_parents = self.staged.rows[_target(nested.model, nested.parent)]
        natural = itemgetter(parent, *(_attname(nested.model, name) for name in nested.natural))
        existing = {
            natural(row): row for row in _stored(nested.model, nested.parent, [key for key in parents if key not in new_parents])
        }
        wanted = _once(nested, rows, natural)
        numbers = iter(new_keys(nested.model, len(wanted.keys() - existing.keys())))
        for key, row in wanted.items():
            row["id"] = existing[key]["id"] if key in existing else next(numbers)
        self.staged.add(nested.model, [row for row in rows if row[parent] in new_parents])
        added = [row for key, row in wanted.items() if key not in existing and row[parent] not in new_parents]
        gone = [row for key, row in existing.items() if key not in wanted]
        _delete(nested.model, [row["id"] for row in gone])
        _create(nested.model, added)
        updated = _update(nested.model, [(existing[key], row) for key, row in wanted.items() if key in existing])
        if issubclass(nested.model, Documented):
            self.keys.add(nested.model, [(row["slug"], row["id"]) for row in rows])
        return {row[parent] for row in [*gone, *added, *updated]}

    def _complete(self, model: type[models.Model], rows: Sequence[Columns]) -> list[Columns]:
        """Return whole rows, checked, with primary keys in place of the slugs in foreign keys."""
        columns = columns_of(model)
        for name, target in columns.references.items():
            if issubclass(target, Documented):
                keys = self.keys.of(target, {row[name] for row in rows if row.get(name)})
                for row in rows:
                    if name in row:
                        slug = row.pop(name)
                        row[f"{name}_id"] = keys[slug] if slug else None
        return [columns.complete(row) for row in rows]


def _given(row: Row, spec: Loadable | Nested) -> Columns:
    """Return the columns that a row fills; raise `LoadError` for an unknown key."""
    known, lists, aliases = columns_of(spec.model).known, spec.lists, spec.aliases
    columns: Columns = {}
    for key, value in row.items():
        if key in lists or (key == "kind" and key not in known):
            continue
        name = aliases.get(key, key)
        if isinstance(value, dict):
            columns |= {f"{name}_{part}": inner for part, inner in value.items()}
        else:
            columns[name] = value
    if not columns.keys() <= known:
        raise LoadError(f"{spec.model.__name__} {row.get('slug', '')} has no field", sorted(columns.keys() - known))
    return columns


def _once(nested: Nested, rows: Sequence[Columns], natural: itemgetter[Any]) -> dict[Any, Columns]:
    """Return the rows by what tells them apart; raise `LoadError` for a row that is there twice."""
    wanted: dict[Any, Columns] = {}
    for row in rows:
        key = natural(row)
        if key in wanted:
            raise LoadError(f"The same row stands twice in {nested.key}:", [", ".join(map(str, key))])
        wanted[key] = row
    return wanted


def _stored(model: type[models.Model], by: str, keys: Sequence[Any]) -> list[Columns]:
    """Return the rows in the database whose column `by` is among `keys`: what rows can say of them, and their state."""
    columns = ["id", *columns_of(model).entered, *(["state"] if issubclass(model, Documented) else [])]
    return [row for chunk in chunks(keys) for row in model._default_manager.filter(**{f"{by}__in": chunk}).values(*columns)]


def _left_alone(model: Model, slugs: set[str], existing: Sequence[Columns]) -> set[str]:
    """Return the slugs whose records people have taken over, and those that have gone elsewhere."""
    collection = document_type_of(model).collection
    records = {row["id"]: row["slug"] for row in existing}
    alone = {row["slug"] for row in existing if row["state"] == CurationState.RETRACTED}
    for chunk in chunks(records):
        # By the record and not by its slug: that is what the history of a record is found by.
        curated = Transition.objects.filter(collection=collection, record_id__in=chunk, by__isnull=False)
        alone |= {records[key] for key in curated.values_list("record_id", flat=True)}
    for slug_chunk in chunks(sorted(slugs)):
        moved = Redirect.objects.filter(collection=collection, old_slug__in=slug_chunk)
        alone |= set(moved.values_list("old_slug", flat=True))
    return alone


def _create(model: type[models.Model], rows: Sequence[Columns]) -> None:
    columns = columns_of(model)
    create_rows(model, columns.every, map(columns.values, rows))


def _update(model: type[models.Model], pairs: Iterable[tuple[Columns, Columns]]) -> list[Columns]:
    """Make rows what they are wanted to be, where they differ; return those."""
    columns = columns_of(model)
    # A value that a row no longer gives is reset to the default.
    changed = [wanted for row, wanted in pairs if any(row[name] != wanted[name] for name in columns.entered)]
    written = [*columns.entered, *columns.derived]
    update_rows(model, written, [(*(row[name] for name in written), row["id"]) for row in changed])
    return changed


def _delete(model: type[models.Model], ids: Sequence[int]) -> None:
    if ids and issubclass(model, Documented):
        transitions.remove_parts(model, ids)
    elif ids:
        model._default_manager.filter(pk__in=ids).delete()


def _attname(model: type[models.Model], name: str) -> str:
    return model._meta.get_field(name).attname  # type: ignore[union-attr]


def _target(model: type[models.Model], name: str) -> type[models.Model]:
    """Return the table that a foreign key leads to, behind whatever proxy."""
    return model._meta.get_field(name).related_model._meta.concrete_model  # type: ignore[union-attr, return-value]
