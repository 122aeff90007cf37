"""SQLite loses the triggers of a table that a migration alters: they are put back, and do what they did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations import Migration

from config.record.database import triggers
from config.record.models import LogEntry
from config.sources.models import Source

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL alters tables as they are, with their triggers."),
]


def names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def alter(model: type[models.Model], name: str) -> None:
    """Have Django make the table anew, as for a migration that alters a column."""
    field = model._meta.get_field(name)
    wider = field.clone()  # type: ignore[union-attr]
    wider.max_length = field.max_length + 1  # type: ignore[union-attr,operator]
    wider.set_attributes_from_name(name)
    wider.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, field, wider)
    with connection.schema_editor() as editor:
        editor.alter_field(model, wider, field)


@pytest.fixture
def before() -> Iterator[set[str]]:
    """The triggers before; they are there again after the test, whatever it did."""
    triggers.remember("default")
    kept = {**triggers._before["default"]}
    yield set(kept)
    triggers._before["default"] = kept
    triggers.put_back("default")
    assert names() == set(kept)


def test_an_altered_table_is_searched_as_before(before: set[str]) -> None:
    emit_pre_migrate_signal(0, interactive=False, db="default", plan=[])
    alter(Source, "publisher")
    assert names() == {name for name in before if not name.startswith("sources_source")}
    emit_post_migrate_signal(0, interactive=False, db="default", plan=[])
    assert names() == before
    source = Source.objects.create(slug="a-report", name="A report")
    Source.objects.filter(pk=source.pk).update(search_text="armistice")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM sources_source_search WHERE sources_source_search MATCH 'armistice'")
        assert cursor.fetchall() == [(source.pk,)]


def test_an_altered_log_still_refuses_changes(before: set[str]) -> None:
    emit_pre_migrate_signal(0, interactive=False, db="default", plan=[])
    alter(LogEntry, "kind")
    emit_post_migrate_signal(0, interactive=False, db="default", plan=[])
    assert names() == before
    with transaction.atomic():
        entry = {"collection": "sources", "kind": "source", "slug": "a-report", "version": 1, "operation": "created"}
        LogEntry.objects.create(sequence=1, schema_version=1, at="2020-10-27T00:00:00Z", **entry)
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            LogEntry.objects.update(slug="another")
        transaction.set_rollback(True)


def test_a_migration_that_is_taken_back_drops_its_triggers(before: set[str]) -> None:
    backwards = [(Migration("0002_database", apps.get_app_config("sources").label), True)]
    emit_pre_migrate_signal(0, interactive=False, db="default", plan=backwards)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER sources_source_search_update")
    emit_post_migrate_signal(0, interactive=False, db="default", plan=backwards)
    assert names() == before - {"sources_source_search_update"}
