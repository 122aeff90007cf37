"""Documents are stored as they are read."""

from django.db import migrations

from config.record.database.operations import PlainRows


class Migration(migrations.Migration):
    dependencies = [("events", "0005_filters")]

    operations = [PlainRows("events_event", "events_provision", "events_stance", "events_topic")]
