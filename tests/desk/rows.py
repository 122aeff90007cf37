"""A row of each table of the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import site
from django.contrib.auth.models import Group, User
from django.utils import timezone

from config.api.models import ApiKey
from config.desk.choices import RevisionAction
from config.desk.editorial import versions
from config.desk.models import AuditEntry, Finding, Proposal, Safeguard
from config.desk.pages.record import ReadOnlyAdmin, RecordAdmin
from config.desk.pages.review import proposals
from config.record.models import LogEntry, Redirect, Transition
from config.tasks.models import Task
from config.webhooks.models import Subscription
from events.models import Event, Stance
from tests import factories
from tests.people import person

KINDS = {
    AuditEntry: "audit", User: "people", Group: "group", ApiKey: "key", Proposal: "proposal", Safeguard: "safeguard",
    Finding: "finding", Task: "task", Subscription: "webhook",
}  # fmt: skip


def kind_of_page(model: Any) -> str:
    page = site._registry[model]
    if model in KINDS:
        return KINDS[model]
    if isinstance(page, ReadOnlyAdmin):
        return "read-only"
    assert isinstance(page, RecordAdmin), f"Say in this table who may do what with {model._meta.label}."
    return "record" if page.actions else "part"


def draft(model: Any) -> Any:
    """Make a row of a model that everything could be done with, if only one were allowed to."""
    if model in KINDS:
        return MADE[model]()
    if kind_of_page(model) == "read-only":
        return _shown(model)
    about = {"target_topic": factories.TopicFactory()} if model is Stance else {}
    return getattr(factories, f"{model.__name__}Factory")(**about)


def _key() -> ApiKey:
    key = ApiKey(name="An app")
    key.issue()
    return key


def _finding() -> Finding:
    row = factories.MeetingFactory()
    message = {"slug": row.slug, "rule": "too_few", "message": "Nobody took part.", "found_at": timezone.now()}
    return Finding.objects.create(collection="events", record_id=row.pk, **message)


def _proposal() -> Proposal:
    row = factories.published(factories.MeetingFactory())
    (base,) = versions.keep(Event, [row.pk], by=None, action=RevisionAction.FOUND).values()
    return proposals.propose(base, base.snapshot, by=person("Curator", f"proposer-{row.pk}"), reason="Better")


MADE: dict[Any, Callable[[], Any]] = {
    AuditEntry: lambda: AuditEntry.objects.create(action="signed_in"),
    User: lambda: User.objects.create_user(f"somebody-{User.objects.count()}", is_staff=True),
    Group: lambda: Group.objects.create(name=f"Some people {Group.objects.count()}"),
    ApiKey: _key,
    Proposal: _proposal,
    Safeguard: lambda: Safeguard.objects.create(collection="topics", slug=f"topic-of-{Safeguard.objects.count()}"),
    Finding: _finding,
    Task: lambda: Task.objects.create(name="test", state="failed", error="no luck"),
    Subscription: lambda: Subscription.objects.create(name="An app", url="https://app.example/"),
}


def _shown(model: Any) -> Any:
    if model is Redirect:
        return Redirect.objects.create(collection="topics", old_slug=f"old-{Redirect.objects.count()}", new_slug="new")
    if model in (LogEntry, Transition):
        factories.published(factories.SourceFactory())
        return model.objects.first()
    made = factories.MeetingFactory() if model is Event else factories.OfficialFactory()
    return model._default_manager.get(pk=made.pk)
