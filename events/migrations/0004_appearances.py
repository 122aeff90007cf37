"""Where public lists are found: appearances, holders of stances, and how far the days of an event lie apart."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

import config.record.values.fields
from config.record.database.operations import VendorSQL
from config.record.database.search import SearchTriggers

# The limits are those of config.record.values.edtf.SPREADS.
_SPREAD = "UPDATE events_event SET spread = CASE WHEN {days} <= 0 THEN 0 WHEN {days} <= 31 THEN 1 WHEN {days} <= 366 THEN 2 ELSE 3 END"
_SPREADS = VendorSQL(
    {
        "sqlite": [_SPREAD.format(days="julianday(end_latest) - julianday(start_earliest)")],
        "postgresql": [_SPREAD.format(days="end_latest - start_earliest")],
    },
    {"sqlite": [], "postgresql": []},
)
_SAID = (
    "UPDATE events_stance SET start_earliest = "
    "(SELECT start_earliest FROM events_event WHERE events_event.id = events_stance.statement_id) WHERE state = 'published'"
)
_APPEARANCES = """
INSERT INTO events_appearance (event_id, actor_id, kind, spread, start_earliest)
SELECT e.id, acting.actor_id, e.kind, e.spread, e.start_earliest FROM events_event e JOIN (
    SELECT event_id, actor_id FROM events_participation
    UNION SELECT event_id, on_behalf_of_id FROM events_participation WHERE on_behalf_of_id IS NOT NULL
) acting ON acting.event_id = e.id WHERE e.state = 'published'
"""
_HOLDINGS = """
INSERT INTO events_holding (stance_id, actor_id, position, start_earliest)
SELECT s.id, acting.actor_id, s.position, e.start_earliest FROM events_stance s JOIN events_event e ON e.id = s.statement_id JOIN (
    SELECT event_id, actor_id FROM events_participation WHERE role = 'speaker'
    UNION SELECT event_id, on_behalf_of_id FROM events_participation WHERE role = 'speaker' AND on_behalf_of_id IS NOT NULL
) acting ON acting.event_id = e.id WHERE s.state = 'published'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0003_orders'),
        ('events', '0003_orders'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('meeting', 'Meeting'), ('agreement', 'Agreement'), ('statement', 'Statement'), ('action', 'Action')], editable=False, max_length=12)),
                ('spread', models.SmallIntegerField(editable=False)),
                ('start_earliest', models.DateField(editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField(choices=[(-2, 'Rejects'), (-1, 'Doubts'), (0, 'Neutral or mixed'), (1, 'Supports'), (2, 'Endorses')], editable=False)),
                ('start_earliest', models.DateField(editable=False)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='stance',
            name='events_stance_by_position',
        ),
        migrations.AddField(
            model_name='event',
            name='spread',
            field=config.record.values.fields.SpreadField(default=3, editable=False, first='start_earliest', last='end_latest'),
        ),
        SearchTriggers('events_event'),
        _SPREADS,
        migrations.AddField(
            model_name='stance',
            name='start_earliest',
            field=models.DateField(default=datetime.date.min, editable=False, help_text='The first day on which it can have been said.'),
        ),
        SearchTriggers('events_stance'),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['spread', 'start_earliest', 'id'], name='events_event_by_spread'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['kind', 'spread', 'start_earliest', 'id'], name='events_event_kind_by_spread'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['position', 'start_earliest', 'id'], name='events_stance_by_position'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['start_earliest', 'id'], name='events_stance_by_start'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(condition=models.Q(('state', 'published'), ('target_event__isnull', False)), fields=['target_event', 'position', 'start_earliest', 'statement'], name='events_stance_by_event'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(condition=models.Q(('state', 'published'), ('target_topic__isnull', False)), fields=['target_topic', 'position', 'start_earliest', 'statement'], name='events_stance_by_topic'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(condition=models.Q(('state', 'published'), ('target_actor__isnull', False)), fields=['target_actor', 'position', 'start_earliest', 'statement'], name='events_stance_by_actor'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(condition=models.Q(('state', 'published'), ('target_provision__isnull', False)), fields=['target_provision', 'position', 'start_earliest', 'statement'], name='events_stance_by_provision'),
        ),
        migrations.AddField(
            model_name='appearance',
            name='actor',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='appearances', to='actors.actor'),
        ),
        migrations.AddField(
            model_name='appearance',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='appearances', to='events.event'),
        ),
        migrations.AddField(
            model_name='holding',
            name='actor',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='actors.actor'),
        ),
        migrations.AddField(
            model_name='holding',
            name='stance',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='events.stance'),
        ),
        migrations.AddIndex(
            model_name='appearance',
            index=models.Index(fields=['actor', 'start_earliest', 'event'], name='events_appearance_by_start'),
        ),
        migrations.AddIndex(
            model_name='appearance',
            index=models.Index(fields=['actor', 'kind', 'spread', 'start_earliest', 'event'], name='events_appearance_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='appearance',
            constraint=models.UniqueConstraint(fields=('event', 'actor'), name='events_appearance_unique'),
        ),
        migrations.AddIndex(
            model_name='holding',
            index=models.Index(fields=['actor', 'start_earliest', 'position', 'stance'], name='events_holding_by_start'),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=models.UniqueConstraint(fields=('stance', 'actor'), name='events_holding_unique'),
        ),
        migrations.RunSQL(_SAID, migrations.RunSQL.noop),
        migrations.RunSQL(_APPEARANCES, migrations.RunSQL.noop),
        migrations.RunSQL(_HOLDINGS, migrations.RunSQL.noop),
    ]
