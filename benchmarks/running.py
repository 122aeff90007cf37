"""`python -m benchmarks`: from an empty database to a table, a file and a picture."""

from __future__ import annotations

import os
import tempfile
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path

from benchmarks import machine
from benchmarks.chancery.asking import Chancery
from benchmarks.chancery.serving import chancery
from benchmarks.floor.asking import Floor
from benchmarks.floor.serving import floor
from benchmarks.measuring import Run, Side, compare, measure
from benchmarks.picture import picture
from benchmarks.preparing import prepare
from benchmarks.questions import Facts
from benchmarks.results import Results
from benchmarks.tables import text
from benchmarks.world import MadeUp


def echo(line: str) -> None:
    """Say how far it is."""
    print(line, flush=True)


def run(arguments: Namespace) -> int:
    """Make a run in the database in DATABASE_URL, and return the exit code: 1 where an answer was wrong or a request failed."""
    url, world = os.environ["DATABASE_URL"], MadeUp(arguments.scale)
    loading = prepare(world, echo)
    facts = Facts()
    how: dict[str, float | str] = {"rounds": arguments.rounds, "seconds": arguments.seconds}
    results = Results(machine.described(), {"scale": world.scale, **world.sizes}, how, loading)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sides = [
            Side(Floor(), stack.enter_context(floor(url))),
            Side(Chancery(facts), stack.enter_context(chancery(url, scratch))),
        ]
        results.memory["before"] = sides[1].server.resident()
        compare(sides, facts, results, echo)
        measure(sides, facts, results, Run(arguments.rounds, arguments.seconds, scratch, echo))
        results.memory["after"] = sides[1].server.resident()
    arguments.out.mkdir(parents=True, exist_ok=True)
    results.write(arguments.out / "results.json")
    (arguments.out / "results.svg").write_text(picture(results))
    (arguments.out / "results.txt").write_text(text(results))
    echo(f"\n{text(results)}\nAlso in {arguments.out}: results.txt, results.json, results.svg")
    return 1 if results.wrong or results.failed else 0
