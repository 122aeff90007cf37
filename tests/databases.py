"""Databases beside that of the tests: what workers make theirs from, and those of commands that run as processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection, connections

ROOT = Path(__file__).resolve().parent.parent


class Database:
    """A database of its own beside that of the tests, begun as a copy of it: migrated and otherwise empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "own.sqlite3"
        given = connection.settings_dict
        self.own = f"own_{os.getpid()}"
        self.at = f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}"
        sqlite = connection.vendor == "sqlite"
        self.url = f"sqlite:///{self.file}" if sqlite else f"{self.at}/{self.own}"

    def make(self, *, blank: bool = False) -> None:
        if connection.vendor == "sqlite":
            if not blank:
                connection.ensure_connection()
                with closing(sqlite3.connect(self.file)) as copy:
                    connection.connection.backup(copy)
            return
        template = "template1" if blank else connection.settings_dict["NAME"]
        connections.close_all()
        _on_server(f'CREATE DATABASE {self.own} TEMPLATE "{template}"')

    def drop(self) -> None:
        if connection.vendor == "sqlite":
            for file in self.folder.glob("own.sqlite3*"):
                file.unlink()
        else:
            _on_server(f"DROP DATABASE IF EXISTS {self.own} WITH (FORCE)")

    def run(self, *arguments: str, right: bool = True, **environment: str) -> str:
        settings = {"DATABASE_URL": self.url, "RATE_LIMIT": "0", "DJANGO_SETTINGS_MODULE": "config.settings.testing"}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=ROOT, env=os.environ | settings | environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is right, done.stdout + done.stderr
        return done.stdout if right else done.stderr

    def manage(self, *arguments: str, right: bool = True) -> str:
        return self.run("manage.py", *arguments, right=right)

    def query(self, sql: str) -> Any:
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as server, server:
                return server.execute(sql).fetchall()
        with psycopg.connect(self.url.replace("postgres://", "postgresql://"), autocommit=True) as server:
            found = server.execute(sql)
            return found.fetchall() if found.description else None


class Template:
    """A migrated database on PostgreSQL, which others are made from."""

    def __init__(self, name: str) -> None:
        self.name = name

    def make(self) -> bool:
        """Make it where it is not there yet, and return whether that was so."""
        if _on_server("SELECT 1 FROM pg_database WHERE datname = %s", self.name):
            return False
        _on_server(f'CREATE DATABASE "{self.name}"')
        given = connection.settings_dict["NAME"]
        connection.settings_dict["NAME"] = self.name
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            # Nobody can copy a database that somebody is connected to.
            connection.close()
            connection.settings_dict["NAME"] = given
        return True

    def drop(self) -> None:
        _on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


def _on_server(sql: str, *values: Any) -> list[Any]:
    """Ask the server of the tests outside of their database."""
    with psycopg.connect(server_url(), autocommit=True) as server:
        found = server.execute(sql, values or None)
        return found.fetchall() if found.description else []


def server_url() -> str:
    """Return the URL of the server of the tests, and of the database that each has."""
    given = connection.settings_dict
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/postgres"
