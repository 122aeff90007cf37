"""An index for every filter of events, and none that begins as another does."""

import datetime
import django.db.models.deletion
from django.db import migrations, models

from config.record.database.search import SearchTriggers


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0004_filters'),
        ('events', '0004_appearances'),
        ('record', '0005_filters'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='event',
            name='events_event_by_country',
        ),
        migrations.RemoveIndex(
            model_name='eventcode',
            name='events_eventcode_by_code',
        ),
        migrations.AlterField(
            model_name='event',
            name='country',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The country it happened in.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events_there', to='actors.country'),
        ),
        SearchTriggers('events_event'),
        migrations.AlterField(
            model_name='eventcitation',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='events.event'),
        ),
        migrations.AlterField(
            model_name='eventcode',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='events.event'),
        ),
        migrations.AlterField(
            model_name='eventrelation',
            name='subject',
            field=models.ForeignKey(db_index=False, help_text='Of which it is said.', on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='events.event'),
        ),
        migrations.AlterField(
            model_name='eventtopic',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='event_topics', to='events.event'),
        ),
        migrations.AlterField(
            model_name='participation',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='events.event'),
        ),
        migrations.AlterField(
            model_name='partyaction',
            name='agreement',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='party_actions', to='events.event'),
        ),
        migrations.AlterField(
            model_name='provision',
            name='agreement',
            field=models.ForeignKey(db_index=False, help_text='The agreement it belongs to.', limit_choices_to={'kind': 'agreement'}, on_delete=django.db.models.deletion.CASCADE, related_name='provisions', to='events.event'),
        ),
        SearchTriggers('events_provision'),
        migrations.AlterField(
            model_name='provisionreview',
            name='provision',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='events.provision'),
        ),
        migrations.AlterField(
            model_name='stance',
            name='statement',
            field=models.ForeignKey(db_index=False, help_text='The statement that shows it.', limit_choices_to={'kind': 'statement'}, on_delete=django.db.models.deletion.CASCADE, related_name='stances', to='events.event'),
        ),
        SearchTriggers('events_stance'),
        migrations.AlterField(
            model_name='topic',
            name='parent',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The wider topic, if any.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='events.topic'),
        ),
        SearchTriggers('events_topic'),
        migrations.AlterField(
            model_name='topiccitation',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='events.topic'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['country', 'start_earliest', 'id'], name='events_event_by_country'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'meeting')), fields=['format', 'start_earliest', 'id'], name='events_event_by_format'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'meeting')), fields=['held_state', 'start_earliest', 'id'], name='events_event_by_held_state'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'agreement')), fields=['agreement_type', 'start_earliest', 'id'], name='events_event_by_agreement_type'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'agreement')), fields=['stage', 'start_earliest', 'id'], name='events_event_by_stage'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'statement')), fields=['form', 'start_earliest', 'id'], name='events_event_by_form'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'statement')), fields=['language', 'start_earliest', 'id'], name='events_event_by_language'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'statement')), fields=['medium', 'start_earliest', 'id'], name='events_event_by_medium'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'statement')), fields=['attribution', 'start_earliest', 'id'], name='events_event_by_attribution'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'action')), fields=['action_type', 'start_earliest', 'id'], name='events_event_by_action_type'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), models.Q(('number', ''), _negated=True)), fields=['number'], name='events_event_by_number'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('kind', 'agreement'), models.Q(('in_force_on', ''), _negated=True)), fields=['in_force_on_earliest'], name='events_event_by_force'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('ended_on_latest__lt', datetime.date(9999, 12, 31)), ('kind', 'agreement')), fields=['ended_on_latest'], name='events_event_by_ended'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), models.Q(('external_id', ''), _negated=True)), fields=['external_id'], name='events_event_by_external_id'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), ('latitude__isnull', False)), fields=['latitude', 'longitude'], name='events_event_by_place'),
        ),
        migrations.AddIndex(
            model_name='eventcitation',
            index=models.Index(condition=models.Q(('field', ''), _negated=True), fields=['field'], name='events_eventcitation_by_field'),
        ),
        migrations.AddIndex(
            model_name='eventcode',
            index=models.Index(fields=['code', 'scheme'], name='events_eventcode_by_code'),
        ),
        migrations.AddIndex(
            model_name='eventcode',
            index=models.Index(fields=['scheme'], name='events_eventcode_by_scheme'),
        ),
        migrations.AddIndex(
            model_name='eventrelation',
            index=models.Index(fields=['type'], name='events_eventrelation_by_type'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(fields=['role'], name='events_participation_by_role'),
        ),
        migrations.AddIndex(
            model_name='partyaction',
            index=models.Index(fields=['type'], name='events_partyaction_by_type'),
        ),
        migrations.AddIndex(
            model_name='provision',
            index=models.Index(condition=models.Q(('state', 'published'), ('due_earliest__lt', datetime.date(9999, 12, 31))), fields=['due_latest', 'id'], name='events_provision_by_due_day'),
        ),
        migrations.AddIndex(
            model_name='provision',
            index=models.Index(condition=models.Q(('state', 'published'), ('due_earliest__lt', datetime.date(9999, 12, 31))), fields=['due_earliest'], name='events_provision_by_due_early'),
        ),
        migrations.AddIndex(
            model_name='provision',
            index=models.Index(condition=models.Q(('state', 'published'), ('lasts_until_earliest__lt', datetime.date(9999, 12, 31))), fields=['lasts_until_earliest'], name='events_provision_by_last_early'),
        ),
        migrations.AddIndex(
            model_name='provision',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['category', 'due_latest', 'id'], name='events_provision_by_category'),
        ),
        migrations.AddIndex(
            model_name='provision',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['due_kind', 'due_latest', 'id'], name='events_provision_by_due_kind'),
        ),
        migrations.AddIndex(
            model_name='provision',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['lasts_until_kind', 'due_latest', 'id'], name='events_provision_by_last_kind'),
        ),
        migrations.AddIndex(
            model_name='provisionreview',
            index=models.Index(fields=['status'], name='events_review_by_status'),
        ),
        migrations.AddIndex(
            model_name='provisionreview',
            index=models.Index(fields=['date_earliest'], name='events_review_by_earliest'),
        ),
        migrations.AddIndex(
            model_name='provisionreview',
            index=models.Index(fields=['date_latest'], name='events_review_by_latest'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['explicitness'], name='events_stance_by_explicitness'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['type', 'name_folded', 'id'], name='events_topic_by_type'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(fields=['parent', 'name_folded', 'id'], name='events_topic_by_parent'),
        ),
        migrations.AddIndex(
            model_name='topiccitation',
            index=models.Index(condition=models.Q(('field', ''), _negated=True), fields=['field'], name='events_topiccitation_by_field'),
        ),
    ]
