"""Documents are stored as they are read."""

from django.db import migrations

from config.record.database.operations import PlainRows


class Migration(migrations.Migration):
    dependencies = [("record", "0005_filters")]

    operations = [PlainRows("record_source")]
