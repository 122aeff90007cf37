"""The documented start command as it runs, attackers, and a reader who goes on reading meanwhile."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgresql import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
MEETING = "/api/v1/meetings/lavrov-cavusoglu-call-2020-10-27"
LOGIN = "/accounts/login/"
EXPORT = "/api/v1/exports/sources?slug_min=filler-0&slug_max=filler-999"
# How it ends.
WHOLE = b'{"complete": true, "count": 3000}\n'
# What a reader may wait in 99 of 100 cases, and how long after an attack everything is well again, in seconds.
WAIT, WELL = 1.0, 10.0


def manage(*arguments: str, environment: dict[str, str], text: str = "") -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ | environment, check=True, input=text, text=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def ask(port: int, path: str, wait: float = 10.0, method: str = "GET", body: str = "", **headers: str) -> tuple[int, bytes]:
    """Return the status and the body of an answer, asked for over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=wait)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Return whether something comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if is_so():
                return True
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    return False


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass
class Served:
    """What `manage.py serve` has started."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def desk(self) -> int:
        """The port of the desk."""
        return self.port + 1

    def services(self) -> dict[str, int]:
        """Return the processes of the two services and of the worker."""
        reported = {pid: Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in children(self.process.pid)}
        # A process that has just begun, or ended, says nothing of itself.
        return {name: pid for pid, words in reported.items() for name in ("public", "desk", "worker") if name in words}

    def workers(self, service: str) -> list[int]:
        """Return the processes that answer."""
        return children(self.services()[service])

    def is_well(self) -> bool:
        """Return whether readers, the desk and exports are answered."""
        status, lines = ask(self.port, EXPORT)
        return ask(self.port, MEETING)[0] == ask(self.desk, LOGIN)[0] == status == 200 and lines.endswith(WHOLE)


def stop(process: subprocess.Popen[bytes], wait: float = 45.0) -> int:
    """Have a server end, and return what it ended with."""
    process.terminate()
    try:
        return process.wait(wait)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def start(folder: Path, environment: dict[str, str]) -> Served:
    """Start the documented command without waiting for it."""
    port = free_port(2)
    log = folder / f"serve-{port}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={port}"],
            cwd=ROOT, env=os.environ | environment, stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    return Served(process, port, log)


@contextmanager
def served(
    folder: Path, environment: dict[str, str], is_well: Callable[[Served], bool] = lambda found: found.is_well()
) -> Iterator[Served]:
    """Serve until the block ends."""
    found = start(folder, environment)
    try:
        assert until(lambda: is_well(found), 60), found.log.read_text()
        yield found
    finally:
        stop(found.process)


@dataclass
class Reader:
    """Somebody who reads a meeting over and over, each time over a new connection."""

    port: int
    patience: float = 10.0
    statuses: list[int | str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        """Read until it is enough."""
        while not self._stopped.is_set():
            begun = time.monotonic()
            try:
                status: int | str = ask(self.port, MEETING, self.patience)[0]
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
            self.statuses.append(status)
            self.waits.append(time.monotonic() - begun)
            self._stopped.wait(0.02)

    def stop(self) -> None:
        """Stop reading."""
        self._stopped.set()

    @property
    def p99(self) -> float:
        """What the reader waited in 99 of 100 cases."""
        return sorted(self.waits)[int(len(self.waits) * 0.99)]


@contextmanager
def reading(port: int) -> Iterator[Reader]:
    """Read a meeting all the while, and have found afterwards that it was answered each time and soon."""
    reader = Reader(port)
    thread = threading.Thread(target=reader.read)
    thread.start()
    try:
        yield reader
        assert until(lambda: len(reader.waits) >= 100, WELL)
    finally:
        reader.stop()
        thread.join()
    assert set(reader.statuses) == {200}
    assert reader.p99 < WAIT


def connected(port: int, first: bytes, source: str = "127.0.0.1", window: int = 0) -> socket.socket:
    """Return a connection over which something was sent."""
    made = socket.socket()
    if window:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    made.settimeout(10)
    made.bind((source, 0))
    made.connect(("127.0.0.1", port))
    made.sendall(first)
    return made


def is_closed(connection: socket.socket) -> bool:
    """Return whether the other side has closed a connection, whatever it said before."""
    connection.setblocking(False)  # noqa: FBT003 - as the standard library calls it
    try:
        while connection.recv(1 << 16):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
