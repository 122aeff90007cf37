"""What belongs to a record and outlives its row."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from config.record.fields import PlainTextField
from config.record.models import Documented
from config.record.shapes import SHAPES, Model, has_kind


class OfRecord(models.Model):
    """Something about a record of any table. It names the record instead of pointing to its row, and so outlives it."""

    collection = PlainTextField(editable=False, help_text="The collection of the record: actors, events, topics …")
    record_id = models.BigIntegerField(editable=False, help_text="The record's primary key.")

    class Meta:
        abstract = True

    @property
    def table(self) -> Model:
        """The table of the record."""
        return table_of(self.collection)

    @property
    def record(self) -> Documented | None:
        """The record, as the model of its kind; None where it is gone."""
        row = self.table._default_manager.filter(pk=self.record_id).first()
        return row and as_kind(row)


def table_of(collection: str) -> Model:
    """Return the table of a collection."""
    return next(model for model, shape in SHAPES.items() if shape.collection == collection)


def as_kind(row: Any) -> Any:
    """Return a record as the model of its kind, which has the admin pages."""
    if not has_kind(type(row)) or type(row)._meta.proxy:
        return row
    for model in apps.get_app_config(row._meta.app_label).get_models():
        if getattr(model, "KIND", None) == row.kind:
            row.__class__ = model
            break
    return row
