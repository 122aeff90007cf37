"""How long questions took, and the tables of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import Final

# What is answered later than this, in milliseconds, is listed one by one.
LIMIT: Final = 200.0
# How often a question is asked, after once for warming up.
REPEATS: Final = 5
# After so many seconds a question is not asked again.
ENOUGH: Final = 3.0


@dataclass(frozen=True)
class Timing:
    """One question: where it belongs, and how many milliseconds each answer took."""

    group: str
    kind: str
    question: str
    status: int
    milliseconds: list[float]

    @property
    def median(self) -> float:
        """The median in milliseconds."""
        return median(self.milliseconds)

    @property
    def worst(self) -> float:
        """The longest in milliseconds."""
        return max(self.milliseconds)


def timed(ask: Callable[[], int]) -> tuple[int, list[float]]:
    """Ask once for warming up and then again and again; return the last status that was not 200, and the milliseconds."""
    status = ask()
    milliseconds: list[float] = []
    start = time.monotonic()
    while len(milliseconds) < REPEATS and (not milliseconds or time.monotonic() - start < ENOUGH):
        began = time.perf_counter()
        answered = ask()
        milliseconds.append(round((time.perf_counter() - began) * 1000, 2))
        status = answered if answered != HTTPStatus.OK else status
    return status, milliseconds


def write(path: Path, machine: dict[str, str], world: dict[str, float], timings: Iterable[Timing]) -> None:
    """Write everything to a file."""
    found = {"machine": machine, "world": world, "timings": [asdict(one) for one in timings]}
    path.write_text(json.dumps(found, indent=1) + "\n")


def read(path: Path) -> list[Timing]:
    """Read the timings that `write` wrote."""
    return [Timing(**one) for one in json.loads(path.read_text())["timings"]]


def markdown(timings: list[Timing]) -> str:
    """Return the tables: by kind of question, by collection, and each question that was answered late."""
    late = sorted((one for one in timings if one.worst > LIMIT), key=lambda one: -one.median)
    lines = (_line(one) for one in late)
    many, usually = len(late), sum(one.median > LIMIT for one in late)
    parts = [
        _table(("kind of question", *_HEADS), _summaries(timings, lambda one: one.kind)),
        _table(("collection or page", *_HEADS), _summaries(timings, lambda one: one.group)),
        f"{many} of {len(timings)} questions took more than {LIMIT:.0f} ms at least once, {usually} of them in the median.",
        _table(("question", "median, ms", "worst, ms"), lines) if late else "",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


_HEADS: Final = ("asked", "over 200 ms", "median of medians, ms", "worst median, ms", "worst of all, ms", "the worst was")


def _summaries(timings: list[Timing], key: Callable[[Timing], str]) -> Iterable[tuple[str, ...]]:
    groups: dict[str, list[Timing]] = {}
    for one in timings:
        groups.setdefault(key(one), []).append(one)
    for name, some in groups.items():
        slowest = max(some, key=lambda one: one.median)
        figures = (median(one.median for one in some), slowest.median, max(one.worst for one in some))
        over = sum(one.median > LIMIT for one in some)
        yield name, str(len(some)), str(over), *map(_figure, figures), f"`{slowest.question}`"


def _line(one: Timing) -> tuple[str, ...]:
    refused = "" if one.status == HTTPStatus.OK else f" (answered {one.status})"
    return f"`{one.question}`{refused}", _figure(one.median), _figure(one.worst)


def _figure(milliseconds: float) -> str:
    return f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.1f}"  # noqa: PLR2004 - a whole number says enough


def _table(heads: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    # A query can hold what parts the cells of a table.
    cells = ((cell.replace("|", "\\|") for cell in line) for line in lines)
    rule = ("---", *("--:" for _ in heads[1:]))
    return "\n".join("| " + " | ".join(line) + " |" for line in (heads, rule, *cells))
