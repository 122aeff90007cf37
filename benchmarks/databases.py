"""The databases that benchmarks load and measure: their own, whatever server they are on."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.postgresql import server

# What a server of this size would be given, and nothing that moves while it is measured.
SETTINGS: Final = {
    "shared_buffers": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "4GB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "synchronous_commit": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
# Where worlds are kept between runs.
KEPT: Final = Path(tempfile.gettempdir()) / "chancery-benchmarks"


@contextmanager
def opened(world: str, scale: float, *, sqlite: bool, keep: bool) -> Iterator[str]:
    """Yield the URL of a database for a world of this scale; it is dropped afterwards unless it is to be kept."""
    name = f"{world}_{scale:g}".replace(".", "_")
    with _sqlite(name, keep=keep) if sqlite else _postgresql(name, keep=keep) as url:
        yield url


@contextmanager
def _sqlite(name: str, *, keep: bool) -> Iterator[str]:
    if keep:
        KEPT.mkdir(exist_ok=True)
        yield f"sqlite:///{KEPT / name}.sqlite3"
    else:
        with tempfile.TemporaryDirectory(prefix="chancery-benchmark-") as folder:
            yield f"sqlite:///{folder}/{name}.sqlite3"


@contextmanager
def _postgresql(name: str, *, keep: bool) -> Iterator[str]:
    given = os.environ.get("DATABASE_URL", "")
    own = server(SETTINGS, KEPT / "postgresql" if keep else None)
    with nullcontext(given) if given.startswith("postgres") else own as url:
        # Never the database that is named, which may hold a real record.
        database = database_url(url, f"{_name(url)}_{name}")
        made(database)
        try:
            yield database
        finally:
            if not keep:
                dropped(database)


def made(url: str) -> None:
    """Make the PostgreSQL database in `url` unless it is there."""
    with psycopg.connect(database_url(url, "postgres"), autocommit=True) as maintenance:
        if not maintenance.execute("SELECT FROM pg_database WHERE datname = %s", [_name(url)]).rowcount:
            maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_name(url))))


def dropped(url: str) -> None:
    """Drop the PostgreSQL database in `url`."""
    with psycopg.connect(database_url(url, "postgres"), autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name(url))))


def database_url(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")
