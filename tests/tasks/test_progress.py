"""Progress of a task that works in one long transaction."""

from __future__ import annotations

from contextlib import suppress
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.tasks import progress
from config.tasks.models import Task, TaskState, Worker
from config.tasks.progress import Progress
from config.tasks.registry import Run, TaskLostError, TaskStoppedError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run() -> Run:
    worker = Worker.objects.create(host="here", pid=1)
    running = {"state": TaskState.RUNNING, "worker": worker, "attempts": 1, "started_at": timezone.now()}
    return Run(Task.objects.create(name="test", **running))


def saved() -> tuple[str, int, int | None]:
    return Task.objects.values_list("report", "done", "total").get()


def test_it_is_seen_at_once_when_a_phase_begins_and_then_once_a_second(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with Progress(run) as report:
        report("Reading", 0, 10)
        report("Reading", 1, 10)
        assert saved() == ("Reading", 0, 10)
        report("Writing", 0, None)
        assert saved() == ("Writing", 0, None)
        monkeypatch.setattr(progress, "INTERVAL", 0)
        report("Writing", 5, 10)
        assert saved() == ("Writing", 5, 10)


def test_within_a_transaction_others_see_it_before_the_end(run: Run) -> None:
    with Progress(run) as report:
        with transaction.atomic():
            report("Writing", 3, 10)
            transaction.set_rollback(True)
        # SQLite has one writer at a time.
        assert saved() == (("Writing", 3, 10) if connection.vendor == "postgresql" else ("", 0, None))
        Task.objects.update(attempts=2)
        with transaction.atomic():
            report("Who lost the task", 1, 1)
        assert saved()[0] != "Who lost the task"
        with pytest.raises(TaskLostError):
            report("Who lost it still", 1, 1)


def test_a_worker_that_ends_undoes_the_transaction(run: Run) -> None:
    run.stopping = Event()
    run.stopping.set()
    with Progress(run) as report:
        with suppress(TaskStoppedError), transaction.atomic():
            Worker.objects.create(host="there", pid=2)
            report("Writing", 1, 10)
        assert Worker.objects.count() == 1
