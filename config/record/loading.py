"""Records from rows with natural keys: the one way that reference data and samples come in.

A row is a mapping with a `kind` and a `slug`; other records are named by their slugs. Loading creates what is
missing, brings up to date what it loaded before, and publishes both, all in one transaction. What a person has
changed, retracted or merged since is left alone. Loading the same rows twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from config.exceptions import LoadError
from config.record import curation
from config.record.bulk import chunks, create_rows, new_keys, update_rows
from config.record.choices import CurationState
from config.record.documents import Model, Touched, shape_of
from config.record.fields import DerivedField, derive_columns
from config.record.models import Documented, Redirect, Transition

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Nested:
    """A list within a row: which table its rows belong to, and what tells them apart below one record."""

    key: str
    model: type[models.Model]
    parent: str
    natural: Sequence[str]
    # Keys that are called otherwise than their columns.
    aliases: Mapping[str, str] = field(default_factory=dict)
    # The one foreign key that the rows consist of, where the list is of slugs.
    only: str = ""
    nested: Sequence[Nested] = ()


@dataclass(frozen=True)
class Loadable:
    """A kind of row: which table it belongs to, and which lists it holds."""

    kind: str
    model: Model
    aliases: Mapping[str, str] = field(default_factory=dict)
    nested: Sequence[Nested] = ()


@dataclass
class Loaded:
    """What loading did."""

    created: int = 0
    updated: int = 0
    left_alone: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        alone = f", {len(self.left_alone)} left alone" if self.left_alone else ""
        return f"{self.created} created, {self.updated} updated{alone}"


def load(rows: Iterable[Row], loadables: Sequence[Loadable], *, reason: str) -> Loaded:
    """Load `rows`, whose kinds are among `loadables` (given in the order of dependence); raise `LoadError` or do it all."""
    try:
        with transaction.atomic():
            return _Loader(loadables).load(list(rows), reason)
    except IntegrityError as error:
        raise LoadError(f"The rows break a rule of the record: {error}") from error


class _Loader:
    def __init__(self, loadables: Sequence[Loadable]) -> None:
        self.loadables = {loadable.kind: loadable for loadable in loadables}
        self.keys: dict[type[models.Model], dict[str, int | None]] = defaultdict(dict)
        self.created: Touched = defaultdict(set)
        self.updated: Touched = defaultdict(set)

    def load(self, rows: Sequence[Row], reason: str) -> Loaded:
        outcome = Loaded()
        by_model: dict[Model, list[Row]] = {loadable.model: [] for loadable in self.loadables.values()}
        for row in rows:
            if row.get("kind") not in self.loadables:
                raise LoadError(f"Rows of kind {row.get('kind')!r} cannot be loaded here:", [str(row.get("slug"))])
            by_model[self.loadables[row["kind"]].model].append(row)
        for model, group in by_model.items():
            alone = self._left_alone(model, [row["slug"] for row in group])
            outcome.left_alone += sorted(alone)
            self._load_records(model, [row for row in group if row["slug"] not in alone])
        updated = {model: ids - self.created[model] for model, ids in self.updated.items()}
        outcome.created = sum(map(len, self.created.values()))
        outcome.updated = sum(map(len, updated.values()))
        if outcome.created or outcome.updated:
            curation.publish(self.created, amended=updated, reason=reason)
        return outcome

    @staticmethod
    def _left_alone(model: Model, slugs: Sequence[str]) -> set[str]:
        """Return the slugs whose records people have taken over, and those that have gone elsewhere."""
        collection = shape_of(model).collection
        alone: set[str] = set()
        for chunk in chunks(slugs):
            records = dict(model._default_manager.filter(slug__in=chunk).values_list("pk", "slug"))
            # By the record and not by its slug: that is what the history of a record is found by.
            curated = Transition.objects.filter(collection=collection, record_id__in=list(records), by__isnull=False)
            moved = Redirect.objects.filter(collection=collection, old_slug__in=chunk)
            retracted = model._default_manager.filter(pk__in=list(records), state=CurationState.RETRACTED)
            alone |= {records[pk] for pk in curated.values_list("record_id", flat=True)}
            alone |= {*moved.values_list("old_slug", flat=True), *retracted.values_list("slug", flat=True)}
        return alone

    def _load_records(self, model: Model, rows: Sequence[Row]) -> None:
        """Create or update the records of one table, then the lists they hold."""
        pending = [(row, self._columns(model, row, self.loadables[row["kind"]])) for row in rows]
        own = [name for name in _foreign_keys(model) if _target(model, name) is model]
        later = [(row, {name: columns.pop(name) for name in own if name in columns}) for row, columns in pending]
        self._resolve(model, [columns for _, columns in pending])
        existing = {record.slug: record for record in _having_slugs(model, [row["slug"] for row in rows])}
        new = [self._built(model, columns) for row, columns in pending if row["slug"] not in existing]
        _create(new)
        self.created[model] |= {record.pk for record in new}
        existing |= {record.slug: record for record in new}
        self._remember(model, existing.values())
        self._resolve(model, [columns for _, columns in later])
        targets = [existing[row["slug"]] for row, _ in pending]
        wanted = [columns | references for (_, columns), (_, references) in zip(pending, later, strict=True)]
        self.updated[model] |= _update(model, list(zip(targets, wanted, strict=True)))
        for nested in self._nested_of(model):
            lists = [(existing[row["slug"]].pk, row.get(nested.key, ())) for row, _ in pending if self._holds(row, nested)]
            self.updated[model] |= self._load_nested(nested, lists)

    def _nested_of(self, model: Model) -> list[Nested]:
        """Return every list that records of the table can hold, in the order of the loadables."""
        return list(
            {nested.key: nested for one in self.loadables.values() if one.model is model for nested in one.nested}.values()
        )

    def _holds(self, row: Row, nested: Nested) -> bool:
        return nested in self.loadables[row["kind"]].nested

    def _load_nested(self, nested: Nested, lists: Sequence[tuple[int, Sequence[Any]]]) -> set[int]:
        """Make the lists of many records what their rows say; return the records where that changed something."""
        items = [(parent, row if not nested.only else {nested.only: row}) for parent, rows in lists for row in rows]
        pending = [(parent, row, self._columns(nested.model, row, nested)) for parent, row in items]
        self._resolve(nested.model, [columns for _, _, columns in pending])
        existing = self._existing(nested, [parent for parent, _ in lists])
        attnames = [_attname(nested.model, name) for name in nested.natural]
        seen, new, kept = set(), [], []
        for parent, _, columns in pending:
            columns |= {f"{nested.parent}_id": parent}
            built = self._built(nested.model, columns)
            key = (parent, *(getattr(built, name) for name in attnames))
            if key in seen:
                raise LoadError(f"The same row stands twice in {nested.key}: {columns}")
            seen.add(key)
            if key in existing:
                kept.append((existing[key], columns))
            else:
                new.append(built)
        changed = {parent for parent, _ in self._delete(nested, {key: row for key, row in existing.items() if key not in seen})}
        _create(new)
        changed |= {getattr(row, f"{nested.parent}_id") for row in new}
        updated = _update(nested.model, kept)
        changed |= {getattr(row, f"{nested.parent}_id") for row, _ in kept if row.pk in updated}
        if nested.nested or issubclass(nested.model, Documented):
            changed |= self._load_deeper(nested, pending, [*new, *(row for row, _ in kept)], attnames)
        return changed

    def _load_deeper(self, nested: Nested, pending: Any, rows: Sequence[models.Model], attnames: Sequence[str]) -> set[int]:
        """Load the lists within the rows of a list; return the records at the top that this changed."""
        if issubclass(nested.model, Documented):
            self._remember(nested.model, rows)
        if not nested.nested:
            return set()
        parent = f"{nested.parent}_id"
        by_key = {(getattr(row, parent), *(getattr(row, name) for name in attnames)): row for row in rows}
        built = [(top, row, self._built(nested.model, columns)) for top, row, columns in pending]
        holders = [(by_key[(top, *(getattr(one, name) for name in attnames))], row) for top, row, one in built]
        changed: set[int] = set()
        for deeper in nested.nested:
            touched = self._load_nested(deeper, [(holder.pk, row.get(deeper.key, ())) for holder, row in holders])
            changed |= {getattr(holder, parent) for holder, _ in holders if holder.pk in touched}
        return changed

    @staticmethod
    def _existing(nested: Nested, parents: Sequence[int]) -> dict[tuple[Any, ...], models.Model]:
        attnames = [f"{nested.parent}_id", *(_attname(nested.model, name) for name in nested.natural)]
        return {
            tuple(getattr(row, name) for name in attnames): row
            for chunk in chunks(parents)
            for row in nested.model._default_manager.filter(**{f"{nested.parent}__in": chunk})
        }

    @staticmethod
    def _delete(nested: Nested, gone: Mapping[tuple[Any, ...], models.Model]) -> list[tuple[Any, ...]]:
        ids = [row.pk for row in gone.values()]
        if ids and issubclass(nested.model, Documented):
            curation.remove_parts(nested.model, ids)
        elif ids:
            nested.model._default_manager.filter(pk__in=ids).delete()
        return [(key[0], key) for key in gone]

    def _columns(self, model: type[models.Model], row: Row, spec: Loadable | Nested) -> dict[str, Any]:
        """Return the columns that a row fills; raise `LoadError` for a key that is none."""
        known = {one.name for one in model._meta.concrete_fields if not isinstance(one, DerivedField)}
        lists = {nested.key for nested in spec.nested}
        columns: dict[str, Any] = {}
        for key, value in row.items():
            name = spec.aliases.get(key, key)
            if key in lists or (key == "kind" and "kind" not in known):
                continue
            if isinstance(value, Mapping):
                columns |= {f"{name}_{part}": inner for part, inner in value.items()}
            else:
                columns[name] = value
        unknown = sorted(columns.keys() - known)
        if unknown:
            raise LoadError(f"{model.__name__} {row.get('slug', '')} has no field", unknown)
        return columns

    def _resolve(self, model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
        """Replace the slugs in foreign keys by primary keys, in place; raise `LoadError` for a slug that is no record."""
        for name in _foreign_keys(model):
            target = _target(model, name)
            if not issubclass(target, Documented):
                continue
            self._look_up(target, {row[name] for row in rows if row.get(name)})
            for row in rows:
                if name in row:
                    slug = row.pop(name)
                    row[f"{name}_id"] = self.keys[target][slug] if slug else None

    def _look_up(self, model: Model, slugs: set[str]) -> None:
        missing = slugs - self.keys[model].keys()
        self._remember(model, _having_slugs(model, sorted(missing)))
        collection = shape_of(model).collection
        for chunk in chunks(sorted(missing - self.keys[model].keys())):
            moved = dict(Redirect.objects.filter(collection=collection, old_slug__in=chunk).values_list("old_slug", "new_slug"))
            if moved:
                self._look_up(model, set(moved.values()))
                self.keys[model].update({old: self.keys[model][new] for old, new in moved.items()})
        unknown = sorted(missing - self.keys[model].keys())
        if unknown:
            raise LoadError(f"No {model.__name__.lower()} has the slug", unknown)

    def _remember(self, model: type[models.Model], records: Iterable[Any]) -> None:
        self.keys[model].update({record.slug: record.pk for record in records})

    @staticmethod
    def _built(model: type[models.Model], columns: Mapping[str, Any]) -> Any:
        """Return a new row of the table, checked and with its derived columns."""
        row = model(**columns)
        _check(row)
        return row


def _create(rows: Sequence[models.Model]) -> None:
    """Insert rows of one table, and give them their primary keys."""
    if not rows:
        return
    model = type(rows[0])
    for row, key in zip(rows, new_keys(model, len(rows)), strict=True):
        row.pk = key
    columns = [one.attname for one in model._meta.concrete_fields]
    create_rows(model, columns, [[getattr(row, column) for column in columns] for row in rows])


def _check(row: models.Model) -> None:
    derived = {one.name for one in row._meta.concrete_fields if isinstance(one, DerivedField)}
    references = {one.name for one in row._meta.concrete_fields if one.is_relation}
    try:
        row.clean_fields(exclude=derived | references)
    except ValidationError as error:
        raise LoadError(f"{type(row).__name__} {getattr(row, 'slug', row)}: {error.message_dict}") from error
    derive_columns(row)


def _update(model: type[models.Model], pairs: Sequence[tuple[Any, Mapping[str, Any]]]) -> set[int]:
    """Set the columns of existing rows; return which rows that changed."""
    by_attname = {one.attname: one for one in model._meta.concrete_fields}
    # What a row no longer says is taken back.
    defaults = {
        name: one.get_default()
        for name, one in by_attname.items()
        if one.editable and not (one.primary_key or one.name == "kind")
    }
    changed = []
    for row, columns in pairs:
        values = {name: by_attname[name].to_python(value) for name, value in (defaults | dict(columns)).items()}
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            _check(row)
            changed.append(row)
    if changed:
        written = [one for one in model._meta.concrete_fields if not one.primary_key]
        update_rows(
            model, [one.name for one in written], [(*(getattr(row, one.attname) for one in written), row.pk) for row in changed]
        )
    return {row.pk for row in changed}


def _having_slugs(model: Model, slugs: Sequence[str]) -> list[Any]:
    return [row for chunk in chunks(slugs) for row in model._default_manager.filter(slug__in=chunk)]


def _foreign_keys(model: type[models.Model]) -> list[str]:
    return [one.name for one in model._meta.concrete_fields if one.is_relation]


def _attname(model: type[models.Model], name: str) -> str:
    return model._meta.get_field(name).attname  # type: ignore[union-attr]


def _target(model: type[models.Model], name: str) -> Model:
    """Return the table that a foreign key leads to, behind whatever proxy."""
    return model._meta.get_field(name).related_model._meta.concrete_model  # type: ignore[union-attr, return-value]
