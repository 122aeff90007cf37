"""Admin of data checks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from config.desk.editorial.checks import answers
from config.desk.editorial.checks.rules import explanations, labels
from config.desk.editorial.permissions import collections_seen_by
from config.desk.models import Finding
from config.desk.pages.findings.panel import names_of
from config.desk.pages.lists import CollectionFilter
from config.desk.pages.record import ReadOnlyAdmin
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.values.folding import fold


class RuleFilter(admin.SimpleListFilter):
    """List filter by data check."""

    title = "check"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(labels().items(), key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Finding]) -> QuerySet[Finding]:
        return queryset.filter(rule=self.value()) if self.value() else queryset


class AnswerFilter(admin.SimpleListFilter):
    """List filter: open or dismissed; open by default."""

    title = "status"
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Dismissed"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        """Call the rest what it is: that which waits."""
        waiting, *others = super().choices(changelist)
        yield dict(waiting) | {"display": "Open"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Finding]) -> QuerySet[Finding]:
        if self.value() == "all":
            return queryset
        return queryset.filter(dismissed_at__isnull=self.value() != "yes")


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    """The list of data checks. The page of the record explains each."""

    list_display = ("linked_message", "what", "about", "found_on")
    list_display_links = None
    list_filter = (AnswerFilter, RuleFilter, CollectionFilter)
    list_select_related = ("dismissed_by",)
    search_fields = ("slug",)
    search_help_text = "Search by slug."
    ordering = ("-found_at", "-id")
    list_per_page = 50
    actions = ("dismiss",)

    # Who may see and say what

    def get_queryset(self, request: HttpRequest) -> QuerySet[Finding]:
        """Show what is about records that one may see."""
        return answers.visible(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let everybody look who may see records of any sort."""
        return bool(collections_seen_by(request.user))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """Find slugs, also by the words of a name: slugs are words joined by hyphens."""
        for word in fold(search_term).split():
            queryset = queryset.filter(slug__icontains=word)
        return queryset, False

    # What the list shows

    def get_list_display(self, request: HttpRequest) -> Any:
        """Add the answers, where some can be seen."""
        return (*self.list_display, "answered") if request.GET.get("answered") else self.list_display

    @admin.display(description="Finding", ordering="message")
    def linked_message(self, finding: Finding) -> str:
        """Lead to the record."""
        return format_html('<a href="{}">{}</a>', _record(finding), finding.message)

    @admin.display(description="Check", ordering="rule")
    def what(self, finding: Finding) -> str:
        """Call the rule by its name, and explain it."""
        meaning = explanations().get(finding.rule, "")
        return format_html('<span title="{}">{}</span>', meaning, labels().get(finding.rule, finding.rule))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Name the records of the page, in a query for each table."""
        found = super().get_changelist_instance(request)
        names = names_of(found.result_list)
        for one in found.result_list:
            one.named = names.get((one.collection, one.record_id), one.slug)
        return found

    @admin.display(description="Record", ordering="slug")
    def about(self, finding: Any) -> str:
        return str(finding.named)

    @admin.display(description="Found", ordering="found_at")
    def found_on(self, finding: Finding) -> Any:
        return finding.found_at.date()

    @admin.display(description="Dismissed because")
    def answered(self, finding: Finding) -> str:
        """Say who found it right, and why."""
        return f"{finding.answer} ({finding.dismissed_by or 'unknown'})" if finding.dismissed_at else ""

    # Answering

    @admin.action(description="Dismiss …")
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Finding]) -> HttpResponse | None:
        """Ask why, then answer all that were chosen."""
        chosen = list(queryset)
        allowed = list(answers.changeable(request.user, chosen))
        if len(allowed) < len(chosen):
            messages.error(request, "You may not change some of these records. Nothing was dismissed.")
            return None
        form = answers.AnswerForm(request.POST if "answer" in request.POST else None)
        if form.is_valid():
            count = answers.answer(allowed, by=request.user, why=form.cleaned_data["answer"])  # type: ignore[arg-type]  # staff
            messages.success(request, f"{count} dismissed.")
            return None
        names = names_of(chosen)
        for one in chosen:
            one.name = names.get((one.collection, one.record_id), one.slug)  # type: ignore[attr-defined]  # for the page
        context = self.admin_site.each_context(request) | {
            "title": "Dismiss data checks",
            "findings": chosen,
            "form": form,
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "desk/findings/answer.html", context)

    def get_urls(self) -> list[URLPattern]:
        """Add the answers that are given on the page of a record."""
        return [
            path("<int:pk>/answer/", self.admin_site.admin_view(self.answer), name="desk_finding_answer"),
            path("<int:pk>/ask-again/", self.admin_site.admin_view(self.ask_again), name="desk_finding_ask_again"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the answer to one finding."""
        finding = self._answerable(request, pk)
        form = answers.AnswerForm(request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        elif answers.answer([finding], by=request.user, why=form.cleaned_data["answer"]):  # type: ignore[arg-type]  # staff
            messages.success(request, "Dismissed.")
        else:
            messages.info(request, "Somebody else has dismissed it already.")
        return HttpResponseRedirect(_back(request, finding))

    @method_decorator(require_POST)
    def ask_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the answer to a finding back."""
        finding = self._answerable(request, pk)
        answers.ask_again(finding)
        messages.success(request, "Reopened.")
        return HttpResponseRedirect(_back(request, finding))

    def _answerable(self, request: HttpRequest, pk: int) -> Finding:
        finding = get_object_or_404(Finding, pk=pk)
        if not list(answers.changeable(request.user, [finding])):
            raise PermissionDenied
        return finding


def _record(finding: Finding) -> str:
    return reverse("admin:desk_record", args=[finding.collection, finding.record_id])


def _back(request: HttpRequest, finding: Finding) -> str:
    """Return the page of the record from which somebody answered, or that of the record that the finding is about."""
    collection, pk = request.POST.get("collection", ""), request.POST.get("record", "")
    known = any(document_type.collection == collection for document_type in DOCUMENT_TYPES.values())
    return reverse("admin:desk_record", args=[collection, int(pk)]) if known and pk.isdecimal() else _record(finding)
