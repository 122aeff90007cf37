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

from config.desk.models import Revision
from config.desk.sheets.checking import faults
from config.desk.sheets.columns import FieldColumn, ListColumn, References, SlugsColumn, lines, understood
from config.desk.sheets.layout import ID, SEEN, SLUG, STATE, Layout, seen
from config.desk.sheets.reading import Line, SheetError
from config.record.bulk import chunks
from config.record.choices import CurationState
from config.record.models import Redirect
from config.record.portraits import Portrait, Values, portraits
from config.record.shapes import SHAPES

NEW: Final = "new"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
STALE: Final = "stale"
ERROR: Final = "error"
# What people should look at first.
ORDER: Final = (ERROR, STALE, CHANGED, NEW)


@dataclass
class Verdict:
    """What a line of the sheet would do."""

    line: int
    word: str = UNCHANGED
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

    verdicts: list[Verdict]
    writes: list[Write]
    unchanged: int

    @property
    def ids(self) -> list[int]:
        """The records that the sheet is about, as far as they are there."""
        return sorted(one.pk for one in self.verdicts if one.pk is not None)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each sort."""
        found = Counter(one.word for one in self.verdicts)
        return {word: found[word] for word in ORDER} | {UNCHANGED: self.unchanged}

    @property
    def refused(self) -> bool:
        """Whether any line keeps the sheet from being done."""
        return any(one.word in (ERROR, STALE) for one in self.verdicts)

    def dumps(self) -> str:
        """Return what people are shown, as JSON."""
        return orjson.dumps({"verdicts": [asdict(one) for one in self.verdicts], "unchanged": self.unchanged}).decode()

    @classmethod
    def loads(cls, text: str) -> Plan:
        """Read what `dumps` wrote; the rows to be written are not kept."""
        kept = orjson.loads(text)
        return cls([Verdict(**one) for one in kept["verdicts"]], [], kept["unchanged"])


@dataclass(frozen=True)
class Rights:
    """What whoever brings the sheet may do."""

    may_add: bool
    may_change: Callable[[Any], bool]


def header_of(layout: Layout, first: Line) -> list[str]:
    """Return the names of the columns; raise `SheetError` where one is unknown, stands twice or is missing."""
    names = [cell.strip().casefold().replace(" ", "_") for cell in first.cells]
    wrong = []
    for place, name in enumerate(names, 1):
        if name in layout.header:
            continue
        close = get_close_matches(name, layout.header, 1)
        hint = f" Is it “{close[0]}”?" if close else ""
        wrong.append(f"column {place} (“{first.cells[place - 1].strip()}”) is unknown.{hint}")
    wrong += [f"column “{name}” stands there {count} times." for name, count in Counter(names).items() if count > 1 and name]
    if not {ID, SLUG}.intersection(names):
        wrong.append("a column “slug” or “id” is needed, by which records are found.")
    if wrong:
        raise SheetError(f"Line {first.number}: {' '.join(wrong)}")
    return names


def plan(layout: Layout, sheet: list[Line], rights: Rights) -> Plan:
    """Return what a sheet would do; raise `SheetError` where that cannot be told at all."""
    return _Planning(layout, header_of(layout, sheet[0]), rights).plan(sheet[1:])


class _Planning:
    """The comparison of one sheet with the record."""

    def __init__(self, layout: Layout, names: list[str], rights: Rights) -> None:
        self.layout, self.names, self.rights = layout, names, rights
        self.label = layout.table._meta.label_lower
        self.columns = [column for column in layout.columns if column.name in names]

    def plan(self, sheet: list[Line]) -> Plan:
        asked = [(Verdict(line.number), self._cells(line)) for line in sheet]
        for (verdict, _), line in zip(asked, sheet, strict=True):
            verdict.errors += self._unreadable(line)
        self._find(asked)
        self.there = portraits(self.layout.table, {one.pk for one, _ in asked if one.pk is not None})
        self._refuse_twice(asked)
        self.said = differing = {verdict.line: self._differing(verdict, cells) for verdict, cells in asked}
        self.references = References(self._mentioned(differing.values()))
        self.rows = self._loaded([one.pk for one, _ in asked if one.pk is not None and differing[one.line]])
        writes = [(verdict, self._write(verdict, cells, differing[verdict.line])) for verdict, cells in asked]
        done = [(verdict, write) for verdict, write in writes if write is not None]
        self._tell_downloaded([(verdict, cells) for verdict, cells in asked if verdict.word == STALE])
        self._refuse_twins([(verdict, write) for verdict, write in done if verdict.word in (NEW, CHANGED)])
        for verdict, _ in asked:
            if verdict.errors and verdict.word != STALE:
                verdict.word = ERROR
        shown = sorted(
            (verdict for verdict, _ in asked if verdict.word != UNCHANGED), key=lambda one: (ORDER.index(one.word), one.line)
        )
        return Plan(shown, [write for verdict, write in done if verdict.word in (NEW, CHANGED)], len(asked) - len(shown))

    # Which record a line is about

    def _cells(self, line: Line) -> dict[str, str]:
        cells = [*line.cells, *[""] * (len(self.names) - len(line.cells))]
        return dict(zip(self.names, cells, strict=False))

    def _unreadable(self, line: Line) -> Iterator[tuple[str, str]]:
        for place, message in line.wrong.items():
            yield (self.names[place] if place < len(self.names) else str(place + 1)), message
        if len(line.cells) > len(self.names):
            yield str(len(self.names) + 1), "There are more cells than columns have names."

    def _find(self, asked: list[tuple[Verdict, dict[str, str]]]) -> None:
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
            gone = Redirect.objects.filter(collection=SHAPES[self.layout.table].collection, old_slug__in=chunk)
            moved |= dict(gone.values_list("old_slug", "new_slug"))
        kind = self.layout.model._meta.verbose_name
        for verdict, cells in asked:
            entered, slug = cells.get(ID, "").strip(), cells.get(SLUG, "").strip()
            verdict.slug = slug
            if entered:
                number = _number(entered)
                verdict.pk = number if number in by_id else None
                if verdict.pk is None:
                    verdict.errors.append((ID, f"There is no {kind} {entered}. Empty the cells id and seen to enter a new one."))
            elif slug in by_slug:
                verdict.pk = by_slug[slug]
            elif not slug:
                verdict.errors.append((SLUG, "A slug or an id is needed, by which the record is found."))
            elif cells.get(SEEN, "").strip():
                verdict.errors.append((SLUG, f"There is no {kind} “{slug}” any more. Empty the cell seen to enter a new one."))
            elif slug in others:
                verdict.errors.append((SLUG, f"“{slug}” is a record of another kind."))
            elif slug in moved:
                verdict.errors.append((SLUG, f"“{slug}” was a record's slug once, and leads to “{moved[slug]}”."))

    def _refuse_twice(self, asked: list[tuple[Verdict, dict[str, str]]]) -> None:
        first: dict[Any, int] = {}
        for verdict, cells in asked:
            keys: set[tuple[str, Any]] = {(SLUG, verdict.slug)} if verdict.slug else set()
            keys |= {(ID, verdict.pk)} if verdict.pk is not None else set()
            before = [first[key] for key in keys if key in first]
            if before:
                column = SLUG if SLUG in cells else ID
                verdict.errors.append((column, f"Line {min(before)} is about the same record."))
            for key in keys:
                first.setdefault(key, verdict.line)

    # What it says of it

    def _differing(self, verdict: Verdict, cells: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """Return what the record says and what the sheet says, where the two differ; of new records, all that is said."""
        if verdict.pk is None:
            return {column.name: ("", cells[column.name]) for column in self.columns if cells[column.name].strip()}
        now = self.there[verdict.pk]
        (row,) = now.rows[self.label].values()
        verdict.digest, verdict.slug = now.digest, str(row[SLUG])
        verdict.name = str(row.get("name") or "")
        said = ((column.name, column.cell(now, verdict.pk), cells[column.name]) for column in self.columns)
        return {name: (before, after) for name, before, after in said if _plain(before) != _plain(after)}

    def _mentioned(self, differing: Iterable[Mapping[str, tuple[str, str]]]) -> dict[Any, set[str]]:
        wanted: dict[Any, set[str]] = defaultdict(set)
        for said in differing:
            for column in self.columns:
                if column.name in said:
                    for one, slug in column.mentions(said[column.name][1]):
                        wanted[one].add(slug)
        return wanted

    def _loaded(self, ids: list[int]) -> dict[int, Any]:
        rows: dict[int, Any] = {}
        for chunk in chunks(ids):
            rows |= self.layout.model._default_manager.in_bulk(chunk)
        return rows

    def _write(self, verdict: Verdict, cells: Mapping[str, str], said: Mapping[str, tuple[str, str]]) -> Write | None:
        if verdict.errors:
            return None
        is_new = verdict.pk is None
        state = cells.get(STATE, "").strip()
        is_stale = False
        if is_new:
            write = Write(self.layout.model(), {SLUG})
            if state not in ("", CurationState.DRAFT):
                verdict.errors.append((STATE, "A new record begins as a draft; leave the cell empty."))
            verdict.name = cells.get("name", "").strip()
        else:
            now = self.there[verdict.pk]  # type: ignore[index]  # a record has a key
            (row,) = now.rows[self.label].values()
            if state and state != row[STATE]:
                verdict.errors.append((STATE, f"It is “{row[STATE]}”. A sheet does not change where a record stands."))
            is_stale = cells.get(SEEN, "").strip() not in ("", seen(now))
            if not said:
                return None
            write = Write(self.rows[verdict.pk])  # type: ignore[index]  # as above
        self._fill(write, verdict, cells, said)
        if write.is_empty and not verdict.errors:
            return None
        verdict.word = NEW if is_new else STALE if is_stale else CHANGED
        verdict.changes = [(name, *_contrast(before, after), None) for name, (before, after) in said.items()]
        self._refuse_unpermitted(verdict, write)
        if not verdict.errors:
            self._check(verdict, write)
        return write

    def _refuse_unpermitted(self, verdict: Verdict, write: Write) -> None:
        kinds = self.layout.model._meta.verbose_name_plural
        if verdict.pk is None and not self.rights.may_add:
            verdict.errors.append(("", f"New {kinds} are not entered by a sheet of yours."))
        elif verdict.pk is not None and not self.rights.may_change(write.row):
            state = write.row.get_state_display().lower()
            who = "only who may publish changes it" if write.row.state == CurationState.PUBLISHED else "you may not change it"
            verdict.errors.append(("", f"The record is {state}; {who}."))

    def _fill(self, write: Write, verdict: Verdict, cells: Mapping[str, str], said: Mapping[str, tuple[str, str]]) -> None:
        """Set in the rows to be written what the sheet says."""
        for column in self.layout.columns if verdict.pk is None else self.columns:
            try:
                if isinstance(column, FieldColumn):
                    self._fill_field(write, verdict, column, cells.get(column.name), is_said=column.name in said)
                elif column.name in said and isinstance(column, SlugsColumn):
                    self._fill_slugs(write, verdict, column, said[column.name][1])
                elif column.name in said and isinstance(column, ListColumn):
                    self._fill_list(write, verdict, column, said[column.name][1])
            except ValidationError as error:
                verdict.errors.append((column.name, " ".join(error.messages)))

    def _fill_field(self, write: Write, verdict: Verdict, column: FieldColumn, text: str | None, *, is_said: bool) -> None:
        one = column.field
        if verdict.pk is None and not (text or "").strip() and (text is None or not one.blank) and _has_default(one):
            return
        if verdict.pk is not None and not is_said:
            return
        value = understood(one, text or "", self.references)
        if verdict.pk is not None and value == getattr(write.row, one.attname):
            return
        if column.shown_only:
            raise ValidationError("A sheet does not change it; change it on the page of the record.")
        if one.name == SLUG and write.row.published_at is not None:
            raise ValidationError("The record was public, and its slug never changes.")
        setattr(write.row, one.attname, value)
        write.changed.add(one.name)

    def _fill_slugs(self, write: Write, verdict: Verdict, column: SlugsColumn, text: str) -> None:
        keys = column.items(text, self.references)
        if column.part is None:
            if set(keys) != set(self._own(verdict).get(column.name, [])):
                write.several[column.name] = keys
            return
        there = {values[column.field.name]: int(pk) for pk, values in self._part_rows(verdict, column.part)}
        write.removed += [(column.part, pk) for key, pk in there.items() if key not in keys]
        write.parts += [
            (column.part(**{column.field.attname: key}), column.owner, "") for key in keys if key not in there
        ]  # fmt: skip

    def _fill_list(self, write: Write, verdict: Verdict, column: ListColumn, text: str) -> None:
        """Keep the rows whose line stands there still, change those that begin alike, and add and remove the others."""
        now = self.there[verdict.pk] if verdict.pk is not None else Portrait({})
        there = dict(self._part_rows(verdict, column.part))
        told: list[Values] = []
        wanted = []
        for line in lines(text):
            same = next((pk for pk, values in there.items() if column.line(values, now) == line), None)
            if same is None:
                wanted.append(line)
            else:
                told.append(there.pop(same))
        first = column.fields[0].name
        for line in wanted:
            values = column.values(line, self.references)
            told.append(values)
            pk = next((pk for pk, row in there.items() if row[first] == values[first]), None)
            row = column.part() if pk is None else _row_of(column.part, int(pk), there.pop(pk))
            changed = [one for one in column.fields if getattr(row, one.attname) != values[one.name]]
            for one in column.fields:
                setattr(row, one.attname, values[one.name])
            if changed or pk is None:
                write.parts.append((row, column.owner, line))
        write.removed += [(column.part, int(pk)) for pk in there]
        _refuse_alike(column, told)

    def _own(self, verdict: Verdict) -> Values:
        if verdict.pk is None:
            return {}
        (row,) = self.there[verdict.pk].rows[self.label].values()
        return row

    def _part_rows(self, verdict: Verdict, part: Any) -> list[tuple[str, Values]]:
        rows = self.there[verdict.pk].rows.get(part._meta.label_lower, {}) if verdict.pk is not None else {}
        return sorted(rows.items(), key=lambda one: int(one[0]))

    # Whether it can stand

    def _check(self, verdict: Verdict, write: Write) -> None:
        known = set(self.layout.header)
        if write.changed:
            for column, message in faults(write.row, changed=write.changed):
                verdict.errors.append((column if column in known else "", message))
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
            verdict.errors += [(name, f"“{line}”: {message}") for _, message in faults(row, changed=alone)]

    def _refuse_twins(self, done: list[tuple[Verdict, Write]]) -> None:
        """Refuse lines that would say the same as others where a rule allows it once."""
        alike = [one for one in self.layout.table._meta.constraints if isinstance(one, UniqueConstraint)]
        for constraint in alike:
            first: dict[Any, int] = {}
            for verdict, write in done:
                values = tuple(getattr(write.row, self._attname(name)) for name in constraint.fields)
                if not write.changed or None in values or (constraint.condition and "" in values):
                    continue
                if values in first:
                    message = f"Line {first[values]} has the same {' and '.join(constraint.fields)}."
                    verdict.errors.append((constraint.fields[0], message))
                first.setdefault(values, verdict.line)

    def _attname(self, name: str) -> str:
        return str(self.layout.table._meta.get_field(name).attname)  # type: ignore[union-attr]  # a column

    def _tell_downloaded(self, stale: list[tuple[Verdict, dict[str, str]]]) -> None:
        """Show beside what a record says now what it said when the sheet was downloaded, as far as a version tells.

        A line that says what it said then was not touched, and changes nothing.
        """
        wanted = {verdict.pk: (verdict, cells[SEEN].strip()) for verdict, cells in stale}
        kept = Revision.objects.filter(collection=SHAPES[self.layout.table].collection, record_id__in=list(wanted))
        found = {
            record: pk for pk, record, digest in kept.values_list("pk", "record_id", "digest")
            if wanted[record][1] == f"v{digest[:16]}"
        }  # fmt: skip
        for revision in Revision.objects.filter(pk__in=list(found.values())):
            verdict, before = wanted[revision.record_id][0], revision.portrait
            then = {column.name: column.cell(before, revision.record_id) for column in self.columns}
            said = {
                name: (now, after)
                for name, (now, after) in self.said[verdict.line].items()
                if _plain(after) != _plain(then[name])
            }
            verdict.changes = [(name, now, after, then[name]) for name, (now, after) in said.items()]
            if not said:
                verdict.word, verdict.errors = UNCHANGED, []


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
            said = constraint.violation_error_message
            raise ValidationError(f"Two lines say the same ({', '.join(filter(None, twice[0]))}). {said}")
