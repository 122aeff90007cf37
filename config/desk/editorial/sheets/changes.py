"""What a sheet would change: compared with the record line by line, checked, and written nowhere yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from typing import Any, Final

import orjson
from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint

from config.desk.editorial.sheets.checking import faults
from config.desk.editorial.sheets.columns import FieldColumn, ListColumn, References, SlugsColumn, lines, understood
from config.desk.editorial.sheets.layout import ID, SEEN, SLUG, STATE, Layout, seen
from config.desk.editorial.sheets.reading import Line, SheetError
from config.desk.models import Revision
from config.record.curation.snapshots import RecordSnapshot, Values, snapshots
from config.record.database.bulk import chunks
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.models import Redirect
from config.record.values.choices import CurationState

NEW: Final = "new"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
STALE: Final = "stale"
ERROR: Final = "error"
# What people should look at first.
ORDER: Final = (ERROR, STALE, CHANGED, NEW)
# Told what is being done, how much of it is done, and of how much; None: not known.
ProgressCallback = Callable[[str, int, int | None], None]
COMPARING: Final = "Comparing the lines with the records"


@dataclass
class RowResult:
    """What a line of the sheet would do."""

    line: int
    status: str = UNCHANGED
    pk: int | None = None
    slug: str = ""
    name: str = ""
    # What the record holds now, by which is told later whether it still does.
    digest: str = ""
    # Column, what it says now, what the sheet says, and what it said when the sheet was downloaded, where that differs.
    changes: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Write:
    """The rows to be written for one line."""

    row: Any
    # Columns of the row itself that get another value.
    changed: set[str] = field(default_factory=set)
    # Lists that Django keeps itself, by name.
    several: dict[str, list[int]] = field(default_factory=dict)
    removed: list[tuple[Any, int]] = field(default_factory=list)
    # Rows of lists, new or changed, each with the name of its foreign key to the record and what the sheet says.
    parts: list[tuple[Any, str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not (self.changed or self.several or self.removed or self.parts)


@dataclass
class Plan:
    """What a whole sheet would do."""

    row_results: list[RowResult]
    writes: list[Write]
    unchanged: int

    @property
    def ids(self) -> list[int]:
        """The records that the sheet is about, as far as they are there."""
        return sorted(one.pk for one in self.row_results if one.pk is not None)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each sort."""
        found = Counter(one.status for one in self.row_results)
        return {status: found[status] for status in ORDER} | {UNCHANGED: self.unchanged}

    @property
    def refused(self) -> bool:
        """Whether any line keeps the sheet from being done."""
        return any(one.status in (ERROR, STALE) for one in self.row_results)

    @property
    def lines(self) -> int:
        """How many lines the sheet has."""
        return len(self.row_results) + self.unchanged

    @property
    def summary(self) -> str:
        """How many records are new, changed and unchanged, in words."""
        return ", ".join(f"{self.counts[status]:,} {status}" for status in (NEW, CHANGED, UNCHANGED))

    def dumps(self) -> str:
        """Return what people are shown, as JSON."""
        return orjson.dumps({"rows": [asdict(one) for one in self.row_results], "unchanged": self.unchanged}).decode()

    @classmethod
    def loads(cls, text: str) -> Plan:
        """Read what `dumps` wrote; the rows to be written are not kept."""
        kept = orjson.loads(text)
        return cls([RowResult(**one) for one in kept["rows"]], [], kept["unchanged"])


@dataclass(frozen=True)
class Rights:
    """What whoever brings the sheet may do."""

    may_add: bool
    may_change: Callable[[Any], bool]


def header_of(layout: Layout, first: Line) -> list[str]:
    """Return the names of the columns; raise `SheetError` where one is unknown, stands twice or is missing."""
    names = [cell.strip().casefold().replace(" ", "_") for cell in first.cells]
    wrong = []
    for index, name in enumerate(names, 1):
        if name in layout.header:
            continue
        close = get_close_matches(name, layout.header, 1)
        hint = f" Is it “{close[0]}”?" if close else ""
        wrong.append(f"column {index} (“{first.cells[index - 1].strip()}”) is unknown.{hint}")
    wrong += [f"column “{name}” appears {count} times." for name, count in Counter(names).items() if count > 1 and name]
    if not {ID, SLUG}.intersection(names):
        wrong.append("a column “slug” or “id” is required.")
    if wrong:
        raise SheetError(f"Line {first.number}: {' '.join(wrong)}")
    return names


def no_progress(phase: str, done: int, total: int | None) -> None:
    """Report no progress."""


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
        asked = [(RowResult(line.number), self._cells(line)) for line in sheet]
        for (row_result, _), line in zip(asked, sheet, strict=True):
            row_result.errors += self._unreadable(line)
        self._find(asked)
        self.there = snapshots(self.layout.table, {one.pk for one, _ in asked if one.pk is not None})
        self._refuse_twice(asked)
        self.given = differing = {row_result.line: self._differing(row_result, cells) for row_result, cells in asked}
        self.references = References(self._mentioned(differing.values()))
        self.rows = self._loaded([one.pk for one, _ in asked if one.pk is not None and differing[one.line]])
        done = []
        for number, (row_result, cells) in enumerate(asked):
            on_progress(COMPARING, number, len(asked))
            write = self._write(row_result, cells, differing[row_result.line])
            if write is not None:
                done.append((row_result, write))
        self._compare_with_downloaded([(row_result, cells) for row_result, cells in asked if row_result.status == STALE])
        self._refuse_duplicates([(row_result, write) for row_result, write in done if row_result.status in (NEW, CHANGED)])
        for row_result, _ in asked:
            if row_result.errors and row_result.status != STALE:
                row_result.status = ERROR
        shown = sorted(
            (row_result for row_result, _ in asked if row_result.status != UNCHANGED),
            key=lambda one: (ORDER.index(one.status), one.line),
        )
        return Plan(shown, [write for row_result, write in done if row_result.status in (NEW, CHANGED)], len(asked) - len(shown))

    # Which record a line is about

    def _cells(self, line: Line) -> dict[str, str]:
        cells = [*line.cells, *[""] * (len(self.names) - len(line.cells))]
        return dict(zip(self.names, cells, strict=False))

    def _unreadable(self, line: Line) -> Iterator[tuple[str, str]]:
        for index, message in line.wrong.items():
            yield (self.names[index] if index < len(self.names) else str(index + 1)), message
        if len(line.cells) > len(self.names):
            yield str(len(self.names) + 1), "There are more cells than columns."

    def _find(self, asked: list[tuple[RowResult, dict[str, str]]]) -> None:
        rows = self.layout.model._default_manager
        numbers = {number for _, cells in asked if (number := _number(cells.get(ID, ""))) is not None}
        slugs = {slug for _, cells in asked if (slug := cells.get(SLUG, "").strip())}
        by_id = {pk for chunk in chunks(sorted(numbers)) for pk in rows.filter(pk__in=chunk).values_list("pk", flat=True)}
        by_slug: dict[str, int] = {}
        others: dict[str, int] = {}
        moved: dict[str, str] = {}
        for chunk in chunks(sorted(slugs)):
            by_slug |= dict(rows.filter(slug__in=chunk).values_list("slug", "pk"))
            others |= dict(self.layout.table._default_manager.filter(slug__in=chunk).values_list("slug", "pk"))
            gone = Redirect.objects.filter(collection=DOCUMENT_TYPES[self.layout.table].collection, old_slug__in=chunk)
            moved |= dict(gone.values_list("old_slug", "new_slug"))
        kind = self.layout.model._meta.verbose_name
        for row_result, cells in asked:
            entered, slug = cells.get(ID, "").strip(), cells.get(SLUG, "").strip()
            row_result.slug = slug
            if entered:
                number = _number(entered)
                row_result.pk = number if number in by_id else None
                if row_result.pk is None:
                    row_result.errors.append(
                        (ID, f"There is no {kind} {entered}. Empty the cells id and seen to create a new one.")
                    )
            elif slug in by_slug:
                row_result.pk = by_slug[slug]
            elif not slug:
                row_result.errors.append((SLUG, "A slug or an id is required."))
            elif cells.get(SEEN, "").strip():
                row_result.errors.append((SLUG, f"There is no {kind} “{slug}”. Empty the cell seen to create a new one."))
            elif slug in others:
                row_result.errors.append((SLUG, f"“{slug}” is a record of another kind."))
            elif slug in moved:
                row_result.errors.append((SLUG, f"“{slug}” is a former slug and redirects to “{moved[slug]}”."))

    def _refuse_twice(self, asked: list[tuple[RowResult, dict[str, str]]]) -> None:
        first: dict[Any, int] = {}
        for row_result, cells in asked:
            keys: set[tuple[str, Any]] = {(SLUG, row_result.slug)} if row_result.slug else set()
            keys |= {(ID, row_result.pk)} if row_result.pk is not None else set()
            before = [first[key] for key in keys if key in first]
            if before:
                column = SLUG if SLUG in cells else ID
                row_result.errors.append((column, f"Line {min(before)} refers to the same record."))
            for key in keys:
                first.setdefault(key, row_result.line)

    # What it says of it

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
        self._fill(write, row_result, cells, given)
        if write.is_empty and not row_result.errors:
            return None
        row_result.status = NEW if is_new else STALE if is_stale else CHANGED
        row_result.changes = [(name, *_contrast(before, after), None) for name, (before, after) in given.items()]
        self._refuse_unpermitted(row_result, write)
        if not row_result.errors:
            self._check(row_result, write)
        return write

    def _refuse_unpermitted(self, row_result: RowResult, write: Write) -> None:
        kinds = self.layout.model._meta.verbose_name_plural
        if row_result.pk is None and not self.rights.may_add:
            row_result.errors.append(("", f"You may not add {kinds}."))
        elif row_result.pk is not None and not self.rights.may_change(write.row):
            state = write.row.get_state_display().lower()
            who = "only editors may change it" if write.row.state == CurationState.PUBLISHED else "you may not change it"
            row_result.errors.append(("", f"The record is {state}; {who}."))

    def _fill(self, write: Write, row_result: RowResult, cells: Mapping[str, str], given: Mapping[str, tuple[str, str]]) -> None:
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
        write.parts += [
            (column.part(**{column.field.attname: key}), column.owner, "") for key in keys if key not in there
        ]  # fmt: skip

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
        _refuse_alike(column, listed)

    def _own(self, row_result: RowResult) -> Values:
        if row_result.pk is None:
            return {}
        (row,) = self.there[row_result.pk].rows[self.label].values()
        return row

    def _part_rows(self, row_result: RowResult, part: Any) -> list[tuple[str, Values]]:
        rows = self.there[row_result.pk].rows.get(part._meta.label_lower, {}) if row_result.pk is not None else {}
        return sorted(rows.items(), key=lambda one: int(one[0]))

    # Whether it can stand

    def _check(self, row_result: RowResult, write: Write) -> None:
        known = set(self.layout.header)
        if write.changed:
            for column, message in faults(write.row, changed=write.changed):
                row_result.errors.append((column if column in known else "", message))
        by_part = {column.part: column.name for column in self.layout.columns if isinstance(column, ListColumn)}
        for row, owner, line in write.parts:
            name = by_part.get(type(row))
            if name is None:
                continue
            # Rows of one record are told apart by `_refuse_alike`; the record may have no key yet.
            alone = {
                one for constraint in row._meta.constraints
                if isinstance(constraint, UniqueConstraint) and owner not in constraint.fields for one in constraint.fields
            }  # fmt: skip
            row_result.errors += [(name, f"“{line}”: {message}") for _, message in faults(row, changed=alone)]

    def _refuse_duplicates(self, done: list[tuple[RowResult, Write]]) -> None:
        """Refuse lines that would say the same as others where a rule allows it once."""
        alike = [one for one in self.layout.table._meta.constraints if isinstance(one, UniqueConstraint)]
        for constraint in alike:
            first: dict[Any, int] = {}
            for row_result, write in done:
                values = tuple(getattr(write.row, self._attname(name)) for name in constraint.fields)
                if not write.changed or None in values or (constraint.condition and "" in values):
                    continue
                if values in first:
                    message = f"Line {first[values]} has the same {' and '.join(constraint.fields)}."
                    row_result.errors.append((constraint.fields[0], message))
                first.setdefault(values, row_result.line)

    def _attname(self, name: str) -> str:
        return str(self.layout.table._meta.get_field(name).attname)  # type: ignore[union-attr]  # a column

    def _compare_with_downloaded(self, stale: list[tuple[RowResult, dict[str, str]]]) -> None:
        """Show beside what a record says now what it said when the sheet was downloaded, as far as a version tells.

        A line that says what it said then was not touched, and changes nothing.
        """
        wanted = {row_result.pk: (row_result, cells[SEEN].strip()) for row_result, cells in stale}
        kept = Revision.objects.filter(collection=DOCUMENT_TYPES[self.layout.table].collection, record_id__in=list(wanted))
        found = {
            record: pk for pk, record, digest in kept.values_list("pk", "record_id", "digest")
            if wanted[record][1] == f"v{digest[:16]}"
        }  # fmt: skip
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


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004 - fits in a key


def _has_default(column: Any) -> bool:
    return bool(column.has_default())


def _row_of(part: Any, pk: int, values: Values) -> Any:
    row = part(pk=pk)
    for name, value in values.items():
        column = part._meta.get_field(name)
        setattr(row, column.attname, value if column.is_relation else column.to_python(value))
    row._state.adding = False
    return row


def _refuse_alike(column: ListColumn, rows: list[Values]) -> None:
    """Refuse a list in which two rows say the same where its table allows it once."""
    for constraint in column.part._meta.constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        keys = [tuple(str(row.get(name, "")) for name in constraint.fields if name != column.owner) for row in rows]
        twice = [key for key, count in Counter(keys).items() if count > 1]
        if twice:
            given = constraint.violation_error_message
            raise ValidationError(f"Two lines have the same values ({', '.join(filter(None, twice[0]))}). {given}")
