"""Tasks, run as a worker would."""

from __future__ import annotations

from typing import Any

from config.tasks.models import Task, Worker
from config.tasks.worker import claim, execute


def run(**options: Any) -> Task:
    """Run the task that is due, as a worker would."""
    task = claim(Worker.objects.create(host="here", pid=1))
    assert task
    execute(task, **options)
    task.refresh_from_db()
    return task


class StopsAtOnce:
    """A worker that is told to end while its first part runs."""

    def is_set(self) -> bool:
        return True
