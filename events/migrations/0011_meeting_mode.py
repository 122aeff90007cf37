from django.db import migrations, models

from config.record.database.search import SearchTriggers


class Migration(migrations.Migration):
    dependencies = [("events", "0010_gathered")]

    operations = [
        migrations.RemoveConstraint("event", "events_event_format_valid"),
        migrations.RemoveConstraint("event", "events_event_needed_for_meeting"),
        migrations.RemoveConstraint("event", "events_event_only_for_meeting"),
        migrations.RemoveIndex("event", "events_event_by_format"),
        migrations.RenameField("event", "format", "mode"),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'meeting')), fields=['mode', 'start_earliest', 'id'], name='events_event_by_mode'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['', 'phone_call', 'video_call', 'bilateral', 'visit', 'summit', 'conference', 'talks', 'multilateral'])), name='events_event_mode_valid', violation_error_message='Not one of the values of mode.'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'meeting'), _negated=True), models.Q(models.Q(('mode', ''), _negated=True), models.Q(('held_state', ''), _negated=True)), _connector='OR'), name='events_event_needed_for_meeting', violation_error_message='A record of kind meeting needs these fields.'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'meeting'), models.Q(('held_state', ''), ('mode', '')), _connector='OR'), name='events_event_only_for_meeting', violation_error_message='Only a record of kind meeting has these fields.'),
        ),
        SearchTriggers('events_event'),
    ]
