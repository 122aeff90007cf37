"""The base of the admin pages of all records: search, transitions, changes with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AdminURLFieldWidget
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

from config.desk.choices import RevisionAction
from config.desk.editorial import checks, versions
from config.desk.pages.entry.finding import Findable
from config.desk.pages.entry.pages import Entry, EntryInline
from config.desk.pages.findings.panel import FindingsPanelMixin
from config.desk.pages.forms import CheckedForm, CitationFormSet, LabelledRows, RecordForm, RecordFormSet
from config.desk.pages.lists import BoundedPaginator
from config.desk.pages.review.record import ReviewMixin
from config.desk.pages.sheets import DownloadsMixin, UploadsMixin
from config.desk.pages.versions.lists import SeenListsMixin
from config.desk.pages.versions.merges import MergesMixin
from config.desk.pages.versions.stale import KeptWhenDeletedMixin, StaleSavesMixin
from config.exceptions import ChanceryError
from config.record.curation import transitions
from config.record.documents.registry import Model, document_type_of
from config.record.values.choices import CurationState
from config.record.values.fields import EdtfField, PlainTextField
from config.record.values.folding import fold

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
    StaleSavesMixin,
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

    # Saving

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Tell the form why the record refused what it was to save."""
        form = super().get_form(request, obj, change=change, **options)
        form.refusal = getattr(request, "refusal", "")
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save all or nothing; where the record refuses, show what was entered and why it cannot stand."""
        try:
            with transaction.atomic():
                if object_id and request.method == "POST":
                    versions.keep(self.record, self._ids(object_id), by=None, deed=RevisionAction.FOUND)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except ChanceryError as error:
            request.refusal = str(error)  # type: ignore[attr-defined]  # carried to get_form
            return super().changeform_view(request, object_id, form_url, extra_context)

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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Publish the change where the record is public, and keep what shows it right."""
        super().save_related(request, form, formsets, change)
        reason = form.cleaned_data.get("reason", "")
        transitions.amend({self.record: [form.instance.pk]}, by=_user(request), reason=reason)
        deed = RevisionAction.CHANGED if change else RevisionAction.ENTERED
        versions.keep(self.record, [form.instance.pk], by=_user(request), deed=deed, reason=reason)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Let go of what was found about it, too."""
        pk = obj.pk
        super().delete_model(request, obj)
        checks.inspect({self.record: [pk]})

    def _ids(self, object_id: str) -> list[int]:
        """Return the key in an address, locked until the commit; nothing where there is no such record."""
        found = self.get_object(None, object_id)  # type: ignore[arg-type]  # no form asks
        rows = self.record._default_manager.select_for_update().filter(pk=found.pk if found else None)
        return list(rows.values_list("pk", flat=True))


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
