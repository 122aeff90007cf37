"""Versions and the audit log only grow: the database itself refuses changes. And the cache that all workers share."""

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from config.record.database.operations import AppendOnly

KEPT = ("collection", "record_id", "number", "slug", "at", "action", "reason", "digest", "content", "detail")


def make_cache(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", "desk_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_tables")]

    operations = [
        AppendOnly("desk_revision", KEPT, emptied="by_id"),
        AppendOnly("desk_auditentry"),
        migrations.RunPython(make_cache, migrations.RunPython.noop),
    ]
