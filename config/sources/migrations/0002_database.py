"""Full-text search over the public documents, which PostgreSQL stores as they are read."""

from django.db import migrations

from config.record.database.operations import PlainRows
from config.record.database.search import SearchIndex


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_tables")]

    operations = [
        SearchIndex("sources_source"),
        PlainRows("sources_source"),
    ]
