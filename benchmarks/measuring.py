"""A run: every answer is compared, then the servers take turns, question by question and round by round."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from django.db import connection

from benchmarks import proc
from benchmarks.load import load
from benchmarks.questions import QUESTIONS, Answer, Asked, Facts, Question
from benchmarks.results import Measured, Results, Sample
from benchmarks.serving import Server

Print = Callable[[str], None]

EXPORT: Final = "Q7"
# How many drawings are compared with the right answers, and how many are asked for in turn.
COMPARED, DRAWN = 12, 2_000
_PART: Final = 1 << 18


class Speaker(Protocol):
    """One who knows how a server is asked."""

    name: str
    headers: Mapping[str, str]

    def address(self, question: str, asked: Asked) -> str: ...
    def read(self, question: str, body: bytes) -> Answer: ...


@dataclass(frozen=True)
class Side:
    """A server, and how it is asked."""

    speaker: Speaker
    server: Server


@dataclass(frozen=True)
class Run:
    """How long everything takes, and where files may stand."""

    rounds: int
    seconds: float
    scratch: Path
    echo: Print


def compare(sides: list[Side], facts: Facts, results: Results, echo: Print) -> None:
    """Compare the answers of all servers with the right ones."""
    for question in QUESTIONS:
        asked = results.questions[question.name] = Measured(question.title)
        for side in sides:
            if wrong := _wrong(side, question, facts):
                asked.wrong[side.speaker.name] = wrong
            echo(f"{question.name} {side.speaker.name:8} {wrong or 'right'}")


def _wrong(side: Side, question: Question, facts: Facts) -> str:
    """Return what is wrong with a server's answers; nothing where they are right."""
    for asked in question.draws(facts, 1 if question.name == EXPORT else COMPARED):
        address = side.speaker.address(question.name, asked)
        status, body = side.server.get(address)
        if status != 200:  # noqa: PLR2004 - as every reader of this knows
            return f"{address} is answered {status}: {body[:200]!r}"
        answer, right = side.speaker.read(question.name, body), question.answer(asked)
        if answer != right:
            return f"{address} is answered {str(answer)[:100]} instead of {str(right)[:100]}"
    return ""


def measure(sides: list[Side], facts: Facts, results: Results, run: Run) -> None:
    """Ask all servers all questions that they answered rightly."""
    database = _database_time()
    questions = [one for one in QUESTIONS if not results.questions[one.name].wrong]
    for question in questions:
        for side in sides:
            addresses = (side.speaker.address(question.name, asked) for asked in question.draws(facts, DRAWN))
            _file(run, side, question).write_text("\n".join(addresses) + "\n")
            results.questions[question.name].samples[side.speaker.name] = []
    for number in range(run.rounds):
        for question in questions:
            for side in sides if number % 2 == 0 else reversed(sides):
                sample = _sample(side, question, run, number, database)
                results.questions[question.name].samples[side.speaker.name].append(sample)
                run.echo(f"round {number + 1}  {question.name} {side.speaker.name:8} {sample.per_second:9.1f} requests/s")


def _file(run: Run, side: Side, question: Question) -> Path:
    return run.scratch / f"{question.name}-{side.speaker.name}"


def _database_time() -> Callable[[], float]:
    """Return what tells the processor time of the database. SQLite's is that of whoever asks it."""
    if connection.vendor == "sqlite":
        return lambda: 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return proc.PostgreSQL(backend).seconds


def _sample(side: Side, question: Question, run: Run, number: int, database: Callable[[], float]) -> Sample:
    file = _file(run, side, question)
    if question.name == EXPORT:
        addresses = file.read_text().split()
        return export(side.server, addresses[number % len(addresses)], database)
    # So that caches are as warm for the one as for the other.
    first = number * DRAWN // run.rounds
    load(side.server.port, file, side.server.headers, 1, first)
    before, database_before = side.server.seconds(), database()
    done = load(side.server.port, file, side.server.headers, run.seconds, first)
    took, database_took = side.server.seconds() - before, database() - database_before
    each = 1 / max(1, done.requests)
    return Sample(
        per_second=done.requests / done.seconds, server_ms=took * 1e3 * each, database_ms=database_took * 1e3 * each,
        bytes=done.bytes * each, failed=done.failed, median_ms=done.median, slow_ms=done.slow,
    )  # fmt: skip


def export(server: Server, address: str, database: Callable[[], float]) -> Sample:
    """Read one export to its end."""
    workers = server.workers()
    held = {worker: proc.resident(worker) for worker in workers}
    for worker in workers:
        proc.forget_peak(worker)
    before, database_before, start = server.seconds(), database(), time.perf_counter()
    size, first = _read(server, address)
    taken = time.perf_counter() - start
    took, database_took = server.seconds() - before, database() - database_before
    grown = max(proc.resident(worker, peak=True) - held[worker] for worker in workers)
    return Sample(
        per_second=1 / taken, server_ms=took * 1e3, database_ms=database_took * 1e3, bytes=size, failed=0,
        median_ms=taken * 1e3, slow_ms=taken * 1e3, first_byte_ms=(first - start) * 1e3, growth=grown,
    )  # fmt: skip


def _read(server: Server, address: str) -> tuple[int, float]:
    """Read an answer to its end; return how long it is, and when it began."""
    connection: Any = server.connection()
    connection.request("GET", address, headers=dict(server.headers))
    response = connection.getresponse()
    size = len(response.read(1))
    first = time.perf_counter()
    while part := response.read(_PART):
        size += len(part)
    connection.close()
    return size, first
