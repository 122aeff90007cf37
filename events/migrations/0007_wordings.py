"""Where full text is found: the words of events, beside the days on which they began."""

import django.db.models.deletion
from django.db import migrations, models

import config.record.database.search

_WORDINGS = """
INSERT INTO events_wording (event_id, kind, spread, start_earliest, search_text)
SELECT id, kind, spread, start_earliest, search_text FROM events_event WHERE state = 'published'
"""


class Migration(migrations.Migration):

    dependencies = [("events", "0006_plain_rows")]

    operations = [
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='wording', serialize=False, to='events.event')),
                ('kind', models.CharField(choices=[('meeting', 'Meeting'), ('agreement', 'Agreement'), ('statement', 'Statement'), ('action', 'Action')], editable=False, max_length=12)),
                ('spread', models.SmallIntegerField(editable=False)),
                ('start_earliest', models.DateField(editable=False)),
                ('search_text', config.record.database.search.SearchTextField(default='', editable=False)),
            ],
        ),
        migrations.RunSQL(_WORDINGS, migrations.RunSQL.noop),
        config.record.database.search.ShelfIndex("events_wording"),
    ]
