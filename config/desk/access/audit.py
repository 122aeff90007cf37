"""Notes what staff do, in the same transaction: whichever page, action or command does it, nobody writes a note by hand."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest, HttpResponse

from config.api.server.throttling import address
from config.desk.models.access import AuditAction, AuditEntry

_WRITES: Final = {ADDITION: AuditAction.ADDED, CHANGE: AuditAction.CHANGED, DELETION: AuditAction.DELETED}
# What makes a person more or less powerful, besides groups and permissions.
_STANDING: Final = ("is_active", "is_staff", "is_superuser")
_LONGEST: Final = 1000


def note(action: AuditAction, target: Model | None = None, *, detail: str = "", by: Any = None) -> None:
    """Note what happened to `target`, by whoever has signed in or `by`."""
    request = context.request
    person: Any = by or getattr(request, "user", None) or AnonymousUser()
    known = person.is_authenticated
    AuditEntry.objects.create(
        action=action,
        by=person.get_username() if known else "",
        by_id=person.pk if known else None,
        address=address(request) if request else "",
        kind=str(target._meta.verbose_name) if target else "",
        object_id=str(target.pk or "") if target else "",
        object=str(target)[:_LONGEST] if target else "",
        detail=detail[:_LONGEST],
    )


def begin() -> None:
    """Have everything noted from now on."""
    people = get_user_model()
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_sign_in_failed)
    authentication_failed.connect(_factor_failed)
    post_save.connect(_factor_added, sender=Authenticator)
    post_delete.connect(_factor_removed, sender=Authenticator)
    pre_save.connect(_person_changes, sender=people)
    m2m_changed.connect(_roles_change, sender=people.groups.through)
    m2m_changed.connect(_roles_change, sender=people.user_permissions.through)
    post_save.connect(_written, sender=LogEntry)


def _signed_in(user: Any, **_: Any) -> None:
    note(AuditAction.SIGNED_IN, by=user)


def _signed_out(user: Any, **_: Any) -> None:
    if user:
        note(AuditAction.SIGNED_OUT, by=user)


def _sign_in_failed(credentials: dict[str, Any], **_: Any) -> None:
    note(AuditAction.SIGN_IN_FAILED, detail=f"as {credentials.get('username', '')}")


def _factor_failed(user: Any, **_: Any) -> None:
    note(AuditAction.SIGN_IN_FAILED, user, detail="Correct password, wrong code.")


def _factor_added(instance: Authenticator, created: bool, **_: Any) -> None:  # noqa: FBT001 - as Django calls it
    if created:
        note(AuditAction.FACTOR_ADDED, instance.user, detail=instance.get_type_display())


def _factor_removed(instance: Authenticator, **_: Any) -> None:
    note(AuditAction.FACTOR_REMOVED, instance.user, detail=instance.get_type_display())


def _person_changes(instance: Any, update_fields: Any, raw: bool, **_: Any) -> None:  # noqa: FBT001 - as Django calls it
    if raw or (update_fields and not {"password", *_STANDING} & set(update_fields)):
        return
    before = type(instance).objects.filter(pk=instance.pk).first()
    # A hash that is only made anew, with more rounds, was not set by anybody.
    if instance._password is not None and before:  # noqa: SLF001 - where Django keeps it until it is saved
        note(AuditAction.PASSWORD_CHANGED, instance)
    differ = [name for name in _STANDING if getattr(instance, name) != getattr(before, name, name == "is_active")]
    if differ:
        note(AuditAction.ROLES_CHANGED, instance, detail=", ".join(f"{name}: {getattr(instance, name)}" for name in differ))


def _roles_change(instance: Model, action: str, model: type[Model], pk_set: set[Any] | None, **_: Any) -> None:
    if action == "pre_clear":
        note(AuditAction.ROLES_CHANGED, instance, detail="none left")
    elif action in ("post_add", "post_remove") and pk_set:
        names = ", ".join(sorted(map(str, model._default_manager.filter(pk__in=pk_set))))
        note(AuditAction.ROLES_CHANGED, instance, detail=f"{'given' if action == 'post_add' else 'taken'}: {names}")


def _written(instance: LogEntry, created: bool, **_: Any) -> None:  # noqa: FBT001 - as Django calls it
    if not created:
        return
    kind = instance.content_type
    AuditEntry.objects.create(
        action=_WRITES[instance.action_flag],
        by=instance.user.get_username(),
        by_id=instance.user_id,
        address=address(context.request) if context.request else "",
        kind=kind.name if kind else "",
        object_id=instance.object_id or "",
        object=instance.object_repr,
        detail=instance.get_change_message()[:_LONGEST],
    )


class AuditMiddleware:
    """Middleware that notes the actions that lists offer, before they are taken, and whatever it refuses to staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.FORBIDDEN and request.method == "POST" and request.user.is_authenticated:
            note(AuditAction.REFUSED, detail=request.path)
        return response

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, named: Any) -> None:
        """Note the action that `request` asks for."""
        match = request.resolver_match
        asked = " ".join(filter(None, request.POST.getlist("action"))) if request.method == "POST" else ""
        if asked and match and match.app_name == "admin" and request.user.is_authenticated:
            chosen, reason = ", ".join(request.POST.getlist("_selected_action")), request.POST.get("reason", "")
            note(AuditAction.ACTION, detail=f"{asked}: {request.path} {chosen}" + (f" ({reason})" if reason else ""))
