"""The form and formsets of one record, unbound or bound to a request, and the page that renders them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import helpers
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets
from django.forms.formsets import all_valid
from django.http import HttpRequest, HttpResponse

from config.desk.pages.entry.drafting import Drafts
from config.desk.pages.entry.fields import DraftingMixin


@dataclass
class RecordForms:
    """The form of a record and the formsets of its rows."""

    # The record as it was read; None where it is new.
    row: Any
    form: Any
    formsets: list[Any]
    inlines: list[Any]
    # The drafts that were made for what was chosen.
    drafts: Drafts
    is_valid: bool = False


def unfilled(page: Any, request: HttpRequest, row: Any, seen: str) -> RecordForms:
    """Return the forms of a record, or of a new one, to be shown; `seen` is the digest of what they show."""
    form_class = page.get_form(request, row, change=row is not None)
    if row is None:
        form = form_class(initial=page.get_changeform_initial_data(request))
    else:
        form = form_class(instance=row, initial={"seen": seen})
    return _with_formsets(page, request, row, form)


def filled(page: Any, request: HttpRequest, row: Any, data: Mapping[str, Any] | None = None) -> RecordForms:
    """Return the forms of a record, filled with what was sent and checked; `data` stands in for the fields of its own."""
    form_class = page.get_form(request, row, change=row is not None)
    forms = _with_formsets(page, request, row, form_class(data or request.POST, request.FILES, instance=row))
    for one in (forms.form, *(row_form for formset in forms.formsets for row_form in formset.forms)):
        for field in one.fields.values():
            if isinstance(field, DraftingMixin):
                field.drafts = forms.drafts
    is_valid = forms.form.is_valid()
    if is_valid:
        page.save_form(request, forms.form, change=row is not None)
    forms.is_valid = all_valid(forms.formsets) and is_valid
    return forms


def render(
    page: Any, request: HttpRequest, forms: RecordForms, *, form_url: str, extra_context: Mapping[str, Any]
) -> HttpResponse:
    """Return the page of the forms, as Django's own view makes it."""
    row = forms.row
    may_change = page.has_change_permission(request, row)
    is_editable = row is None or may_change
    fieldsets = page.get_fieldsets(request, row)
    admin_form = helpers.AdminForm(
        forms.form,
        list(fieldsets),
        page.get_prepopulated_fields(request, row) if is_editable else {},
        page.get_readonly_fields(request, row) if is_editable else flatten_fieldsets(fieldsets),
        model_admin=page,
    )
    formsets = page.get_inline_formsets(request, forms.formsets, forms.inlines, row)
    media = page.media + admin_form.media
    for formset in formsets:
        media += formset.media
    title = "Add %s" if row is None else "Change %s" if may_change else "View %s"
    context = {
        **page.admin_site.each_context(request), "title": title % page.opts.verbose_name,
        "subtitle": str(row) if row else None, "adminform": admin_form, "object_id": str(row.pk) if row else None,
        "original": row, "is_popup": IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET,
        "to_field": to_field(request), "media": media,
        "inline_admin_formsets": formsets, "errors": helpers.AdminErrorList(forms.form, forms.formsets),
        "preserved_filters": page.get_preserved_filters(request), **extra_context,
    }  # fmt: skip
    answer: HttpResponse = page.render_change_form(
        request, context, add=row is None, change=row is not None, obj=row, form_url=form_url
    )
    return answer


def to_field(request: HttpRequest) -> str | None:
    """Return the column by whose value a page of the admin that opened this one knows the record."""
    return request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))


def _with_formsets(page: Any, request: HttpRequest, row: Any, form: Any) -> RecordForms:
    formsets, inlines = page._create_formsets(request, form.instance, change=row is not None)  # noqa: SLF001 - as Django's own view does
    return RecordForms(row, form, formsets, inlines, Drafts(request, page.admin_site))
