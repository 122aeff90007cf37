"""The permissions of each role. Groups are created after every migration, with at least these permissions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.apps import AppConfig, apps
from django.contrib import admin
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.db.models.signals import post_migrate

from config.desk.choices import PUBLISH

CURATOR: Final = "Curator"
EDITOR: Final = "Editor"
ADMINISTRATOR: Final = "Administrator"
_RECORD: Final = ("record", "sources", "actors", "events")
# Accounts are closed, not deleted, and keys are revoked: what was done with them keeps a name.
_ADMINISTERED: Final = {
    "auth.user": "view add change",
    "auth.group": "view add change",
    "api.apikey": "view add change",
    "tasks.task": "view change",
    "webhooks.subscription": "view add change delete",
    # Not editors: who lifts a safeguard could publish alone what two are needed for.
    "desk.safeguard": "view add change delete",
}
# Who has one of these must have a second factor (SECOND_FACTOR_REQUIRED).
POWERS: Final = (PUBLISH, *(f"{kind.replace('.', '.change_')}" for kind in _ADMINISTERED))


def keep_after_migrating() -> None:
    """Connect the `post_migrate` receiver that creates the groups, after the permissions of all apps exist."""
    post_migrate.connect(_keep, sender=list(apps.get_app_configs())[-1])


def _keep(sender: AppConfig, using: str, **_: Any) -> None:
    # Those of the last app are made at the same signal, perhaps later.
    create_permissions(sender, verbosity=0, using=using)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, wanted in roles().items():
        group, _created = Group.objects.using(using).get_or_create(name=name)
        # What a deployment has added stays.
        group.permissions.add(*(known[one] for one in wanted))


def roles() -> dict[str, set[str]]:
    """Return the permissions of each role."""
    curating = {*_of_records("view"), *_of_pages("add change"), *_of_parts("add change delete")}
    return {
        CURATOR: curating,
        EDITOR: {*curating, *_of_pages("delete"), PUBLISH, "tasks.view_task"},
        ADMINISTRATOR: {
            *_of_records("view"),
            *(named for kind, verbs in _ADMINISTERED.items() for named in _named(apps.get_model(kind), verbs)),
            "desk.view_auditentry",
        },
    }


def _named(model: type[Model], verbs: str) -> Iterator[str]:
    return (f"{model._meta.app_label}.{verb}_{model._meta.model_name}" for verb in verbs.split())


def _each(models: Iterable[type[Model]], verbs: str) -> Iterator[str]:
    return (name for model in models for name in _named(model, verbs))


def _models() -> list[type[Model]]:
    return [model for label in _RECORD for model in apps.get_app_config(label).get_models()]


def _of_records(verbs: str) -> Iterator[str]:
    return _each(_models(), verbs)


def _of_pages(verbs: str) -> Iterator[str]:
    """What has pages of its own, to write on."""
    from config.desk.pages.record import ReadOnlyAdmin  # noqa: PLC0415 - pages are not ready before

    pages = admin.site._registry  # noqa: SLF001 - the registry has no other name
    return _each((model for model in _models() if model in pages and not isinstance(pages[model], ReadOnlyAdmin)), verbs)


def _of_parts(verbs: str) -> Iterator[str]:
    """What is written on the pages of others: names, citations, participations."""
    pages = admin.site._registry.values()  # noqa: SLF001 - the registry has no other name
    parts = {one.model for page in pages for one in page.inlines if one.can_delete}
    return _each((model for model in _models() if model in parts), verbs)
