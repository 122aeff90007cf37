"""Background tasks of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.management import call_command
from django.utils import timezone

from config.desk.editorial.checks import inspect_everything
from config.desk.editorial.checks.rules import RULES, Rule
from config.desk.editorial.sheets import background
from config.desk.pages.review import bulk
from config.record.documents import writer
from config.record.models import PendingDocument
from config.tasks.models import Task, TaskState
from config.tasks.registry import Run, task, watch

# How long pending documents wait after all attempts to render them have failed.
AFTER_FAILURE: Final = timedelta(minutes=5)


@task("prune")
def prune(run: Run) -> None:
    """Delete what nobody needs any more."""
    call_command("prune")


@task("findings")
def check_findings(run: Run) -> None:
    """Bring the findings of the desk up to date."""

    def note(rule: Rule, count: int) -> None:
        run.save(done=run.task.done + 1, total=len(RULES))
        run.stop_if_asked()

    run.save(done=0, total=len(RULES))
    inspect_everything(note)


@task("documents")
def render_documents(run: Run) -> None:
    """Render the documents that show records whose names have changed, part by part."""
    done = 0
    while rendered := writer.render_pending():
        done += rendered
        run.save(done=done, total=done + PendingDocument.objects.count())
        run.stop_if_asked()


@watch
def follow_pending_documents() -> None:
    """Have pending documents rendered; not again at once where that has just failed for good."""
    if not PendingDocument.objects.exists():
        return
    name = render_documents.name
    if not Task.objects.filter(name=name, state=TaskState.FAILED, ended_at__gt=timezone.now() - AFTER_FAILURE).exists():
        render_documents.enqueue(lock=name, queueing_lock=name)


@task(bulk.TASK)
def take_steps(run: Run, step: str, collection: str, ids: list[int], reason: str) -> None:
    """Have many records take a step of review."""
    bulk.take_in_parts(run, step, collection, ids, reason)


@task(background.PREVIEW, link=background.link)
def preview_sheet(run: Run, sheet: str, label: str) -> None:
    """Compare a sheet with the records."""
    background.run_preview(run, sheet)


@task(background.IMPORT, link=background.link)
def import_sheet(run: Run, sheet: str, label: str, reason: str) -> None:
    """Import a sheet."""
    background.run_import(run, sheet, reason)
