"""The base of the admin pages of all records: search, transitions, and the life of a save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AdminURLFieldWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect

from config.desk.editorial import checks, saving
from config.desk.editorial.comparison import sent
from config.desk.editorial.saving import SaveContext
from config.desk.pages.changeform import RecordForms, filled, render, to_field, unfilled
from config.desk.pages.entry.drafting import Drafts, supporting_citation
from config.desk.pages.entry.finding import Findable
from config.desk.pages.entry.pages import Entry, EntryInline
from config.desk.pages.findings.panel import FindingsPanelMixin
from config.desk.pages.forms import CheckedForm, CitationFormSet, LabelledRows, RecordForm, RecordFormSet
from config.desk.pages.lists import BoundedPaginator
from config.desk.pages.review import proposals
from config.desk.pages.review.record import PROPOSED, ReviewMixin
from config.desk.pages.sheets import DownloadsMixin, UploadsMixin
from config.desk.pages.versions import stale
from config.desk.pages.versions.lists import SeenListsMixin
from config.desk.pages.versions.merges import MergesMixin
from config.desk.pages.versions.stale import KeptWhenDeletedMixin
from config.exceptions import ChanceryError
from config.record.curation import transitions
from config.record.curation.snapshots import RecordSnapshot, put_back, snapshot
from config.record.documents.registry import Model, document_type_of
from config.record.values.choices import CurationState
from config.record.values.fields import EdtfField, PlainTextField
from config.record.values.folding import fold

# Answers with the page of some forms.
Show = Callable[[RecordForms], HttpResponse]
WIDGETS: dict[Any, dict[str, Any]] = {
    models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
    PlainTextField: {"widget": AdminTextInputWidget},
    models.URLField: {"widget": AdminURLFieldWidget, "assume_scheme": "https"},
    EdtfField: {"widget": AdminTextInputWidget(attrs={"size": 26, "data-edtf": ""})},
}


class FoldedSearchMixin(DownloadsMixin, Findable, admin.ModelAdmin):  # type: ignore[type-arg]  # made for many models
    """Finds names whatever their accents and case."""

    formfield_overrides = WIDGETS
    paginator = BoundedPaginator
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Call a list by what it holds."""
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title[:1].upper() + title[1:]} | (extra_context or {}))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Leave what the public reads unread: it is long, and no page of the desk shows it."""
        unread = [column.name for column in self.opts.concrete_fields if column.name in ("document", "search_text")]
        return super().get_queryset(request).defer(*unread)

    def get_ordering(self, request: HttpRequest) -> Any:
        """Order by name, as people read it, where there is one."""
        named = any(field.name == "name_folded" for field in self.opts.concrete_fields)
        return super().get_ordering(request) or (("name_folded", "pk") if named else ("-pk",))

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search by folded text, which is what the names are stored as."""
        return super().get_search_results(request, queryset, fold(search_term))


class PartInline(EntryInline, admin.TabularInline):  # type: ignore[type-arg]  # made for many models
    """Rows of a record."""

    extra = 0
    form = CheckedForm
    formset = LabelledRows
    formfield_overrides = WIDGETS


class TallInline(EntryInline, admin.StackedInline):  # type: ignore[type-arg]  # made for many models
    """Rows of a record with more fields than a line holds."""

    extra = 0
    form = CheckedForm
    formset = RecordFormSet
    formfield_overrides = WIDGETS


class NameInline(PartInline):
    """The names of a record."""

    verbose_name = "name"
    verbose_name_plural = "names"
    fields = ("text", "language", "script", "kind")


class IdentifierInline(PartInline):
    """The codes of a record."""

    verbose_name = "identifier"
    verbose_name_plural = "identifiers"
    fields = ("scheme", "value", "valid_from", "valid_to", "listed_from", "listed_to")


class CitationInline(TallInline):
    """The proof of a record."""

    verbose_name = "citation"
    verbose_name_plural = "citations"
    autocomplete_fields = ("source",)
    fieldsets = (
        (None, {"fields": [("source", "role", "field"), "quote", ("locator", "attribution")]}),
        ("More citation details", {"fields": ["claim", "is_inferred", "note"], "classes": ["collapse"]}),
    )
    formset = CitationFormSet
    quick = ("quote", "locator")
    keys: ClassVar = {"role": "r"}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Fetch the sources, which head the rows."""
        return super().get_queryset(request).select_related("source")


class LinkInline(PartInline):
    """Records of their own that belong to this one: shown here, changed on their own pages."""

    show_change_link = True
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Fetch the rows that each is named by."""
        return super().get_queryset(request).select_related(*getattr(self.model, "NAMED_BY", ()))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def inline(base: type[Any], model: type[models.Model], **options: Any) -> type[Any]:
    """Return the inline of `model`."""
    return type(f"{model.__name__}{base.__name__}", (base,), {"model": model, "__doc__": base.__doc__, **options})


class RecordAdmin(
    SeenListsMixin,
    UploadsMixin,
    MergesMixin,
    KeptWhenDeletedMixin,
    FindingsPanelMixin,
    ReviewMixin,
    Entry,
    FoldedSearchMixin,
):
    """The pages of a sort of record. What they show of publication is read only: see `config.desk.pages.review`."""

    form = RecordForm
    change_form_template = "desk/record_form.html"
    list_filter = ("state",)
    search_fields = ("slug", "name_folded")
    autocomplete_fields = ()
    inlines = ()
    save_on_top = True
    content: ClassVar[Sequence[tuple[str | None, dict[str, Any]]]] = ()
    readonly_fields = ("state", "version", "published_at", "updated_at")

    @property
    def record(self) -> Model:  # type: ignore[override]  # found when it is asked for
        """The table of the record."""
        return document_type_of(self.model).model

    # What the pages show

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a reason where the record is published, and end with what is known of its publication."""
        published = obj is not None and obj.state == CurationState.PUBLISHED
        changeable = obj is not None and self.has_change_permission(request, obj)
        why = [("Change", {"fields": ["reason"]})] if published and changeable else []
        seen = ["seen"] if changeable else []
        return [
            *self.content,
            ("Publication", {"fields": [tuple(self.readonly_fields), *seen], "classes": ["collapse"]}),
            *why,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the slug once it was public: it never changes."""
        return (*self.readonly_fields, "slug") if obj is not None and obj.published_at else self.readonly_fields

    def view_on_site(self, obj: Any) -> str | None:
        """Lead to the public document."""
        return f"/api/v1/{document_type_of(self.model).collection}/{obj.slug}" if obj.state == CurationState.PUBLISHED else None

    # Who may do what

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let drafts go that were never public; what was public is retracted instead."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or (obj.published_at is None and obj.state == CurationState.DRAFT))

    def get_actions(self, request: HttpRequest) -> Any:
        """Leave the deletion of many out: it asks nobody whether they were public."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # The life of a request to the form

    @method_decorator(csrf_protect)
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the form of a record, or save what was entered in it."""
        column = to_field(request)
        if column and not self.to_field_allowed(request, column):
            raise DisallowedModelAdminToField(f"The field {column} cannot be referenced.")
        show = partial(render, self, request, form_url=form_url, extra_context=extra_context or {})
        return self._save(request, object_id, show) if request.method == "POST" else self._open(request, object_id, show)

    def _open(self, request: HttpRequest, object_id: str | None, show: Show) -> HttpResponse:
        """Show the form, which carries the digest of what it shows."""
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return show(unfilled(self, request, None, ""))
        # The digest is taken before the record is read: a change in between refuses one save too many, never one too few.
        found = self._rows(request, object_id).first()
        seen = snapshot(self.record, found.pk).digest if found else ""
        row = self._rows(request, object_id).first()
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            return self._not_found(request, object_id)
        return show(unfilled(self, request, row, seen))

    @transaction.atomic
    def _save(self, request: HttpRequest, object_id: str | None, show: Show) -> HttpResponse:
        """Save all or nothing; where nothing, show what was entered and why it cannot stand."""
        row = saving.lock(self._rows(request, object_id)) if object_id is not None else None
        if not (self.has_add_permission(request) if object_id is None else self.has_change_permission(request, row)):
            raise PermissionDenied
        if object_id is not None and row is None:
            return stale.gone(self, request, unquote(object_id)) or self._not_found(request, object_id)
        save = saving.begin(self.record, row, by=request.user, seen=sent(request, "seen"))
        if saving.is_stale(save):
            return stale.compared(self, request, save, row)
        saving.keep_base(save)
        try:
            with transaction.atomic():
                forms = filled(self, request, row)
                answer = self._write_and_publish(request, save, forms) if forms.is_valid else None
                if answer is None:
                    transaction.set_rollback(True)
        except ChanceryError as error:
            return show(self._refused(request, object_id, str(error)))
        if save.proposed:
            return self._propose(request, save, forms.drafts)
        return answer or show(forms)

    def _write_and_publish(self, request: HttpRequest, save: SaveContext, forms: RecordForms) -> HttpResponse | None:
        """Save forms that are valid, and all that follows; nothing is answered where the caller is to make a proposal of it."""
        self._write(request, forms, is_change=not save.is_new)
        row = forms.form.instance
        save.pk, save.reason = row.pk, forms.form.cleaned_data.get("reason", "")
        saving.publish(save)
        if saving.becomes_proposal(save):
            return None
        if saving.keep_version(save):
            saving.check(save)
        message = self.construct_change_message(request, forms.form, forms.formsets, save.is_new)
        if save.is_new:
            self.log_addition(request, row, message)
            return self.response_add(request, row)
        self.log_change(request, row, message)
        return self.response_change(request, row)

    def _write(self, request: HttpRequest, forms: RecordForms, *, is_change: bool) -> None:
        """Write the rows of valid forms, and what was drafted for them."""
        self.save_model(request, forms.form.instance, forms.form, is_change)
        self.save_related(request, forms.form, forms.formsets, is_change)
        forms.drafts.keep(supporting_citation(forms.formsets), _user(request))

    def _refused(self, request: HttpRequest, object_id: str | None, refusal: str) -> RecordForms:
        """Return the forms as they were filled, and why the record refused them; what they made is undone."""
        row = self._rows(request, object_id).first() if object_id is not None else None
        with transaction.atomic():
            forms = filled(self, request, row)
            transaction.set_rollback(True)
        forms.form.add_error(None, refusal)
        return forms

    def _propose(self, request: HttpRequest, save: SaveContext, drafts: Drafts) -> HttpResponse:
        """Keep a change that was undone as a proposal, with the drafts that were made for it."""
        drafts.again(_user(request))
        if save.base is None or save.proposed is None or save.proposed.digest == save.base.digest:
            messages.warning(request, "There are no changes to propose.")
            return HttpResponseRedirect(request.get_full_path())
        proposal = proposals.propose(save.base, save.proposed, by=save.by, reason=save.reason.strip())
        messages.success(request, PROPOSED)
        return HttpResponseRedirect(reverse("admin:desk_proposal_change", args=[proposal.pk]))

    def try_save(self, request: HttpRequest, pk: int, base: RecordSnapshot | None = None) -> stale.Trial | None:
        """Return what the record would be, had the form been saved on `base`; None where it cannot be. Nothing is kept."""
        data = request.POST.copy()
        # A reason is asked for in the end.
        data["reason"] = data.get("reason") or "-"
        trial = None
        try:
            with transaction.atomic():
                if base is not None:
                    put_back(self.record, pk, base, reason="-")
                forms = filled(self, request, self.get_object(request, str(pk)), data)
                if forms.is_valid:
                    self._write(request, forms, is_change=True)
                    trial = stale.Trial(snapshot(self.record, pk), forms.drafts)
                transaction.set_rollback(True)
        except (ChanceryError, DatabaseError):
            return None
        return trial

    def _not_found(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say that there is no such record, as Django's own view does."""
        page: Any = self
        answer: HttpResponse = page._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # noqa: SLF001 - as Django's own view
        return answer

    def _rows(self, request: HttpRequest, object_id: str) -> models.QuerySet[Any]:
        """Return the record that an address names, as a queryset; an empty one where it names none."""
        column: Any = self.opts.get_field(to_field(request) or "id")
        rows = self.get_queryset(request)
        try:
            return rows.filter(**{column.name: column.to_python(unquote(object_id))})
        except (ValidationError, ValueError):
            return rows.none()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        """Let go of parts that were public through the log."""
        formset.save(commit=False)
        removed = [part.pk for part in formset.deleted_objects]
        if removed and hasattr(formset.model, "document"):
            transitions.remove_parts(formset.model, removed, reason=form.cleaned_data.get("reason", ""))
            formset.deleted_objects = []
            for part, _ in formset.changed_objects:
                part.save()
            for part in formset.new_objects:
                part.save()
            formset.save_m2m()
            return
        super().save_formset(request, form, formset, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Let go of what was found about it, too."""
        pk = obj.pk
        super().delete_model(request, obj)
        checks.inspect({self.record: [pk]})


def _user(request: HttpRequest) -> Any:
    return request.user


class ReadOnlyAdmin(FoldedSearchMixin):
    """Pages that only show."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
