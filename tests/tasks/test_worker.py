"""Workers as processes: killed, stopped, and two of them at one queue."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.tasks.programs import until, worker

SHOWN = "SELECT state, attempts, done FROM tasks_task ORDER BY id"


class Queue:
    """A queue and its workers."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder, self.started = database, folder, list[subprocess.Popen[bytes]]()

    def add(self, name: str, count: int = 1) -> None:
        arguments = json.dumps({"folder": str(self.folder)})
        for _ in range(count):
            self.database.query(
                "INSERT INTO tasks_task (name, arguments, state, lock, queueing_lock, created_at, due_at, attempts, "
                "max_attempts, done, checkpoint, report, error) VALUES "
                f"('{name}', '{arguments}', 'waiting', '', '', '2026-01-01', '2026-01-01', 0, 3, 0, '{{}}', '', '')"
            )

    def start(self) -> subprocess.Popen[bytes]:
        self.started.append(worker(self.database.url, self.folder / "log"))
        return self.started[-1]

    def tasks(self) -> list[Any]:
        return self.database.query(SHOWN)

    def began(self) -> int:
        return len(list(self.folder.glob("began-*")))

    def go(self) -> None:
        (self.folder / "go").touch()

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def close(self) -> None:
        for one in self.started:
            if one.poll() is None:
                one.kill()
            one.wait()


@pytest.fixture
def queue(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Queue]:
    with django_db_blocker.unblock():
        database = Database(tmp_path)
        database.make()
        made = Queue(database, tmp_path)
        yield made
        made.close()
        database.drop()


def test_a_killed_worker_s_task_is_run_again_at_once_by_another(queue: Queue) -> None:
    queue.add("wait")
    first = queue.start()
    assert until(lambda: queue.began() == 1), queue.log()
    second = queue.start()
    assert until(lambda: queue.database.query("SELECT count(*) FROM tasks_worker")[0][0] == 2), queue.log()
    assert queue.tasks() == [("running", 1, 0)]
    first.send_signal(signal.SIGKILL)
    # Long before any back-off or time-out would have passed.
    assert until(lambda: queue.began() == 2, seconds=4), queue.log()
    queue.go()
    assert until(lambda: queue.tasks() == [("done", 2, 0)]), queue.log()
    second.terminate()
    assert second.wait(30) == 0
    assert queue.database.query("SELECT count(*) FROM tasks_worker")[0][0] == 0


def test_a_worker_that_is_told_to_end_finishes_its_task_and_takes_no_other(queue: Queue) -> None:
    queue.add("wait", count=3)
    process = queue.start()
    # It has two threads.
    assert until(lambda: queue.began() == 2), queue.log()
    process.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    queue.go()
    assert process.wait(30) == 0, queue.log()
    assert queue.tasks() == [("done", 1, 0), ("done", 1, 0), ("waiting", 0, 0)]


def test_a_long_task_stops_at_its_checkpoint_and_goes_on_from_there(queue: Queue) -> None:
    queue.add("parts")
    process = queue.start()
    assert until(lambda: queue.tasks()[0][2] >= 3), queue.log()
    process.terminate()
    assert process.wait(30) == 0, queue.log()
    ((state, attempts, done),) = queue.tasks()
    assert (state, attempts, done) == ("waiting", 1, 3)
    (queue.folder / "part-0").unlink()
    queue.go()
    queue.start()
    assert until(lambda: queue.tasks() == [("done", 2, 1000)]), queue.log()
    assert not (queue.folder / "part-0").exists()
    assert (queue.folder / "part-3").exists()


def test_two_workers_run_each_task_once(queue: Queue) -> None:
    queue.go()
    queue.add("wait", count=60)
    queue.start()
    queue.start()
    assert until(lambda: {state for state, _, _ in queue.tasks()} == {"done"}), queue.log()
    assert {attempts for _, attempts, _ in queue.tasks()} == {1}
    assert queue.began() == 60
