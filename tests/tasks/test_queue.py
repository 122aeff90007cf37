"""The queue: what is there after a commit, who runs it, how often, and what is seen of it."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.exceptions import RecordError
from config.monitoring.logs import JSONFormatter
from config.tasks import registry, worker
from config.tasks.cron import Cron
from config.tasks.models import RepeatedTask, Task, TaskState, Worker
from config.tasks.registry import Run, TaskLostError, TaskStoppedError, TaskType, task

pytestmark = pytest.mark.django_db
Make = Callable[..., TaskType]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a function a task for the time of a test."""
    monkeypatch.setattr(registry, "types", {})

    def made(function: Any, **options: Any) -> TaskType:
        return task("test", **options)(function)

    return made


@pytest.fixture
def own() -> Worker:
    return Worker.objects.create(host="here", pid=1)


def run_next(own: Worker) -> Task | None:
    claimed = worker.claim(own)
    if claimed:
        worker.execute(claimed)
        claimed.refresh_from_db()
    return claimed


def test_a_task_runs_once_with_its_arguments(make: Make, own: Worker) -> None:
    seen: list[Any] = []
    make(lambda run, **given: seen.append(given)).enqueue(number=7)
    found = run_next(own)
    assert found
    assert (found.state, found.attempts, found.error) == (TaskState.DONE, 1, "")
    assert found.ended_at
    assert run_next(own) is None
    assert seen == [{"number": 7}]


def test_a_task_is_gone_with_the_transaction_that_added_it(make: Make) -> None:
    kind = make(lambda run: None)
    with suppress(ZeroDivisionError), transaction.atomic():
        kind.enqueue()
        kind.enqueue(queueing_lock="one")
        assert Task.objects.count() == 2
        raise ZeroDivisionError
    assert not Task.objects.exists()


def test_what_fails_is_tried_again_after_longer_and_longer_and_has_failed_then(
    make: Make, own: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(run: Run) -> None:
        raise RuntimeError("no luck")

    waits = []
    with time_machine.travel("2026-01-01", tick=False) as clock:
        make(fail, attempts=3).enqueue()
        for attempt in (1, 2):
            found = run_next(own)
            assert found
            assert (found.state, found.attempts) == (TaskState.WAITING, attempt)
            assert "RuntimeError: no luck" in found.error
            waits.append((found.due_at - timezone.now()).total_seconds())
            assert run_next(own) is None
            clock.shift(timedelta(seconds=waits[-1]))
        found = run_next(own)
    assert found
    assert (found.state, found.attempts) == (TaskState.FAILED, 3)
    assert 5 <= waits[0] <= 6
    assert 10 <= waits[1] <= 12
    # Operators see it, too.
    assert any(record.message.startswith(f"{found} has failed.") and record.levelno == logging.ERROR for record in caplog.records)
    assert Task.objects.count_by_state() == {"waiting": 0, "running": 0, "failed": 1}
    # Retry it is tried once more.
    assert Task.objects.filter(pk=found.pk).retry() == 1
    found = run_next(own)
    assert found
    assert (found.state, found.attempts, found.max_attempts) == (TaskState.FAILED, 4, 4)


def test_what_the_rules_refuse_has_failed_at_once_with_one_sentence(make: Make, own: Worker) -> None:
    def refuse(run: Run) -> None:
        raise RecordError("It is published.", ["sources/first"])

    make(refuse, attempts=3).enqueue()
    found = run_next(own)
    assert found
    assert (found.state, found.attempts, found.error) == (TaskState.FAILED, 1, "It is published. sources/first")


def test_of_tasks_with_one_lock_one_runs_at_a_time(make: Make, own: Worker) -> None:
    kind = make(lambda run: None)
    first, second, other = kind.enqueue(lock="a"), kind.enqueue(lock="a"), kind.enqueue(lock="b")
    assert worker.claim(own) == first
    assert worker.claim(own) == other
    assert worker.claim(own) is None
    # Where two workers ask at the same moment, the table refuses one of them.
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=second.pk).update(state=TaskState.RUNNING, started_at=timezone.now())
    Task.objects.filter(pk=first.pk).update(state=TaskState.DONE)
    assert worker.claim(own) == second


def test_of_tasks_with_one_queueing_lock_one_waits(make: Make, own: Worker) -> None:
    kind = make(lambda run: None)
    first = kind.enqueue(queueing_lock="a")
    assert kind.enqueue(queueing_lock="a") == first
    assert kind.enqueue(queueing_lock="b") != first
    assert worker.claim(own) == first
    # What runs may have looked already.
    assert kind.enqueue(queueing_lock="a") != first


def test_a_task_says_how_far_it_is_and_goes_on_from_there(make: Make, own: Worker) -> None:
    done: list[int] = []

    def count(run: Run) -> None:
        for number in range(run.checkpoint.get("next", 0), 4):
            with transaction.atomic():
                done.append(number)
                run.save({"next": number + 1}, done=number + 1, total=4, report=f"{number + 1} counted.")
            if run.task.attempts == 1 and number == 1:
                raise RuntimeError("stumbled")

    added = make(count, attempts=2).enqueue()
    run_next(own)
    added.refresh_from_db()
    assert (added.done, added.total) == (2, 4)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_next(own)
    added.refresh_from_db()
    assert (added.state, added.done, added.report, done) == (TaskState.DONE, 4, "4 counted.", [0, 1, 2, 3])


def test_a_worker_whose_task_was_taken_over_writes_no_more(make: Make, own: Worker) -> None:
    def go_on(run: Run) -> None:
        Task.objects.filter(pk=run.task.pk).update(attempts=2)
        with pytest.raises(TaskLostError):
            run.save(done=5)

    added = make(go_on, attempts=3).enqueue()
    run_next(own)
    added.refresh_from_db()
    assert (added.state, added.done) == (TaskState.RUNNING, 0)


def test_a_task_that_is_stopped_between_parts_waits_without_losing_an_attempt(make: Make, own: Worker) -> None:
    def stop(run: Run) -> None:
        run.save({"next": 1})
        raise TaskStoppedError

    added = make(stop, attempts=1).enqueue()
    run_next(own)
    added.refresh_from_db()
    assert (added.state, added.checkpoint, added.attempts, added.max_attempts) == (TaskState.WAITING, {"next": 1}, 1, 2)


def test_a_task_that_this_code_does_not_know_waits_for_code_that_does(make: Make, own: Worker) -> None:
    Task.objects.create(name="of-tomorrow")
    make(lambda run: None)
    assert worker.claim(own) is None


def test_a_task_that_kills_its_workers_fails_at_last(make: Make, own: Worker) -> None:
    added = make(lambda run: None, attempts=2).enqueue()
    for attempt in (1, 2):
        dying = Worker.objects.create(host="there", pid=attempt)
        assert worker.claim(dying)
        worker.recover(own)
    added.refresh_from_db()
    assert (added.state, added.error) == (TaskState.FAILED, worker.DIED)


def test_what_repeats_is_added_when_it_is_due_and_once(make: Make, settings: Any) -> None:
    make(lambda run: None)
    settings.SCHEDULE = {"test": "30 3 * * *", "unknown": "* * * * *", "never": ""}
    with time_machine.travel(datetime(2026, 1, 1, 3, 29, tzinfo=UTC), tick=False) as clock:
        worker.repeat()
        worker.repeat()
        assert not Task.objects.exists()
        clock.shift(timedelta(minutes=1))
        worker.repeat()
        worker.repeat()
        assert Task.objects.count() == 1
        # Days on which no worker ran are made up for once.
        Task.objects.update(state=TaskState.DONE)
        clock.shift(timedelta(days=3))
        worker.repeat()
        worker.repeat()
        assert Task.objects.count() == 2
        assert RepeatedTask.objects.get().next_at == datetime(2026, 1, 5, 3, 30, tzinfo=UTC)
        # Another time of the day holds at once.
        settings.SCHEDULE = {"test": "0 5 * * *"}
        worker.repeat()
        assert RepeatedTask.objects.get().next_at == datetime(2026, 1, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("17 3 * * *", "2026-01-01T03:17", "2026-01-02T03:17"),
        ("*/15 * * * *", "2026-01-01T23:50", "2026-01-02T00:00"),
        ("0 9-17/4 * * 1-5", "2026-01-02T17:00", "2026-01-05T09:00"),
        ("0 0 29 2 *", "2026-01-01T00:00", "2028-02-29T00:00"),
        ("7 4 * * 7", "2026-01-01T00:00", "2026-01-04T04:07"),
        ("0 0 13 * 5", "2026-01-01T00:00", "2026-01-02T00:00"),
    ],
)
def test_cron(cron: str, after: str, expected: str) -> None:
    assert Cron(cron).next(datetime.fromisoformat(after)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("cron", ["", "* * * *", "60 * * * *", "* 5-3 * * *", "soon * * * *"])
def test_what_is_no_cron_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cron(cron)


def test_log_lines_of_a_task_carry_its_id(make: Make, own: Worker) -> None:
    lines: list[str] = []

    def log(run: Run) -> None:
        lines.append(JSONFormatter().format(logging.makeLogRecord({"msg": "inside"})))

    added = make(log).enqueue()
    run_next(own)
    assert json.loads(lines[0])["task_id"] == str(added.pk)
    assert json.loads(lines[0])["task"] == "test"
    assert "task_id" not in JSONFormatter().format(logging.makeLogRecord({"msg": "outside"}))


def test_the_oldest_waiting_task_is_told(make: Make) -> None:
    assert Task.objects.oldest_waiting() == 0
    added = make(lambda run: None).enqueue()
    with time_machine.travel(added.due_at + timedelta(seconds=90), tick=False):
        assert Task.objects.oldest_waiting() == pytest.approx(90)
    with time_machine.travel(added.due_at - timedelta(seconds=90), tick=False):
        assert Task.objects.oldest_waiting() == 0


@pytest.fixture
def threads(transactional_db: None) -> Iterator[None]:
    """A database that several threads see."""
    yield
    Task.objects.all().delete()


@pytest.mark.usefixtures("threads")
def test_two_workers_run_each_task_once(make: Make) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("Threads share one connection to a database in memory; processes are tested in test_worker.py.")
    ran: list[int] = []
    kind = make(lambda run, number: ran.append(number))
    for number in range(100):
        kind.enqueue(number=number)

    def work() -> None:
        own = Worker.objects.create(host="here", pid=threading.get_ident() % 1000)
        # Whoever finds nothing may have met the other one: it asks again while something waits.
        while Task.objects.filter(state=TaskState.WAITING).exists():
            run_next(own)
        connection.close()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(ran) == list(range(100))
    assert set(Task.objects.values_list("attempts", flat=True)) == {1}
