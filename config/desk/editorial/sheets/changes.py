"""What a sheet would change: compared with the record line by line, checked, and written nowhere yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from config.desk.editorial.sheets.checking import check, refuse_twins
from config.desk.editorial.sheets.columns import References, lines
from config.desk.editorial.sheets.filling import Filling
from config.desk.editorial.sheets.layout import SEEN, SLUG, STATE, Layout, seen
from config.desk.editorial.sheets.matching import cells_of, header_of, match, refuse_twice, unreadable
from config.desk.editorial.sheets.plan import (
    CHANGED,
    ERROR,
    NEW,
    ORDER,
    STALE,
    UNCHANGED,
    Plan,
    ProgressCallback,
    Rights,
    RowResult,
    Write,
    no_progress,
)
from config.desk.editorial.sheets.reading import Line
from config.desk.models import Revision
from config.record.curation.snapshots import snapshots
from config.record.database.bulk import chunks
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.values.choices import CurationState

COMPARING: Final = "Comparing the lines with the records"


def plan(layout: Layout, sheet: list[Line], rights: Rights, on_progress: ProgressCallback = no_progress) -> Plan:
    """Return what a sheet would do; raise `SheetError` where that cannot be told at all."""
    return _Planning(layout, header_of(layout, sheet[0]), rights).plan(sheet[1:], on_progress)


class _Planning:
    """The comparison of one sheet with the record."""

    def __init__(self, layout: Layout, names: list[str], rights: Rights) -> None:
        self.layout, self.names, self.rights = layout, names, rights
        self.label = layout.table._meta.label_lower
        self.columns = [column for column in layout.columns if column.name in names]

    def plan(self, sheet: list[Line], on_progress: ProgressCallback) -> Plan:
        asked = [(RowResult(line.number), cells_of(self.names, line)) for line in sheet]
        for (row_result, _), line in zip(asked, sheet, strict=True):
            row_result.errors += unreadable(self.names, line)
        match(self.layout, asked)
        self.there = snapshots(self.layout.table, {one.pk for one, _ in asked if one.pk is not None})
        refuse_twice(asked)
        self.given = differing = {row_result.line: self._differing(row_result, cells) for row_result, cells in asked}
        references = References(self._mentioned(differing.values()))
        self.filling = Filling(self.layout, self.columns, self.there, references)
        self.rows = self._loaded([one.pk for one, _ in asked if one.pk is not None and differing[one.line]])
        done = []
        for number, (row_result, cells) in enumerate(asked):
            on_progress(COMPARING, number, len(asked))
            write = self._write(row_result, cells, differing[row_result.line])
            if write is not None:
                done.append((row_result, write))
        self._compare_with_downloaded([(row_result, cells) for row_result, cells in asked if row_result.status == STALE])
        refuse_twins(self.layout, [(row_result, write) for row_result, write in done if row_result.status in (NEW, CHANGED)])
        for row_result, _ in asked:
            if row_result.errors and row_result.status != STALE:
                row_result.status = ERROR
        shown = sorted(
            (row_result for row_result, _ in asked if row_result.status != UNCHANGED),
            key=lambda one: (ORDER.index(one.status), one.line),
        )
        return Plan(shown, [write for row_result, write in done if row_result.status in (NEW, CHANGED)], len(asked) - len(shown))

    def _differing(self, row_result: RowResult, cells: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """Return what the record says and what the sheet says, where the two differ; of new records, all that is given."""
        if row_result.pk is None:
            return {column.name: ("", cells[column.name]) for column in self.columns if cells[column.name].strip()}
        now = self.there[row_result.pk]
        (row,) = now.rows[self.label].values()
        row_result.digest, row_result.slug = now.digest, str(row[SLUG])
        row_result.name = str(row.get("name") or "")
        given = ((column.name, column.cell(now, row_result.pk), cells[column.name]) for column in self.columns)
        return {name: (before, after) for name, before, after in given if _plain(before) != _plain(after)}

    def _mentioned(self, differing: Iterable[Mapping[str, tuple[str, str]]]) -> dict[Any, set[str]]:
        wanted: dict[Any, set[str]] = defaultdict(set)
        for given in differing:
            for column in self.columns:
                if column.name in given:
                    for one, slug in column.mentions(given[column.name][1]):
                        wanted[one].add(slug)
        return wanted

    def _loaded(self, ids: list[int]) -> dict[int, Any]:
        rows: dict[int, Any] = {}
        for chunk in chunks(ids):
            rows |= self.layout.model._default_manager.in_bulk(chunk)
        return rows

    def _write(self, row_result: RowResult, cells: Mapping[str, str], given: Mapping[str, tuple[str, str]]) -> Write | None:
        if row_result.errors:
            return None
        is_new = row_result.pk is None
        state = cells.get(STATE, "").strip()
        is_stale = False
        if is_new:
            write = Write(self.layout.model(), {SLUG})
            if state not in ("", CurationState.DRAFT):
                row_result.errors.append((STATE, "A new record is a draft; leave the cell empty."))
            row_result.name = cells.get("name", "").strip()
        else:
            now = self.there[row_result.pk]  # type: ignore[index]  # a record has a key
            (row,) = now.rows[self.label].values()
            if state and state != row[STATE]:
                row_result.errors.append((STATE, f"It is “{row[STATE]}”. A sheet cannot change the state."))
            is_stale = cells.get(SEEN, "").strip() not in ("", seen(now))
            if not given:
                return None
            write = Write(self.rows[row_result.pk])  # type: ignore[index]  # as above
        self.filling.fill(write, row_result, cells, given)
        if write.is_empty and not row_result.errors:
            return None
        row_result.status = NEW if is_new else STALE if is_stale else CHANGED
        row_result.changes = [(name, *_contrast(before, after), None) for name, (before, after) in given.items()]
        self._refuse_unpermitted(row_result, write)
        if not row_result.errors:
            check(self.layout, row_result, write)
        return write

    def _refuse_unpermitted(self, row_result: RowResult, write: Write) -> None:
        kinds = self.layout.model._meta.verbose_name_plural
        if row_result.pk is None and not self.rights.may_add:
            row_result.errors.append(("", f"You may not add {kinds}."))
        elif row_result.pk is not None and not self.rights.may_change(write.row):
            state = write.row.get_state_display().lower()
            who = "only editors may change it" if write.row.state == CurationState.PUBLISHED else "you may not change it"
            row_result.errors.append(("", f"The record is {state}; {who}."))

    def _compare_with_downloaded(self, stale: list[tuple[RowResult, dict[str, str]]]) -> None:
        """Show beside what a record says now what it said when the sheet was downloaded, as far as a version tells.

        A line that says what it said then was not touched, and changes nothing.
        """
        wanted = {row_result.pk: (row_result, cells[SEEN].strip()) for row_result, cells in stale}
        kept = Revision.objects.filter(collection=DOCUMENT_TYPES[self.layout.table].collection, record_id__in=list(wanted))
        found = {
            record: pk
            for pk, record, digest in kept.values_list("pk", "record_id", "digest")
            if wanted[record][1] == f"v{digest[:16]}"
        }
        for revision in Revision.objects.filter(pk__in=list(found.values())):
            row_result, before = wanted[revision.record_id][0], revision.snapshot
            then = {column.name: column.cell(before, revision.record_id) for column in self.columns}
            given = {
                name: (now, after)
                for name, (now, after) in self.given[row_result.line].items()
                if _plain(after) != _plain(then[name])
            }
            row_result.changes = [(name, now, after, then[name]) for name, (now, after) in given.items()]
            if not given:
                row_result.status, row_result.errors = UNCHANGED, []


def _plain(text: str) -> str:
    """Return a cell as it is compared: spreadsheets write line breaks in two ways."""
    return text.replace("\r\n", "\n").strip()


def _contrast(before: str, after: str) -> tuple[str, str]:
    """Leave out the lines that two lists share."""
    old, new = lines(before), lines(after)
    if len(old) < 2 and len(new) < 2:  # noqa: PLR2004 - one line is no list
        return before, after
    return "\n".join(one for one in old if one not in new), "\n".join(one for one in new if one not in old)
