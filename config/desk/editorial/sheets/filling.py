"""From the cells of a line to the rows that are to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from config.desk.editorial.sheets.checking import refuse_alike
from config.desk.editorial.sheets.columns import Column, FieldColumn, ListColumn, References, SlugsColumn, lines, understood
from config.desk.editorial.sheets.layout import SLUG, Layout
from config.desk.editorial.sheets.plan import RowResult, Write
from config.record.curation.snapshots import RecordSnapshot, Values


@dataclass(frozen=True)
class Filling:
    """Sets in the rows to be written what the cells of a line say."""

    layout: Layout
    # The columns that the sheet has.
    columns: list[Column]
    # The snapshots of the records that the sheet is about.
    there: Mapping[int, RecordSnapshot]
    references: References

    def fill(self, write: Write, row_result: RowResult, cells: Mapping[str, str], given: Mapping[str, tuple[str, str]]) -> None:
        """Set in the rows to be written what the sheet says."""
        for column in self.layout.columns if row_result.pk is None else self.columns:
            try:
                if isinstance(column, FieldColumn):
                    self._fill_field(write, row_result, column, cells.get(column.name), is_given=column.name in given)
                elif column.name in given and isinstance(column, SlugsColumn):
                    self._fill_slugs(write, row_result, column, given[column.name][1])
                elif column.name in given and isinstance(column, ListColumn):
                    self._fill_list(write, row_result, column, given[column.name][1])
            except ValidationError as error:
                row_result.errors.append((column.name, " ".join(error.messages)))

    def _fill_field(self, write: Write, row_result: RowResult, column: FieldColumn, text: str | None, *, is_given: bool) -> None:
        one = column.field
        if row_result.pk is None and not (text or "").strip() and (text is None or not one.blank) and _has_default(one):
            return
        if row_result.pk is not None and not is_given:
            return
        value = understood(one, text or "", self.references)
        if row_result.pk is not None and value == getattr(write.row, one.attname):
            return
        if column.shown_only:
            raise ValidationError("A sheet cannot change it; use the page of the record.")
        if one.name == SLUG and write.row.published_at is not None:
            raise ValidationError("The slug of a record that was public never changes.")
        setattr(write.row, one.attname, value)
        write.changed.add(one.name)

    def _fill_slugs(self, write: Write, row_result: RowResult, column: SlugsColumn, text: str) -> None:
        keys = column.items(text, self.references)
        if column.part is None:
            if set(keys) != set(self._own(row_result).get(column.name, [])):
                write.several[column.name] = keys
            return
        there = {values[column.field.name]: int(pk) for pk, values in self._part_rows(row_result, column.part)}
        write.removed += [(column.part, pk) for key, pk in there.items() if key not in keys]
        write.parts += [(column.part(**{column.field.attname: key}), column.owner, "") for key in keys if key not in there]

    def _fill_list(self, write: Write, row_result: RowResult, column: ListColumn, text: str) -> None:
        """Keep the rows whose line stands there still, change those that begin alike, and add and remove the others."""
        now = self.there[row_result.pk] if row_result.pk is not None else RecordSnapshot({})
        there = dict(self._part_rows(row_result, column.part))
        listed: list[Values] = []
        wanted = []
        for line in lines(text):
            same = next((pk for pk, values in there.items() if column.line(values, now) == line), None)
            if same is None:
                wanted.append(line)
            else:
                listed.append(there.pop(same))
        first = column.fields[0].name
        for line in wanted:
            values = column.values(line, self.references)
            listed.append(values)
            pk = next((pk for pk, row in there.items() if row[first] == values[first]), None)
            row = column.part() if pk is None else _row_of(column.part, int(pk), there.pop(pk))
            changed = [one for one in column.fields if getattr(row, one.attname) != values[one.name]]
            for one in column.fields:
                setattr(row, one.attname, values[one.name])
            if changed or pk is None:
                write.parts.append((row, column.owner, line))
        write.removed += [(column.part, int(pk)) for pk in there]
        refuse_alike(column, listed)

    def _own(self, row_result: RowResult) -> Values:
        if row_result.pk is None:
            return {}
        (row,) = self.there[row_result.pk].rows[self.layout.table._meta.label_lower].values()
        return row

    def _part_rows(self, row_result: RowResult, part: Any) -> list[tuple[str, Values]]:
        rows = self.there[row_result.pk].rows.get(part._meta.label_lower, {}) if row_result.pk is not None else {}
        return sorted(rows.items(), key=lambda one: int(one[0]))


def _has_default(column: Any) -> bool:
    return bool(column.has_default())


def _row_of(part: Any, pk: int, values: Values) -> Any:
    row = part(pk=pk)
    for name, value in values.items():
        column = part._meta.get_field(name)
        setattr(row, column.attname, value if column.is_relation else column.to_python(value))
    row._state.adding = False
    return row
