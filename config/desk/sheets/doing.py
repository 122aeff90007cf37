"""Sheets that are kept between preview and doing, and done: all of it, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.desk import history
from config.desk.choices import Deed
from config.desk.models import Sheet
from config.desk.models.base import whole
from config.desk.review import safeguards
from config.desk.sheets.changes import Plan, Rights, Write, plan
from config.desk.sheets.layout import Layout
from config.desk.sheets.reading import Line, SheetError
from config.record import curation
from config.record.bulk import chunks
from config.record.choices import CurationState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEPT_FOR: Final = timedelta(days=1)


def keep(layout: Layout, lines: list[Line], rights: Rights, *, name: str, by: User) -> Sheet:
    """Keep a sheet with what it would do, until it is done or a day is over."""
    now = timezone.now()
    Sheet.objects.filter(at__lt=now - KEPT_FOR).delete()
    return Sheet.objects.create(
        by=by, at=now, label=layout.model._meta.label_lower, name=name.replace("\x00", "")[:200],
        cells=orjson.dumps([asdict(line) for line in lines], option=orjson.OPT_NON_STR_KEYS).decode(),
        plan=plan(layout, lines, rights).dumps(),
    )  # fmt: skip


def look_again(layout: Layout, sheet: Sheet, rights: Rights) -> None:
    """Keep what a sheet would do now."""
    sheet.plan = plan(layout, _lines(sheet), rights).dumps()
    sheet.save(update_fields=["plan"])


def _lines(sheet: Sheet) -> list[Line]:
    return [
        Line(one["number"], one["cells"], {int(place): said for place, said in one["wrong"].items()})
        for one in orjson.loads(sheet.cells)
    ]  # fmt: skip


def do(layout: Layout, sheet: Sheet, rights: Rights, *, by: User, reason: str) -> Plan:
    """Change the record as a sheet says and let go of the sheet, in one transaction; return what was done.

    Raises `SheetError` where that is no longer what was shown, and whatever curation refuses.
    """
    shown = Plan.loads(sheet.plan)
    try:
        with transaction.atomic():
            if not list(Sheet.objects.select_for_update().filter(pk=sheet.pk).values_list("pk")):
                raise SheetError("This sheet is done already.")
            # Whoever would change one of these waits until the sheet is done, or has changed it and is seen below.
            for chunk in chunks(shown.ids):
                list(layout.table._default_manager.select_for_update().filter(pk__in=chunk).order_by("pk").values_list("pk"))
            found = plan(layout, _lines(sheet), rights)
            if found.dumps() != sheet.plan:
                raise SheetError("The record has changed since this was shown. Look again at what the sheet would do now.")
            if found.refused:
                raise SheetError("A sheet with errors is not done. Correct it and bring it again.")
            _write(layout, found.writes, by, reason)
            sheet.delete()
            return found
    except IntegrityError as error:
        raise SheetError("Lines of the sheet contradict each other, or what somebody has entered meanwhile.") from error


def _write(layout: Layout, writes: list[Write], by: User, reason: str) -> None:
    there = [write.row.pk for write in writes if write.row.pk is not None]
    model, guarded = whole(layout.table, [write.row.pk for write in writes if write.row.state == CurationState.PUBLISHED])
    # What is guarded before or after the change.
    safeguards.require_unguarded({model: guarded})
    with history.changing(layout.table, there, by=by, deed=Deed.IMPORTED, reason=reason):
        for write in writes:
            if write.changed:
                write.row.save()
            for name, keys in write.several.items():
                getattr(write.row, name).set(keys)
        _write_parts(writes)
        ids = [write.row.pk for write in writes]
        safeguards.require_unguarded({model: guarded})
        curation.amend({layout.table: ids}, by=by, reason=reason)
    history.keep(layout.table, set(ids).difference(there), by=by, deed=Deed.IMPORTED, reason=reason)


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
