"""Changelists with the digests of their rows, to detect concurrent changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.views.main import ChangeList
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.desk.choices import RevisionAction
from config.desk.editorial import comparison, versions
from config.desk.models import Revision
from config.desk.pages.forms import CheckedForm
from config.desk.pages.versions.stale import refused
from config.record.curation import transitions
from config.record.curation.snapshots import EMPTY, RecordSnapshot, shown, snapshots
from config.record.documents.registry import DOCUMENT_TYPES, Model
from config.record.values.choices import CurationState


class SeenList(ChangeList):
    """A list that knows what each of its records held when it was made."""

    def get_results(self, request: HttpRequest) -> None:
        """Take the records of the page as they are; a list that comes back from a refusal keeps what it was."""
        super().get_results(request)
        rows: Any = self.result_list
        page: Any = self.model_admin
        taken = snapshots(page.record, [row.pk for row in rows]) if request.method != "POST" else {}
        for row in rows:
            row.seen = taken[row.pk].digest if row.pk in taken else request.POST.get(f"seen-{row.pk}", "")


class Plain(forms.Widget):
    """A value that is only read."""

    def __init__(self, column: Any) -> None:
        super().__init__()
        self.column = column

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Show the value as people read it."""
        return format_html("{}", shown(self.column, value, EMPTY))


class ListForm(CheckedForm):
    """A row of a list. What is or was public is changed on its own page, with a reason, and only read here."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.state not in {CurationState.DRAFT, CurationState.IN_REVIEW}:
            for name in self._meta.fields or ():
                self.fields[name].disabled = True
                self.fields[name].widget = Plain(self.instance._meta.get_field(name))


class SeenListsMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # made for many models
    """Lists whose actions and rows are refused where the record changed since it was shown."""

    record: Model
    # Each row sends what it showed, and Django takes a thousand fields at most.
    list_max_show_all = 150

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """Have the list know what it shows."""
        return SeenList

    def action_checkbox(self, obj: Any) -> SafeString:
        """Send along what the row showed."""
        box = super().action_checkbox(obj)
        return format_html('{}<input type="hidden" name="seen-{}" value="{}">', box, obj.pk, getattr(obj, "seen", ""))

    def response_action(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:  # type: ignore[override]  # the stubs know a later Django
        """Refuse what is asked for records that changed since they were shown."""
        chosen = _keys(request.POST.getlist(helpers.ACTION_CHECKBOX_NAME))
        with transaction.atomic():
            rows = self.record._default_manager.select_for_update(no_key=True).filter(pk__in=chosen).order_by("pk")
            ids = list(rows.values_list("pk", flat=True))
            return refused(request, self.record, ids) or super().response_action(request, queryset)

    # Rows that are changed in the list

    def get_changelist_form(self, request: HttpRequest, **options: Any) -> Any:
        """Return the form of list rows: public records are read-only."""
        return super().get_changelist_form(request, **{"form": ListForm} | options)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Save rows of a list only where they are what they were when it was shown."""
        if request.method != "POST" or "_save" not in request.POST or not self.list_editable:
            return super().changelist_view(request, extra_context)
        if not self.has_change_permission(request):
            return super().changelist_view(request, extra_context)
        with transaction.atomic():
            answer = self._answer_to_stale_rows(request)
            return answer or super().changelist_view(request, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Derive what follows from a row of the list, and keep its version; on its own page these are steps of the save."""
        super().save_related(request, form, formsets, change)
        if isinstance(form, ListForm):
            by: Any = request.user
            transitions.amend({self.record: [form.instance.pk]}, by=by)
            versions.keep(self.record, [form.instance.pk], by=by, action=RevisionAction.CHANGED)

    def _answer_to_stale_rows(self, request: HttpRequest) -> HttpResponse | None:
        indexes = dict(_rows(request, "form"))
        rows = {
            row.pk: row
            for row in self.record._default_manager.select_for_update(no_key=True).filter(pk__in=indexes).order_by("pk")
        }
        versions.keep(self.record, rows, by=None, action=RevisionAction.FOUND)
        now = snapshots(self.record, rows)
        given_up = {pk for pk in rows if request.POST.get(f"row-{pk}") == "now"}
        sent = {pk: comparison.sent(request, f"seen-{pk}") for pk in rows}
        stale = {pk: digest for pk, digest in sent.items() if digest != now[pk].digest or pk in given_up}
        if not stale:
            return None
        before = self._versions(stale)
        data = request.POST.copy()
        refusals: list[dict[str, Any]] = []
        for pk, digest in stale.items():
            values = self._cells(data, indexes[pk], before.get((pk, digest)), now[pk])
            if pk in given_up or all(one["mine"] == one["was"] for one in values):
                # What was typed is given up, or nothing was typed: the row stays as it is.
                for one in values:
                    data[one["name"]] = one["held"]
                data[f"seen-{pk}"] = now[pk].digest
            else:
                refusals.append({"record": rows[pk], "values": values, "digest": now[pk].digest, "known": (pk, digest) in before})
        request.POST = data  # type: ignore[assignment]  # what is saved of it
        return self._refuse_rows(request, refusals) if refusals else None

    def _refuse_rows(self, request: HttpRequest, refusals: list[dict[str, Any]]) -> HttpResponse:
        again = {f"seen-{one['record'].pk}" for one in refusals} | {"csrfmiddlewaretoken"}
        context = self.admin_site.each_context(request) | {
            "title": "Changed by somebody else", "opts": self.opts, "rows": refusals, "back": request.get_full_path(),
            "sent": [
                (name, value) for name, sent in request.POST.lists() if name not in again and not name.startswith("row-")
                for value in sent
            ],
        }  # fmt: skip
        return TemplateResponse(request, "desk/versions/rows.html", context, status=409)

    def _versions(self, stale: dict[int, str]) -> dict[tuple[int, str], RecordSnapshot]:
        """Return what the records held when the list showed them, where a version says so."""
        kept = Revision.objects.filter(
            collection=DOCUMENT_TYPES[self.record].collection, record_id__in=stale, digest__in=set(stale.values())
        )
        return {(one.record_id, one.digest): one.snapshot for one in kept}

    def _cells(self, data: Any, index: str, before: RecordSnapshot | None, now: RecordSnapshot) -> list[dict[str, Any]]:
        """Return the values of a row: as the list showed them, as they are now and as somebody typed them."""
        label, cells = self.record._meta.label_lower, []
        (held,) = now.rows[label].values()
        (was,) = before.rows[label].values() if before else ({},)
        for name in self.list_editable:
            column: Any = self.record._meta.get_field(name)
            before_text = _text(was[name]) if before else None
            # What is only read in the list is not sent.
            typed = data.get(f"form-{index}-{name}", before_text)
            cells.append({
                "label": column.verbose_name, "name": f"form-{index}-{name}", "held": _text(held[name]), "mine": typed,
                "was": before_text, "shown": [shown(column, row.get(name), now) for row in (was, held)],
                "typed": dict(column.flatchoices).get(typed, typed),
            })  # fmt: skip
        return cells


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _keys(texts: Sequence[str]) -> list[int]:
    return [int(one) for one in texts if one.isascii() and one.isdigit() and len(one) < len(str(2**63))]


def _rows(request: HttpRequest, prefix: str) -> Iterator[tuple[int, str]]:
    """Yield the key of each row that is sent, and its index in the list."""
    for name in request.POST:
        head, index, last = [*name.split("-"), "", ""][:3]
        if head == prefix and last == "id" and index.isascii() and index.isdigit():
            yield from ((key, index) for key in _keys([request.POST[name]]))
