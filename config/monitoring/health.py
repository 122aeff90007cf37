"""Whether this server is ready: each check answers in time or has failed."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

OK: Final = "ok"
# A check that takes longer has failed; a database that is frozen never answers.
LONGEST: Final = 2.0
# However often it is asked, it is found out once in this many seconds.
FRESH: Final = 1.0

Check = Callable[[], str]

logger = logging.getLogger(__name__)


# Which database this service needs; who only reads needs any that can be read.
_needed: list[Callable[[], str]] = [lambda: DEFAULT_DB_ALIAS]


def need(alias: Callable[[], str]) -> None:
    """Have the checks look at the database that `alias` names, instead of at the primary."""
    _needed[:] = [alias]


def database() -> str:
    """Return `ok` where a new connection answers."""
    with connections[_needed[0]()].cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()
    return OK


def migrations() -> str:
    """Return `ok` where the tables are those of this code."""
    executor = MigrationExecutor(connections[_needed[0]()])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} not applied" if missing else OK


def disk() -> str:
    """Return `ok` where every file system that is written to has room."""
    for folder in _folders():
        free = shutil.disk_usage(folder).free
        if free < settings.READY_DISK_FREE:
            return f"{free >> 20} MB left"
    return OK


def _folders() -> Iterator[Path]:
    yield Path(tempfile.gettempdir())
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite" and (file := Path(_file())).exists():
        yield file.parent
    if settings.MEDIA_ROOT and (media := Path(settings.MEDIA_ROOT)).is_dir():
        yield media


def _file() -> str:
    return str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])


_checks: dict[str, Check] = {"database": database, "migrations": migrations, "disk": disk}


def add_check(name: str, check: Check) -> None:
    """Register a readiness check: it returns `ok`, or a short message of what is wrong."""
    _checks[name] = check


class Readiness:
    """The last results of the checks. They run in threads, so that one that hangs does not block requests for long."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._answers: dict[str, str] = {}
        self._until = 0.0
        self._running: set[str] = set()

    def answers(self) -> dict[str, str]:
        """Return what each check says."""
        with self._asking:
            if time.monotonic() >= self._until:
                self._answers = self._asked()
                self._until = time.monotonic() + FRESH
            return self._answers

    def _asked(self) -> dict[str, str]:
        answers: dict[str, str] = {}
        begun = {name: self._begin(name, check, answers) for name, check in _checks.items()}
        deadline = time.monotonic() + LONGEST
        for thread in begun.values():
            if thread:
                thread.join(max(0.0, deadline - time.monotonic()))
        return {name: answers.get(name, f"no answer in {LONGEST:g} s") for name in _checks}

    def _begin(self, name: str, check: Check, answers: dict[str, str]) -> threading.Thread | None:
        """Run `check` in a thread, unless the last one still hangs."""
        if name in self._running:
            return None
        self._running.add(name)
        thread = threading.Thread(target=self._run, args=(name, check, answers), daemon=True)
        thread.start()
        return thread

    def _run(self, name: str, check: Check, answers: dict[str, str]) -> None:
        try:
            answers[name] = check()
        except Exception:
            logger.exception("The check %s failed.", name)
            answers[name] = "failed; the log says why"
        finally:
            # Connections are the thread's own, and it ends here.
            connections.close_all()
            self._running.discard(name)


readiness: Final = Readiness()
