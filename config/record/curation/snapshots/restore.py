"""Restoring snapshots: the rows of a record are written back as a snapshot has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from config.exceptions import RecordError
from config.record.curation import transitions
from config.record.curation.snapshots.capture import RecordSnapshot, Values, snapshot
from config.record.curation.snapshots.tables import columns, concrete, many_to_many, relations, tables_of
from config.record.database.validation import validate_constraints
from config.record.documents.registry import DOCUMENT_TYPES, Model
from config.record.models import Documented, Redirect
from config.record.values.fields import DerivedField, derive_columns


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
    for column in relations(apps.get_model(label)):
        keys = fresh.get(column.related_model._meta.concrete_model._meta.label_lower, {})
        value = values.get(column.name)
        if isinstance(value, list):
            changed[column.name] = [int(keys.get(str(pk), pk)) for pk in value]
        elif value is not None:
            changed[column.name] = int(keys.get(str(value), value))
    return changed


def put_back(model: Model, pk: int, wanted: RecordSnapshot, *, reason: str) -> None:
    """Write the rows of a record as a snapshot has them; amend the record afterwards, in the same transaction.

    The state stays. What the snapshot refers to and what was merged since is followed to where it went. Raises
    `RecordError` where something is no longer there or a rule of the tables is broken.
    """
    there = snapshot(model, pk)
    tables = [table for table, _ in tables_of(model)]
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
    for one in many_to_many(table):
        keys = [_followed(one.related_model, key, of, made) for key in values.get(one.name, [])]
        getattr(row, one.name).set(keys)
    return int(row.pk)


def _followed(model: Any, pk: int, of: RecordSnapshot, made: Mapping[tuple[str, int], int]) -> int:
    """Return the key of what a snapshot refers to, wherever it has gone."""
    pk = made.get((model._meta.concrete_model._meta.label_lower, pk), pk)
    if model._default_manager.filter(pk=pk).exists():
        return pk
    slug, name = of.named.get(f"{model._meta.label_lower}:{pk}", ("", ""))
    if slug and (table := concrete(model)) in DOCUMENT_TYPES:
        moved = Redirect.objects.filter(collection=DOCUMENT_TYPES[table].collection, old_slug=slug).values_list(
            "new_slug", flat=True
        )
        found = model._default_manager.filter(slug__in=[slug, *moved]).values_list("pk", flat=True).first()
        if found is not None:
            return int(found)
    raise RecordError(f"{name or slug or pk} no longer exists.")
