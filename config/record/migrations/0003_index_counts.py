"""Numbers that are kept of index tables, which the migrations of these fill."""

from django.db import migrations, models

import config.record.values.fields


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0002_database'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index_table', config.record.values.fields.PlainTextField(editable=False)),
                ('value_column', config.record.values.fields.PlainTextField(editable=False)),
                ('kind', config.record.values.fields.PlainTextField(default='', editable=False)),
                ('value', models.BigIntegerField(editable=False)),
                ('number', models.BigIntegerField(editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('index_table', 'value_column', 'kind', 'value'), name='record_indexcount_unique')],
            },
        ),
    ]
