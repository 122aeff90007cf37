"""What makes the forms of records quick: finding, drafting in place, going on from a source, and a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from config.desk.pages.entry import preview, session
from config.desk.pages.entry.fields import Finder, RecordField, RecordsField, SeveralFinder
from config.record.models.citations import source_model


class QuickFields:
    """Fields that find records by any name or draft them, and those that Enter leads through."""

    # The fields that Enter leads through; Tab leads through all.
    quick: ClassVar[Sequence[str]] = ()
    # The letters that lead, with Alt, to fields that are needed now and then.
    keys: ClassVar[Mapping[str, str]] = {}
    admin_site: Any

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Mark quick fields, and leave out the buttons beside a field in which drafts are made."""
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]  # the admin's
        if field is None:
            return field
        if isinstance(field.widget, RelatedFieldWidgetWrapper) and isinstance(field, RecordField | RecordsField):
            field.widget = field.widget.widget
        return self.with_shortcuts(field, db_field.name)

    def with_shortcuts(self, field: Any, name: str) -> Any:
        """Return `field`, marked if Enter leads to it."""
        if name in self.quick:
            field.widget.attrs["data-quick"] = ""
        if name in self.keys:
            letter = self.keys[name]
            pressed = f"Alt+{letter.upper()}"
            field.widget.attrs |= {"data-key": letter, "aria-keyshortcuts": pressed, "title": pressed}
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Have a record found or drafted."""
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # the admin's
            options |= {"form_class": RecordField, "widget": Finder(db_field, self.admin_site)}
        return self._drafting(super().formfield_for_foreignkey(db_field, request, **options), db_field)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Have several records found or drafted."""
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # the admin's
            options |= {"form_class": RecordsField, "widget": SeveralFinder(db_field, self.admin_site)}
        return self._drafting(super().formfield_for_manytomany(db_field, request, **options), db_field)  # type: ignore[misc]

    def _drafting(self, field: Any, db_field: Any) -> Any:
        if isinstance(field, RecordField | RecordsField):
            field.column = db_field
        return field


class Entry(QuickFields, ModelAdmin):  # type: ignore[type-arg]  # made for many models
    """The pages of a record, made for entering many in one entry session."""

    class Media:
        """What leads through forms and shows the preview beside them."""

        js: ClassVar = ["admin/js/jquery.init.js", "desk/entry.js"]

    def get_urls(self) -> list[Any]:
        """Add the previews."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("add/preview/", view, name=f"{name}_add"),
            path("<path:object_id>/change/preview/", view, name=name),
            *super().get_urls(),
        ]

    # Going on

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """Say where a entry session can lead to."""
        context |= {"entry_types": self._entry_types(request), "session_source": session.session_source(request)}
        return super().render_change_form(request, context, *args, **options)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Lead on to the next form of the entry session, if asked."""
        return self._redirect_to_next_form(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Lead on to the next form of the entry session, if asked."""
        return self._redirect_to_next_form(request, obj) or super().response_change(request, obj)

    def _redirect_to_next_form(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        url = session.next_form_url(request, self.admin_site, obj)
        if not url:
            return None
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        saved = format_html('Saved as a draft: <a href="{}">{}</a>', page, obj)
        self.message_user(request, saved, messages.SUCCESS)
        return HttpResponseRedirect(url)

    def _entry_types(self, request: HttpRequest) -> list[dict[str, str]]:
        """Return what can be entered next: from a source, or from what a record cites."""
        cites = self.model is source_model() or self.opts.model_name in session.ENTRY_TYPES
        return session.offered(request, self.admin_site) if cites else []

    # What forms begin with

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Cite the source of the entry session."""
        options: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET" and obj.pk is None:
            begun = session.first_citation(request, inline.model)
            if begun:
                options["initial"] = begun
        return options

    # The preview

    def preview_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Show what the form would publish."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        record = self.get_object(request, object_id) if object_id else None
        if object_id and record is None:
            raise Http404
        if not (self.has_change_permission(request, record) if object_id else self.has_add_permission(request)):
            raise PermissionDenied
        seen = preview.of(self, request, record)
        fragment = request.headers.get("X-Requested-With") == "fetch"
        context = {"preview": seen, "opts": self.opts, "title": "Preview"}
        if not fragment:
            context |= self.admin_site.each_context(request)
        return TemplateResponse(request, f"desk/entry/{'preview' if fragment else 'preview_page'}.html", context)


class EntryInline(QuickFields):
    """Rows of a record, made for quick entry."""

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        """Begin a new record with an empty row where that saves a step."""
        return int(self.quick != ()) if obj is None else int(super().get_extra(request, obj, **options))  # type: ignore[misc]
