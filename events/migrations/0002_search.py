"""Full-text search over the public documents."""

from django.db import migrations

from config.record.database.search import SearchIndex


class Migration(migrations.Migration):
    dependencies = [("events", "0001_tables")]

    operations = [
        SearchIndex("events_event"),
        SearchIndex("events_topic"),
        SearchIndex("events_provision"),
        SearchIndex("events_stance"),
    ]
