import config.record.values.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '__first__'),
        ('tasks', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, help_text='When, in UTC.')),
                ('action', models.CharField(choices=[('signed_in', 'Signed in'), ('sign_in_failed', 'Sign-in failed'), ('throttled', 'Too many attempts'), ('signed_out', 'Signed out'), ('factor_added', 'Second factor added'), ('factor_removed', 'Second factor removed'), ('password_changed', 'Password changed'), ('roles_changed', 'Roles changed'), ('added', 'Added'), ('changed', 'Changed'), ('deleted', 'Deleted'), ('action', 'Action requested'), ('refused', 'Refused')], help_text='What happened.', max_length=20)),
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
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['signed_in', 'sign_in_failed', 'throttled', 'signed_out', 'factor_added', 'factor_removed', 'password_changed', 'roles_changed', 'added', 'changed', 'deleted', 'action', 'refused'])), name='desk_auditentry_action_valid', violation_error_message='Not one of the values of action.')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('collection', config.record.values.fields.PlainTextField(editable=False, help_text='The collection of the record: actors, events, topics …')),
                ('record_id', models.BigIntegerField(editable=False, help_text="The record's primary key.")),
                ('number', models.PositiveIntegerField(help_text='Its place among the versions of the record, counted from 1.')),
                ('slug', config.record.values.fields.PlainTextField(help_text='The slug that the record had.')),
                ('at', models.DateTimeField(help_text='When, in UTC.')),
                ('action', models.CharField(choices=[('found', 'initial version'), ('entered', 'entered'), ('changed', 'changed'), ('submitted', 'submitted for review'), ('sent_back', 'sent back'), ('published', 'published'), ('retracted', 'retracted'), ('republished', 'republished'), ('applied', 'proposal applied'), ('restored', 'restored an earlier version'), ('merged', 'merged'), ('unmerged', 'merge undone'), ('deleted', 'deleted'), ('imported', 'imported from a sheet')], help_text='What was done.', max_length=16)),
                ('reason', models.TextField(blank=True, help_text='Why, in the words of who did it.')),
                ('digest', models.CharField(help_text='SHA-256 of what it holds, by which a version is told from others.', max_length=64)),
                ('content', models.TextField(help_text='The snapshot of the record, as JSON.')),
                ('detail', models.JSONField(blank=True, default=dict, help_text='What else must be known to undo it, such as what a merge moved.')),
                ('by', models.ForeignKey(blank=True, help_text='Who did it. Empty: a command or an import, or somebody whose account is gone.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['collection', 'record_id', 'digest'], name='desk_revision_by_digest'), models.Index(fields=['by', '-at'], name='desk_revision_by_person')],
                'constraints': [models.UniqueConstraint(fields=('collection', 'record_id', 'number'), name='desk_revision_unique'), models.CheckConstraint(condition=models.Q(('action__in', ['found', 'entered', 'changed', 'submitted', 'sent_back', 'published', 'retracted', 'republished', 'applied', 'restored', 'merged', 'unmerged', 'deleted', 'imported'])), name='desk_revision_action_valid', violation_error_message='Not one of the values of action.'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='desk_revision_number_positive', violation_error_message='Versions are counted from 1.')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('collection', config.record.values.fields.PlainTextField(editable=False, help_text='The collection of the record: actors, events, topics …')),
                ('record_id', models.BigIntegerField(editable=False, help_text="The record's primary key.")),
                ('slug', config.record.values.fields.PlainTextField(editable=False, help_text='The slug of the record.')),
                ('at', models.DateTimeField(editable=False, help_text='When, in UTC.')),
                ('reason', models.TextField(help_text='Why. Everybody can read it in the change feed once the proposal is applied.')),
                ('content', models.TextField(editable=False, help_text='The snapshot of the record as it would be, as JSON.')),
                ('decision', models.CharField(choices=[('open', 'open'), ('applied', 'applied'), ('refused', 'rejected'), ('withdrawn', 'withdrawn')], default='open', editable=False, help_text='Decision.', max_length=12)),
                ('decided_at', models.DateTimeField(editable=False, help_text='When it was decided, in UTC. Null: not yet.', null=True)),
                ('answer', models.TextField(blank=True, editable=False, help_text='Reason for the decision.')),
                ('by', models.ForeignKey(editable=False, help_text='Who proposes it.', on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, editable=False, help_text='Who decided. Empty: nobody yet.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('base', models.ForeignKey(editable=False, help_text='The version of the record that it changes.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desk.revision')),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['collection', 'record_id'], name='desk_proposal_of_record'), models.Index(condition=models.Q(('decision', 'open')), fields=['-at'], name='desk_proposal_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decision__in', ['open', 'applied', 'refused', 'withdrawn'])), name='desk_proposal_decision_valid', violation_error_message='Not one of the values of decision.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decision', 'open')), models.Q(models.Q(('decision', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='desk_proposal_decided_when_done', violation_error_message='A decision has a day.')],
            },
        ),
        migrations.CreateModel(
            name='Safeguard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, help_text='The kind of record, such as statement or agreement. Empty: any kind.', max_length=16)),
                ('collection', config.record.values.fields.PlainTextField(blank=True, help_text='With a slug: the collection of the record that is referred to, such as topics.')),
                ('slug', config.record.values.fields.PlainTextField(blank=True, help_text='The record that is referred to, such as libya. Empty: every record of the kind.')),
                ('note', models.CharField(blank=True, help_text='Why two are needed.', max_length=300)),
            ],
            options={
                'verbose_name': 'two-person rule',
                'constraints': [models.UniqueConstraint(fields=('kind', 'collection', 'slug'), name='desk_safeguard_unique'), models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), models.Q(('slug', ''), _negated=True), _connector='OR'), name='desk_safeguard_says_what', violation_error_message='Enter a kind, or a record that is referred to.'), models.CheckConstraint(condition=models.Q(models.Q(('collection', ''), ('slug', '')), models.Q(models.Q(('slug', ''), _negated=True), models.Q(('collection', ''), _negated=True)), _connector='OR'), name='desk_safeguard_slug_in_collection', violation_error_message='A slug needs its collection, and a collection its slug.')],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, help_text='What it is found by.', primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True, editable=False, help_text='When it was uploaded, or last processed by a task, in UTC. It is kept for a day.')),
                ('label', models.CharField(editable=False, help_text='The records it is about, such as actors.country.', max_length=60)),
                ('name', models.CharField(editable=False, help_text='The name of the file.', max_length=200)),
                ('cells', models.TextField(editable=False, help_text='Its lines, as JSON.')),
                ('plan', models.TextField(blank=True, editable=False, help_text='Import preview, as JSON. Empty: not compared yet.')),
                ('by', models.ForeignKey(editable=False, help_text='Who uploaded it, and may import it.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(editable=False, help_text='Task that compares or imports it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tasks.task')),
            ],
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('collection', config.record.values.fields.PlainTextField(editable=False, help_text='The collection of the record: actors, events, topics …')),
                ('record_id', models.BigIntegerField(editable=False, help_text="The record's primary key.")),
                ('at', models.DateTimeField(editable=False, help_text='When, in UTC.')),
                ('digest', models.CharField(editable=False, help_text='What the record held; a change voids the approval.', max_length=64)),
                ('by', models.ForeignKey(editable=False, help_text='The editor.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('collection', 'record_id', 'by'), name='desk_approval_unique')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('collection', config.record.values.fields.PlainTextField(editable=False, help_text='The collection of the record: actors, events, topics …')),
                ('record_id', models.BigIntegerField(editable=False, help_text="The record's primary key.")),
                ('slug', config.record.values.fields.PlainTextField(editable=False, help_text='The slug of the record.')),
                ('rule', models.CharField(editable=False, help_text='Which rule found it, such as overlapping_tenures.', max_length=40)),
                ('subject', config.record.values.fields.PlainTextField(blank=True, editable=False, help_text='What else it is about: another record, as its collection and primary key, or a word of the rule.')),
                ('message', models.TextField(editable=False, help_text='What was found, in a sentence.')),
                ('found_at', models.DateTimeField(editable=False, help_text='When it was first found, in UTC.')),
                ('dismissed_at', models.DateTimeField(editable=False, help_text='When it was dismissed, in UTC. Null: it is open.', null=True)),
                ('answer', models.TextField(blank=True, editable=False, help_text='Why it was dismissed.')),
                ('dismissed_by', models.ForeignKey(blank=True, editable=False, help_text='Who dismissed it. Empty: nobody.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'data check',
                'ordering': ('-found_at', '-id'),
                'indexes': [models.Index(condition=models.Q(('dismissed_at__isnull', True)), fields=['rule', '-found_at'], name='desk_finding_open'), models.Index(fields=['subject'], name='desk_finding_by_subject')],
                'constraints': [models.UniqueConstraint(fields=('collection', 'record_id', 'rule', 'subject'), name='desk_finding_unique'), models.CheckConstraint(condition=models.Q(('dismissed_at__isnull', True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='desk_finding_dismissed_with_reason', violation_error_message='Enter a reason for dismissing.')],
            },
        ),
    ]
