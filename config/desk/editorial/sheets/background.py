"""Sheets too large for a request: background tasks compare them with the records, and import them."""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from config.desk.editorial.sheets.apply import compare, do
from config.desk.editorial.sheets.changes import Plan
from config.desk.editorial.sheets.reading import SheetError
from config.desk.models import Sheet
from config.tasks import registry
from config.tasks.models import Task, TaskState
from config.tasks.progress import Progress
from config.tasks.registry import Link, Run

PREVIEW: Final = "sheet_preview"
IMPORT: Final = "sheet_import"
IMPORTING: Final = "Importing the sheet in one transaction"
# A request compares at most so many lines (about 3 seconds), and imports at most so many changes (about one more).
LINES_AT_ONCE: Final = 1_000
CHANGES_AT_ONCE: Final = 100


def is_imported_at_once(plan: Plan) -> bool:
    """Return whether a request imports a sheet, rather than a task."""
    return plan.lines <= LINES_AT_ONCE and len(plan.row_results) <= CHANGES_AT_ONCE


def enqueue(name: str, sheet: Sheet, by: Any, **arguments: str) -> Task:
    """Have a task compare or import a sheet; return the task. Where one is under way already, return that one."""
    registry.discover()
    with transaction.atomic():
        rows = Sheet.objects.select_for_update(of=("self",)).select_related("task").defer("cells", "plan")
        kept = rows.filter(pk=sheet.pk).first()
        if kept is None:
            raise SheetError("This sheet was imported already.")
        if kept.task and kept.is_under_way:
            return kept.task
        # One of each name runs at a time: imports would only wait for each other at the log.
        task = registry.types[name].enqueue(
            by=by, lock=name, queueing_lock=_queueing_lock(name, sheet.pk), sheet=str(sheet.pk), label=sheet.label, **arguments
        )
        kept.task = task
        kept.save(update_fields=["task"])
        return task


def last_import(key: Any, by: Any) -> Task | None:
    """Return the task that imported, or is to import, a sheet of somebody."""
    return Task.objects.filter(queueing_lock=_queueing_lock(IMPORT, key), by=by).first()


def _queueing_lock(name: str, key: Any) -> str:
    return f"{name} {key}"


def link(task: Task) -> Link | None:
    """Return the link from the page of a task: to the preview of its sheet or, once that is imported, to the list."""
    meta = apps.get_model(task.arguments["label"])._meta
    address = f"admin:{meta.app_label}_{meta.model_name}"
    key = task.arguments["sheet"]
    if name := Sheet.objects.filter(pk=key).values_list("name", flat=True).first():
        return f"Import preview: {name}", reverse(f"{address}_sheet", args=[key])
    title = str(meta.verbose_name_plural)
    return (title[:1].upper() + title[1:], reverse(f"{address}_changelist")) if task.state == TaskState.DONE else None


def run_preview(run: Run, key: str) -> None:
    """Compare a sheet with the records, and keep what it would do."""
    sheet, page = _begin(run, key)
    with Progress(run) as progress:
        plan = compare(page.layout, sheet, page.rights(run.task.by), progress)
    counts = ", ".join(f"{count:,} {word}" for word, count in plan.counts.items())
    with transaction.atomic():
        Sheet.objects.filter(pk=key).update(plan=sheet.plan)
        run.save(report=f"{sheet.name}: {counts}.", done=plan.lines, total=plan.lines)


def run_import(run: Run, key: str, reason: str) -> None:
    """Import a sheet in one transaction. It is refused where `do` refuses it, and the sheet is kept."""
    # The worker died after the commit, before the task was noted as done.
    if run.checkpoint.get("is_imported"):
        return
    sheet, page = _begin(run, key)
    name = sheet.name

    def finish(plan: Plan) -> None:
        run.save({"is_imported": True}, report=f"{name} is imported: {plan.summary}.", done=plan.lines, total=plan.lines)

    by: Any = run.task.by
    with Progress(run) as progress:
        progress(IMPORTING, 0, None)
        do(page.layout, sheet, page.rights(by), by=by, reason=reason, on_progress=progress, finish=finish)


def _begin(run: Run, key: str) -> tuple[Sheet, Any]:
    """Return a sheet, which is kept for a day from now, and the admin page of its records."""
    by = run.task.by
    sheet = Sheet.objects.filter(pk=key, by=by).first()
    if sheet is None:
        raise SheetError("The sheet no longer exists. Upload it again.")
    Sheet.objects.filter(pk=key).update(at=timezone.now())
    page: Any = admin.site.get_model_admin(apps.get_model(sheet.label))
    if by is None or not (by.is_active and by.is_staff and page.may_upload(by)):
        raise SheetError("The user who uploaded this sheet no longer has the permission to import it.")
    return sheet, page
