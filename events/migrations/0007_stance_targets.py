"""The index of stances by holder tells what they are about."""

from django.db import migrations, models

from config.record.database.operations import VendorSQL

_FILL = """
UPDATE events_stanceholderindex SET target = (
    SELECT COALESCE(
        stance.target_event_id * 4, stance.target_topic_id * 4 + 1, stance.target_actor_id * 4 + 2, stance.target_provision_id * 4 + 3
    ) FROM events_stance stance WHERE stance.id = events_stanceholderindex.stance_id
)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_stance_counts'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='stanceholderindex',
            name='events_stance_holder_by_start',
        ),
        migrations.AddField(
            model_name='stanceholderindex',
            name='target',
            field=models.BigIntegerField(default=0, editable=False),
            preserve_default=False,
        ),
        VendorSQL({"sqlite": (_FILL,), "postgresql": (_FILL,)}, {"sqlite": (), "postgresql": ()}),
        migrations.AddIndex(
            model_name='stanceholderindex',
            index=models.Index(fields=['actor', 'start_earliest', 'position', 'stance', 'target'], name='events_stance_holder_by_start'),
        ),
    ]
