"""The pages of the ways in and out: two downloads for every list, and for lists of records an upload with its preview."""

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
from config.desk.models import Sheet
from config.desk.sheets.changes import CHANGED, NEW, UNCHANGED, Plan, Rights
from config.desk.sheets.doing import do, keep, look_again
from config.desk.sheets.layout import Layout, layout_of, plain_lines
from config.desk.sheets.reading import BYTES, LINES, SheetError, read
from config.desk.sheets.writing import CSV, XLSX, csv_lines, xlsx_file
from config.exceptions import ChanceryError
from config.record.choices import CurationState

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    _Base = ModelAdmin[Any]
else:
    _Base = object

PAGE: Final = 100
REASON_LENGTH: Final = 500


class Downloads(_Base):
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
        """Tell the list where its files are."""
        asked = request.GET.urlencode()
        links = {
            kind: f"{reverse(f'admin:{self._url_name()}_{kind}')}{f'?{asked}' if asked else ''}" for kind in ("csv", "xlsx")
        }  # fmt: skip
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
                csv_lines(self.sheet_lines(rows)), content_type=CSV,
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )  # fmt: skip
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


class Uploads(Downloads):
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
        return {"upload": reverse(f"admin:{self._url_name()}_upload")} if self._may_upload(request) else {}

    def sheet_lines(self, rows: Any) -> Iterator[Sequence[str]]:
        layout = self.layout
        yield layout.header
        yield from layout.lines(list(rows.values_list("pk", flat=True)))

    def _may_upload(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) or self.has_change_permission(request)

    def _rights(self, request: HttpRequest) -> Rights:
        return Rights(self.has_add_permission(request), lambda row: self._may_bring(request, row))

    def _may_bring(self, request: HttpRequest, row: Any) -> bool:
        """Tell whether a line may change a record; lines make no proposals."""
        public = row.state == CurationState.PUBLISHED
        return self.has_change_permission(request, row) and (not public or request.user.has_perm(PUBLISH))

    def _context(self, request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "media": self.media, **more}

    @method_decorator([require_http_methods(["GET", "POST"]), never_cache])
    def upload(self, request: HttpRequest) -> HttpResponse:
        """Take a sheet, and lead to what it would do."""
        if not self._may_upload(request):
            raise PermissionDenied
        error = ""
        if request.method == "POST":
            try:
                file = _file(request)
                sheet = keep(self.layout, read(file), self._rights(request), name=file.name or "", by=request.user)  # type: ignore[arg-type]  # of admin_view
                return HttpResponseRedirect(reverse(f"admin:{self._url_name()}_sheet", args=[sheet.pk]))
            except SheetError as refused:
                error = str(refused)
        context = self._context(
            request, f"Upload {self.opts.verbose_name_plural}", error=error, columns=self.layout.explained,
            lines=LINES, megabytes=BYTES // 1_000_000, may_add=self.has_add_permission(request),
        )  # fmt: skip
        return TemplateResponse(request, "desk/sheets/upload.html", context, status=400 if error else 200)

    @method_decorator([require_http_methods(["GET", "POST"]), never_cache])
    def preview(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Show what a sheet would do, and do it."""
        if not self._may_upload(request):
            raise PermissionDenied
        sheet = Sheet.objects.filter(pk=key, by=request.user, label=self.opts.label_lower).first()  # type: ignore[misc]  # as above
        if sheet is None:
            raise Http404("This sheet is done already, or too old, or somebody else's.")
        error, reason = "", request.POST.get("reason", "").strip()
        if request.method == "POST":
            try:
                if "again" in request.POST:
                    look_again(self.layout, sheet, self._rights(request))
                    return HttpResponseRedirect(request.path)
                return self._done(request, sheet, reason)
            except ChanceryError as refused:
                error = str(refused)
        plan = Plan.loads(sheet.plan)
        context = self._context(
            request, f"What {sheet.name} would do", sheet=sheet, plan=plan, counts=_counts(plan), error=error, reason=reason,
            page=Paginator(plan.verdicts, PAGE).get_page(request.GET.get("page")),
            doable=not plan.refused and bool(plan.verdicts), reason_length=REASON_LENGTH,
        )  # fmt: skip
        return TemplateResponse(request, "desk/sheets/preview.html", context, status=400 if error else 200)

    def _done(self, request: HttpRequest, sheet: Sheet, reason: str) -> HttpResponse:
        if not reason or len(reason) > REASON_LENGTH or "\x00" in reason:
            raise SheetError(f"Say why, in at most {REASON_LENGTH} characters.")
        counts = do(self.layout, sheet, self._rights(request), by=request.user, reason=reason).counts  # type: ignore[arg-type]  # as above
        messages.success(
            request, f"{sheet.name} is done: {counts[NEW]} new, {counts[CHANGED]} changed, {counts[UNCHANGED]} as they were.",
        )  # fmt: skip
        return HttpResponseRedirect(reverse(f"admin:{self._url_name()}_changelist"))


def _file(request: HttpRequest) -> Any:
    file = request.FILES.get("sheet")
    if file is None:
        raise SheetError("Choose a file first.")
    return file


def _counts(plan: Plan) -> list[tuple[str, int]]:
    return list(plan.counts.items())
