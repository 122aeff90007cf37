"""SQLite puts what has the words of a query in order without looking at the words."""

from django.db import migrations

from config.record.database.operations import VendorSQL


class Migration(migrations.Migration):
    dependencies = [("events", "0009_hidden")]

    operations = [
        VendorSQL(
            {
                "sqlite": [
                    'CREATE INDEX "events_wording_gathered" ON "events_wording" ("event_id", "kind", "start_earliest", "spread")'
                ],
                "postgresql": (),
            },
            {"sqlite": ['DROP INDEX "events_wording_gathered"'], "postgresql": ()},
        )
    ]
