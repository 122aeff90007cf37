"""How the values of a row that is loaded become the columns of its table: checked, complete, and with what is derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

from config.exceptions import LoadError
from config.record.fields import DerivedField

# Values of a column with choices that are remembered as checked.
_REMEMBERED: Final = 256


class Columns:
    """What a row of one table can say, and how it is checked. Find it with `columns_of`."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        fields: list[Any] = [one for one in model._meta.concrete_fields if not one.primary_key]
        entered = [one for one in fields if one.editable and not isinstance(one, DerivedField)]
        # The names of what a row can say.
        self.known = {one.name for one in entered}
        self.references: dict[str, type[models.Model]] = {
            one.name: one.related_model._meta.concrete_model for one in entered if one.is_relation
        }
        # The columns that follow a row, and those that follow from these.
        self.entered = tuple(one.attname for one in entered)
        self.derived = {one.attname: one.derive for one in fields if isinstance(one, DerivedField)}
        self.every = ("id", *(one.attname for one in fields))
        # The values of all columns of a row.
        self.values = itemgetter(*self.every)
        self._names = {one.attname: one.name for one in entered}
        self._cleaners = {one.attname: _cleaner(one) for one in entered if not one.is_relation}
        self._defaults = {one.attname: _plain(one.get_default()) for one in fields}
        self._required = {name: clean for name, clean in self._cleaners.items() if _refused(clean, self._defaults[name])}

    def complete(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the whole row, but for its primary key; raise `LoadError` where a value is impossible."""
        row = self._defaults.copy()
        row.update(values)
        errors: dict[str, list[str]] = {}
        for name, clean in self._cleaners.items():
            if name in values or name in self._required:
                try:
                    row[name] = clean(row[name])
                except ValidationError as error:
                    errors[self._names[name]] = error.messages
        if errors:
            raise LoadError(f"{self.model.__name__} {row.get('slug') or dict(values)}: {errors}")
        for name, derive in self.derived.items():
            row[name] = derive(row)
        return row


@cache
def columns_of(model: type[models.Model]) -> Columns:
    """Return the columns of a table."""
    return Columns(model)


def _cleaner(field: Any) -> Callable[[Any], Any]:
    """Return what checks a value of the field as Django does, and makes it one of its type."""

    def clean(value: Any) -> Any:
        if field.blank and value in field.empty_values:
            return value
        return field.clean(value, None)

    if not field.choices:
        return clean
    remembered = lru_cache(_REMEMBERED)(clean)
    return lambda value: remembered(value) if type(value) in (str, int) else clean(value)


def _refused(clean: Callable[[Any], Any], value: Any) -> bool:
    try:
        clean(value)
    except ValidationError:
        return True
    return False


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
