"""Tasks for tests, and workers as processes that run them beside a database of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# A worker as `manage.py worker` starts it, with two more tasks. They say in a folder that they run, and go on when they may.
PROGRAM = """
import sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from config.tasks.registry import task

@task("wait", attempts=3)
def wait(run, folder):
    (Path(folder) / f"began-{time.monotonic_ns()}").touch()
    while not (Path(folder) / "go").exists():
        time.sleep(0.01)

@task("parts", attempts=3)
def parts(run, folder):
    for number in range(run.checkpoint.get("next", 0), 1000):
        (Path(folder) / f"part-{number}").touch()
        run.save({"next": number + 1}, done=number + 1, total=1000)
        while number >= 2 and not (Path(folder) / "go").exists() and not run.stopping.is_set():
            time.sleep(0.01)
        run.stop_if_asked()

call_command("worker", threads=2)
"""


def worker(url: str, log: Path) -> subprocess.Popen[bytes]:
    """Start a worker process."""
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.testing", "PRUNE_AT": "", "CHECK_FINDINGS_AT": ""}
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM], cwd=ROOT, env=os.environ | settings, stdout=file, stderr=file
        )


def until(is_so: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Return whether something comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return False
