"""Who may do what in the admin, by forged requests: roles, models and operations as one table."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, Permission, User
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from config.desk.models import AuditEntry
from config.record.curation import transitions
from config.record.models import LogEntry
from tests import factories
from tests.desk.pages import confirm_page, entered, hidden
from tests.desk.rows import draft, sort
from tests.people import ROLES, person, signed_in

pytestmark = pytest.mark.django_db

SEEN = "list view history"
READ = f"{SEEN} download"
EDIT = f"{READ} add change"
DENORMALIZED = f"{SEEN} add change"
PART_SEEN = "list view download"
PART = f"{PART_SEEN} change upload preview"
CURATE = f"{EDIT} submit merge_two upload preview"
PUBLISH = f"{CURATE} delete send_back publish retract restore"
# What each role may do, by sort of model; whatever is not named here is refused.
ALLOWED: dict[str, dict[str, str]] = {
    "anonymous": {},
    "staff": {"proposal": "list", "task": "list"},
    "Curator": {
        "record": CURATE,
        "part": PART,
        "read-only": READ,
        "proposal": "list",
        "finding": f"{READ} dismiss",
        "task": "list",
    },
    "Editor": {
        "record": PUBLISH,
        "part": PART,
        "read-only": READ,
        "proposal": f"{SEEN} change",
        "safeguard": SEEN,
        "task": SEEN,
        "finding": f"{READ} dismiss",
    },
    "Administrator": {
        "record": READ,
        "part": PART_SEEN,
        "read-only": READ,
        "audit": READ,
        "people": f"{DENORMALIZED} remove_second_factor lift_limits",
        "group": DENORMALIZED,
        "key": f"{DENORMALIZED} revoke",
        "proposal": "list",
        "safeguard": f"{DENORMALIZED} delete",
        "task": f"{SEEN} retry",
        "webhook": f"{DENORMALIZED} delete enable disable replace_secret",
        # Whoever may change none of the records is told so.
        "finding": f"{READ} dismiss",
    },
    "superuser": {
        "record": PUBLISH,
        "part": PART,
        "read-only": READ,
        "audit": READ,
        "people": f"{DENORMALIZED} remove_second_factor lift_limits",
        "group": f"{DENORMALIZED} delete",
        "key": f"{DENORMALIZED} revoke",
        "proposal": f"{SEEN} change",
        "safeguard": f"{DENORMALIZED} delete",
        "task": f"{SEEN} retry",
        "webhook": f"{DENORMALIZED} delete enable disable replace_secret",
        "finding": f"{READ} dismiss",
    },
}
STEPS = ("submit", "send_back", "publish", "retract", "restore")


def refused(answer: Any) -> bool:
    """Return whether somebody was sent away, or told that there is no such thing."""
    to = answer.headers.get("Location", "")
    return answer.status_code in (403, 404) or "/login" in to or to == "/admin/"


# Where each operation that looks or tries is asked for, and whether it is about one row.
LOOKS = {"list": "changelist", "view": "change", "history": "history", "download": "csv", "upload": "upload"}
TRIES = {"add": "add", "change": "change", "delete": "delete", "preview": "preview"}
ON_ROWS = ("view", "history", "change", "delete", "preview")


def done(client: Client, model: Any, row: Any, operation: str) -> bool:
    """Try an operation, and tell whether it was let through."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    page = LOOKS.get(operation) or TRIES.get(operation)
    if page:
        try:
            url = reverse(f"{name}_{page}", args=[row.pk] if operation in ON_ROWS else [])
        except NoReverseMatch:
            return False
        return client.get(url).status_code == 200 if operation in LOOKS else not refused(client.post(url, {}))
    # What was said before, and not yet shown.
    client.cookies.pop("messages", None)
    asked = {"action": operation, "_selected_action": [row.pk], "reason": "Forged"}
    answer = client.post(reverse(f"{name}_changelist"), asked)
    told = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    # What asks for a word first shows a page; the others lead to one.
    led = answer.status_code == 302 or "cl" not in (getattr(answer, "context_data", None) or answer.context or {"cl": None})
    return led and not refused(answer) and "No action selected" not in told


OPERATIONS = (
    "list", "view", "history", "download", "upload", "preview", "add", "change", "delete_selected", *STEPS, "merge_two",
    "dismiss", "revoke", "retry", "remove_second_factor",
    "lift_limits", "enable", "disable", "replace_secret", "delete",
)  # fmt: skip


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the pages blank that views answer with, where only whether they answer is of interest."""
    monkeypatch.setattr(TemplateResponse, "rendered_content", "")


@pytest.mark.usefixtures("unrendered")
@pytest.mark.parametrize("role", ROLES)
def test_forged_requests_do_what_the_role_may_and_nothing_else(role: str) -> None:
    client = signed_in(role)
    wrong = []
    for model in site._registry:
        allowed = set(ALLOWED[role].get(sort(model), "").split())
        row = draft(model)
        assert set(site._registry[model].actions or ()) <= set(OPERATIONS), "Say in this table who may take the new action."
        for operation in OPERATIONS:
            # What was submitted or published meanwhile is nobody's to delete.
            let_through = done(client, model, draft(model) if operation == "delete" else row, operation)
            if let_through != (operation in allowed):
                wrong.append((model._meta.label, operation, "let through" if let_through else "refused"))
        if hasattr(row, "state") and sort(model) != "task":
            row.refresh_from_db()
            assert row.state == "draft", "Steps are confirmed on a page of their own."
    assert not wrong, wrong


@pytest.mark.parametrize("role", ROLES)
def test_no_role_but_editors_moves_a_record_to_or_from_the_public(role: str) -> None:
    client = signed_in(role)
    waiting, public, gone = (factories.cited(factories.MeetingFactory()) for _ in range(3))
    transitions.submit({type(waiting)._meta.concrete_model: [waiting.pk]})
    factories.published(public)
    factories.published(gone)
    transitions.retract({type(gone)._meta.concrete_model: [gone.pk]}, reason="Test")
    may = role in ("Editor", "superuser")
    for row, step, before, after in (
        (waiting, "send_back", "in_review", "draft"),
        (public, "retract", "published", "retracted"),
        (gone, "restore", "retracted", "published"),
    ):
        page = confirm_page(step, row)
        seen = hidden(signed_in("superuser", f"looker-{step}").get(page).content.decode())
        client.post(page, seen | {"reason": "Forged"})
        row.refresh_from_db()
        assert row.state == (after if may else before), step


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_see_records_finds_none_in_fields(sample: None, role: str) -> None:
    client = signed_in(role)
    for model, page in site._registry.items():
        for name in page.get_autocomplete_fields(None):
            column = model._meta.get_field(name)
            asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": name, "term": "a"}
            found = client.get(reverse("admin:autocomplete"), asked)
            opens = role not in ("anonymous", "staff")
            assert (found.status_code == 200) is opens, (model, column)


@pytest.mark.parametrize("role", ["Curator", "Editor"])
def test_who_may_not_add_a_part_does_not_by_a_forged_form(role: str) -> None:
    client, row, minister = signed_in(role), factories.MeetingFactory(), factories.OfficialFactory()
    Group.objects.get(name=role).permissions.remove(Permission.objects.get(codename="add_participation"))
    url = reverse("admin:events_meeting_change", args=[row.pk])
    forged = {
        "participations-TOTAL_FORMS": "1", "participations-0-actor": minister.pk, "participations-0-role": "participant",
    }  # fmt: skip
    client.post(url, entered(client, url) | forged)
    assert not row.participations.exists()


@pytest.mark.parametrize("role", ["Curator", "Editor", "superuser"])
def test_a_forged_state_in_a_form_is_not_read(role: str) -> None:
    client = signed_in(role)
    row = factories.SourceFactory()
    url = reverse("admin:sources_source_change", args=[row.pk])
    forged = {"name": "Renamed", "state": "published", "version": "7", "published_at": "2020-01-01"}
    client.post(url, entered(client, url) | forged)
    row.refresh_from_db()
    assert (row.name, row.state, row.version, row.published_at) == ("Renamed", "draft", 0, None)


def change(client: Client, somebody: User, **forged: Any) -> Any:
    data = {"username": somebody.username, "is_active": "on", **forged}
    answer = client.post(reverse("admin:auth_user_change", args=[somebody.pk]), data)
    somebody.refresh_from_db()
    return answer


def test_an_administrator_gives_others_roles_and_not_themselves() -> None:
    client = signed_in("Administrator")
    myself, other = User.objects.get(username="administrator"), person("Curator", "other")
    editors = Group.objects.get(name="Editor")
    assert change(client, other, groups=[editors.pk]).status_code == 302
    assert list(other.groups.all()) == [editors]

    publishing = Permission.objects.get(codename="publish")
    change(client, myself, groups=[editors.pk], is_superuser="on", user_permissions=[publishing.pk])
    assert (myself.is_superuser, [group.name for group in myself.groups.all()]) == (False, ["Administrator"])
    assert not User.objects.get(pk=myself.pk).has_perm("record.publish")


def test_an_administrator_makes_no_superuser_and_touches_none() -> None:
    client = signed_in("Administrator")
    root, other = person("superuser", "root"), person("Curator", "other")
    change(client, other, is_superuser="on", user_permissions=[Permission.objects.get(codename="publish").pk])
    assert not other.is_superuser
    assert not User.objects.get(pk=other.pk).has_perm("record.publish")

    password = root.password
    assert change(client, root, username="nobody").status_code == 403
    new = {"password1": "a word that nobody knows", "password2": "a word that nobody knows", "usable_password": "true"}
    assert client.post(reverse("admin:auth_user_password_change", args=[root.pk]), new).status_code == 403
    root.refresh_from_db()
    assert (root.username, root.password) == ("root", password)
    made = {"username": "made", "is_superuser": "on", **new}
    assert client.post(reverse("admin:auth_user_add"), made).status_code == 302
    assert User.objects.values_list("is_superuser", "is_staff").get(username="made") == (False, True)


def test_an_administrator_gives_a_role_only_what_they_may_do_themselves() -> None:
    client = signed_in("Administrator")
    publishing, keys = Permission.objects.get(codename="publish"), Permission.objects.get(codename="add_apikey")
    ours, editors = Group.objects.get(name="Administrator"), Group.objects.get(name="Editor")
    held = list(ours.permissions.values_list("pk", flat=True))
    for group in (ours, editors):
        client.post(
            reverse("admin:auth_group_change", args=[group.pk]), {"name": group.name, "permissions": [*held, publishing.pk]}
        )
    assert not ours.permissions.filter(pk=publishing.pk).exists()
    assert set(editors.permissions.values_list("pk", flat=True)) != {*held, publishing.pk}
    assert client.post(reverse("admin:auth_group_add"), {"name": "Publishers", "permissions": [publishing.pk]}).status_code == 200
    assert client.post(reverse("admin:auth_group_add"), {"name": "Key keepers", "permissions": [keys.pk]}).status_code == 302
    assert list(Group.objects.get(name="Key keepers").permissions.all()) == [keys]


def test_the_second_factor_of_a_superuser_is_not_an_administrators_to_remove() -> None:
    client = signed_in("Administrator")
    root, other = person("superuser", "root"), person("Editor", "other")
    for one in (root, other):
        one.authenticator_set.create(type="totp", data={})
    lists = reverse("admin:auth_user_changelist")
    client.post(lists, {"action": "remove_second_factor", "_selected_action": [root.pk, other.pk]})
    assert (root.authenticator_set.count(), other.authenticator_set.count()) == (1, 0)


POISON = "<script>alert(1)</script>\"'>"


def test_curated_text_never_becomes_markup(sample: None) -> None:
    client = signed_in("superuser")
    for model in site._registry:
        row = model._default_manager.order_by("pk").first() if model is not User else person("Curator", POISON)
        if row is None or model in (AuditEntry, LogEntry):
            # What they tell is poisoned below.
            continue
        texts = [
            field.attname
            for field in model._meta.concrete_fields
            if field.get_internal_type() in ("TextField", "CharField", "URLField")
            and not field.choices
            and not field.unique
            and "slug" not in field.name
            and (field.max_length or 200) >= len(POISON)
        ]
        if texts and not hasattr(row, "state"):
            model._default_manager.filter(pk=row.pk).update(**dict.fromkeys(texts, POISON))
        elif texts:
            for text in texts:
                _poisoned(row, text)
    _note_poison()
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        rows = model._default_manager.all()
        poisoned = next((row for row in rows.order_by("-pk")[:400] if POISON in str(vars(row))), rows.order_by("pk").first())
        if poisoned is None:
            continue
        pages = [reverse(f"{name}_changelist"), f"{reverse(f'{name}_changelist')}?q=script"]
        pages += [reverse(f"{name}_{page}", args=[poisoned.pk]) for page in ("change", "history", "delete")]
        for page in pages:
            answer = client.get(page)
            assert answer.status_code in (200, 302, 403), page
            assert not re.search(r"<script>alert|\"'>", answer.content.decode()), page


def _poisoned(row: Any, field: str) -> None:
    """Poison one column, where its own rules let it hold anything."""
    with suppress(IntegrityError), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**{field: POISON})


def _note_poison() -> None:
    AuditEntry.objects.create(action="changed", by=POISON, object=POISON, detail=POISON, kind=POISON, address=POISON)
