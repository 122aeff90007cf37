"""How a world comes into Chancery: through its own bulk writer, in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from actors.importers.rows import LOADABLES as ACTORS
from benchmarks.chancery.rows import Row, Rows
from benchmarks.records import World
from config.record.database.bulk import chunks
from config.record.loading.loader import load
from events.importers.rows import LOADABLES as EVENTS

BATCH: Final = 20_000
PARTS: Final = {"basics": Rows.basics, "meetings": Rows.meetings, "agreements": Rows.agreements, "statements": Rows.statements}

Print = Callable[[str], None]


def load_world(world: World, echo: Print, before: Callable[[str], None] | None = None) -> float:
    """Load `world` into an empty record, and return how many seconds that took. `before` is called before each part."""
    rows, start = Rows(world), time.monotonic()
    for part, told in PARTS.items():
        if before:
            before(part)
        for count in _load(told(rows)):
            echo(f"{time.monotonic() - start:8.1f} s  {part} {count}")
    return time.monotonic() - start


def _load(rows: Iterator[Row]) -> Iterator[int]:
    count = 0
    for batch in chunks(rows, BATCH):
        load(batch, (*ACTORS, *EVENTS), reason="Benchmark")
        count += len(batch)
        yield count
