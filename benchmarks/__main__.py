"""Benchmarks: throughput of Chancery, as ratios to a floor in the same run: `python -m benchmarks --scale 0.1`.

A world of that scale is made up and loaded by Chancery's own writer, into a database of its own: on the PostgreSQL server in
DATABASE_URL, or else on one that is started for it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import django

from benchmarks.databases import KEPT, opened
from benchmarks.results import read
from benchmarks.tables import markdown


def parsed(arguments: list[str]) -> argparse.Namespace:
    """Return what the command line says. Without the name of a command it is a run."""
    if not arguments or arguments[0] not in ("soak", "latency", "table", "-h", "--help"):
        arguments = ["run", *arguments]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="compare and measure: a table, a file, a picture (the default)")
    run.add_argument("--rounds", type=int, default=5, help="how often the servers take turns (as it comes: 5)")
    run.add_argument("--seconds", type=float, default=3, help="how long each is asked one question in a round (3)")
    soak = commands.add_parser("soak", help="all questions mixed, while the workers' memory is watched")
    soak.add_argument("--seconds", type=float, default=3600, help="how long (an hour)")
    latency = commands.add_parser("latency", help="how long one client waits for each documented question and each desk list")
    latency.add_argument("--scale", type=float, default=1, help="of the skewed world; 1 has 100,000 meetings (1)")
    latency.set_defaults(sqlite=False)
    for command in (run, soak):
        command.add_argument("--scale", type=float, default=0.1, help="of the world; 1 has 300,000 statements (0.1)")
        command.add_argument("--sqlite", action="store_true", help="SQLite instead of PostgreSQL")
    for command in (run, soak, latency):
        command.add_argument("--keep", action="store_true", help="keep the database, and use that of an earlier run")
        command.add_argument("--out", type=Path, default=KEPT / "results", help=f"where results go ({KEPT / 'results'})")
    table = commands.add_parser("table", help="print the results of a run as Markdown")
    table.add_argument("results", type=Path)
    return parser.parse_args(arguments)


def main() -> int:
    """Do what the command line says."""
    arguments = parsed(sys.argv[1:])
    if arguments.command == "table":
        print(markdown(read(arguments.results)), end="")
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    world = "latency" if arguments.command == "latency" else "benchmark"
    with opened(world, arguments.scale, sqlite=arguments.sqlite, keep=arguments.keep) as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        # Models can be imported now.
        from benchmarks import running, soak  # noqa: PLC0415
        from benchmarks.latency import running as latency  # noqa: PLC0415

        commands = {"run": running.run, "soak": soak.soak, "latency": latency.measure}
        return commands[arguments.command](arguments)


if __name__ == "__main__":
    sys.exit(main())
