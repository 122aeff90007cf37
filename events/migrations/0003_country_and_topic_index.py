"""The index tables of events know countries and topics, with the days and kinds of the lists."""

import django.db.models.deletion
from django.db import migrations, models

from config.record.database.operations import VendorSQL

_FILL = (
    "UPDATE events_topic SET indexed_parent = parent_id",
    """
    UPDATE events_eventactorindex SET country_id = (
        SELECT CASE
            WHEN actor.kind = 'country' THEN actor.id
            WHEN EXISTS (
                SELECT 1 FROM events_participation acting
                WHERE acting.event_id = events_eventactorindex.event_id AND acting.actor_id = actor.id
            ) THEN actor.country_id
        END FROM actors_actor actor WHERE actor.id = events_eventactorindex.actor_id
    )
    """,
    """
    INSERT INTO events_eventtopicindex (event_id, topic_id, kind, spread, start_earliest)
    WITH RECURSIVE above(lower_id, upper_id) AS (
        SELECT id, id FROM events_topic
        UNION SELECT above.lower_id, wider.parent_id FROM above JOIN events_topic wider ON wider.id = above.upper_id
        WHERE wider.parent_id IS NOT NULL
    )
    SELECT DISTINCT event.id, above.upper_id, event.kind, event.spread, event.start_earliest FROM events_event event
    JOIN events_eventtopic about ON about.event_id = event.id JOIN above ON above.lower_id = about.topic_id
    WHERE event.state = 'published'
    """,
)


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0002_database'),
        ('events', '0002_database'),
    ]

    operations = [
        migrations.AddField(
            model_name='eventactorindex',
            name='country',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='actors.country'),
        ),
        migrations.AddField(
            model_name='topic',
            name='indexed_parent',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name='EventTopicIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('meeting', 'Meeting'), ('agreement', 'Agreement'), ('statement', 'Statement'), ('action', 'Action')], editable=False, max_length=12)),
                ('spread', models.SmallIntegerField(editable=False)),
                ('start_earliest', models.DateField(editable=False)),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topic_index', to='events.event')),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='event_index', to='events.topic')),
            ],
        ),
        # Tables are filled before they are indexed. What deferred constraints have still to look at keeps PostgreSQL from that.
        VendorSQL(
            {"sqlite": _FILL, "postgresql": ("SET CONSTRAINTS ALL IMMEDIATE", *_FILL)},
            {"sqlite": (), "postgresql": ()},
        ),
        migrations.AddIndex(
            model_name='eventactorindex',
            index=models.Index(fields=['country', 'start_earliest', 'event'], name='events_event_country_by_start'),
        ),
        migrations.AddIndex(
            model_name='eventactorindex',
            index=models.Index(fields=['country', 'kind', 'spread', 'start_earliest', 'event'], name='events_event_country_by_kind'),
        ),
        migrations.AddIndex(
            model_name='eventtopicindex',
            index=models.Index(fields=['topic', 'start_earliest', 'event'], name='events_event_topic_by_start'),
        ),
        migrations.AddIndex(
            model_name='eventtopicindex',
            index=models.Index(fields=['topic', 'kind', 'spread', 'start_earliest', 'event'], name='events_event_topic_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='eventtopicindex',
            constraint=models.UniqueConstraint(fields=('event', 'topic'), name='events_event_topic_unique'),
        ),
    ]
