"""The log of documents only grows: the database itself refuses to change or delete an entry."""

from django.db import migrations

from config.record.database.operations import AppendOnly

KEPT = (
    "sequence", "collection", "kind", "slug", "version", "operation", "reason", "cause", "at", "schema_version", "sha256",
    "earliest", "latest",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("record", "0001_tables")]

    operations = [AppendOnly("record_logentry", KEPT)]
