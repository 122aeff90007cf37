"""What every table of documented records can be asked."""

from __future__ import annotations

from datetime import date
from typing import Final, Self, TypeVar

from django.db import models
from django.db.models.expressions import RawSQL

from config.record.choices import CurationState

Row = TypeVar("Row", bound=models.Model)


class ThereIs(models.Exists):
    """That there is one of some rows, which is looked up for each record that is met.

    Of EXISTS beside an OR, and often of NOT EXISTS, PostgreSQL makes a join and reads all such rows first, though a page is
    soon full. It does not of what has an OFFSET.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


# Written into the SQL, not handed over beside it: the indexes of public rows serve only queries that are seen to ask for those.
PUBLIC: Final = RawSQL(f"'{CurationState.PUBLISHED.value}'", (), output_field=models.CharField())  # noqa: S611 - a word of our own


class DocumentedQuerySet(models.QuerySet[Row]):
    """Records that are shown to the public as documents."""

    def public(self) -> Self:
        """Only what everybody may see. Every public answer starts here."""
        return self.filter(state=PUBLIC)


class DatedQuerySet(DocumentedQuerySet[Row]):
    """Records that last from a start to an end."""

    def on(self, day: date) -> Self:
        """Those that can have lasted on `day`: it may lie between their start and their end."""
        return self.filter(start_earliest__lte=day, end_latest__gte=day)
