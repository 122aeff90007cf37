"""An index for every filter of sources, and how far the days of one lie apart."""

import config.record.values.fields
from django.db import migrations, models
from config.record.database.operations import VendorSQL
from config.record.database.search import SearchTriggers

# The limits are those of config.record.values.edtf.SPREADS.
_SPREAD = "UPDATE record_source SET spread = CASE WHEN {days} <= 0 THEN 0 WHEN {days} <= 31 THEN 1 WHEN {days} <= 366 THEN 2 ELSE 3 END"
_SPREADS = VendorSQL(
    {
        "sqlite": [_SPREAD.format(days="julianday(date_latest) - julianday(date_earliest)")],
        "postgresql": [_SPREAD.format(days="date_latest - date_earliest")],
    },
    {"sqlite": [], "postgresql": []},
)


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0004_orders'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='spread',
            field=config.record.values.fields.SpreadField(default=3, editable=False, first='date_earliest', last='date_latest'),
        ),
        SearchTriggers('record_source'),
        _SPREADS,
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(condition=models.Q(('operation', 'refreshed'), _negated=True), fields=['collection', 'sequence'], name='record_logentry_by_collection'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(fields=['language', 'date_earliest', 'id'], name='record_source_by_language'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(fields=['spread', 'date_earliest', 'id'], name='record_source_by_spread'),
        ),
    ]
