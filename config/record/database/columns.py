"""Conversion of loaded rows to complete database rows: validated, with defaults and derived columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

from config.exceptions import LoadError
from config.record.values.fields import DerivedField

# Values of a column with choices that are remembered as checked.
_REMEMBERED: Final = 256


class Columns:
    """The columns that a loaded row can fill, and their validators. Get it with `columns_of`."""

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
        self._required = {name for name, clean in self._cleaners.items() if _refused(clean, self._defaults[name])}

    def complete(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the whole row, but for its primary key; raise `LoadError` where a value is impossible."""
        row = self._defaults.copy()
        row.update(values)
        errors: dict[str, list[str]] = {}
        for name in values.keys() | self._required:
            clean = self._cleaners.get(name)
            try:
                row[name] = clean(row[name]) if clean else row[name]
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
    """Return the function that validates and converts a value of the field as Django does."""

    def clean(value: Any) -> Any:
        if field.blank and value in field.empty_values:
            return value
        return field.clean(value, None)

    if field.choices:
        remembered = lru_cache(_REMEMBERED)(clean)
        return lambda value: remembered(value) if type(value) in (str, int) else clean(value)
    return _text_cleaner(field, clean) if isinstance(field, models.CharField | models.TextField) else clean


def _text_cleaner(field: Any, clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what does the same as `clean`, and has less to ask of what is text already."""
    validators = field.validators

    def clean_text(value: Any) -> Any:
        if type(value) is not str or not value:
            return clean(value)
        try:
            for validate in validators:
                validate(value)
        except ValidationError:
            return clean(value)
        return value

    return clean_text


def _refused(clean: Callable[[Any], Any], value: Any) -> bool:
    try:
        clean(value)
    except ValidationError:
        return True
    return False


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
