"""Admin mixins for sheets: downloads of every list, and upload of records with a preview."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from config.desk.choices import PUBLISH
from config.desk.editorial.records import may
from config.desk.editorial.sheets import background
from config.desk.editorial.sheets.apply import compare, do, require_importable, sheet_of
from config.desk.editorial.sheets.layout import Layout, layout_of, plain_lines
from config.desk.editorial.sheets.plan import Plan, Rights
from config.desk.editorial.sheets.reading import BYTES, LINES, SheetError, read
from config.desk.editorial.sheets.writing import CSV, XLSX, csv_lines, xlsx_file
from config.desk.models import Sheet
from config.exceptions import ChanceryError
from config.limits.requests import Kind, each_limited, limit_as
from config.record.values.choices import CurationState
from config.tasks.models import Task, TaskState

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    _Base = ModelAdmin[Any]
else:
    _Base = object

PAGE: Final = 100
REASON_LENGTH: Final = 500


class DownloadsMixin(_Base):
    """A list as a file: what is shown now, filtered, searched and ordered, all pages of it."""

    change_list_template = "desk/record_list.html"

    def get_urls(self) -> list[Any]:
        """Add the files of the list to its pages."""
        name = self._url_name()
        return [
            path("download.csv", self.admin_site.admin_view(partial(self.download, kind="csv")), name=f"{name}_csv"),
            path("download.xlsx", self.admin_site.admin_view(partial(self.download, kind="xlsx")), name=f"{name}_xlsx"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Add the download links to the list."""
        asked = request.GET.urlencode()
        links = {kind: f"{reverse(f'admin:{self._url_name()}_{kind}')}{f'?{asked}' if asked else ''}" for kind in ("csv", "xlsx")}
        return super().changelist_view(request, {"downloads": links} | self.sheet_links(request) | (extra_context or {}))

    def sheet_links(self, request: HttpRequest) -> dict[str, Any]:
        """Return what else stands beside the downloads."""
        return {}

    @method_decorator([require_GET, never_cache])
    def download(self, request: HttpRequest, kind: str) -> Any:
        """Send the list as a file."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            # As lists do, whose page says so.
            return HttpResponseRedirect(f"{reverse(f'admin:{self._url_name()}_changelist')}?e=1")
        name = f"{str(self.opts.verbose_name_plural).replace(' ', '-')}-{timezone.now():%Y-%m-%d}.{kind}"
        if kind == "csv":
            return StreamingHttpResponse(
                each_limited(Kind.EXPORT, csv_lines(self.sheet_lines(rows))),
                content_type=CSV,
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
        limit_as(Kind.IMPORT)
        try:
            file = xlsx_file(str(self.opts.verbose_name_plural), self.sheet_lines(rows))
        except ChanceryError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(f"{reverse(f'admin:{self._url_name()}_changelist')}?{request.GET.urlencode()}")
        return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)

    def sheet_lines(self, rows: Any) -> Iterator[Sequence[str]]:
        """Yield the lines of the file, the header first."""
        return plain_lines(rows)

    def _url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"


class UploadsMixin(DownloadsMixin):
    """A list of records as a file, and such a file as changes of the records: shown first, then done or not."""

    def get_urls(self) -> list[Any]:
        """Add the pages on which a sheet is brought, looked at and done."""
        name, view = self._url_name(), self.admin_site.admin_view
        return [
            path("upload/", view(self.upload), name=f"{name}_upload"),
            path("upload/<uuid:key>/", view(self.preview), name=f"{name}_sheet"),
            *super().get_urls(),
        ]

    @property
    def layout(self) -> Layout:
        """The columns of the sheet."""
        return layout_of(self)

    def sheet_links(self, request: HttpRequest) -> dict[str, Any]:
        return {"upload": reverse(f"admin:{self._url_name()}_upload")} if self.may_upload(request.user) else {}

    def sheet_lines(self, rows: Any) -> Iterator[Sequence[str]]:
        layout = self.layout
        yield layout.header
        yield from layout.lines(list(rows.values_list("pk", flat=True)))

    # Who may do what: asked of a user, since a background task has no request.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request.user)

    def may_add(self, user: Any) -> bool:
        """Return whether somebody may add records."""
        return may(user, "add", self.model)

    def may_change(self, user: Any) -> bool:
        """Return whether somebody may change records, or propose changes."""
        return may(user, "change", self.model)

    def may_upload(self, user: Any) -> bool:
        """Return whether somebody may upload sheets."""
        return self.may_add(user) or self.may_change(user)

    def rights(self, user: Any) -> Rights:
        """Return what the lines of somebody's sheet may do; they make no proposals."""

        def may_change(row: Any) -> bool:
            return self.may_change(user) and (row.state != CurationState.PUBLISHED or user.has_perm(PUBLISH))

        return Rights(self.may_add(user), may_change)

    def _context(self, request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "media": self.media, **more}

    @method_decorator([require_http_methods(["GET", "POST"]), never_cache])
    def upload(self, request: HttpRequest) -> HttpResponse:
        """Take a sheet, and lead to what it would do."""
        if not self.may_upload(request.user):
            raise PermissionDenied
        error = ""
        if request.method == "POST":
            limit_as(Kind.IMPORT)
            try:
                return self._taken(request)
            except SheetError as refused:
                error = str(refused)
        context = self._context(
            request, f"Upload {self.opts.verbose_name_plural}", error=error, columns=self.layout.explained,
            lines=LINES, megabytes=BYTES // 1_000_000, may_add=self.may_add(request.user),
        )  # fmt: skip
        return TemplateResponse(request, "desk/sheets/upload.html", context, status=400 if error else 200)

    def _taken(self, request: HttpRequest) -> HttpResponse:
        """Keep a sheet, compared at once or by a task."""
        file = _file(request)
        lines = read(file)
        sheet = sheet_of(self.layout, lines, name=file.name or "", by=request.user)  # type: ignore[arg-type]  # of admin_view
        Sheet.objects.expired().delete()
        if len(lines) - 1 > background.LINES_AT_ONCE:
            sheet.save()
            return _to_task(background.enqueue(background.PREVIEW, sheet, request.user))
        compare(self.layout, sheet, self.rights(request.user))
        sheet.save()
        return HttpResponseRedirect(reverse(f"admin:{self._url_name()}_sheet", args=[sheet.pk]))

    @method_decorator([require_http_methods(["GET", "POST"]), never_cache])
    def preview(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Show what a sheet would do, and import it."""
        if not self.may_upload(request.user):
            raise PermissionDenied
        rows = Sheet.objects.select_related("task")
        sheet = rows.filter(pk=key, by=request.user, label=self.opts.label_lower).first()  # type: ignore[misc]  # as above
        if sheet is None:
            if imported := background.last_import(key, request.user):
                return _to_task(imported)
            raise Http404("This sheet was imported already, has expired, or belongs to somebody else.")
        plan = Plan.loads(sheet.plan) if sheet.plan else None
        if sheet.task and sheet.is_under_way and (plan is None or request.method == "POST"):
            return _to_task(sheet.task)
        error, reason = "", request.POST.get("reason", "").strip()
        if request.method == "POST":
            limit_as(Kind.IMPORT)
            try:
                if "refresh" in request.POST or plan is None:
                    return self._refreshed(request, sheet, plan)
                return self._imported(request, sheet, plan, reason)
            except ChanceryError as refused:
                error = str(refused)
        elif sheet.task and sheet.task.state == TaskState.FAILED:
            error = sheet.task.error.strip().rpartition("\n")[2]
        return self._shown(request, sheet, plan, error=error, reason=reason)

    def _refreshed(self, request: HttpRequest, sheet: Sheet, plan: Plan | None) -> HttpResponse:
        """Compare a sheet with the records again, at once or by a task."""
        if plan is None or plan.lines > background.LINES_AT_ONCE:
            return _to_task(background.enqueue(background.PREVIEW, sheet, request.user))
        compare(self.layout, sheet, self.rights(request.user))
        # A running import is not changed.
        Sheet.objects.idle().filter(pk=sheet.pk).update(plan=sheet.plan, task=None)
        return HttpResponseRedirect(request.path)

    def _shown(self, request: HttpRequest, sheet: Sheet, plan: Plan | None, *, error: str, reason: str) -> HttpResponse:
        context = self._context(
            request, f"Import preview: {sheet.name}", sheet=sheet, plan=plan, counts=_counts(plan) if plan else [], error=error,
            reason=reason, page=Paginator(plan.row_results if plan else [], PAGE).get_page(request.GET.get("page")),
            importable=plan is not None and not plan.refused and bool(plan.row_results), reason_length=REASON_LENGTH,
            in_background=plan is not None and not background.is_imported_at_once(plan),
        )  # fmt: skip
        refused = error and request.method == "POST"
        return TemplateResponse(request, "desk/sheets/preview.html", context, status=400 if refused else 200)

    def _imported(self, request: HttpRequest, sheet: Sheet, plan: Plan, reason: str) -> HttpResponse:
        """Import a sheet, or have a task do that; lead to the list, or to the task."""
        if not reason or len(reason) > REASON_LENGTH or "\x00" in reason:
            raise SheetError(f"Enter a reason, of at most {REASON_LENGTH} characters.")
        if not background.is_imported_at_once(plan):
            require_importable(plan)
            return _to_task(background.enqueue(background.IMPORT, sheet, request.user, reason=reason))
        name = sheet.name
        done = do(self.layout, sheet, self.rights(request.user), by=request.user, reason=reason)  # type: ignore[arg-type]  # as above
        messages.success(request, f"{name} is imported: {done.summary}.")
        return HttpResponseRedirect(reverse(f"admin:{self._url_name()}_changelist"))


def _to_task(task: Task) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:tasks_task_change", args=[task.pk]))


def _file(request: HttpRequest) -> Any:
    file = request.FILES.get("sheet")
    if file is None:
        raise SheetError("Choose a file first.")
    return file


def _counts(plan: Plan) -> list[tuple[str, int]]:
    return list(plan.counts.items())
