"""The progress of a task that works for long in one transaction: others see it before that transaction ends."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, Final, Self

from django.db import Error, connection

from config.tasks.models import TaskState
from config.tasks.registry import Run

# How many seconds lie between two updates at least.
INTERVAL: Final = 1.0
_UPDATE: Final = (
    "UPDATE tasks_task SET report = %s, done = %s, total = %s WHERE id = %s AND worker_id = %s AND attempts = %s AND state = %s"
)


class Progress:
    """Saves what a task does and how far it is: each phase when it begins, and within a phase once a second.

    Within a transaction it is saved over a connection of its own, so that the transaction must not have changed the row of the
    task before. SQLite has one writer at a time: there nothing is saved within a transaction.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._own: Any = None
        self._phase, self._saved_at = "", 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            self._own.close()

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        """Save progress; raise `TaskStoppedError` where the worker is to end, which undoes the open transaction."""
        self._run.stop_if_asked()
        if phase == self._phase and time.monotonic() < self._saved_at + INTERVAL:
            return
        self._phase, self._saved_at = phase, time.monotonic()
        if not connection.in_atomic_block:
            self._run.save(report=phase, done=done, total=total)
        elif connection.vendor == "postgresql":
            self._save_on_own_connection(phase, done, total)

    def _save_on_own_connection(self, phase: str, done: int, total: int | None) -> None:
        task = self._run.task
        self._own = self._own or connection.copy()
        # The work does not depend on it.
        with suppress(Error), self._own.cursor() as cursor:
            cursor.execute(_UPDATE, [phase, done, total, task.pk, task.worker_id, task.attempts, TaskState.RUNNING])
