"""The tables whose rows make up a record, and their columns that people fill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from config.record.documents.registry import DOCUMENT_TYPES, Model, derived_tables


def concrete(model: type[models.Model]) -> Any:
    """Return the model that has the table: a country is referred to as such, and is an actor."""
    return model._meta.concrete_model


@cache
def tables_of(model: Model) -> tuple[tuple[type[models.Model], str], ...]:
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
    return {table: path for table, path in tables_of(model) if path and "__" not in path}


def entered(table: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """Return the columns of a table that people fill, without the foreign key to the record."""
    return tuple(column for column in columns(table) if column.name not in {owner_key(table), "state"})


@cache
def columns(table: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """Return the columns of a table that people fill, and the state that they see beside them."""
    return tuple(
        column
        for column in table._meta.concrete_fields
        if not column.primary_key and (column.editable or (column.name == "state" and table in DOCUMENT_TYPES))
    )


@cache
def many_to_many(table: type[models.Model]) -> tuple[models.ManyToManyField[Any, Any], ...]:
    """Return the lists of a table that have no rows of their own making."""
    lists: Iterable[Any] = table._meta.many_to_many
    return tuple(one for one in lists if one.remote_field.through._meta.auto_created)


def relations(table: type[models.Model]) -> Iterator[Any]:
    """Yield the columns and lists of a table that refer to other rows."""
    yield from (column for column in columns(table) if column.is_relation)
    yield from many_to_many(table)


@cache
def owner_key(table: Any) -> str:
    """Return the name of the foreign key to the row that a row belongs to; blank for a record of its own."""
    for owner in apps.get_models():
        for relation in owner._meta.related_objects:
            if relation.related_model is table and relation.on_delete is models.CASCADE and not owner._meta.proxy:
                return relation.field.name
    return ""
