from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0006_plain_rows'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='source',
            index=models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='record_source_waiting'),
        ),
    ]
