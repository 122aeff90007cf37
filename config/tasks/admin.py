"""Admin of background tasks: progress, errors, and retrying."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from config.tasks import liveness, registry
from config.tasks.models import Task, TaskState, Worker

# How often the page of a task that is not done asks for itself anew, in seconds.
REFRESH: Final = 5


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    """Background tasks. Everybody sees their own; who may view all of them sees all."""

    list_display = ("__str__", "state", "progress", "attempts", "created_at", "by", "due_at", "ended_at", "last_error")
    list_filter = ("state",)
    list_select_related = ("by",)
    search_fields = ("name",)
    search_help_text = "Searches the names of tasks."
    show_full_result_count = False
    list_per_page = 50
    actions = ("retry",)

    # Who may see and do what

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        """Show everybody their own."""
        found = super().get_queryset(request)
        return found if super().has_view_permission(request) else found.filter(by=request.user.pk)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Task | None = None) -> bool:
        """Show everybody their own, and all of them to whom the permissions of the table name."""
        return obj is None or obj.by_id == request.user.pk or super().has_view_permission(request, obj)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Let those run tasks once more who may change them."""
        return request.user.has_perm("tasks.change_task")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Task | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Task | None = None) -> bool:
        return False

    # What the pages show

    @admin.display(description="Progress")
    def progress(self, task: Task) -> str:
        """Return how many of its parts are done."""
        if task.total is None:
            return str(task.done or "–")
        return f"{task.done:,} of {task.total:,}"

    @admin.display(description="Last error")
    def last_error(self, task: Task) -> str:
        """Return the last line of the traceback, which names the error."""
        return task.error.strip().rpartition("\n")[2][:200]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show a task."""
        if request.method == "POST":
            raise PermissionDenied
        task = self.get_object(request, object_id)
        if task is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        again = task.error and task.state in (TaskState.FAILED, TaskState.WAITING)
        context = self.admin_site.each_context(request) | {
            "title": str(task), "opts": self.opts, "task": task, "progress": self.progress(task),
            "may_retry": again and self.has_retry_permission(request), "link": _link(task) if task.by == request.user else None,
            "no_worker": task.state == TaskState.WAITING and not _some_worker_lives(),
        }  # fmt: skip
        response = TemplateResponse(request, "tasks/task.html", context)
        if task.state in (TaskState.WAITING, TaskState.RUNNING):
            response["Refresh"] = str(REFRESH)
        return response

    @admin.action(description="Retry", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Run failed tasks once more, and those that wait for their next attempt now."""
        count = Task.objects.filter(pk__in=queryset.values("pk")).retry()
        self.message_user(request, f"{count} queued again.", messages.SUCCESS if count else messages.WARNING)


def _link(task: Task) -> registry.Link | None:
    registry.discover()
    found = registry.types.get(task.name)
    return found.link(task) if found and found.link else None


def _some_worker_lives() -> bool:
    return not all(liveness.is_dead(pk) for pk in Worker.objects.values_list("pk", flat=True))
