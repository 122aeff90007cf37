"""What a run found, as it is kept in a file, and what it comes to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One server asked one question for some seconds, in one round."""

    per_second: float
    # Milliseconds of processor time for one request.
    server_ms: float
    database_ms: float
    bytes: float
    failed: int
    # Milliseconds within which half and nearly all were answered; until the first byte of an export.
    median_ms: float
    slow_ms: float
    first_byte_ms: float | None = None
    # By how many MiB the worker that exports grew meanwhile.
    growth: float | None = None


@dataclass
class Measured:
    """A question, as all servers answered it: what was wrong, or the samples of each in the order of the rounds."""

    title: str
    wrong: dict[str, str] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def middle(self, server: str, what: str) -> float:
        """Return the median over the rounds."""
        return float(median(getattr(sample, what) for sample in self.samples[server]))

    def ratios(self, server: str = "chancery", base: str = "floor") -> list[float]:
        """Return how many times as many requests as `base` a server answered, in each round."""
        pairs = zip(self.samples[server], self.samples[base], strict=True)
        return [one.per_second / other.per_second for one, other in pairs]


@dataclass
class Results:
    """A run."""

    machine: dict[str, str]
    world: dict[str, float]
    how: dict[str, float | str]
    # Seconds that the bulk writer took; None where the database was there.
    loading: float | None
    questions: dict[str, Measured] = field(default_factory=dict)
    # MiB of each worker, by moment.
    memory: dict[str, list[float]] = field(default_factory=dict)

    @property
    def wrong(self) -> list[str]:
        """Which servers answered wrongly, and what."""
        return [f"{name} {server}: {why}" for name, one in self.questions.items() for server, why in one.wrong.items()]

    @property
    def failed(self) -> int:
        """How many requests failed while they were counted."""
        return sum(sample.failed for one in self.timed().values() for samples in one.samples.values() for sample in samples)

    def timed(self) -> dict[str, Measured]:
        """Return the questions that every server answered rightly."""
        return {name: one for name, one in self.questions.items() if one.samples}

    def write(self, path: Path) -> None:
        """Write everything to a file."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")


def read(path: Path) -> Results:
    """Read what `Results.write` wrote."""
    loaded: dict[str, Any] = json.loads(path.read_text())
    questions = {
        name: Measured(
            one["title"],
            one["wrong"],
            {server: [Sample(**sample) for sample in samples] for server, samples in one["samples"].items()},
        )
        for name, one in loaded.pop("questions").items()
    }
    return Results(questions=questions, **loaded)
