"""The databases that benchmarks load and measure."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def made(url: str) -> bool:
    """Make the PostgreSQL database in `url` unless it is there; return whether it was made."""
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(_beside(url, "postgres"), autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        server.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name)))
    return True


def dropped(url: str) -> None:
    """Drop the PostgreSQL database in `url`."""
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(_beside(url, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _beside(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
