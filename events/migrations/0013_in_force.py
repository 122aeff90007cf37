"""An agreement whose entry into force is unknown can be in force since it can have been made."""

import events.models.events
from django.db import migrations, models

from config.record.database.search import SearchTriggers

BOUNDS = """
UPDATE events_event
SET in_force_on_earliest = CASE WHEN stage IN ('proposed', 'initialled', 'rejected') THEN DATE('9999-12-31') ELSE start_earliest END
WHERE in_force_on = '';
"""
# Of a condition no day of which is on record, nobody knows whether it was met.
UNMET = """
UPDATE events_provision SET lasts_until_earliest = '0001-01-01'
WHERE lasts_until_kind = 'conditional' AND lasts_until_condition_met_on = '';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0012_state_lists'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='event',
            name='events_event_ended_after_in_force',
        ),
        migrations.RemoveIndex(
            model_name='event',
            name='events_event_by_force',
        ),
        migrations.AlterField(
            model_name='event',
            name='in_force_on_earliest',
            field=events.models.events.EntryBoundField(edge='earliest', editable=False, of='in_force_on', otherwise=''),
        ),
        migrations.AlterField(
            model_name='event',
            name='in_force_on_latest',
            field=events.models.events.EntryBoundField(edge='latest', editable=False, of='in_force_on', otherwise=''),
        ),
        migrations.RunSQL([BOUNDS, UNMET], migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'agreement')), fields=['in_force_on_earliest'], name='events_event_by_force'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'agreement')), fields=['ended_on_earliest'], name='events_event_by_ended_early'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('in_force_on', ''), ('ended_on_latest__gte', models.F('in_force_on_earliest')), _connector='OR'), name='events_event_ended_after_in_force', violation_error_message='An agreement ends after it enters into force.'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on', '..'), ('stage', 'terminated'), _negated=True), name='events_event_terminated_not_open', violation_error_message='What was terminated has ended: give the day, or leave it empty where it is unknown.'),
        ),
        SearchTriggers('events_event'),
    ]
