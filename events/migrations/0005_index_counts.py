"""How many records have each value in the index tables is counted once, and kept from then on."""

import django.db.models.deletion
from django.db import migrations, models

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
        ('actors', '0002_database'),
        ('events', '0004_agreements_in_force'),
        ('record', '0003_index_counts'),
    ]

    operations = [
        # What is deleted by a merge is counted out of the index before its rows go.
        migrations.AlterField(
            model_name='eventactorindex',
            name='actor',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='event_index', to='actors.actor'),
        ),
        migrations.AlterField(
            model_name='stanceholderindex',
            name='actor',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='stance_index', to='actors.actor'),
        ),
        VendorSQL({"sqlite": _COUNTED, "postgresql": _COUNTED}, {"sqlite": (), "postgresql": ()}),
    ]
