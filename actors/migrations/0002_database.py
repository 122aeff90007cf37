"""Full-text search over the public documents, which PostgreSQL stores as they are read."""

from django.db import migrations

from config.record.database.operations import PlainRows
from config.record.database.search import SearchIndex


class Migration(migrations.Migration):
    dependencies = [("actors", "0001_tables")]

    operations = [
        SearchIndex("actors_actor"),
        SearchIndex("actors_office"),
        SearchIndex("actors_tenure"),
        PlainRows("actors_actor", "actors_office", "actors_tenure"),
    ]
