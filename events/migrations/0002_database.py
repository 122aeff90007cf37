"""Full-text search over the public documents, which PostgreSQL stores as they are read."""

from django.db import migrations

from config.record.database.operations import PlainRows, VendorSQL
from config.record.database.search import BucketIndex, SearchIndex


class Migration(migrations.Migration):
    dependencies = [("events", "0001_tables")]

    operations = [
        SearchIndex("events_event"),
        SearchIndex("events_provision"),
        SearchIndex("events_stance"),
        SearchIndex("events_topic"),
        PlainRows("events_event", "events_provision", "events_stance", "events_topic"),
        BucketIndex("events_eventsearchindex"),
        # SQLite orders what has the words of a query without reading the words.
        VendorSQL(
            {
                "sqlite": [
                    'CREATE INDEX "events_event_search_by_start" ON "events_eventsearchindex" '
                    '("event_id", "kind", "start_earliest", "spread")'
                ],
                "postgresql": (),
            },
            {"sqlite": ['DROP INDEX "events_event_search_by_start"'], "postgresql": ()},
        ),
    ]
