"""`python -m benchmarks soak`: all questions mixed, and an export after the other, while the workers' memory is watched."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from benchmarks import load
from benchmarks.chancery.asking import Chancery
from benchmarks.chancery.serving import chancery
from benchmarks.measuring import EXPORT, export
from benchmarks.preparing import prepare
from benchmarks.questions import QUESTIONS, Facts
from benchmarks.running import echo
from benchmarks.serving import Server, served
from benchmarks.world import MadeUp

# The biggest there is: every event.
EVERYTHING: Final = "/api/v1/exports/events"
DRAWN: Final = 2_000
_PAUSE: Final = 5.0


@dataclass
class Soaked:
    """What a soak found. Memory is in MiB, one figure for each worker."""

    seconds: float
    plain: list[float]
    idle: list[float]
    # By how much a worker grew while it alone exported everything.
    export_grew: float
    requests: int = 0
    failed: int = 0
    exports: int = 0
    # What was held at so many seconds.
    held: list[tuple[float, list[float]]] = field(default_factory=list)

    def told(self) -> str:
        """Return it as a text."""
        moments = {"plain Django, idle": self.plain, "Chancery, idle": self.idle}
        for part, name in ((0.1, "after a tenth"), (0.5, "halfway"), (1.0, "at the end")):
            moments[f"Chancery, {name}"] = self.held[round(part * (len(self.held) - 1))][1]
        moments["Chancery, at most"] = [max(memory) for memory in zip(*(memory for _, memory in self.held), strict=True)]
        lines = [f"{name:24} {', '.join(f'{one:.0f}' for one in memory)} MiB" for name, memory in moments.items()]
        made = f"{self.requests} requests, {self.failed} of them failed, and {self.exports} exports of everything"
        grew = f"A worker that exported everything, with nothing beside it, grew by {self.export_grew:.0f} MiB"
        return "\n".join([f"{made} in {self.seconds:.0f} s", *lines, grew])


def soak(arguments: Namespace) -> int:
    """Load Chancery for some time, and return the exit code: 1 where a request failed."""
    url = os.environ["DATABASE_URL"]
    prepare(MadeUp(arguments.scale), echo)
    with tempfile.TemporaryDirectory() as folder:
        addresses = Path(folder) / "addresses"
        addresses.write_text("\n".join(_mixed()) + "\n")
        plain = _plain()
        with chancery(url, Path(folder)) as server:
            idle, alone = server.resident(), export(server, EVERYTHING, lambda: 0.0)
            soaked = Soaked(arguments.seconds, plain, idle, alone.growth or 0.0)
            _soak(server, addresses, soaked)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "soak.json").write_text(json.dumps(asdict(soaked)) + "\n")
    echo(soaked.told())
    return 1 if soaked.failed else 0


def _mixed() -> list[str]:
    """Return addresses of all questions but the export, in a random order."""
    facts = Facts()
    speaker = Chancery(facts)
    asked = [
        speaker.address(question.name, one)
        for question in QUESTIONS
        if question.name != EXPORT
        for one in question.draws(facts, DRAWN)
    ]
    Random("soak").shuffle(asked)
    return asked


def _plain() -> list[float]:
    with served("benchmarks.plain:application", ["--interface", "wsgi", "--blocking-threads", "2"], {}, {}, "/") as server:
        for _ in range(100):
            server.get("/")
        return server.resident()


def _soak(server: Server, addresses: Path, soaked: Soaked) -> None:
    start = time.monotonic()
    process = load.started(server.port, addresses, server.headers, soaked.seconds)
    with _exporting(server, soaked):
        while process.poll() is None:
            time.sleep(min(_PAUSE, soaked.seconds / 20))
            soaked.held.append((time.monotonic() - start, server.resident()))
    done = load.ended(process)
    soaked.requests, soaked.failed = done.requests, soaked.failed + done.failed


@contextmanager
def _exporting(server: Server, soaked: Soaked) -> Iterator[None]:
    """Read exports of everything, one after the other, until the block ends."""
    over = threading.Event()

    def exports() -> None:
        while not over.is_set():
            if _read(server, over):
                soaked.exports += 1
            else:
                soaked.failed += not over.is_set()

    thread = threading.Thread(target=exports)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _read(server: Server, over: threading.Event) -> bool:
    """Read an export to its end, or until all is over; return whether it was read."""
    connection = server.connection()
    connection.request("GET", EVERYTHING, headers=dict(server.headers))
    response = connection.getresponse()
    while response.read(1 << 18):
        if over.is_set():
            connection.close()
            return False
    connection.close()
    return response.status == 200  # noqa: PLR2004 - as every reader of this knows
