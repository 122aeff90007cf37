"""What the admin pages of all records do alike: search, the way to the public and back, changes with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AdminURLFieldWidget
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from config.desk import history
from config.desk.choices import Deed
from config.desk.entry.finding import Findable
from config.desk.entry.pages import Entry, EntryInline
from config.desk.forms import CheckedForm, RecordForm
from config.exceptions import ChanceryError
from config.record import curation
from config.record.choices import CurationState
from config.record.fields import EdtfField, PlainTextField
from config.record.folding import fold
from config.record.models import LogEntry, Redirect, Source, Transition
from config.record.shapes import Model, shape_of

PUBLISH = "record.publish"
WIDGETS: dict[Any, dict[str, Any]] = {
    models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
    PlainTextField: {"widget": AdminTextInputWidget},
    models.URLField: {"widget": AdminURLFieldWidget, "assume_scheme": "https"},
    EdtfField: {"widget": AdminTextInputWidget(attrs={"size": 26, "data-edtf": ""})},
}


class FoldedSearch(Findable, admin.ModelAdmin):  # type: ignore[type-arg]  # made for many models
    """Finds names whatever their accents and case."""

    formfield_overrides = WIDGETS

    class Media:
        """The stylesheet of the record."""

        css: ClassVar = {"all": ["desk/desk.css"]}

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
    formfield_overrides = WIDGETS


class TallInline(EntryInline, admin.StackedInline):  # type: ignore[type-arg]  # made for many models
    """Rows of a record with more fields than a line holds."""

    extra = 0
    form = CheckedForm
    formfield_overrides = WIDGETS


class NameInline(PartInline):
    """The names of a record."""

    fields = ("text", "language", "script", "kind")


class IdentifierInline(PartInline):
    """The codes of a record."""

    fields = ("scheme", "value", "valid_from", "valid_to")


class CitationInline(TallInline):
    """The proof of a record."""

    autocomplete_fields = ("source",)
    fieldsets = (
        (None, {"fields": [("source", "role"), "quote", ("locator", "attribution")]}),
        ("More of this proof", {"fields": [("field", "claim"), "is_inferred", "note"], "classes": ["collapse"]}),
    )
    quick = ("quote", "locator")


class LinkInline(PartInline):
    """Records of their own that belong to this one: shown here, changed on their own pages."""

    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def inline(base: type[Any], model: type[models.Model], **options: Any) -> type[Any]:
    """Return the inline of `model`."""
    return type(f"{model.__name__}{base.__name__}", (base,), {"model": model, "__doc__": base.__doc__, **options})


class RecordAdmin(Entry, FoldedSearch):
    """The pages of a sort of record. What it shows of publication is read only; actions publish and retract."""

    form = RecordForm
    list_filter = ("state",)
    search_fields = ("slug", "name_folded")
    autocomplete_fields = ()
    inlines = ()
    show_full_result_count = False
    save_on_top = True
    content: ClassVar[Sequence[tuple[str | None, dict[str, Any]]]] = ()
    actions = ("submit", "send_back", "publish", "retract", "restore")
    readonly_fields = ("state", "version", "published_at", "updated_at")

    @property
    def record(self) -> Model:
        """The table of the record."""
        return shape_of(self.model).model

    # What the pages show

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a reason where the record is published, and end with what is known of its publication."""
        published = obj is not None and obj.state == CurationState.PUBLISHED
        why = [("Change", {"fields": ["reason"]})] if published and self.has_change_permission(request, obj) else []
        return [
            *self.content,
            ("Publication", {"fields": [tuple(self.readonly_fields)], "classes": ["collapse"]}),
            *why,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the slug once it was public: it never changes."""
        return (*self.readonly_fields, "slug") if obj is not None and obj.published_at else self.readonly_fields

    def view_on_site(self, obj: Any) -> str | None:
        """Lead to the public document."""
        return f"/api/v1/{shape_of(self.model).collection}/{obj.slug}" if obj.state == CurationState.PUBLISHED else None

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave published records to those who may publish."""
        allowed = super().has_change_permission(request, obj)
        public = obj is not None and obj.state == CurationState.PUBLISHED
        return allowed and (not public or request.user.has_perm(PUBLISH))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let drafts go that were never public; what was public is retracted instead."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or (obj.published_at is None and obj.state == CurationState.DRAFT))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Tell who may publish and retract."""
        return request.user.has_perm(PUBLISH)

    def get_actions(self, request: HttpRequest) -> Any:
        """Leave the deletion of many out: it asks nobody whether they were public."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # Saving

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Tell the form why the record refused what it was to save."""
        form = super().get_form(request, obj, change=change, **options)
        form.refusal = getattr(request, "refusal", "")  # type: ignore[attr-defined]  # the form of this class
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save all or nothing; where the record refuses, show what was entered and why it cannot stand."""
        try:
            with transaction.atomic():
                if object_id and request.method == "POST":
                    history.keep(self.record, self._ids(object_id), by=None, deed=Deed.FOUND)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except ChanceryError as error:
            request.refusal = str(error)  # type: ignore[attr-defined]  # carried to get_form
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        """Let go of parts that were public through the log."""
        formset.save(commit=False)
        removed = [part.pk for part in formset.deleted_objects]
        if removed and hasattr(formset.model, "document"):
            curation.remove_parts(formset.model, removed, reason=form.cleaned_data.get("reason", ""))
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
        curation.amend({self.record: [form.instance.pk]}, by=_user(request), reason=reason)
        deed = Deed.CHANGED if change else Deed.ENTERED
        history.keep(self.record, [form.instance.pk], by=_user(request), deed=deed, reason=reason)

    def _ids(self, object_id: str) -> list[int]:
        """Return the key in an address, locked until the commit; nothing where there is no such record."""
        found = self.get_object(None, object_id)  # type: ignore[arg-type]  # no form asks
        rows = self.record._default_manager.select_for_update().filter(pk=found.pk if found else None)
        return list(rows.values_list("pk", flat=True))

    # The way to the public and back

    @admin.action(description="Submit for review", permissions=["change"])
    def submit(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Hand drafts in."""
        self._take(request, queryset, Deed.SUBMITTED, lambda ids: curation.submit({self.record: ids}, by=_user(request)))

    @admin.action(description="Send back to the curator …", permissions=["publish"])
    def send_back(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Return what was handed in."""
        return self._with_reason(request, queryset, "send_back", Deed.SENT_BACK, curation.send_back)

    @admin.action(description="Publish, with what it shows", permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Publish records, and along with them whatever their documents show."""

        def take(ids: list[int]) -> None:
            published = curation.publish({self.record: ids}, by=_user(request), along=True)
            others = [
                str(row) for model, keys in published.items()
                for row in model._default_manager.filter(pk__in=keys - set(ids) if model is self.record else keys)
            ]  # fmt: skip
            if others:
                messages.info(request, f"Published along with it: {', '.join(others)}")

        self._take(request, queryset, Deed.PUBLISHED, take)

    @admin.action(description="Retract …", permissions=["publish"])
    def retract(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Take published records away from the public."""
        return self._with_reason(request, queryset, "retract", Deed.RETRACTED, curation.retract)

    @admin.action(description="Publish again what was retracted …", permissions=["publish"])
    def restore(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Publish retracted records again."""
        return self._with_reason(request, queryset, "restore", Deed.REPUBLISHED, curation.restore)

    def _with_reason(
        self, request: HttpRequest, queryset: models.QuerySet[Any], action: str, deed: Deed, step: Callable[..., Any]
    ) -> HttpResponse | None:
        """Ask for the reason first, then take the step."""
        reason = request.POST.get("reason", "").strip()
        if reason:
            self._take(
                request, queryset, deed, lambda ids: step({self.record: ids}, reason=reason, by=_user(request)), reason=reason
            )
            return None
        context = self.admin_site.each_context(request) | {
            "title": f"{action.replace('_', ' ').capitalize()}: why?", "action": action, "records": queryset,
            "opts": self.model._meta, "asked": "reason" in request.POST,
        }  # fmt: skip
        return TemplateResponse(request, "desk/reason.html", context)

    def _take(
        self, request: HttpRequest, queryset: models.QuerySet[Any], deed: Deed, step: Callable[[list[int]], Any], reason: str = ""
    ) -> None:
        """Take a step with all the chosen records, or with none, and say how it went."""
        ids = list(queryset.values_list("pk", flat=True))
        try:
            with history.changing(self.record, ids, by=_user(request), deed=deed, reason=reason):
                step(ids)
        except ChanceryError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{len(ids)} {self.model._meta.verbose_name_plural} {deed.label}.")


def _user(request: HttpRequest) -> Any:
    return request.user


class ReadOnlyAdmin(FoldedSearch):
    """Pages that only show."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SourceForm(RecordForm):
    """The form of a source."""

    dated_by = "date"


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    """Sources."""

    form = SourceForm
    list_display = ("name", "publisher", "date", "language", "state", "updated_at")
    list_filter = ("state", "language")
    quick = ("name", "publisher", "date", "url")
    content = (
        (None, {"fields": ["name", "publisher", "date", "url", ("language", "slug")]}),
        ("More", {"fields": ["archive_url", "description", "licence", "sha256"], "classes": ["collapse"]}),
    )


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """The public log."""

    list_display = ("sequence", "at", "operation", "kind", "slug", "version", "reason")
    list_filter = ("operation", "collection")
    search_fields = ("slug",)
    ordering = ("-sequence",)


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    """The history of curation."""

    list_display = ("at", "collection", "slug", "from_state", "to_state", "by", "reason")
    list_filter = ("to_state", "collection")
    list_select_related = ("by",)
    search_fields = ("slug",)


@admin.register(Redirect)
class RedirectAdmin(ReadOnlyAdmin):
    """Slugs that moved on."""

    list_display = ("collection", "old_slug", "new_slug")
    list_filter = ("collection",)
    search_fields = ("old_slug", "new_slug")
