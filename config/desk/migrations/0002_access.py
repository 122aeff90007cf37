"""What is noted of everything that staff do, which the database refuses to change, and the cache that workers share."""

from django.core.management import call_command
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from config.record.database.operations import AppendOnly


def make_cache(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", "desk_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    dependencies = [("desk", "0001_tables")]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, help_text='When, in UTC.')),
                ('happening', models.CharField(choices=[('signed_in', 'Signed in'), ('sign_in_failed', 'Sign-in failed'), ('throttled', 'Too many tries'), ('signed_out', 'Signed out'), ('factor_added', 'Second factor added'), ('factor_removed', 'Second factor removed'), ('password_changed', 'Password changed'), ('roles_changed', 'Roles changed'), ('added', 'Added'), ('changed', 'Changed'), ('deleted', 'Deleted'), ('action', 'Action asked for'), ('refused', 'Refused')], help_text='What happened.', max_length=20)),
                ('by', models.TextField(blank=True, help_text='Who did it. Empty: nobody who had signed in, or a command on the server.')),
                ('by_id', models.BigIntegerField(help_text='The number of the account.', null=True)),
                ('address', models.TextField(blank=True, help_text='Where from. Empty: a command on the server.')),
                ('kind', models.TextField(blank=True, help_text='The sort of object it was done to.')),
                ('object_id', models.TextField(blank=True, help_text='The number of the object.')),
                ('object', models.TextField(blank=True, help_text='The object, as it was called then.')),
                ('detail', models.TextField(blank=True, help_text='What exactly.')),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'ordering': ('-id',),
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(('happening__in', ['signed_in', 'sign_in_failed', 'throttled', 'signed_out', 'factor_added', 'factor_removed', 'password_changed', 'roles_changed', 'added', 'changed', 'deleted', 'action', 'refused'])), name='desk_auditentry_happening_valid', violation_error_message='Not one of the values of happening.')],
            },
        ),
        AppendOnly("desk_auditentry"),
        migrations.RunPython(make_cache, migrations.RunPython.noop),
    ]
