"""The days of which each logged document tells, so that the record can be asked as it was known."""

import datetime
import json
from typing import Any

from django.db import migrations, models

from config.record.database.operations import AppendOnly, Mutable

KEPT = ("sequence", "collection", "kind", "slug", "version", "operation", "reason", "cause", "at", "schema_version", "sha256")


def fill_in(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("record", "LogEntry").objects
    for entry in entries.filter(document__isnull=False).only("sequence", "document").iterator(chunk_size=1000):
        body = json.loads(entry.document)
        first = body.get("start_earliest") or body.get("date_earliest") or "0001-01-01"
        last = body.get("end_latest") or body.get("date_latest") or "9999-12-31"
        entries.filter(sequence=entry.sequence).update(earliest=first, latest=last)


class Migration(migrations.Migration):
    dependencies = [("record", "0002_log_append_only")]

    operations = [
        Mutable("record_logentry", KEPT),
        migrations.AddField(
            model_name="logentry",
            name="earliest",
            field=models.DateField(
                default=datetime.date.min, help_text="The first day of what the document tells; 0001-01-01: unknown."
            ),
        ),
        migrations.AddField(
            model_name="logentry",
            name="latest",
            field=models.DateField(
                default=datetime.date.max, help_text="The last day of what the document tells; 9999-12-31: unknown or open."
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["collection", "earliest", "slug"], name="record_logentry_by_date"),
        ),
        AppendOnly("record_logentry", (*KEPT, "earliest", "latest")),
    ]
