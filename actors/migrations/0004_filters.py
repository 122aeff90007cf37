"""An index for every filter of actors, and none that begins as another does."""

import django.db.models.deletion
from django.db import migrations, models

from config.record.database.search import SearchTriggers


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0003_orders'),
        ('record', '0005_filters'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='office',
            name='actors_office_by_rank',
        ),
        migrations.RemoveIndex(
            model_name='tenure',
            name='actors_tenure_by_official',
        ),
        migrations.RemoveIndex(
            model_name='tenure',
            name='actors_tenure_by_office',
        ),
        migrations.AlterField(
            model_name='actor',
            name='country',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The country an organization belongs to, or whose national an official is.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='belonging', to='actors.country'),
        ),
        SearchTriggers('actors_actor'),
        migrations.AlterField(
            model_name='actorcitation',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='actors.actor'),
        ),
        migrations.AlterField(
            model_name='actorrelation',
            name='subject',
            field=models.ForeignKey(db_index=False, help_text='Of whom it is said.', on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='actors.actor'),
        ),
        migrations.AlterField(
            model_name='office',
            name='accredited_to',
            field=models.ForeignKey(blank=True, db_index=False, help_text='To which country or organization its holder is accredited, if any.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accredited_offices', to='actors.actor'),
        ),
        migrations.AlterField(
            model_name='office',
            name='body',
            field=models.ForeignKey(db_index=False, help_text='The country or organization it belongs to.', on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='actors.actor'),
        ),
        SearchTriggers('actors_office'),
        migrations.AlterField(
            model_name='officecitation',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='actors.office'),
        ),
        migrations.AlterField(
            model_name='tenure',
            name='office',
            field=models.ForeignKey(db_index=False, help_text='What is or was held.', on_delete=django.db.models.deletion.PROTECT, related_name='tenures', to='actors.office'),
        ),
        migrations.AlterField(
            model_name='tenure',
            name='official',
            field=models.ForeignKey(db_index=False, help_text='Who holds or held it.', limit_choices_to={'kind': 'official'}, on_delete=django.db.models.deletion.PROTECT, related_name='tenures', to='actors.actor'),
        ),
        SearchTriggers('actors_tenure'),
        migrations.AlterField(
            model_name='tenurecitation',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='actors.tenure'),
        ),
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(fields=['country', 'name_folded', 'id'], name='actors_actor_by_country'),
        ),
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(condition=models.Q(('state', 'published'), models.Q(('organization_type', ''), _negated=True)), fields=['organization_type', 'name_folded', 'id'], name='actors_actor_by_type'),
        ),
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(condition=models.Q(('state', 'published'), models.Q(('status', ''), _negated=True)), fields=['status', 'name_folded', 'id'], name='actors_actor_by_status'),
        ),
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(condition=models.Q(('state', 'published'), models.Q(('m49_region', ''), _negated=True)), fields=['m49_region', 'name_folded', 'id'], name='actors_actor_by_region'),
        ),
        migrations.AddIndex(
            model_name='actorcitation',
            index=models.Index(condition=models.Q(('field', ''), _negated=True), fields=['field'], name='actors_actorcitation_by_field'),
        ),
        migrations.AddIndex(
            model_name='actorrelation',
            index=models.Index(fields=['type'], name='actors_actorrelation_by_type'),
        ),
        migrations.AddIndex(
            model_name='office',
            index=models.Index(fields=['rank', 'name_folded', 'id'], name='actors_office_by_rank'),
        ),
        migrations.AddIndex(
            model_name='office',
            index=models.Index(fields=['body', 'name_folded', 'id'], name='actors_office_by_body'),
        ),
        migrations.AddIndex(
            model_name='office',
            index=models.Index(fields=['accredited_to', 'name_folded', 'id'], name='actors_office_by_accredited'),
        ),
        migrations.AddIndex(
            model_name='officecitation',
            index=models.Index(condition=models.Q(('field', ''), _negated=True), fields=['field'], name='actors_officecitation_by_field'),
        ),
        migrations.AddIndex(
            model_name='tenure',
            index=models.Index(fields=['official', 'start_earliest', 'id'], name='actors_tenure_by_official'),
        ),
        migrations.AddIndex(
            model_name='tenure',
            index=models.Index(fields=['office', 'start_earliest', 'id'], name='actors_tenure_by_office'),
        ),
        migrations.AddIndex(
            model_name='tenure',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['status', 'start_earliest', 'id'], name='actors_tenure_by_status'),
        ),
        migrations.AddIndex(
            model_name='tenure',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['is_acting', 'start_earliest', 'id'], name='actors_tenure_by_acting'),
        ),
        migrations.AddIndex(
            model_name='tenurecitation',
            index=models.Index(condition=models.Q(('field', ''), _negated=True), fields=['field'], name='actors_tenurecitation_by_field'),
        ),
    ]
