"""How the floor is served."""

from __future__ import annotations

from contextlib import AbstractContextManager

from benchmarks.floor.asking import ADDRESSES
from benchmarks.serving import Server, served


def floor(url: str) -> AbstractContextManager[Server]:
    """Serve the floor's tables in the database `url`."""
    options = ["--interface", "rsgi", "--http", "1", "--runtime-threads", "1", "--no-ws"]
    return served("benchmarks.floor.app:app", options, {"DATABASE_URL": url}, {}, ADDRESSES["Q1"].format(meeting=1))
