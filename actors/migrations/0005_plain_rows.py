"""Documents are stored as they are read."""

from django.db import migrations

from config.record.database.operations import PlainRows


class Migration(migrations.Migration):
    dependencies = [("actors", "0004_filters")]

    operations = [PlainRows("actors_actor", "actors_office", "actors_tenure")]
