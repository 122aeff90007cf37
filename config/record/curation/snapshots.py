"""What people entered in a record: its own row and the rows that belong to it, whole, at one moment.

A snapshot can be kept, compared with another, joined with what somebody else did meanwhile, and put back. History, proposals,
refused saves and merges all work with snapshots, and know nothing of the tables behind them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import orjson
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from config.exceptions import RecordError
from config.record.curation import transitions
from config.record.database.bulk import chunks
from config.record.database.existence import which_exist
from config.record.database.validation import validate_constraints
from config.record.documents.registry import DOCUMENT_TYPES, Model, derived_tables
from config.record.models import Documented, Redirect
from config.record.values.fields import DerivedField, derive_columns

Values = dict[str, Any]
Rows = dict[str, dict[str, Values]]


@dataclass(frozen=True)
class RecordSnapshot:
    """The rows of a record by table and primary key, and what those are called that they refer to."""

    rows: Rows
    # By `app.model:pk`, the slug and the name that a row had which is referred to.
    named: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells this snapshot from any other of the record."""
        return hashlib.sha256(orjson.dumps(self.rows, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def dumps(self) -> str:
        """Return it as JSON."""
        return orjson.dumps({"rows": self.rows, "named": self.named}, option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def loads(cls, text: str) -> RecordSnapshot:
        """Read what `dumps` wrote."""
        kept = orjson.loads(text)
        return cls(kept["rows"], {key: (slug, name) for key, (slug, name) in kept["named"].items()})


EMPTY: Final = RecordSnapshot({})
# So many lists of names are read in one query.
AT_ONCE: Final = 20


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


# Taking them


def snapshot(model: Model, pk: int) -> RecordSnapshot:
    """Return the snapshot of one record; an empty one where there is none."""
    return snapshots(model, [pk]).get(pk, EMPTY)


def snapshots(model: Model, ids: Iterable[int]) -> dict[int, RecordSnapshot]:
    """Return the snapshots of records, in a number of queries that does not grow with them."""
    wanted = sorted(set(ids))
    taken: dict[int, RecordSnapshot] = {}
    for chunk in chunks(wanted):
        taken |= _taken(model, chunk)
    return taken


def _taken(model: Model, ids: Sequence[int]) -> dict[int, RecordSnapshot]:
    rows: dict[int, Rows] = {}
    for table, path in _filled(model, ids):
        owner = path or "pk"
        filled = columns(table)
        found = list(
            table._default_manager.filter(**{f"{owner}__in": ids}).order_by("pk")
            .values("pk", *(column.attname for column in filled), _owner=models.F(owner))
        )  # fmt: skip
        several = _several(table, [row["pk"] for row in found])
        label = table._meta.label_lower
        for row in found:
            values = {column.name: _plain(row[column.attname]) for column in filled}
            values |= several.get(row["pk"], {})
            rows.setdefault(row["_owner"], {}).setdefault(label, {})[str(row["pk"])] = values
    return _named(rows)


def _filled(model: Model, ids: Sequence[int]) -> list[tuple[type[models.Model], str]]:
    """Return the tables in which there is anything of the records: most records fill few of them."""
    own, *others = _tables(model)
    there = which_exist([table._default_manager.filter(**{f"{path}__in": ids}) for table, path in others])
    return [own, *(one for one, is_there in zip(others, there, strict=True) if is_there)]


def _several(table: type[models.Model], ids: Collection[int]) -> dict[int, Values]:
    if not ids:
        return {}
    found: dict[int, Values] = {pk: {one.name: [] for one in _many(table)} for pk in ids}
    for one in _many(table):
        here, there = one.m2m_field_name(), one.m2m_reverse_field_name()
        through: Any = one.remote_field.through
        links = through._default_manager.filter(**{f"{here}__in": ids})
        for pk, target in links.order_by(there).values_list(f"{here}_id", f"{there}_id"):
            found[pk][one.name].append(target)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value


def _named(rows: Mapping[int, Rows]) -> dict[int, RecordSnapshot]:
    """Add what the rows refer to, as it is called now."""
    wanted: dict[type[models.Model], set[int]] = {}
    mentioned: dict[int, set[tuple[type[models.Model], int]]] = {}
    for owner, tables in rows.items():
        mentioned[owner] = set(_mentions(tables))
        for model, pk in mentioned[owner]:
            wanted.setdefault(model, set()).add(pk)
    names = _names(wanted)
    return {
        owner: RecordSnapshot(
            tables,
            {
                f"{model._meta.label_lower}:{pk}": names[_table(model)][pk]
                for model, pk in sorted(mentioned[owner], key=lambda one: (one[0]._meta.label_lower, one[1]))
                if pk in names[_table(model)]
            },
        )
        for owner, tables in rows.items()
    }


def _mentions(tables: Rows) -> Iterator[tuple[type[models.Model], int]]:
    for label, rows in tables.items():
        for column in _linking(apps.get_model(label)):
            model: Any = column.related_model
            for values in rows.values():
                value = values.get(column.name)
                yield from ((model, pk) for pk in (value if isinstance(value, list) else [value]) if pk is not None)


def _names(wanted: Mapping[type[models.Model], Iterable[int]]) -> dict[Any, dict[int, tuple[str, str]]]:
    """Return by table the slugs and the names of the rows referred to: those of all records in one query."""
    tables: dict[Any, set[int]] = {}
    for model, ids in wanted.items():
        tables.setdefault(_table(model), set()).update(ids)
    named: dict[Any, dict[int, tuple[str, str]]] = {table: {} for table in tables}
    records = [(table, chunk) for table, ids in tables.items() if table in DOCUMENT_TYPES for chunk in chunks(sorted(ids))]
    for some in chunks(records, AT_ONCE):
        titles = [
            table._default_manager.filter(pk__in=ids).order_by()
            .values_list(models.Value(number), "pk", "slug", DOCUMENT_TYPES[table].title)
            for number, (table, ids) in enumerate(some)
        ]  # fmt: skip
        first, *others = titles
        for number, pk, slug, title in first.union(*others, all=True) if others else first:
            named[some[number][0]][pk] = (slug, str(title))
    for table in tables.keys() - DOCUMENT_TYPES.keys():
        for chunk in chunks(sorted(tables[table])):
            named[table] |= {row.pk: ("", str(row)) for row in table._default_manager.filter(pk__in=chunk)}
    return named


# The tables of a record


def _table(model: type[models.Model]) -> Any:
    """Return the model that has the table: a country is referred to as such, and is an actor."""
    return model._meta.concrete_model


@cache
def _tables(model: Model) -> tuple[tuple[type[models.Model], str], ...]:
    """Return the tables whose rows make up a record, owners first, each with the lookup that leads to it."""
    derived = derived_tables()

    def belonging(table: type[models.Model], path: str) -> Iterator[tuple[type[models.Model], str]]:
        yield table, path
        for relation in table._meta.related_objects:
            part = relation.related_model
            if relation.on_delete is models.CASCADE and part not in derived and not part._meta.auto_created:
                yield from belonging(part, f"{relation.field.name}__{path}" if path else relation.field.name)

    return tuple(belonging(model, ""))


def belonging(model: Model) -> dict[type[models.Model], str]:
    """Return the tables whose rows belong to a record directly, each with the name of its foreign key to the record."""
    return {table: path for table, path in _tables(model) if path and "__" not in path}


def entered(table: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """Return the columns of a table that people fill; not the one that says to which record a row belongs."""
    return tuple(column for column in columns(table) if column.name not in {_owner(table), "state"})


@cache
def columns(table: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """Return the columns of a table that people fill, and the state that they see beside them."""
    return tuple(
        column for column in table._meta.concrete_fields
        if not column.primary_key and (column.editable or (column.name == "state" and table in DOCUMENT_TYPES))
    )  # fmt: skip


@cache
def _many(table: type[models.Model]) -> tuple[models.ManyToManyField[Any, Any], ...]:
    """Return the lists of a table that have no rows of their own making."""
    lists: Iterable[Any] = table._meta.many_to_many
    return tuple(one for one in lists if one.remote_field.through._meta.auto_created)


def _linking(table: type[models.Model]) -> Iterator[Any]:
    yield from (column for column in columns(table) if column.is_relation)
    yield from _many(table)


def part(of: RecordSnapshot, model: Model, pk: int) -> RecordSnapshot:
    """Return the snapshot of a part within that of its record."""
    rows: Rows = {}
    for table, path in _tables(model):
        label = table._meta.label_lower
        there = of.rows.get(label, {})
        if not path:
            kept = {str(pk): there[str(pk)]} if str(pk) in there else {}
        else:
            above: Any = table._meta.get_field(path.partition("__")[0]).related_model
            keys = rows.get(above._meta.label_lower, {})
            kept = {key: row for key, row in there.items() if str(row[path.partition("__")[0]]) in keys}
        if kept:
            rows[label] = kept
    return RecordSnapshot(rows, of.named)


# Comparing them


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
    (old_portrait, old), (new_portrait, new) = before, after
    part = "" if table in DOCUMENT_TYPES and not DOCUMENT_TYPES[table].part_of else str(table._meta.verbose_name).capitalize()
    if old is None or new is None:
        texts = [None if row is None else summary(table, row, of) for of, row in (before, after)]
        yield Difference(label, pk, "", part or str(table._meta.verbose_name).capitalize(), *texts)
        return
    called = " · ".join(filter(None, (part, summary(table, new, new_portrait, brief=True) if part else "")))
    for column in (*columns(table), *_many(table)):
        was, now = old.get(column.name), new.get(column.name)
        if was != now:
            name = str(column.verbose_name)
            yield Difference(
                label, pk, column.name, f"{called} · {name}" if called else name.capitalize(),
                shown(column, was, old_portrait), shown(column, now, new_portrait),
            )  # fmt: skip


def summary(table: Any, row: Values, of: RecordSnapshot, *, brief: bool = False) -> str:
    """Return a row in a few words: all that it says, or the first of it."""
    owner = _owner(table)
    texts = (
        shown(column, row.get(column.name), of)
        for column in (*columns(table), *_many(table))
        if column.name not in {owner, "slug", "state"} and row.get(column.name) is not False
    )
    filled = [text for text in texts if text]
    return filled[0] if brief and filled else ", ".join(filled)


@cache
def _owner(table: Any) -> str:
    """Return the name of the foreign key to the row that a row belongs to; nothing where it stands for itself."""
    for owner in apps.get_models():
        for relation in owner._meta.related_objects:
            if relation.related_model is table and relation.on_delete is models.CASCADE and not owner._meta.proxy:
                return relation.field.name
    return ""


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


# Joining and putting them back


def detached(base: RecordSnapshot, mine: RecordSnapshot) -> RecordSnapshot:
    """Return `mine`, whose rows were rolled back, with keys below zero for those that `base` has not.

    The database may give the keys they had to other rows. `put_back` writes them under keys of their own.
    """
    fresh = {
        label: {pk: str(-number) for number, pk in enumerate((pk for pk in rows if pk not in base.rows.get(label, {})), 1)}
        for label, rows in mine.rows.items()
    }
    return RecordSnapshot(
        {
            label: {fresh[label].get(pk, pk): _pointing(label, values, fresh) for pk, values in rows.items()}
            for label, rows in mine.rows.items()
        },
        mine.named,
    )


def _pointing(label: str, values: Values, fresh: Mapping[str, Mapping[str, str]]) -> Values:
    """Return the values of a row with what refers to rows whose keys are `fresh`."""
    changed = dict(values)
    for column in _linking(apps.get_model(label)):
        keys = fresh.get(column.related_model._meta.concrete_model._meta.label_lower, {})
        value = values.get(column.name)
        if isinstance(value, list):
            changed[column.name] = [int(keys.get(str(pk), pk)) for pk in value]
        elif value is not None:
            changed[column.name] = int(keys.get(str(value), value))
    return changed


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


def put_back(model: Model, pk: int, wanted: RecordSnapshot, *, reason: str) -> None:
    """Make the rows of a record what a snapshot says; amend the record afterwards, in the same transaction.

    The state stays. What the snapshot refers to and what was merged since is followed to where it went. Raises
    `RecordError` where something is no longer there or a rule of the tables is broken.
    """
    there = snapshot(model, pk)
    tables = [table for table, _ in _tables(model)]
    made: dict[tuple[str, int], int] = {}
    try:
        with transaction.atomic():
            for table in reversed(tables):
                label = table._meta.label_lower
                _remove(table, there.rows.get(label, {}).keys() - wanted.rows.get(label, {}).keys(), reason)
            for table in tables:
                label = table._meta.label_lower
                for key, values in wanted.rows.get(label, {}).items():
                    if there.rows.get(label, {}).get(key) != values:
                        made[label, int(key)] = write_row(table, int(key), values, wanted, made)
    except IntegrityError as error:
        raise RecordError("The version cannot be restored: its rows would conflict with each other.") from error


def _remove(table: type[models.Model], keys: Iterable[str], reason: str) -> None:
    ids = [int(key) for key in keys]
    if ids and issubclass(table, Documented):
        transitions.remove_parts(table, ids, reason=reason)
    elif ids:
        table._default_manager.filter(pk__in=ids).delete()


def row_values(row: models.Model) -> Values:
    """Return what people entered in one row."""
    return {column.name: _plain(getattr(row, column.attname)) for column in columns(type(row))}


def write_row(
    table: type[models.Model],
    pk: int,
    values: Values,
    of: RecordSnapshot,
    made: Mapping[tuple[str, int], int] = MappingProxyType({}),
) -> int:
    """Make one row what `values` say and return its key: one of its own where `pk` is below zero.

    `of` tells what those are called that it refers to, `made` the keys that rows without one have got.
    """
    row = table() if pk < 0 else table._default_manager.filter(pk=pk).first() or table(pk=pk)
    for column in columns(table):
        if column.name not in values or column.name == "state":
            continue
        value = values[column.name]
        if column.is_relation and value is not None:
            value = _followed(column.related_model, value, of, made)
        setattr(row, column.attname, value if column.is_relation else column.to_python(value))
    try:
        row.clean_fields(exclude=[one.name for one in row._meta.concrete_fields if isinstance(one, DerivedField)])
        derive_columns(row)
        validate_constraints(row)
    except ValidationError as error:
        message = " ".join(error.messages)
        raise RecordError(f"{str(table._meta.verbose_name).capitalize()} “{row}”: {message}") from error
    row.save()
    for one in _many(table):
        keys = [_followed(one.related_model, key, of, made) for key in values.get(one.name, [])]
        getattr(row, one.name).set(keys)
    return int(row.pk)


def _followed(model: Any, pk: int, of: RecordSnapshot, made: Mapping[tuple[str, int], int]) -> int:
    """Return the key of what a snapshot refers to, wherever it has gone."""
    pk = made.get((model._meta.concrete_model._meta.label_lower, pk), pk)
    if model._default_manager.filter(pk=pk).exists():
        return pk
    slug, name = of.named.get(f"{model._meta.label_lower}:{pk}", ("", ""))
    if slug and (table := _table(model)) in DOCUMENT_TYPES:
        moved = Redirect.objects.filter(collection=DOCUMENT_TYPES[table].collection, old_slug=slug).values_list(
            "new_slug", flat=True
        )
        found = model._default_manager.filter(slug__in=[slug, *moved]).values_list("pk", flat=True).first()
        if found is not None:
            return int(found)
    raise RecordError(f"{name or slug or pk} no longer exists.")
