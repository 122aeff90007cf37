"""How many records have each value in the index tables is counted once, and kept from then on."""

from django.db import migrations

from config.record.database.operations import VendorSQL

_COUNT = """
INSERT INTO record_indexcount (index_table, value_column, kind, value, number)
SELECT '{table}', '{value}', {kind}, {value}, COUNT(DISTINCT {record}) FROM {table} WHERE {value} IS NOT NULL GROUP BY 3, 4
UNION ALL SELECT '{table}', '{value}', {kind}, 0, COUNT(DISTINCT {record}) FROM {table} WHERE {value} IS NOT NULL GROUP BY 3
"""
_COUNTED = [
    _COUNT.format(table=table, kind=kind, value=value, record=record)
    for table, kind, value, record in (
        ("events_eventactorindex", "kind", "actor_id", "event_id"),
        ("events_eventactorindex", "kind", "country_id", "event_id"),
        ("events_eventtopicindex", "kind", "topic_id", "event_id"),
        ("events_stanceholderindex", "''", "actor_id", "stance_id"),
    )
]


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0004_agreements_in_force'),
        ('record', '0003_index_counts'),
    ]

    operations = [
        VendorSQL({"sqlite": _COUNTED, "postgresql": _COUNTED}, {"sqlite": (), "postgresql": ()}),
    ]
