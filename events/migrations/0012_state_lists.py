"""When a list counted a record as its member: identifiers of all records have the same columns."""

import datetime

import config.record.values.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0011_meeting_mode'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='eventidentifier',
            name='events_eventidentifier_unique',
        ),
        migrations.RemoveConstraint(
            model_name='topicidentifier',
            name='events_topicidentifier_unique',
        ),
        migrations.AddField(
            model_name='eventidentifier',
            name='listed_from',
            field=config.record.values.fields.EdtfField(blank=True, default='', help_text='First day on which the list of the scheme counted this record as a member (EDTF). Empty: it is no such list.'),
        ),
        migrations.AddField(
            model_name='eventidentifier',
            name='listed_from_earliest',
            field=config.record.values.fields.BoundField(default=datetime.date(1, 1, 1), edge='earliest', editable=False, of='listed_from', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='eventidentifier',
            name='listed_from_latest',
            field=config.record.values.fields.BoundField(default=datetime.date(9999, 12, 31), edge='latest', editable=False, of='listed_from', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='eventidentifier',
            name='listed_to',
            field=config.record.values.fields.EdtfField(blank=True, default='', help_text='Last day on which it did (EDTF). Two dots (..): it was a member when the list was last published.'),
        ),
        migrations.AddField(
            model_name='eventidentifier',
            name='listed_to_earliest',
            field=config.record.values.fields.BoundField(default=datetime.date(1, 1, 1), edge='earliest', editable=False, of='listed_to', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='eventidentifier',
            name='listed_to_latest',
            field=config.record.values.fields.BoundField(default=datetime.date(9999, 12, 31), edge='latest', editable=False, of='listed_to', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='topicidentifier',
            name='listed_from',
            field=config.record.values.fields.EdtfField(blank=True, default='', help_text='First day on which the list of the scheme counted this record as a member (EDTF). Empty: it is no such list.'),
        ),
        migrations.AddField(
            model_name='topicidentifier',
            name='listed_from_earliest',
            field=config.record.values.fields.BoundField(default=datetime.date(1, 1, 1), edge='earliest', editable=False, of='listed_from', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='topicidentifier',
            name='listed_from_latest',
            field=config.record.values.fields.BoundField(default=datetime.date(9999, 12, 31), edge='latest', editable=False, of='listed_from', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='topicidentifier',
            name='listed_to',
            field=config.record.values.fields.EdtfField(blank=True, default='', help_text='Last day on which it did (EDTF). Two dots (..): it was a member when the list was last published.'),
        ),
        migrations.AddField(
            model_name='topicidentifier',
            name='listed_to_earliest',
            field=config.record.values.fields.BoundField(default=datetime.date(1, 1, 1), edge='earliest', editable=False, of='listed_to', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='topicidentifier',
            name='listed_to_latest',
            field=config.record.values.fields.BoundField(default=datetime.date(9999, 12, 31), edge='latest', editable=False, of='listed_to', otherwise=''),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='eventidentifier',
            constraint=models.UniqueConstraint(fields=('scheme', 'value', 'valid_from', 'listed_from'), name='events_eventidentifier_unique', violation_error_message='This code means another record at that time.'),
        ),
        migrations.AddConstraint(
            model_name='eventidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_from_earliest__lte', models.F('listed_from_latest'))), name='events_eventidentifier_listed_from_bounds_ordered', violation_error_message='The earliest day of listed_from lies after its latest.'),
        ),
        migrations.AddConstraint(
            model_name='eventidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_to_earliest__lte', models.F('listed_to_latest'))), name='events_eventidentifier_listed_to_bounds_ordered', violation_error_message='The earliest day of listed_to lies after its latest.'),
        ),
        migrations.AddConstraint(
            model_name='eventidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to_latest__gte', models.F('valid_from_earliest'))), name='events_eventidentifier_validity_ordered', violation_error_message='The code stops to mean this record before it begins to.'),
        ),
        migrations.AddConstraint(
            model_name='eventidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_to_latest__gte', models.F('listed_from_earliest'))), name='events_eventidentifier_listing_ordered', violation_error_message='The list drops this record before it counts it.'),
        ),
        migrations.AddConstraint(
            model_name='eventidentifier',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('listed_from', ''), ('listed_to', '')), models.Q(models.Q(('listed_from__in', ['', '..']), _negated=True), models.Q(('listed_to', ''), _negated=True)), _connector='OR'), name='events_eventidentifier_listing_complete', violation_error_message='Give both days of a listing, or neither.'),
        ),
        migrations.AddConstraint(
            model_name='topicidentifier',
            constraint=models.UniqueConstraint(fields=('scheme', 'value', 'valid_from', 'listed_from'), name='events_topicidentifier_unique', violation_error_message='This code means another record at that time.'),
        ),
        migrations.AddConstraint(
            model_name='topicidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_from_earliest__lte', models.F('listed_from_latest'))), name='events_topicidentifier_listed_from_bounds_ordered', violation_error_message='The earliest day of listed_from lies after its latest.'),
        ),
        migrations.AddConstraint(
            model_name='topicidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_to_earliest__lte', models.F('listed_to_latest'))), name='events_topicidentifier_listed_to_bounds_ordered', violation_error_message='The earliest day of listed_to lies after its latest.'),
        ),
        migrations.AddConstraint(
            model_name='topicidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to_latest__gte', models.F('valid_from_earliest'))), name='events_topicidentifier_validity_ordered', violation_error_message='The code stops to mean this record before it begins to.'),
        ),
        migrations.AddConstraint(
            model_name='topicidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('listed_to_latest__gte', models.F('listed_from_earliest'))), name='events_topicidentifier_listing_ordered', violation_error_message='The list drops this record before it counts it.'),
        ),
        migrations.AddConstraint(
            model_name='topicidentifier',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('listed_from', ''), ('listed_to', '')), models.Q(models.Q(('listed_from__in', ['', '..']), _negated=True), models.Q(('listed_to', ''), _negated=True)), _connector='OR'), name='events_topicidentifier_listing_complete', violation_error_message='Give both days of a listing, or neither.'),
        ),
    ]
