"""What can be run: functions by their names, and what a function knows of its run."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from config.tasks.models import Task, TaskState

# What runs a task: called with its `Run`, and with its arguments by their names.
Function = Callable[..., None]
# A link on the page of a task, for who added it: its text and its address.
Link = tuple[str, str]

# Before the second attempt, in seconds; the wait doubles from one attempt to the next.
FIRST_WAIT: Final = 5.0
LONGEST_WAIT: Final = 3600.0
_LONGEST: Final = 20_000


class TaskStoppedError(Exception):
    """The worker is to end: the task goes on from its last checkpoint elsewhere."""


class TaskLostError(Exception):
    """The task is no longer this worker's: another one has taken it up."""


@dataclass
class Run:
    """One attempt at a task."""

    task: Task
    stopping: Event = field(default_factory=Event)

    @property
    def checkpoint(self) -> dict[str, Any]:
        """What the last attempt had saved."""
        kept: dict[str, Any] = self.task.checkpoint
        return kept

    def save(self, checkpoint: dict[str, Any] | None = None, *, report: str = "", **counts: int | None) -> None:
        """Save how far it is (`done`, `total`) and what to go on from: in the transaction of the part that was done."""
        saved: dict[str, Any] = dict(counts)
        saved |= {} if checkpoint is None else {"checkpoint": checkpoint}
        saved |= {"report": report[:_LONGEST]} if report else {}
        if not self.mine().update(**saved):
            raise TaskLostError(f"{self.task} was taken over.")
        for name, value in saved.items():
            setattr(self.task, name, value)

    def stop_if_asked(self) -> None:
        """Raise `TaskStoppedError` where the worker is to end. Between two parts, outside of a transaction."""
        if self.stopping.is_set():
            raise TaskStoppedError

    def mine(self) -> Any:
        """Return the task as a query that finds nothing once another worker has it."""
        own = {"worker": self.task.worker_id, "attempts": self.task.attempts, "state": TaskState.RUNNING}
        return Task.objects.filter(pk=self.task.pk, **own)


@dataclass(frozen=True)
class TaskType:
    """A function that can be run as a task, and how often it is tried."""

    name: str
    function: Function
    attempts: int
    # Returns the link from a task's page to what the task is about; None: there is none.
    link: Callable[[Task], Link | None] | None = None

    def enqueue(self, *, by: Any = None, lock: str = "", queueing_lock: str = "", **arguments: Any) -> Task:
        """Add a task, in the transaction that is open; return it.

        Of tasks with the same `lock` one runs at a time. Where one waits that has the same `queueing_lock`, that one is
        returned, and does not begin before this transaction has ended: it sees what was written here.
        """
        made = Task(
            name=self.name, arguments=arguments, lock=lock, queueing_lock=queueing_lock, by=by, max_attempts=self.attempts
        )  # fmt: skip
        if not queueing_lock:
            made.save()
            return made
        with transaction.atomic():
            waiting = Task.objects.filter(queueing_lock=queueing_lock, state=TaskState.WAITING, attempts=0).select_for_update()
            while (found := waiting.first()) is None:
                Task.objects.bulk_create([made], ignore_conflicts=True)
            return found


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait before the next attempt: twice as long each time, and up to a fifth longer by chance."""
    seconds = min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT)
    return timedelta(seconds=seconds * (1 + secrets.randbelow(200) / 1000))


types: Final[dict[str, TaskType]] = {}
# What each worker calls every second: work that follows from data rather than from a call.
watches: Final[list[Callable[[], None]]] = []


def task(name: str, *, attempts: int = 3, link: Callable[[Task], Link | None] | None = None) -> Callable[[Function], TaskType]:
    """Make a function something that can be run as a task: `@task("links")`.

    What it raises is tried again, except for `ChanceryError`: what the rules refuse has failed at once.
    """

    def register(function: Function) -> TaskType:
        types[name] = TaskType(name, function, attempts, link)
        return types[name]

    return register


def watch(function: Callable[[], None]) -> Callable[[], None]:
    """Have each worker call `function` every second. It is to be quick, and to enqueue what takes longer."""
    watches.append(function)
    return function


def discover() -> None:
    """Load the modules `tasks` of all apps."""
    autodiscover_modules("tasks")


def finish(run: Run, state: TaskState, error: str = "") -> bool:
    """Note how an attempt ended; return whether the task was still this worker's."""
    ended = {"state": state, "error": error[-_LONGEST:], "ended_at": timezone.now()}
    return bool(run.mine().update(**ended))


def reschedule(run: Run, error: str, wait: timedelta, *, counted: bool = True) -> bool:
    """Have a task wait for its next attempt; return whether it was still this worker's."""
    more = {} if counted else {"max_attempts": run.task.max_attempts + 1}
    again = {"state": TaskState.WAITING, "error": error[-_LONGEST:], "due_at": timezone.now() + wait, **more}
    return bool(run.mine().update(**again))
