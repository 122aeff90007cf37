"""The dashboard of the desk: pending work, publications, coverage, data quality, recent activity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import orjson
from django.apps import apps
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from config.desk.editorial.checks.answers import visible
from config.desk.editorial.checks.rules import labels
from config.desk.editorial.coverage import COVERAGE
from config.desk.editorial.permissions import collections_seen_by
from config.desk.editorial.records import Label, label, rows
from config.desk.models import AuditEntry, Revision
from config.desk.models.base import table_of
from config.desk.pages.review import queues
from config.record.documents.registry import DOCUMENT_TYPES, Model, has_kind
from config.record.models import LogEntry, PendingDocument, Transition
from config.record.models.querysets import PUBLIC
from config.record.values.choices import Operation
from config.tasks.models import Task, TaskState
from config.webhooks.models import Subscription

WEEK: Final = timedelta(days=7)
LINES: Final = 10
# Steps of curation among which those of the last entries are looked for.
STEPS: Final = 200


@dataclass(frozen=True)
class Number:
    """How many there are of something."""

    label: str
    count: int
    url: str
    # Percentage of the largest number of the table.
    share: int = 0


class Entry(NamedTuple):
    """A line of the log as people read it."""

    name: str
    kind: str
    url: str
    action: str
    at: datetime
    by: Any
    reason: str


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the template context of the dashboard for a user."""
    user, since = request.user, timezone.now() - WEEK
    seen = collections_seen_by(user)
    findings = list(_findings(user))
    return {
        "waiting": list(_waiting(user, sum(one.count for one in findings))) if seen else [],
        "changed": list(_changed(since)) if seen else [],
        "published": [entry for entry in _published() if entry.at >= since] if seen else [],
        "coverage": next((found for compute in COVERAGE if (found := compute())), None) if seen else None,
        "findings": findings,
        "colleagues": list(_colleagues(user, seen)),
        "ways": list(_ways(user, seen)),
    }


def _waiting(user: Any, findings: int) -> Iterator[Number]:
    """Yield the number of pending items of a user, each with its URL."""
    for name, title, count in queues.tabs(user):
        yield Number(title, count, reverse("admin:desk_queue", args=[name]))
    yield Number("Data checks", findings, reverse("admin:desk_finding_changelist"))
    may_view_tasks = user.has_perm("tasks.view_task")
    if pending := PendingDocument.count_documents():
        way = "admin:tasks_task_changelist" if may_view_tasks else "admin:index"
        yield Number("Documents being refreshed", pending, reverse(way))
    if may_view_tasks:
        failed = Task.objects.filter(state=TaskState.FAILED).count()
        yield Number("Failed tasks", failed, f"{reverse('admin:tasks_task_changelist')}?state__exact=failed")
    if user.has_perm("webhooks.view_subscription"):
        yield Number(
            "Disabled webhooks", Subscription.objects.broken().count(), reverse("admin:webhooks_subscription_changelist")
        )


def _changed(since: datetime) -> Iterator[Number]:
    """Yield how many records of each kind were published since then."""
    for model, document_type in DOCUMENT_TYPES.items():
        if document_type.part_of:
            continue
        # The days of changes have an index, in which few rows are this new; those of publication have none.
        recent: Any = model._default_manager.filter(state=PUBLIC, updated_at__gte=since, published_at__gte=since)
        if has_kind(model):
            counts: Any = recent.order_by().values_list("kind").annotate(count=Count("pk"))
        else:
            counts = [("", recent.count())]
        for kind, count in counts:
            meta = _kind(model, kind)._meta
            label = meta.verbose_name if count == 1 else meta.verbose_name_plural
            if count:
                yield Number(str(label), count, reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))


def _kind(table: Model, kind: str) -> Any:
    models = apps.get_app_config(table._meta.app_label).get_models()
    return next((model for model in models if kind and getattr(model, "KIND", None) == kind), table)


def _published() -> list[Entry]:
    """Return the last entries of the log, but for those that only follow from others."""
    entries = list(LogEntry.objects.exclude(operation=Operation.REFRESHED).order_by("-sequence")[:LINES])
    steps = Transition.objects.order_by("-id").select_related("by")[:STEPS] if entries else ()
    people = {(step.collection, step.slug, step.at): step.by for step in steps}
    return [
        Entry(
            _name(row), row.kind, reverse("admin:desk_record_called", args=[row.collection, row.slug]),
            _ACTIONS.get(row.operation, row.operation), row.at, people.get((row.collection, row.slug, row.at)), row.reason,
        )
        for row in entries
    ]  # fmt: skip


_ACTIONS: Final[dict[str, str]] = {
    Operation.CREATED: "published", Operation.UPDATED: "changed", Operation.RETRACTED: "retracted",
    Operation.MERGED: "merged", Operation.RESTORED: "republished", Operation.ERASED: "erased",
}  # fmt: skip


def _name(row: LogEntry) -> str:
    document = orjson.loads(row.document) if row.document else {}
    return str(document.get("name") or row.slug)


def _findings(user: Any) -> Iterator[Number]:
    """Yield how many findings of each rule wait, the most first."""
    standing = visible(user).filter(dismissed_at__isnull=True).order_by().values_list("rule").annotate(count=Count("pk"))
    counts = sorted(standing, key=lambda one: -one[1])
    names, queue = labels(), reverse("admin:desk_finding_changelist")
    for rule, count in counts:
        yield Number(names.get(rule, rule), count, f"{queue}?rule={rule}", max(2, 100 * count // counts[0][1]))


def _colleagues(user: Any, seen: list[str]) -> Iterator[tuple[Revision, Label | None]]:
    """Yield the last changes of other users, each with the record if it still exists."""
    found = Revision.objects.filter(~Q(by=user), collection__in=seen, by__isnull=False).select_related("by").defer("content")
    last, wanted = list(found[:LINES]), defaultdict(set)
    for one in last:
        wanted[one.collection].add(one.record_id)
    records = {
        (collection, pk): label(row) for collection, ids in wanted.items() for pk, row in rows(table_of(collection), ids).items()
    }
    for one in last:
        yield one, records.get((one.collection, one.record_id))


def _ways(user: Any, seen: list[str]) -> Iterator[tuple[str, str]]:
    """Yield links to further pages that the user may see."""
    if seen:
        yield "Deleted drafts", reverse("admin:desk_deleted")
    for name, model in (("Publication log", LogEntry), ("Audit log", AuditEntry)):
        meta = model._meta
        if user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
            yield name, reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
