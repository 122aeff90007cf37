"""The worker: takes due tasks, runs several at a time, takes up those of dead workers, and adds what repeats."""

from __future__ import annotations

import logging
import os
import socket
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import BoundedSemaphore, Event
from typing import Final

from django.conf import settings
from django.db import DatabaseError, Error, IntegrityError, close_old_connections, connections, transaction
from django.utils import timezone

from config.exceptions import ChanceryError
from config.monitoring.context import log_fields
from config.tasks import liveness, registry
from config.tasks.cron import Cron
from config.tasks.models import RepeatedTask, Task, TaskState, Worker, requeue
from config.tasks.registry import Run, TaskLostError, TaskStoppedError

# How often the database is asked for due tasks, and what follows is looked for, in seconds.
POLL: Final = 0.5
TICK: Final = 1.0
# How long running tasks have to reach their next checkpoint when the worker is told to end.
GRACE: Final = 25.0
DIED: Final = "The worker that ran it has died."

logger = logging.getLogger(__name__)


class WorkerProcess:
    """What `manage.py worker` runs."""

    def __init__(self, threads: int = 4) -> None:
        registry.discover()
        self.threads = threads
        self.stopping = Event()
        self._wake = Event()
        self._free = BoundedSemaphore(threads)
        self._ticked = 0.0

    def start(self) -> None:
        """Have others know that this worker lives."""
        with transaction.atomic():
            self.row = Worker.objects.create(host=socket.gethostname(), pid=os.getpid())
            # Before anybody sees the row: a worker without its lock is dead.
            self._lock = liveness.hold(self.row.pk)

    def stop(self, *_: object) -> None:
        """Take no more tasks; `run` returns when those that run are done or at a checkpoint."""
        self.stopping.set()
        self._wake.set()

    def run(self) -> bool:
        """Run tasks until it is told to stop; return whether none was cut off."""
        pool = ThreadPoolExecutor(self.threads, thread_name_prefix="task")
        while not self.stopping.is_set():
            try:
                self._round(pool)
            except Error:
                # Others take up what runs here, where they see this lock free: then it must not go on.
                if not self._lock.is_held():
                    logger.exception("The connection to the database is lost. The worker ends.")
                    return False
                logger.exception("The queue cannot be read. It is tried again.")
                close_old_connections()
                self.stopping.wait(TICK)
        return self._end(pool)

    def _round(self, pool: ThreadPoolExecutor) -> None:
        """Begin what is due, as far as threads are free."""
        close_old_connections()
        if time.monotonic() - self._ticked >= TICK:
            self._ticked = time.monotonic()
            self.tick()
        self._wake.clear()
        while not self.stopping.is_set() and self._free.acquire(blocking=False):
            task = None
            try:
                task = claim(self.row)
            finally:
                if task is None:
                    self._free.release()
            if task is None:
                break
            pool.submit(self._run, task)
        self._wake.wait(POLL)

    def tick(self) -> None:
        """Take up the tasks of the dead, and add what is due by the clock or by what was written meanwhile."""
        if not self._lock.is_held():
            raise DatabaseError("The lock of this worker is gone.")
        recover(self.row)
        repeat()
        for look in registry.watches:
            look()

    def _run(self, task: Task) -> None:
        try:
            execute(task, self.stopping)
        except Exception:
            logger.exception("%s could not be noted as ended.", task)
            # It would run for ever. Without this worker another one takes it up.
            self.stop()
        finally:
            connections.close_all() if self.stopping.is_set() else close_old_connections()
            self._free.release()
            self._wake.set()

    def _end(self, pool: ThreadPoolExecutor) -> bool:
        deadline = time.monotonic() + GRACE
        pool.shutdown(wait=False)
        ended = all(self._free.acquire(timeout=max(0.0, deadline - time.monotonic())) for _ in range(self.threads))
        if not ended:
            logger.warning("Tasks that reached no checkpoint in %g s are cut off, and run again by another worker.", GRACE)
            return False
        with transaction.atomic():
            requeue(Task.objects.filter(worker=self.row), DIED)
            self.row.delete()
        self._lock.release()
        return True


def claim(worker: Worker) -> Task | None:
    """Take the first task that is due and that this code knows; None where there is none."""
    due = Task.objects.due().filter(name__in=registry.types)
    # SQLite has one writer at a time: whoever finds nothing to do does not become it.
    if not due.exists():
        return None
    with suppress(IntegrityError), transaction.atomic():
        # Two workers that take two tasks with one lock at the same moment: the constraint leaves one of them.
        task = due.select_for_update(skip_locked=True, of=("self",)).first()
        if task is None:
            return None
        task.worker, task.state, task.started_at, task.ended_at = worker, TaskState.RUNNING, timezone.now(), None
        task.attempts += 1
        task.save(update_fields=["worker", "state", "started_at", "ended_at", "attempts"])
        return task
    return None


def execute(task: Task, stopping: Event | None = None) -> None:
    """Run a claimed task, and note how it ended."""
    run = Run(task, stopping or Event())
    with log_fields(task_id=str(task.pk), task=task.name):
        try:
            registry.types[task.name].function(run, **task.arguments)
        except TaskStoppedError:
            _noted(lambda: registry.reschedule(run, "", timedelta(), counted=False))
        except TaskLostError as error:
            logger.warning("%s", error)
        except ChanceryError as error:
            _refused(run, error)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is noted
            _failed(run, error)
        else:
            if not _noted(lambda: registry.finish(run, TaskState.DONE)):
                logger.warning("%s is done, and was taken over meanwhile.", task)


def _refused(run: Run, refusal: ChanceryError) -> None:
    """End a task whose work the rules refuse: another attempt would be refused as well."""
    sentence = str(refusal)
    logger.warning("%s was refused: %s", run.task, sentence)
    _noted(lambda: registry.finish(run, TaskState.FAILED, sentence))


def _failed(run: Run, error: Exception) -> None:
    task, told = run.task, "".join(traceback.format_exception(error))
    if task.attempts < task.max_attempts:
        logger.error("Attempt %s of %s at %s failed.", task.attempts, task.max_attempts, task, exc_info=error)
        _noted(lambda: registry.reschedule(run, told, registry.wait_before(task.attempts)))
        return
    logger.error("%s has failed.", task, exc_info=error)
    _noted(lambda: registry.finish(run, TaskState.FAILED, told))


def _noted(note: Callable[[], bool], tries: int = 3) -> bool:
    """Write how a task ended, again where the connection had gone meanwhile."""
    for left in range(tries - 1, 0, -1):
        try:
            return note()
        except Error:
            logger.exception("The database did not take how a task ended; %s more tries.", left)
            close_old_connections()
            time.sleep(TICK)
    return note()


def recover(own: Worker | None = None) -> None:
    """Have tasks of workers that have died run again, at once."""
    for pk in Worker.objects.exclude(pk=own.pk if own else 0).values_list("pk", flat=True):
        if not liveness.is_dead(pk):
            continue
        with transaction.atomic():
            row = Worker.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is None or not liveness.is_dead(pk):
                continue
            logger.warning("A worker has died (%s). What it ran is run again.", row)
            requeue(Task.objects.filter(worker=row), DIED)
            row.delete()
            liveness.forget(pk)


def repeat() -> None:
    """Add the tasks of SCHEDULE that are due. What was missed while no worker ran is made up for once."""
    now = timezone.now()
    planned = {row.name: row for row in RepeatedTask.objects.all()}
    for name, cron in settings.SCHEDULE.items():
        row = planned.get(name)
        if not cron or name not in registry.types:
            continue
        if row is None or row.cron != cron:
            values = {"cron": cron, "next_at": Cron(cron).next(now)}
            RepeatedTask.objects.update_or_create(name=name, defaults=values)
        elif row.next_at <= now:
            with transaction.atomic():
                # Of several workers one moves it on.
                if RepeatedTask.objects.filter(name=name, next_at=row.next_at).update(next_at=Cron(cron).next(now)):
                    registry.types[name].enqueue(lock=name, queueing_lock=name)
