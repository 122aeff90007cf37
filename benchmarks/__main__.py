"""How fast Chancery answers, told as ratios to a floor within one run: `python -m benchmarks --scale 0.1`.

A world of that scale is made up and loaded by Chancery's own writer, into a database of its own: on the PostgreSQL server in
DATABASE_URL, or else on one that is started for it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

from benchmarks.databases import opened


def parsed(arguments: list[str]) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--scale", type=float, default=0.1, help="1 is 100,000 meetings and 300,000 statements (as it comes: 0.1)"
    )
    parser.add_argument("--sqlite", action="store_true", help="SQLite instead of PostgreSQL")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use that of an earlier run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="how long a server is asked one question in a round")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "chancery-benchmark", help="where results go")
    return parser.parse_args(arguments)


def main() -> int:
    """Do what the command line says."""
    arguments = parsed(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    with opened(arguments.scale, sqlite=arguments.sqlite, keep=arguments.keep) as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        # Models can be imported now.
        from benchmarks import running  # noqa: PLC0415

        return running.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
