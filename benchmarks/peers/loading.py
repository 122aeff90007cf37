"""The peers' data in Chancery, with their ids where the harness computes with them."""

from __future__ import annotations

from typing import Final

from django.core.management import call_command
from django.db import connection

from benchmarks.chancery.loading import Print, load_world
from benchmarks.peers.folder import Folder
from benchmarks.preparing import tidy

# A cursor holds the primary key of a statement, which the harness takes to be the id in its files.
FIRST_KEYS: Final = {"basics": 10_000_001, "statements": 1}


def load_folder(folder: Folder, echo: Print) -> None:
    """Load the files in `folder` into an empty record."""
    call_command("migrate", verbosity=0)
    load_world(folder, echo, before=_count_from)
    _set_next_key(20_000_001)
    tidy()


def _count_from(part: str) -> None:
    if part in FIRST_KEYS:
        _set_next_key(FIRST_KEYS[part])


def _set_next_key(key: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('events_event', 'id'), %s, false)", [key])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'events_event'")
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('events_event', %s)", [key - 1])
