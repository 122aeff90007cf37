"""Chancery in the peers' harness: `python -m benchmarks.peers load FOLDER`, then `python -m benchmarks.peers target`.

Both work on the database in DATABASE_URL, which `load` makes where it does not exist.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import django

from benchmarks.databases import made


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load", help="load the CSV files of a folder into an empty database")
    load.add_argument("folder", type=Path)
    commands.add_parser("target", help="print the target for the harness, as TOML")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    if arguments.command == "load" and os.environ["DATABASE_URL"].startswith("postgres"):
        made(os.environ["DATABASE_URL"])
    django.setup()
    # Models can be imported now.
    from benchmarks.peers import folder, loading, target  # noqa: PLC0415

    if arguments.command == "load":
        loading.load_folder(folder.Folder(arguments.folder), lambda line: print(line, flush=True))
    else:
        sys.stdout.write(target.target())


if __name__ == "__main__":
    main()
