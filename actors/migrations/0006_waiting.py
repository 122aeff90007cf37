from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0005_plain_rows'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='actors_actor_waiting'),
        ),
        migrations.AddIndex(
            model_name='office',
            index=models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='actors_office_waiting'),
        ),
        migrations.AddIndex(
            model_name='tenure',
            index=models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='actors_tenure_waiting'),
        ),
    ]
