"""Numbers that are kept, so that counts over everything need not read everything."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from config.record.values.fields import PlainTextField


class IndexCount(models.Model):
    """How many records have a value in a column of an index table, by their kind if the table repeats it.

    The row with the value 0, which no record has as its key, counts the records that have any.
    """

    index_table = PlainTextField(editable=False)
    value_column = PlainTextField(editable=False)
    kind = PlainTextField(editable=False, default="")
    value = models.BigIntegerField(editable=False)
    number = models.BigIntegerField(editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["index_table", "value_column", "kind", "value"], name="record_indexcount_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.index_table}.{self.value_column} {self.kind} {self.value}: {self.number}"
