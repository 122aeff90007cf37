"""Sheets that are kept between preview and import, and imported: all of it, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.desk.choices import RevisionAction
from config.desk.editorial import safeguards, versions
from config.desk.editorial.sheets.changes import plan
from config.desk.editorial.sheets.layout import Layout
from config.desk.editorial.sheets.matching import header_of
from config.desk.editorial.sheets.plan import Plan, ProgressCallback, Rights, Write, no_progress
from config.desk.editorial.sheets.reading import Line, SheetError
from config.desk.models import Sheet
from config.desk.models.base import whole
from config.record.curation import transitions
from config.record.database.bulk import chunks
from config.record.database.locking import lock_rows
from config.record.values.choices import CurationState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

WRITING: Final = "Writing the records"
PUBLISHING: Final = "Updating the public documents"
KEEPING: Final = "Keeping versions"


def sheet_of(layout: Layout, lines: list[Line], *, name: str, by: User) -> Sheet:
    """Return a sheet, not saved yet; raise `SheetError` where its columns are not those of the list."""
    header_of(layout, lines[0])
    return Sheet(
        by=by,
        at=timezone.now(),
        label=layout.model._meta.label_lower,
        name=name.replace("\x00", "")[:200],
        cells=orjson.dumps([asdict(line) for line in lines], option=orjson.OPT_NON_STR_KEYS).decode(),
    )


def compare(layout: Layout, sheet: Sheet, rights: Rights, on_progress: ProgressCallback = no_progress) -> Plan:
    """Set, and return, what a sheet would do now. The sheet is not saved."""
    found = plan(layout, _lines(sheet), rights, on_progress)
    sheet.plan = found.dumps()
    return found


def require_importable(found: Plan) -> None:
    """Raise `SheetError` where lines keep the sheet out."""
    if found.refused:
        raise SheetError("A sheet with errors is not imported. Correct it and upload it again.")


def _lines(sheet: Sheet) -> list[Line]:
    return [
        Line(one["number"], one["cells"], {int(index): given for index, given in one["wrong"].items()})
        for one in orjson.loads(sheet.cells)
    ]


def do(  # noqa: PLR0913 - who changes what, why, and who is told
    layout: Layout, sheet: Sheet, rights: Rights, *, by: User, reason: str,
    on_progress: ProgressCallback = no_progress, finish: Callable[[Plan], None] | None = None,
) -> Plan:  # fmt: skip
    """Change the record as a sheet says and let go of the sheet, in one transaction; return what was done.

    Raises `SheetError` where that is no longer what was shown, and whatever curation refuses. `finish` is called last in
    the transaction.
    """
    shown = Plan.loads(sheet.plan)
    try:
        with transaction.atomic():
            if not list(Sheet.objects.select_for_update().filter(pk=sheet.pk).values_list("pk")):
                raise SheetError("This sheet was imported already.")
            # Whoever would change one of these waits until the sheet is done, or has changed it and is seen below.
            lock_rows(layout.table, shown.ids)
            found = plan(layout, _lines(sheet), rights, on_progress)
            if found.dumps() != sheet.plan:
                raise SheetError("Records or your permissions have changed since the preview. Refresh the preview.")
            require_importable(found)
            _write(layout, found.writes, by, reason, on_progress)
            sheet.delete()
            if finish:
                finish(found)
            return found
    except IntegrityError as error:
        raise SheetError("Lines of the sheet conflict with each other, or with changes made in the meantime.") from error


def _write(layout: Layout, writes: list[Write], by: User, reason: str, on_progress: ProgressCallback) -> None:
    there = [write.row.pk for write in writes if write.row.pk is not None]
    model, guarded = whole(layout.table, [write.row.pk for write in writes if write.row.state == CurationState.PUBLISHED])
    # What is guarded before or after the change.
    safeguards.require_unguarded({model: guarded})
    with versions.changing(layout.table, there, by=by, action=RevisionAction.IMPORTED, reason=reason):
        for number, write in enumerate(writes):
            on_progress(WRITING, number, len(writes))
            if write.changed:
                write.row.save()
            for name, keys in write.several.items():
                getattr(write.row, name).set(keys)
        _write_parts(writes)
        ids = [write.row.pk for write in writes]
        safeguards.require_unguarded({model: guarded})
        on_progress(PUBLISHING, 0, None)
        transitions.amend({layout.table: ids}, by=by, reason=reason)
        on_progress(KEEPING, 0, None)
    versions.keep(layout.table, set(ids).difference(there), by=by, action=RevisionAction.IMPORTED, reason=reason)


def _write_parts(writes: Iterable[Write]) -> None:
    """Write the rows of lists: first those that go make room for the others."""
    removed: dict[Any, list[int]] = defaultdict(list)
    added: dict[Any, list[Any]] = defaultdict(list)
    changed = []
    for write in writes:
        for part, pk in write.removed:
            removed[part].append(pk)
        for row, owner, _ in write.parts:
            setattr(row, f"{owner}_id", write.row.pk)
            if row.pk is None:
                added[type(row)].append(row)
            else:
                changed.append(row)
    for part, ids in removed.items():
        for chunk in chunks(ids):
            part._default_manager.filter(pk__in=chunk).delete()
    for row in changed:
        row.save()
    for part, rows in added.items():
        part._default_manager.bulk_create(rows, batch_size=500)
