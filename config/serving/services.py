"""The two services, each a server (granian) with its own workers, and their supervisor."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from django.conf import settings

from config.serving.connections import Watch

# How long running requests may take when a service is stopped, in seconds.
GRACE: Final = 30
# A connection costs no thread, so that there may be many; each is a file.
CONNECTIONS: Final = 4096
# How long the head of a request may take, in milliseconds; so long, too, a connection is kept for the next one.
HEADERS: Final = 20_000
# How long nothing may come or go over a connection, in seconds. Nothing public takes as long; an import at the desk may.
IDLE: Final = {"public": 120.0, "desk": 3600.0}
# A service that ends is started again after so many seconds, which double while it goes on ending soon.
_PAUSE, _LONGEST_PAUSE, _SOON = 0.5, 10.0, 10.0
_DEATH_SIGNAL: Final = 1

logger = logging.getLogger(__name__)


def serve(service: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve `public` or `desk` in this process, until it is told to stop."""
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415 - whoever only supervises needs no server
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    die_with_parent()
    _allow_files(workers * CONNECTIONS)
    wsgi = service == "public"
    server = Server(
        f"config.serving.{service}", address=host, port=port, interface=Interfaces.WSGI if wsgi else Interfaces.RSGI,
        workers=workers, blocking_threads=threads if wsgi else 1, blocking_threads_idle_timeout=600,
        # Streams of one HTTP/2 connection cannot be ended one by one, and proxies ask by HTTP/1.1.
        http=HTTPModes.http1, http1_settings=HTTP1Settings(header_read_timeout=HEADERS), websockets=False,
        backlog=CONNECTIONS, backpressure=CONNECTIONS, log_level=LogLevels.error,
        respawn_failed_workers=True, respawn_interval=_PAUSE, workers_kill_timeout=GRACE,
    )  # fmt: skip
    # What is loaded before workers part is loaded once: they share its memory, and a new one is there at once.
    import_module(server.target)
    server.serve(target_loader=_Loader(port, IDLE[service]))


@dataclass(frozen=True)
class _Loader:
    """What a worker does first."""

    port: int
    idle: float

    def __call__(self, target: str) -> Any:
        # A worker begins with the handlers of its parent, which would take a signal and do nothing.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        die_with_parent()
        Watch(self.port, idle=self.idle, stalled=settings.STALLED_AFTER).start()
        return import_module(target).build()


def die_with_parent() -> None:
    """Have the kernel end this process when its parent has died, so that no worker stays behind."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + 1024 if hard == resource.RLIM_INFINITY else min(hard, wanted + 1024)
    if soft != resource.RLIM_INFINITY and most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@dataclass
class _Process:
    """One service as a process, and when it may be started again."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _PAUSE
    not_before: float = 0.0

    def keep(self, now: float) -> None:
        """Start it, again if it has ended."""
        if self.running is not None and self.running.poll() is not None:
            logger.error("The service %s has ended (%s). It is started again.", self.name, self.running.returncode)
            self.pause = _PAUSE if now - self.started > _SOON else min(2 * self.pause, _LONGEST_PAUSE)
            self.running, self.not_before = None, now + self.pause
        if self.running is None and now >= self.not_before:
            self.started = now
            self.running = subprocess.Popen(self.command, env=os.environ | dict(self.environment))  # noqa: S603 - our own


@dataclass
class Supervisor:
    """Keeps services running until it is told to stop; none of them takes another down."""

    processes: list[_Process] = field(default_factory=list)
    _stopped: bool = False

    def add(self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Add a service: a command of `manage.py`, and what it finds in its environment besides."""
        self.processes.append(_Process(name, [sys.executable, sys.argv[0], *arguments], environment or {}))

    def run(self, look: Callable[[], None] = lambda: time.sleep(0.2)) -> None:
        """Run them."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopped:
            for process in self.processes:
                process.keep(time.monotonic())
            look()
        self._end()

    def _stop(self, *_: Any) -> None:
        self._stopped = True

    def _end(self) -> None:
        running = [process.running for process in self.processes if process.running]
        for one in running:
            one.terminate()
        end = time.monotonic() + GRACE + 5
        for one in running:
            try:
                one.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
