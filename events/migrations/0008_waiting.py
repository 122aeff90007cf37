from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0006_waiting'),
        ('events', '0007_wordings'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='events_event_waiting'),
        ),
        migrations.AddIndex(
            model_name='provision',
            index=models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='events_provision_waiting'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='events_stance_waiting'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='events_topic_waiting'),
        ),
    ]
