
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0004_findings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, help_text='What it is found by.', primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True, editable=False, help_text='When, in UTC. It is kept for a day.')),
                ('label', models.CharField(editable=False, help_text='The records it is about, such as actors.country.', max_length=60)),
                ('name', models.CharField(editable=False, help_text='The name of the file.', max_length=200)),
                ('cells', models.TextField(editable=False, help_text='Its lines, as JSON.')),
                ('plan', models.TextField(editable=False, help_text='What it would do, as it was shown, as JSON.')),
                ('by', models.ForeignKey(editable=False, help_text='Who brought it, and alone can do it.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
