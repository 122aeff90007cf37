"""From an empty database to tables of how long each question takes."""

from __future__ import annotations

import os
import tempfile
import time
from argparse import Namespace
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import connection, transaction

from benchmarks import machine
from benchmarks.chancery.serving import chancery
from benchmarks.latency.desk import desk_timings
from benchmarks.latency.public import public_timings
from benchmarks.latency.timings import Timing, markdown, write
from benchmarks.preparing import tidy
from benchmarks.running import echo
from events.models import Event
from tests import scale

# How many records of each kind there are at scale 1: so many meetings, so many sources …
MANY: Final = 100_000
_TOLD_EVERY: Final = 100


def measure(arguments: Namespace) -> int:
    """Ask each question in the database in DATABASE_URL, and return the exit code: 1 where one was not answered 200."""
    many = round(MANY * arguments.scale)
    prepare(many)
    arguments.out.mkdir(parents=True, exist_ok=True)
    about = machine.described(), {"scale": arguments.scale, "many": many}
    timings: list[Timing] = []
    with tempfile.TemporaryDirectory() as folder, chancery(os.environ["DATABASE_URL"], Path(folder)) as server:
        for timing in chain(public_timings(server), desk_timings()):
            timings.append(timing)
            if not len(timings) % _TOLD_EVERY:
                write(arguments.out / "latency.json", *about, timings)
                echo(f"{len(timings)} questions asked, the last of them {timing.question}")
    write(arguments.out / "latency.json", *about, timings)
    tables = markdown(timings)
    (arguments.out / "latency.md").write_text(tables)
    echo(f"\n{tables}\nAlso in {arguments.out}: latency.md, latency.json")
    failed = [one for one in timings if one.status != HTTPStatus.OK]
    for one in failed:
        echo(f"Answered {one.status}: {one.question}")
    return 1 if failed else 0


def prepare(many: int) -> None:
    """Fill the database with the sample and a skewed world, unless an earlier run did."""
    call_command("migrate", verbosity=0)
    if Event.objects.filter(pk__gt=scale.FIRST).exists():
        echo("The database of an earlier run is used again.")
        return
    start = time.monotonic()
    call_command("load_reference", verbosity=0)
    call_command("load_sample", verbosity=0)
    with transaction.atomic():
        scale.make(many, documents=True)
    tidy()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        (size,) = cursor.fetchone()
    echo(f"{many:,} records of each kind, {size}, were made in {time.monotonic() - start:.0f} s")
