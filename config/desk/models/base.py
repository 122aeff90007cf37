"""Abstract model of rows about a record of any table, which outlive it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from config.record.documents.registry import DOCUMENT_TYPES, Model, has_kind, parent_of
from config.record.models import Documented
from config.record.values.fields import PlainTextField


class OfRecord(models.Model):
    """A row about a record of any table. It has collection and key instead of a foreign key, and so outlives the record."""

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
    return next(model for model, document_type in DOCUMENT_TYPES.items() if document_type.collection == collection)


@cache
def kinds_of(table: Model) -> dict[str, Model]:
    """Return, by kind, the models that have the admin pages of a table: itself where it knows no kinds."""
    if not has_kind(table):
        return {"": table}
    models = apps.get_app_config(table._meta.app_label).get_models()
    return {model.KIND: model for model in models if hasattr(model, "KIND")}  # type: ignore[misc]  # proxies of records


def as_kind(row: Any) -> Any:
    """Return a record as the model of its kind, which has the admin pages."""
    table: Model = type(row)
    kinds = {} if table._meta.proxy else kinds_of(table)
    row.__class__ = kinds.get(getattr(row, "kind", ""), table)
    return row


def whole(model: type[models.Model], ids: Iterable[int]) -> tuple[Model, set[int]]:
    """Return the records that rows are or are parts of, as their table and their primary keys."""
    table: Any = model._meta.concrete_model
    document_type, wanted = DOCUMENT_TYPES[table], set(ids)
    if not document_type.part_of:
        return table, wanted
    return parent_of(document_type), set(
        table._default_manager.filter(pk__in=wanted).values_list(f"{document_type.part_of}_id", flat=True)
    )
