"""When a list of states counted a record as its member; regions, statuses and relations of states."""

import datetime

import config.record.values.fields
from django.db import migrations, models

from config.record.database.search import SearchTriggers


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0007_hidden'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='actor',
            name='actors_actor_status_valid',
        ),
        migrations.RemoveConstraint(
            model_name='actoridentifier',
            name='actors_actoridentifier_unique',
        ),
        migrations.RemoveConstraint(
            model_name='actorrelation',
            name='actors_actorrelation_type_valid',
        ),
        migrations.AddField(
            model_name='actoridentifier',
            name='listed_from',
            field=config.record.values.fields.EdtfField(blank=True, default='', help_text='First day on which the list of the scheme counted this record as a member (EDTF). Empty: it is no such list.'),
        ),
        migrations.AddField(
            model_name='actoridentifier',
            name='listed_from_earliest',
            field=config.record.values.fields.BoundField(default=datetime.date(1, 1, 1), edge='earliest', editable=False, of='listed_from', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='actoridentifier',
            name='listed_from_latest',
            field=config.record.values.fields.BoundField(default=datetime.date(9999, 12, 31), edge='latest', editable=False, of='listed_from', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='actoridentifier',
            name='listed_to',
            field=config.record.values.fields.EdtfField(blank=True, default='', help_text='Last day on which it did (EDTF). Two dots (..): it was a member when the list was last published.'),
        ),
        migrations.AddField(
            model_name='actoridentifier',
            name='listed_to_earliest',
            field=config.record.values.fields.BoundField(default=datetime.date(1, 1, 1), edge='earliest', editable=False, of='listed_to', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='actoridentifier',
            name='listed_to_latest',
            field=config.record.values.fields.BoundField(default=datetime.date(9999, 12, 31), edge='latest', editable=False, of='listed_to', otherwise=''),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='actor',
            name='m49_region',
            field=models.CharField(blank=True, choices=[('002', 'Africa'), ('009', 'Oceania'), ('019', 'Americas'), ('142', 'Asia'), ('150', 'Europe')], help_text='Region in the M49 standard of the United Nations.', max_length=3),
        ),
        migrations.AlterField(
            model_name='actor',
            name='m49_subregion',
            field=models.CharField(blank=True, choices=[('015', 'Northern Africa'), ('202', 'Sub-Saharan Africa'), ('021', 'Northern America'), ('419', 'Latin America and the Caribbean'), ('143', 'Central Asia'), ('030', 'Eastern Asia'), ('035', 'South-eastern Asia'), ('034', 'Southern Asia'), ('145', 'Western Asia'), ('151', 'Eastern Europe'), ('154', 'Northern Europe'), ('039', 'Southern Europe'), ('155', 'Western Europe'), ('053', 'Australia and New Zealand'), ('054', 'Melanesia'), ('057', 'Micronesia'), ('061', 'Polynesia')], help_text='Subregion in the M49 standard.', max_length=3),
        ),
        migrations.AlterField(
            model_name='actor',
            name='status',
            field=models.CharField(blank=True, choices=[('state', 'State: a member of the state system'), ('dependency', 'Dependency'), ('disputed', 'Disputed'), ('area', 'Area'), ('de_facto', 'De facto state: governs itself, and few states or none recognise it'), ('outside_system', 'State outside the state system, as the Correlates of War list draws it')], help_text='What a country is in the record. Listing implies no recognition.', max_length=16),
        ),
        migrations.AlterField(
            model_name='actorrelation',
            name='type',
            field=models.CharField(choices=[('part_of', 'Part of'), ('member_of', 'Member of'), ('claims_to_govern', 'Claims to govern'), ('controls', 'Controls'), ('affiliated_with', 'Affiliated with'), ('recognises', 'Recognises'), ('dependency_of', 'Dependency of'), ('has_diplomatic_relations_with', 'Has diplomatic relations with'), ('successor_of', 'Successor of')], help_text='How the subject stands to the object.', max_length=32),
        ),
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(condition=models.Q(('state', 'published'), models.Q(('m49_subregion', ''), _negated=True)), fields=['m49_subregion', 'name_folded', 'id'], name='actors_actor_by_subregion'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['', 'state', 'dependency', 'disputed', 'area', 'de_facto', 'outside_system'])), name='actors_actor_status_valid', violation_error_message='Not one of the values of status.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(('m49_region__in', ['', '002', '009', '019', '142', '150'])), name='actors_actor_m49_region_valid', violation_error_message='Not one of the values of m49_region.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(('m49_subregion__in', ['', '015', '202', '021', '419', '143', '030', '035', '034', '145', '151', '154', '039', '155', '053', '054', '057', '061'])), name='actors_actor_m49_subregion_valid', violation_error_message='Not one of the values of m49_subregion.'),
        ),
        migrations.AddConstraint(
            model_name='actoridentifier',
            constraint=models.UniqueConstraint(fields=('scheme', 'value', 'valid_from', 'listed_from'), name='actors_actoridentifier_unique', violation_error_message='This code means another record at that time.'),
        ),
        migrations.AddConstraint(
            model_name='actoridentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_from_earliest__lte', models.F('listed_from_latest'))), name='actors_actoridentifier_listed_from_bounds_ordered', violation_error_message='The earliest day of listed_from lies after its latest.'),
        ),
        migrations.AddConstraint(
            model_name='actoridentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_to_earliest__lte', models.F('listed_to_latest'))), name='actors_actoridentifier_listed_to_bounds_ordered', violation_error_message='The earliest day of listed_to lies after its latest.'),
        ),
        migrations.AddConstraint(
            model_name='actoridentifier',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to_latest__gte', models.F('valid_from_earliest'))), name='actors_actoridentifier_validity_ordered', violation_error_message='The code stops to mean this record before it begins to.'),
        ),
        migrations.AddConstraint(
            model_name='actoridentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_to_latest__gte', models.F('listed_from_earliest'))), name='actors_actoridentifier_listing_ordered', violation_error_message='The list drops this record before it counts it.'),
        ),
        migrations.AddConstraint(
            model_name='actoridentifier',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('listed_from', ''), ('listed_to', '')), models.Q(models.Q(('listed_from__in', ['', '..']), _negated=True), models.Q(('listed_to', ''), _negated=True)), _connector='OR'), name='actors_actoridentifier_listing_complete', violation_error_message='Give both days of a listing, or neither.'),
        ),
        migrations.AddConstraint(
            model_name='actorrelation',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['part_of', 'member_of', 'claims_to_govern', 'controls', 'affiliated_with', 'recognises', 'dependency_of', 'has_diplomatic_relations_with', 'successor_of'])), name='actors_actorrelation_type_valid', violation_error_message='Not one of the values of type.'),
        ),
        # SQLite makes the table anew for a constraint.
        SearchTriggers('actors_actor'),
    ]
