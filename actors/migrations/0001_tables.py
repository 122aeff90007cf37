import config.record.database.search
import config.record.models.citations
import config.record.models.kinds
import config.record.values.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sources', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Actor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', config.record.values.fields.PlainTextField(help_text='Public identifier: readable, unique in its table, never reused and never changed after publication.', validators=[django.core.validators.RegexValidator('^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$', 'Letters and digits, in words joined by single hyphens.'), django.core.validators.MaxLengthValidator(120)])),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('retracted', 'Retracted')], default='draft', editable=False, help_text='Curation state of the record. Only published records are public.', max_length=12)),
                ('document', models.TextField(editable=False, null=True)),
                ('document_hash', models.CharField(default='', editable=False, max_length=64)),
                ('search_text', config.record.database.search.SearchTextField(default='', editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('updated_at', models.DateTimeField(editable=False, null=True)),
                ('name', models.CharField(help_text='Display name, in English if one exists.', max_length=500)),
                ('name_folded', config.record.values.fields.FoldedField(editable=False, of='name')),
                ('start', config.record.values.fields.EdtfField(blank=True, default='', help_text='Start date in EDTF (ISO 8601-2): 2020-10-27, 2020-10, 2020, 2020-10~. Empty: unknown.')),
                ('start_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='start', otherwise='')),
                ('start_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='start', otherwise='')),
                ('end', config.record.values.fields.EdtfField(blank=True, default='', help_text='End date in EDTF. Empty: unknown. Two dots (..): not ended.')),
                ('end_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='end', otherwise='')),
                ('end_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='end', otherwise='')),
                ('kind', models.CharField(choices=[('country', 'Country'), ('organization', 'Organization'), ('official', 'Official')], help_text='Kind of actor.', max_length=12)),
                ('description', models.TextField(blank=True, help_text='Short description, in one or two sentences.')),
                ('official_name', models.CharField(blank=True, help_text='Full official name of a country.', max_length=300)),
                ('status', models.CharField(blank=True, choices=[('state', 'State: a member of the state system'), ('dependency', 'Dependency'), ('disputed', 'Disputed'), ('area', 'Area'), ('de_facto', 'De facto state: self-governing, with little or no recognition'), ('outside_system', 'State outside the state system of the Correlates of War list')], help_text='Status of a country. Listing implies no recognition.', max_length=16)),
                ('m49_region', models.CharField(blank=True, choices=[('002', 'Africa'), ('009', 'Oceania'), ('019', 'Americas'), ('142', 'Asia'), ('150', 'Europe')], help_text='Region in the M49 standard of the United Nations.', max_length=3)),
                ('m49_subregion', models.CharField(blank=True, choices=[('015', 'Northern Africa'), ('202', 'Sub-Saharan Africa'), ('021', 'Northern America'), ('419', 'Latin America and the Caribbean'), ('143', 'Central Asia'), ('030', 'Eastern Asia'), ('035', 'South-eastern Asia'), ('034', 'Southern Asia'), ('145', 'Western Asia'), ('151', 'Eastern Europe'), ('154', 'Northern Europe'), ('039', 'Southern Europe'), ('155', 'Western Europe'), ('053', 'Australia and New Zealand'), ('054', 'Melanesia'), ('057', 'Micronesia'), ('061', 'Polynesia')], help_text='Subregion in the M49 standard.', max_length=3)),
                ('capital', models.CharField(blank=True, help_text='Capital of a country.', max_length=120)),
                ('latitude', models.DecimalField(blank=True, decimal_places=5, help_text='Degrees north of the equator (WGS 84).', max_digits=8, null=True)),
                ('longitude', models.DecimalField(blank=True, decimal_places=5, help_text='Degrees east of Greenwich (WGS 84).', max_digits=8, null=True)),
                ('organization_type', models.CharField(blank=True, choices=[('intergovernmental', 'Intergovernmental organization'), ('government', 'Government'), ('state_organ', 'State organ'), ('armed_group', 'Armed group'), ('party', 'Political party'), ('ngo', 'Non-governmental organization'), ('media', 'Media'), ('company', 'Company'), ('coalition', 'Coalition'), ('community', 'Community'), ('collective', 'Collective: several actors that a source names together')], help_text='Type of organization.', max_length=20)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'published')), fields=['updated_at', 'id'], name='actors_actor_by_update'), models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='actors_actor_waiting'), models.Index(condition=models.Q(('state', 'published')), fields=['kind', 'start_earliest', 'id'], name='actors_actor_kind_by_start'), models.Index(condition=models.Q(('state', 'published')), fields=['kind', 'updated_at', 'id'], name='actors_actor_kind_by_update'), models.Index(condition=models.Q(('state', 'published')), fields=['name_folded', 'id'], name='actors_actor_by_name'), models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['name_folded'], name='actors_actor_hidden_by_name'), models.Index(condition=models.Q(('state', 'published')), fields=['kind', 'name_folded', 'id'], name='actors_actor_by_kind'), models.Index(condition=models.Q(('state', 'published')), fields=['start_earliest', 'id'], name='actors_actor_by_start'), models.Index(condition=models.Q(('state', 'published'), models.Q(('organization_type', ''), _negated=True)), fields=['organization_type', 'name_folded', 'id'], name='actors_actor_by_type'), models.Index(condition=models.Q(('state', 'published'), models.Q(('status', ''), _negated=True)), fields=['status', 'name_folded', 'id'], name='actors_actor_by_status'), models.Index(condition=models.Q(('state', 'published'), models.Q(('m49_region', ''), _negated=True)), fields=['m49_region', 'name_folded', 'id'], name='actors_actor_by_region'), models.Index(condition=models.Q(('state', 'published'), models.Q(('m49_subregion', ''), _negated=True)), fields=['m49_subregion', 'name_folded', 'id'], name='actors_actor_by_subregion')],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='actors_actor_slug_unique'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$')), name='actors_actor_slug_form', violation_error_message='A slug is words of letters and digits joined by single hyphens.'), models.CheckConstraint(condition=models.Q(('slug__in', ('counts', 'matrix', 'query', 'shifts', 'versions')), _negated=True), name='actors_actor_slug_not_reserved', violation_error_message='The API uses this word as a path of its own.'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'published', 'retracted'])), name='actors_actor_state_valid', violation_error_message='Not one of the values of state.'), models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('document__isnull', True)), _connector='OR'), name='actors_actor_document_when_published', violation_error_message='A record has a public document exactly while it is published.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='actors_actor_name_present', violation_error_message='A name is needed.'), models.CheckConstraint(condition=models.Q(('start_earliest__lte', models.F('start_latest'))), name='actors_actor_start_bounds_ordered', violation_error_message='The earliest day of start lies after its latest.'), models.CheckConstraint(condition=models.Q(('end_earliest__lte', models.F('end_latest'))), name='actors_actor_end_bounds_ordered', violation_error_message='The earliest day of end lies after its latest.'), models.CheckConstraint(condition=models.Q(('start', '..'), _negated=True), name='actors_actor_start_not_open', violation_error_message='A start cannot be open; leave it empty where it is unknown.'), models.CheckConstraint(condition=models.Q(('end_latest__gte', models.F('start_earliest'))), name='actors_actor_end_not_before_start', violation_error_message='The end lies before the start.'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('longitude__isnull', False)), _connector='OR'), name='actors_actor_coordinates_paired', violation_error_message='Give both coordinates or none.'), models.CheckConstraint(condition=models.Q(('latitude__isnull', True), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='actors_actor_coordinates_on_globe', violation_error_message='A latitude lies between -90 and 90, a longitude between -180 and 180.'), models.CheckConstraint(condition=models.Q(('status__in', ['', 'state', 'dependency', 'disputed', 'area', 'de_facto', 'outside_system'])), name='actors_actor_status_valid', violation_error_message='Not one of the values of status.'), models.CheckConstraint(condition=models.Q(('m49_region__in', ['', '002', '009', '019', '142', '150'])), name='actors_actor_m49_region_valid', violation_error_message='Not one of the values of m49_region.'), models.CheckConstraint(condition=models.Q(('m49_subregion__in', ['', '015', '202', '021', '419', '143', '030', '035', '034', '145', '151', '154', '039', '155', '053', '054', '057', '061'])), name='actors_actor_m49_subregion_valid', violation_error_message='Not one of the values of m49_subregion.'), models.CheckConstraint(condition=models.Q(('organization_type__in', ['', 'intergovernmental', 'government', 'state_organ', 'armed_group', 'party', 'ngo', 'media', 'company', 'coalition', 'community', 'collective'])), name='actors_actor_organization_type_valid', violation_error_message='Not one of the values of organization_type.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'organization'), _negated=True), models.Q(('organization_type', ''), _negated=True), _connector='OR'), name='actors_actor_needed_for_organization', violation_error_message='A record of kind organization needs these fields.'), models.CheckConstraint(condition=models.Q(('kind', 'organization'), ('organization_type', ''), _connector='OR'), name='actors_actor_only_for_organization', violation_error_message='Only a record of kind organization has these fields.')],
            },
        ),
        migrations.CreateModel(
            name='Country',
            fields=[
            ],
            options={
                'verbose_name_plural': 'countries',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=(config.record.models.kinds.OfKind, 'actors.actor'),
        ),
        migrations.CreateModel(
            name='Official',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=(config.record.models.kinds.OfKind, 'actors.actor'),
        ),
        migrations.CreateModel(
            name='Organization',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=(config.record.models.kinds.OfKind, 'actors.actor'),
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', config.record.values.fields.PlainTextField(help_text='Public identifier: readable, unique in its table, never reused and never changed after publication.', validators=[django.core.validators.RegexValidator('^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$', 'Letters and digits, in words joined by single hyphens.'), django.core.validators.MaxLengthValidator(120)])),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('retracted', 'Retracted')], default='draft', editable=False, help_text='Curation state of the record. Only published records are public.', max_length=12)),
                ('document', models.TextField(editable=False, null=True)),
                ('document_hash', models.CharField(default='', editable=False, max_length=64)),
                ('search_text', config.record.database.search.SearchTextField(default='', editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('updated_at', models.DateTimeField(editable=False, null=True)),
                ('name', models.CharField(help_text='Display name, in English if one exists.', max_length=500)),
                ('name_folded', config.record.values.fields.FoldedField(editable=False, of='name')),
                ('rank', models.CharField(choices=[('head_of_state', 'Head of state'), ('head_of_government', 'Head of government'), ('foreign_minister', 'Foreign minister'), ('minister', 'Minister'), ('envoy', 'Envoy'), ('permanent_representative', 'Permanent representative'), ('head_of_organization', 'Head of organization'), ('military', 'Military command'), ('other', 'Other')], help_text='Rank of the office, on one scale for all countries.', max_length=24)),
                ('seats', models.PositiveSmallIntegerField(blank=True, default=1, help_text='Number of simultaneous holders. Empty: unlimited or unknown.', null=True)),
                ('description', models.TextField(blank=True, help_text='Short description.')),
                ('accredited_to', models.ForeignKey(blank=True, db_index=False, help_text='Country or organization that the holder is accredited to, if any.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accredited_offices', to='actors.actor')),
                ('body', models.ForeignKey(db_index=False, help_text='Country or organization that the office belongs to.', on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='actors.actor')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'published')), fields=['updated_at', 'id'], name='actors_office_by_update'), models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='actors_office_waiting'), models.Index(condition=models.Q(('state', 'published')), fields=['name_folded', 'id'], name='actors_office_by_name'), models.Index(fields=['rank', 'name_folded', 'id'], name='actors_office_by_rank'), models.Index(fields=['body', 'name_folded', 'id'], name='actors_office_by_body'), models.Index(fields=['accredited_to', 'name_folded', 'id'], name='actors_office_by_accredited')],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='actors_office_slug_unique'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$')), name='actors_office_slug_form', violation_error_message='A slug is words of letters and digits joined by single hyphens.'), models.CheckConstraint(condition=models.Q(('slug__in', ('counts', 'matrix', 'query', 'shifts', 'versions')), _negated=True), name='actors_office_slug_not_reserved', violation_error_message='The API uses this word as a path of its own.'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'published', 'retracted'])), name='actors_office_state_valid', violation_error_message='Not one of the values of state.'), models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('document__isnull', True)), _connector='OR'), name='actors_office_document_when_published', violation_error_message='A record has a public document exactly while it is published.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='actors_office_name_present', violation_error_message='A name is needed.'), models.CheckConstraint(condition=models.Q(('rank__in', ['head_of_state', 'head_of_government', 'foreign_minister', 'minister', 'envoy', 'permanent_representative', 'head_of_organization', 'military', 'other'])), name='actors_office_rank_valid', violation_error_message='Not one of the values of rank.'), models.CheckConstraint(condition=models.Q(('seats__isnull', True), ('seats__gte', 1), _connector='OR'), name='actors_office_seats_positive', violation_error_message='An office has at least one seat.'), models.CheckConstraint(condition=models.Q(('accredited_to__isnull', True), models.Q(('accredited_to', models.F('body')), _negated=True), _connector='OR'), name='actors_office_accredited_elsewhere', violation_error_message='Nobody is accredited to the body he represents.')],
            },
        ),
        migrations.CreateModel(
            name='OfficeCitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('supports', 'Supports'), ('contradicts', 'Contradicts'), ('context', 'Context')], default='supports', help_text='Role of the source: supports, contradicts or gives context. Publication requires a supporting citation.', max_length=12)),
                ('field', models.CharField(blank=True, help_text='Cited field of the document, such as start or participations/RUS. Empty: the whole record.', max_length=200)),
                ('claim', models.CharField(blank=True, help_text='Value stated by the source, if it differs from the record.', max_length=500)),
                ('quote', models.CharField(blank=True, help_text='Exact words of the source, at most fifteen.', max_length=200, validators=[config.record.models.citations.validate_excerpt])),
                ('locator', models.CharField(blank=True, help_text='Location in the source, such as paragraph 5 or p. 12.', max_length=120)),
                ('attribution', models.CharField(blank=True, help_text='Attribution given by the source, such as “according to diplomatic sources”.', max_length=200)),
                ('is_inferred', models.BooleanField(default=False, help_text='Whether a curator inferred the claim; the note explains how.')),
                ('note', models.TextField(blank=True, help_text='Note for readers on the citation.')),
                ('record', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='actors.office')),
                ('source', models.ForeignKey(help_text='Source cited.', on_delete=django.db.models.deletion.PROTECT, to='sources.source')),
            ],
            options={
                'ordering': ('id',),
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('field', ''), _negated=True), fields=['field'], name='actors_officecitation_by_field')],
                'constraints': [models.UniqueConstraint(fields=('record', 'source', 'role', 'field', 'locator'), name='actors_officecitation_unique', violation_error_message='This source is cited for this field, at this place, already.'), models.CheckConstraint(condition=models.Q(('role__in', ['supports', 'contradicts', 'context'])), name='actors_officecitation_role_valid', violation_error_message='Not one of the values of role.'), models.CheckConstraint(condition=models.Q(('is_inferred', False), models.Q(('note', ''), _negated=True), _connector='OR'), name='actors_officecitation_inference_explained', violation_error_message='Say in the note how it was inferred.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'contradicts'), _negated=True), models.Q(('claim', ''), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='actors_officecitation_contradiction_stated', violation_error_message='Say what the source claims instead.')],
            },
        ),
        migrations.CreateModel(
            name='Tenure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', config.record.values.fields.PlainTextField(help_text='Public identifier: readable, unique in its table, never reused and never changed after publication.', validators=[django.core.validators.RegexValidator('^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$', 'Letters and digits, in words joined by single hyphens.'), django.core.validators.MaxLengthValidator(120)])),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('retracted', 'Retracted')], default='draft', editable=False, help_text='Curation state of the record. Only published records are public.', max_length=12)),
                ('document', models.TextField(editable=False, null=True)),
                ('document_hash', models.CharField(default='', editable=False, max_length=64)),
                ('search_text', config.record.database.search.SearchTextField(default='', editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('updated_at', models.DateTimeField(editable=False, null=True)),
                ('start', config.record.values.fields.EdtfField(blank=True, default='', help_text='Start date in EDTF (ISO 8601-2): 2020-10-27, 2020-10, 2020, 2020-10~. Empty: unknown.')),
                ('start_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='start', otherwise='')),
                ('start_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='start', otherwise='')),
                ('end', config.record.values.fields.EdtfField(blank=True, default='', help_text='End date in EDTF. Empty: unknown. Two dots (..): not ended.')),
                ('end_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='end', otherwise='')),
                ('end_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='end', otherwise='')),
                ('status', models.CharField(choices=[('current', 'Current: not ended'), ('ended', 'Ended'), ('unknown', 'Unknown whether it has ended')], default='unknown', help_text='Status of the tenure: current, ended or unknown. An unknown end differs from no end.', max_length=8)),
                ('is_acting', models.BooleanField(default=False, help_text='Whether the official holds the office in an acting capacity.')),
                ('title_held', models.CharField(blank=True, help_text='Title of the holder, if it differs from that of the office.', max_length=300)),
                ('office', models.ForeignKey(db_index=False, help_text='Office held.', on_delete=django.db.models.deletion.PROTECT, related_name='tenures', to='actors.office')),
                ('official', models.ForeignKey(db_index=False, help_text='Official who holds or held the office.', limit_choices_to={'kind': 'official'}, on_delete=django.db.models.deletion.PROTECT, related_name='tenures', to='actors.actor')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'published')), fields=['updated_at', 'id'], name='actors_tenure_by_update'), models.Index(condition=models.Q(('state', 'published'), _negated=True), fields=['state', 'id'], name='actors_tenure_waiting'), models.Index(condition=models.Q(('state', 'published')), fields=['start_earliest', 'id'], name='actors_tenure_by_start'), models.Index(fields=['official', 'start_earliest', 'id'], name='actors_tenure_by_official'), models.Index(fields=['office', 'start_earliest', 'id'], name='actors_tenure_by_office'), models.Index(condition=models.Q(('state', 'published')), fields=['status', 'start_earliest', 'id'], name='actors_tenure_by_status'), models.Index(condition=models.Q(('state', 'published')), fields=['is_acting', 'start_earliest', 'id'], name='actors_tenure_by_acting')],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='actors_tenure_slug_unique'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$')), name='actors_tenure_slug_form', violation_error_message='A slug is words of letters and digits joined by single hyphens.'), models.CheckConstraint(condition=models.Q(('slug__in', ('counts', 'matrix', 'query', 'shifts', 'versions')), _negated=True), name='actors_tenure_slug_not_reserved', violation_error_message='The API uses this word as a path of its own.'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'published', 'retracted'])), name='actors_tenure_state_valid', violation_error_message='Not one of the values of state.'), models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('document__isnull', True)), _connector='OR'), name='actors_tenure_document_when_published', violation_error_message='A record has a public document exactly while it is published.'), models.CheckConstraint(condition=models.Q(('start_earliest__lte', models.F('start_latest'))), name='actors_tenure_start_bounds_ordered', violation_error_message='The earliest day of start lies after its latest.'), models.CheckConstraint(condition=models.Q(('end_earliest__lte', models.F('end_latest'))), name='actors_tenure_end_bounds_ordered', violation_error_message='The earliest day of end lies after its latest.'), models.CheckConstraint(condition=models.Q(('start', '..'), _negated=True), name='actors_tenure_start_not_open', violation_error_message='A start cannot be open; leave it empty where it is unknown.'), models.CheckConstraint(condition=models.Q(('end_latest__gte', models.F('start_earliest'))), name='actors_tenure_end_not_before_start', violation_error_message='The end lies before the start.'), models.CheckConstraint(condition=models.Q(('status__in', ['current', 'ended', 'unknown'])), name='actors_tenure_status_valid', violation_error_message='Not one of the values of status.'), models.CheckConstraint(condition=models.Q(models.Q(('end', '..'), ('status', 'current')), models.Q(('end', ''), ('status', 'unknown')), models.Q(('status', 'ended'), models.Q(('end__in', ['', '..']), _negated=True)), _connector='OR'), name='actors_tenure_status_tells_end', violation_error_message='Current means an open end (..), ended a date, unknown an empty end.'), models.UniqueConstraint(fields=('official', 'office', 'start'), name='actors_tenure_unique', violation_error_message='This official holds this office from that day already.')],
            },
        ),
        migrations.CreateModel(
            name='TenureCitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('supports', 'Supports'), ('contradicts', 'Contradicts'), ('context', 'Context')], default='supports', help_text='Role of the source: supports, contradicts or gives context. Publication requires a supporting citation.', max_length=12)),
                ('field', models.CharField(blank=True, help_text='Cited field of the document, such as start or participations/RUS. Empty: the whole record.', max_length=200)),
                ('claim', models.CharField(blank=True, help_text='Value stated by the source, if it differs from the record.', max_length=500)),
                ('quote', models.CharField(blank=True, help_text='Exact words of the source, at most fifteen.', max_length=200, validators=[config.record.models.citations.validate_excerpt])),
                ('locator', models.CharField(blank=True, help_text='Location in the source, such as paragraph 5 or p. 12.', max_length=120)),
                ('attribution', models.CharField(blank=True, help_text='Attribution given by the source, such as “according to diplomatic sources”.', max_length=200)),
                ('is_inferred', models.BooleanField(default=False, help_text='Whether a curator inferred the claim; the note explains how.')),
                ('note', models.TextField(blank=True, help_text='Note for readers on the citation.')),
                ('record', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='actors.tenure')),
                ('source', models.ForeignKey(help_text='Source cited.', on_delete=django.db.models.deletion.PROTECT, to='sources.source')),
            ],
            options={
                'ordering': ('id',),
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('field', ''), _negated=True), fields=['field'], name='actors_tenurecitation_by_field')],
                'constraints': [models.UniqueConstraint(fields=('record', 'source', 'role', 'field', 'locator'), name='actors_tenurecitation_unique', violation_error_message='This source is cited for this field, at this place, already.'), models.CheckConstraint(condition=models.Q(('role__in', ['supports', 'contradicts', 'context'])), name='actors_tenurecitation_role_valid', violation_error_message='Not one of the values of role.'), models.CheckConstraint(condition=models.Q(('is_inferred', False), models.Q(('note', ''), _negated=True), _connector='OR'), name='actors_tenurecitation_inference_explained', violation_error_message='Say in the note how it was inferred.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'contradicts'), _negated=True), models.Q(('claim', ''), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='actors_tenurecitation_contradiction_stated', violation_error_message='Say what the source claims instead.')],
            },
        ),
        migrations.AddField(
            model_name='actor',
            name='country',
            field=models.ForeignKey(blank=True, db_index=False, help_text='Country of an organization, or nationality of an official.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='belonging', to='actors.country'),
        ),
        migrations.CreateModel(
            name='ActorCitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('supports', 'Supports'), ('contradicts', 'Contradicts'), ('context', 'Context')], default='supports', help_text='Role of the source: supports, contradicts or gives context. Publication requires a supporting citation.', max_length=12)),
                ('field', models.CharField(blank=True, help_text='Cited field of the document, such as start or participations/RUS. Empty: the whole record.', max_length=200)),
                ('claim', models.CharField(blank=True, help_text='Value stated by the source, if it differs from the record.', max_length=500)),
                ('quote', models.CharField(blank=True, help_text='Exact words of the source, at most fifteen.', max_length=200, validators=[config.record.models.citations.validate_excerpt])),
                ('locator', models.CharField(blank=True, help_text='Location in the source, such as paragraph 5 or p. 12.', max_length=120)),
                ('attribution', models.CharField(blank=True, help_text='Attribution given by the source, such as “according to diplomatic sources”.', max_length=200)),
                ('is_inferred', models.BooleanField(default=False, help_text='Whether a curator inferred the claim; the note explains how.')),
                ('note', models.TextField(blank=True, help_text='Note for readers on the citation.')),
                ('record', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='actors.actor')),
                ('source', models.ForeignKey(help_text='Source cited.', on_delete=django.db.models.deletion.PROTECT, to='sources.source')),
            ],
            options={
                'ordering': ('id',),
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('field', ''), _negated=True), fields=['field'], name='actors_actorcitation_by_field')],
                'constraints': [models.UniqueConstraint(fields=('record', 'source', 'role', 'field', 'locator'), name='actors_actorcitation_unique', violation_error_message='This source is cited for this field, at this place, already.'), models.CheckConstraint(condition=models.Q(('role__in', ['supports', 'contradicts', 'context'])), name='actors_actorcitation_role_valid', violation_error_message='Not one of the values of role.'), models.CheckConstraint(condition=models.Q(('is_inferred', False), models.Q(('note', ''), _negated=True), _connector='OR'), name='actors_actorcitation_inference_explained', violation_error_message='Say in the note how it was inferred.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'contradicts'), _negated=True), models.Q(('claim', ''), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='actors_actorcitation_contradiction_stated', violation_error_message='Say what the source claims instead.')],
            },
        ),
        migrations.CreateModel(
            name='ActorIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', config.record.values.fields.PlainTextField(help_text='Scheme that assigns the code, such as iso3166-1-alpha-2, wikidata or un-document.')),
                ('value', config.record.values.fields.PlainTextField(help_text='Code as text: 010 differs from 10.')),
                ('valid_from', config.record.values.fields.EdtfField(blank=True, default='', help_text='First day on which the code identifies this record (EDTF). Empty: unknown.')),
                ('valid_from_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='valid_from', otherwise='')),
                ('valid_from_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='valid_from', otherwise='')),
                ('valid_to', config.record.values.fields.EdtfField(blank=True, default='', help_text='Last day on which the code identifies this record (EDTF). Empty: unknown. Two dots (..): still valid.')),
                ('valid_to_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='valid_to', otherwise='')),
                ('valid_to_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='valid_to', otherwise='')),
                ('listed_from', config.record.values.fields.EdtfField(blank=True, default='', help_text='First day of membership in the list of the scheme (EDTF). Empty: the scheme lists no members.')),
                ('listed_from_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='listed_from', otherwise='')),
                ('listed_from_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='listed_from', otherwise='')),
                ('listed_to', config.record.values.fields.EdtfField(blank=True, default='', help_text='Last day of membership (EDTF). Two dots (..): a member when the list was last published.')),
                ('listed_to_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='listed_to', otherwise='')),
                ('listed_to_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='listed_to', otherwise='')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='actors.actor')),
            ],
            options={
                'ordering': ('id',),
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('scheme', 'value', 'valid_from', 'listed_from'), name='actors_actoridentifier_unique', violation_error_message='This code means another record at that time.'), models.CheckConstraint(condition=models.Q(models.Q(('scheme', ''), _negated=True), models.Q(('value', ''), _negated=True)), name='actors_actoridentifier_present', violation_error_message='Give both the scheme and the code.'), models.CheckConstraint(condition=models.Q(('scheme__regex', '^[a-z0-9]+([.-][a-z0-9]+)*$')), name='actors_actoridentifier_scheme_form', violation_error_message='A scheme is lowercase words joined by hyphens or dots.'), models.CheckConstraint(condition=models.Q(('valid_from_earliest__lte', models.F('valid_from_latest'))), name='actors_actoridentifier_valid_from_bounds_ordered', violation_error_message='The earliest day of valid_from lies after its latest.'), models.CheckConstraint(condition=models.Q(('valid_to_earliest__lte', models.F('valid_to_latest'))), name='actors_actoridentifier_valid_to_bounds_ordered', violation_error_message='The earliest day of valid_to lies after its latest.'), models.CheckConstraint(condition=models.Q(('listed_from_earliest__lte', models.F('listed_from_latest'))), name='actors_actoridentifier_listed_from_bounds_ordered', violation_error_message='The earliest day of listed_from lies after its latest.'), models.CheckConstraint(condition=models.Q(('listed_to_earliest__lte', models.F('listed_to_latest'))), name='actors_actoridentifier_listed_to_bounds_ordered', violation_error_message='The earliest day of listed_to lies after its latest.'), models.CheckConstraint(condition=models.Q(('valid_to_latest__gte', models.F('valid_from_earliest'))), name='actors_actoridentifier_validity_ordered', violation_error_message='The code stops to mean this record before it begins to.'), models.CheckConstraint(condition=models.Q(('listed_to_latest__gte', models.F('listed_from_earliest'))), name='actors_actoridentifier_listing_ordered', violation_error_message='The list drops this record before it counts it.'), models.CheckConstraint(condition=models.Q(models.Q(('listed_from', ''), ('listed_to', '')), models.Q(models.Q(('listed_from__in', ['', '..']), _negated=True), models.Q(('listed_to', ''), _negated=True)), _connector='OR'), name='actors_actoridentifier_listing_complete', violation_error_message='Give both days of a listing, or neither.')],
            },
        ),
        migrations.CreateModel(
            name='ActorName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(help_text='Name as written.', max_length=500)),
                ('text_folded', config.record.values.fields.FoldedField(editable=False, of='text')),
                ('language', models.CharField(blank=True, help_text='Language (BCP 47), such as tr or zh-Hans.', max_length=35)),
                ('script', models.CharField(blank=True, help_text='Script (ISO 15924), such as Latn or Cyrl.', max_length=4)),
                ('kind', models.CharField(choices=[('official', 'Official'), ('short', 'Short'), ('alias', 'Alias'), ('former', 'Former'), ('native', 'Native'), ('transliteration', 'Transliteration'), ('acronym', 'Acronym')], default='alias', help_text='Kind of name.', max_length=16)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='actors.actor')),
            ],
            options={
                'ordering': ('id',),
                'abstract': False,
                'indexes': [models.Index(fields=['text_folded'], name='actors_actorname_folded')],
                'constraints': [models.UniqueConstraint(fields=('record', 'text', 'language', 'kind'), name='actors_actorname_unique', violation_error_message='This name is there already.'), models.CheckConstraint(condition=models.Q(('kind__in', ['official', 'short', 'alias', 'former', 'native', 'transliteration', 'acronym'])), name='actors_actorname_kind_valid', violation_error_message='Not one of the values of kind.'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='actors_actorname_text_present', violation_error_message='A name is needed.')],
            },
        ),
        migrations.CreateModel(
            name='ActorRelation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', config.record.values.fields.EdtfField(blank=True, default='', help_text='Start date in EDTF (ISO 8601-2): 2020-10-27, 2020-10, 2020, 2020-10~. Empty: unknown.')),
                ('start_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='start', otherwise='')),
                ('start_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='start', otherwise='')),
                ('end', config.record.values.fields.EdtfField(blank=True, default='', help_text='End date in EDTF. Empty: unknown. Two dots (..): not ended.')),
                ('end_earliest', config.record.values.fields.BoundField(edge='earliest', editable=False, of='end', otherwise='')),
                ('end_latest', config.record.values.fields.BoundField(edge='latest', editable=False, of='end', otherwise='')),
                ('type', models.CharField(choices=[('part_of', 'Part of'), ('member_of', 'Member of'), ('claims_to_govern', 'Claims to govern'), ('controls', 'Controls'), ('affiliated_with', 'Affiliated with'), ('recognises', 'Recognises'), ('dependency_of', 'Dependency of'), ('has_diplomatic_relations_with', 'Has diplomatic relations with'), ('successor_of', 'Successor of')], help_text='Type of the relation of the subject to the object.', max_length=32)),
                ('note', models.TextField(blank=True, help_text='Note for readers.')),
                ('object', models.ForeignKey(help_text='Actor that is the object of the relation.', on_delete=django.db.models.deletion.PROTECT, related_name='relations_of', to='actors.actor')),
                ('subject', models.ForeignKey(db_index=False, help_text='Actor that is the subject of the relation.', on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='actors.actor')),
            ],
            options={
                'ordering': ('start_earliest', 'id'),
                'indexes': [models.Index(fields=['type'], name='actors_actorrelation_by_type')],
                'constraints': [models.CheckConstraint(condition=models.Q(('start_earliest__lte', models.F('start_latest'))), name='actors_actorrelation_start_bounds_ordered', violation_error_message='The earliest day of start lies after its latest.'), models.CheckConstraint(condition=models.Q(('end_earliest__lte', models.F('end_latest'))), name='actors_actorrelation_end_bounds_ordered', violation_error_message='The earliest day of end lies after its latest.'), models.CheckConstraint(condition=models.Q(('start', '..'), _negated=True), name='actors_actorrelation_start_not_open', violation_error_message='A start cannot be open; leave it empty where it is unknown.'), models.CheckConstraint(condition=models.Q(('end_latest__gte', models.F('start_earliest'))), name='actors_actorrelation_end_not_before_start', violation_error_message='The end lies before the start.'), models.UniqueConstraint(fields=('subject', 'type', 'object', 'start'), name='actors_actorrelation_unique', violation_error_message='This relation is there already.'), models.CheckConstraint(condition=models.Q(('type__in', ['part_of', 'member_of', 'claims_to_govern', 'controls', 'affiliated_with', 'recognises', 'dependency_of', 'has_diplomatic_relations_with', 'successor_of'])), name='actors_actorrelation_type_valid', violation_error_message='Not one of the values of type.'), models.CheckConstraint(condition=models.Q(('subject', models.F('object')), _negated=True), name='actors_actorrelation_not_to_itself', violation_error_message='An actor is not related to itself.')],
            },
        ),
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(fields=['country', 'name_folded', 'id'], name='actors_actor_by_country'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['country', 'organization', 'official'])), name='actors_actor_kind_valid', violation_error_message='Not one of the values of kind.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'country'), _negated=True), models.Q(('status', ''), _negated=True), _connector='OR'), name='actors_actor_needed_for_country', violation_error_message='A record of kind country needs these fields.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'country'), models.Q(('capital', ''), ('latitude__isnull', True), ('longitude__isnull', True), ('m49_region', ''), ('m49_subregion', ''), ('official_name', ''), ('status', '')), _connector='OR'), name='actors_actor_only_for_country', violation_error_message='Only a record of kind country has these fields.'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'country'), _negated=True), ('country__isnull', True), _connector='OR'), name='actors_actor_country_of_others', violation_error_message='A country does not belong to a country; relate the two instead.'),
        ),
    ]
