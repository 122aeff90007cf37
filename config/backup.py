"""Backup and restore: a consistent copy of the database, uploaded files, and a manifest with checksums."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config.exceptions import ChanceryError
from config.record.curation.consistency import findings

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
MEDIA: Final = "media"
# Where the database is put that another takes the place of, until that one is there.
_ASIDE: Final = "chancery_replaced"
_DBNAME: Final = "--dbname"


class BackupError(ChanceryError):
    """A backup cannot be made, or not be restored."""

    code = "backup"


def back_up(folder: Path) -> Mapping[str, Any]:
    """Write a backup into `folder`, which must not exist yet, and return its manifest."""
    if folder.exists():
        raise BackupError(f"{folder} is there already.")
    # It holds passwords' hashes; and what is not whole does not get its name.
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    counts = _dump(part / DATABASE[connection.vendor])
    if settings.MEDIA_ROOT and Path(settings.MEDIA_ROOT).is_dir():
        shutil.copytree(settings.MEDIA_ROOT, part / MEDIA)
    manifest = _described(part, counts)
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    part.rename(folder)
    return manifest


def restore(folder: Path, *, replace: bool = False) -> Iterator[str]:
    """Restore the backup in `folder` into this database; yield a message for each inconsistency found afterwards."""
    manifest = verified(folder)
    if not replace and _is_filled():
        raise BackupError("This database is not empty. --replace puts the backup in its place.")
    _load(folder / DATABASE[connection.vendor])
    counts = _counts()
    for table, expected in manifest["counts"].items():
        if counts.get(table) != expected:
            yield f"{table}: {counts.get(table, 0)} rows instead of {expected}"
    _put_media(folder / MEDIA, replace=replace)
    # A backup of an older Chancery gets the tables of this one.
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield from findings()


def verified(folder: Path) -> Mapping[str, Any]:
    """Return the manifest of a backup; raise `BackupError` where it is not whole, or not for this server."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} is no backup: {error}") from error
    if manifest["format"] != FORMAT:
        raise BackupError(f"The backup has the format {manifest['format']}; this is Chancery for format {FORMAT}.")
    if manifest["database"]["vendor"] != connection.vendor:
        raise BackupError(f"The backup is of {manifest['database']['vendor']}, and this database is {connection.vendor}.")
    unknown = {tuple(one) for one in manifest["migrations"]} - set(_known_migrations())
    if unknown:
        raise BackupError(f"The backup is of a newer Chancery: it has {len(unknown)} migrations that are not here.")
    if (found := _files(folder)) != manifest["files"]:
        differing = sorted(name for name in found.keys() | manifest["files"] if found.get(name) != manifest["files"].get(name))
        raise BackupError(f"The backup is damaged: {', '.join(differing)}")
    return manifest


def _described(part: Path, counts: Mapping[str, int]) -> dict[str, Any]:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        (server,) = cursor.fetchone()
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "chancery": version,
        "django": django.get_version(),
        "database": {"vendor": connection.vendor, "version": server},
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
        "counts": counts,
        "files": _files(part),
    }


def _known_migrations() -> set[tuple[str, str]]:
    loader = MigrationLoader(None)
    replaced = {name for migration in loader.replacements.values() for name in migration.replaces}
    return {*(loader.disk_migrations or {}), *replaced}


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the length and SHA-256 of every file of a backup, but for its manifest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {str(path.relative_to(folder)): {"bytes": path.stat().st_size, "sha256": _hashed(path)} for path in paths}


def _hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _counts(database: sqlite3.Connection | None = None) -> dict[str, int]:
    """Return how many rows each table has."""
    with closing(database.cursor()) if database else connection.cursor() as cursor:
        counts = {}
        for table in sorted(connection.introspection.django_table_names(only_existing=True)):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608 - a name of our own
            counts[table] = cursor.fetchone()[0]
        return counts


def _is_filled() -> bool:
    with connection.cursor() as cursor:
        return bool(connection.introspection.table_names(cursor))


def _put_media(media: Path, *, replace: bool) -> None:
    if not media.is_dir():
        return
    if not settings.MEDIA_ROOT:
        raise BackupError("The backup has uploaded files, and MEDIA_ROOT says nothing of where to put them.")
    shutil.copytree(media, settings.MEDIA_ROOT, dirs_exist_ok=replace)


def _dump(path: Path) -> dict[str, int]:
    """Write the database into the file `path`, and return how many rows its tables had at that moment."""
    if connection.vendor == "sqlite":
        return _dump_sqlite(path)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}")
        path.chmod(0o600)
        return _counts()


def _dump_sqlite(path: Path) -> dict[str, int]:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        # One file, without a journal file.
        copy.execute("PRAGMA journal_mode=DELETE")
        path.chmod(0o600)
        return _counts(copy)


def _load(path: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
        # The copy was in another mode, and settings hold for a connection.
        connection.close()
        return
    with _schema_aside():
        _postgresql("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--single-transaction", str(path), _DBNAME)


@contextmanager
def _schema_aside() -> Iterator[None]:
    """Move the current schema aside; move it back if restoring fails."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SCHEMA public RENAME TO {_ASIDE}; CREATE SCHEMA public")
        try:
            yield
        except BaseException:
            cursor.execute(f"DROP SCHEMA public CASCADE; ALTER SCHEMA {_ASIDE} RENAME TO public")
            raise
        cursor.execute(f"DROP SCHEMA {_ASIDE} CASCADE")
    # Plans and types of the connection are of tables that are gone.
    connection.close()


def _postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on this database. The password is in its environment, which others cannot read."""
    found = shutil.which(program)
    if not found:
        raise BackupError(f"{program} is not installed (on Debian: apt-get install postgresql-client).")
    given = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
    environment = {variable: str(given[name]) for name, variable in names.items() if given.get(name)}
    environment["PGDATABASE"] = given["dbname"]
    command = [found, *arguments, *([given["dbname"]] if arguments[-1] == _DBNAME else [])]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")
