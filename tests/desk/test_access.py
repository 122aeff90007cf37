"""Signing in over HTTP, what is noted of it, and what pages carry."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.admin import site
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.urls import reverse

from config.desk.access.adapters import FactorAdapter
from config.desk.models.access import AuditEntry
from config.settings import access
from tests.factories import MeetingFactory
from tests.people import PASSWORD, person, signed_in

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
DESK_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def enter(client: Client, name: str, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, **headers)


def noted(*columns: str) -> list[Any]:
    return list(AuditEntry.objects.order_by("id").values_list(*columns, flat=len(columns) == 1))


# The way in


def test_there_is_one_way_in(client: Client) -> None:
    person("Editor", "ada")
    assert (
        client.get("/admin/events/meeting/", follow=True).redirect_chain[-1][0] == f"{LOGIN}?next=%2Fadmin%2Fevents%2Fmeeting%2F"
    )
    assert client.post("/admin/login/", {"username": "ada", "password": PASSWORD}).headers["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in client.session
    answer = client.post(f"{LOGIN}?next=/admin/events/meeting/", {"login": "ada", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/events/meeting/")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_host(client: Client, elsewhere: str) -> None:
    person("Editor", "ada")
    answer = client.post(LOGIN, {"login": "ada", "password": PASSWORD, "next": elsewhere})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("page", ["signup/", "password/reset/", "email/", "3rdparty/", ""])
def test_there_is_no_sign_up_and_nothing_that_needs_e_mail(client: Client, page: str) -> None:
    assert client.get(f"/accounts/{page}").status_code == 404


def test_only_open_accounts_of_staff_open_the_door(client: Client) -> None:
    User.objects.create_user("visitor", password=PASSWORD)
    User.objects.create_user("gone", password=PASSWORD, is_staff=True, is_active=False)
    reported = {enter(client, name).content.decode().count("are not correct") for name in ("visitor", "gone", "nobody")}
    assert reported == {1}
    assert "_auth_user_id" not in client.session


def test_a_closed_account_ends_its_sessions() -> None:
    client = signed_in("Editor")
    assert client.get("/admin/").status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/admin/").status_code == 302


# Throttling


def test_tries_for_one_account_are_limited_and_no_stranger_locks_anybody_out(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    person("Editor", "ada")
    here = {"HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert [enter(client, "ada", "wrong", **here).status_code for _ in range(9)] == [200] * 8 + [429]
    stopped = enter(client, "ada", **here)
    assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "300")
    assert "Too many attempts" in stopped.content.decode()
    assert noted("action").count("throttled") == 1
    assert enter(Client(), "ada", HTTP_X_FORWARDED_FOR="198.51.100.2").status_code == 302


def test_tries_from_many_addresses_are_limited_for_an_account(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    settings.ACCOUNT_RATE_LIMITS = access.ACCOUNT_RATE_LIMITS | {"sign_in_anywhere": "5/h/key"}
    tries = [enter(client, "ada", "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code for number in range(6)]
    assert tries == [200] * 5 + [429]


def test_tries_of_one_address_are_limited_whatever_the_account(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = access.ACCOUNT_RATE_LIMITS | {"sign_in_here": "5/m/ip"}
    # Nobody stands before the server, so that what the header says is made up.
    tries = [enter(client, f"name-{number}", "wrong", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}").status_code for number in range(6)]
    assert tries == [200] * 5 + [429]


def attacked(name: str, settings: Any) -> None:
    """Have strangers try an account from many addresses, as often as they may and once more."""
    settings.TRUSTED_PROXIES = 1
    settings.ACCOUNT_RATE_LIMITS = access.ACCOUNT_RATE_LIMITS | {"sign_in_anywhere": "5/h/key"}
    for number in range(6):
        last = enter(Client(), name, "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert (last.status_code, last.headers["Retry-After"]) == (429, "3600")


def test_strangers_keep_nobody_from_a_device_of_their_own(client: Client, settings: Any) -> None:
    person("Curator", "ada")
    enter(client, "ada")
    assert "ada" not in client.cookies["device"].value
    assert (client.cookies["device"]["httponly"], client.cookies["device"]["samesite"]) == (True, "Lax")
    client.post("/accounts/logout/")
    attacked("ada", settings)
    # The right password from where nobody has signed in before, from there for somebody else, and with a made-up cookie.
    assert enter(Client(), "ada", HTTP_X_FORWARDED_FOR="203.0.113.1").status_code == 429
    person("Curator", "bob")
    other = Client()
    enter(other, "bob", HTTP_X_FORWARDED_FOR="203.0.113.2")
    other.post("/accounts/logout/")
    assert enter(other, "ada", HTTP_X_FORWARDED_FOR="203.0.113.2").status_code == 429
    made_up = Client()
    made_up.cookies["device"] = client.cookies["device"].value[:-1] + "x"
    assert enter(made_up, "ada", HTTP_X_FORWARDED_FOR="203.0.113.3").status_code == 429
    # Even where a stranger shares the address and has used it up.
    for _ in range(31):
        last = enter(Client(), "ada", "wrong", HTTP_X_FORWARDED_FOR="203.0.113.4")
    assert last.status_code == 429
    assert enter(client, "ada", HTTP_X_FORWARDED_FOR="203.0.113.4").status_code == 302


def test_tries_at_a_known_device_are_limited_too(client: Client) -> None:
    person("Curator", "ada")
    enter(client, "ada")
    client.post("/accounts/logout/")
    assert [enter(client, "ada", "wrong").status_code for _ in range(9)] == [200] * 8 + [429]
    assert enter(client, "ada").status_code == 429


def test_who_has_a_second_factor_is_asked_for_it_instead(settings: Any) -> None:
    secret = with_factor(person("Editor", "ada"))
    attacked("ada", settings)
    client = Client(headers={"X-Forwarded-For": "203.0.113.1"})
    assert enter(client, "ada", "wrong").status_code == 429
    assert enter(client, "ada").headers["Location"] == "/accounts/2fa/authenticate/"
    assert "device" not in client.cookies
    with time_machine.travel(1_800_000_000, tick=False):
        enter(client, "ada")
        client.post("/accounts/2fa/authenticate/", {"code": format_hotp_value(hotp_value(secret, 60_000_000))})
    assert client.get("/admin/").status_code == 200
    assert "device" in client.cookies


def test_an_administrator_lifts_the_limit(settings: Any) -> None:
    ada = person("Curator", "ada")
    attacked("ada", settings)
    here = {"HTTP_X_FORWARDED_FOR": "203.0.113.1"}
    assert [enter(Client(), "ada", "wrong", **here).status_code for _ in range(8)] == [429] * 8
    boss = signed_in("Administrator")
    boss.post(reverse("admin:auth_user_changelist"), {"action": "lift_limits", "_selected_action": [ada.pk]})
    assert AuditEntry.objects.filter(action="action", detail__contains="lift_limits").exists()
    assert enter(Client(), "ada", **here).status_code == 302
    assert signed_in("Editor").post(reverse("admin:auth_user_changelist"), {"action": "lift_limits"}).status_code == 403


@pytest.mark.parametrize("table", ["desk_cache", "desk_auditentry"])
def test_a_database_that_cannot_write_is_no_try_too_many(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person("Editor", "ada")
    client, execute = Client(raise_request_exception=False), CursorWrapper._execute  # type: ignore[attr-defined]  # stubs leave it out

    def on_a_full_disk(self: Any, sql: str, *arguments: Any) -> Any:
        if table in sql and sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database or disk is full")
        return execute(self, sql, *arguments)

    monkeypatch.setattr(CursorWrapper, "_execute", on_a_full_disk)
    answer = enter(client, "ada", "wrong")
    assert (answer.status_code, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (503, "5", "no-store")
    assert "try again in a moment" in answer.content.decode()
    assert "sessionid" not in client.cookies


# The second factor


def with_factor(somebody: User) -> str:
    secret = generate_totp_secret()
    somebody.authenticator_set.create(type="totp", data={"secret": FactorAdapter().encrypt(secret)})
    return secret


def test_wrong_codes_are_limited(client: Client) -> None:
    with_factor(person("Editor", "ada"))
    assert enter(client, "ada").headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/").status_code == 302
    tries = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(6)]
    assert tries == [200] * 5 + [429]
    assert "_auth_user_id" not in client.session


def test_a_code_opens_once(client: Client) -> None:
    secret = with_factor(person("Editor", "ada"))
    with time_machine.travel(1_800_000_000, tick=False):
        code = format_hotp_value(hotp_value(secret, 60_000_000))
        for one, opens in ((client, True), (Client(), False)):
            enter(one, "ada")
            one.post("/accounts/2fa/authenticate/", {"code": code})
            assert ("_auth_user_id" in one.session) is opens


def test_the_secret_is_not_kept_as_it_is() -> None:
    ada = person("Editor", "ada")
    secret = with_factor(ada)
    kept = Authenticator.objects.get(user=ada)
    assert secret not in str(kept.data)
    assert TOTP(kept).validate_code("000000") is False


@pytest.mark.parametrize(("role", "must"), [("Curator", False), ("Editor", True), ("Administrator", True), ("superuser", True)])
def test_who_publishes_or_administers_needs_a_second_factor(settings: Any, role: str, *, must: bool) -> None:
    client = signed_in(role)
    assert client.get("/admin/").status_code == 200
    settings.SECOND_FACTOR_REQUIRED = True
    row = MeetingFactory()
    asked = [
        client.get("/admin/"),
        client.get("/accounts/password/"),
        client.post(reverse("admin:events_meeting_change", args=[row.pk]), {"name": "Renamed"}),
    ]
    led = [answer.headers.get("Location") == "/accounts/2fa/totp/activate/" for answer in asked]
    assert led == [must] * 3
    row.refresh_from_db()
    assert row.name != "Renamed"

    with_factor(User.objects.get())
    assert client.get("/admin/").status_code == 200
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.exists() is must


# What is noted


def test_what_staff_do_is_noted(client: Client) -> None:
    ada = person("Administrator", "ada")
    before = len(noted("id"))
    enter(client, "ada", "wrong")
    enter(client, "ada")
    new = {"oldpassword": PASSWORD, "password1": "another word at the gate", "password2": "another word at the gate"}
    client.post("/accounts/password/", new)
    other = person("Curator", "other")
    editors = Group.objects.get(name="Editor")
    client.post(
        reverse("admin:auth_user_change", args=[other.pk]), {"username": "other", "groups": [editors.pk], "is_active": "on"}
    )
    client.post(reverse("admin:api_apikey_add"), {"name": "An app", "rate": "10"})
    client.post(reverse("admin:api_apikey_changelist"), {"action": "revoke", "_selected_action": ["1"]})
    client.post(reverse("admin:sources_source_add"), {})
    client.post("/admin/logout/")

    reported = noted("action", "by", "address", "object", "detail")[before:]
    assert [one[0] for one in reported if one[1] == "ada" or one[4] == "as ada"] == [
        "sign_in_failed", "signed_in", "password_changed", "roles_changed", "roles_changed", "changed", "added", "action",
        "refused", "signed_out",
    ]  # fmt: skip
    assert {one[2] for one in reported if one[1]} == {"127.0.0.1"}
    assert ("roles_changed", "ada", "127.0.0.1", "other", "given: Editor") in reported
    assert ("roles_changed", "ada", "127.0.0.1", "other", "taken: Curator") in reported
    assert AuditEntry.objects.filter(by_id=ada.pk, action="action", detail__contains="revoke").exists()
    assert "another word" not in str(reported)


def test_commands_are_noted_too() -> None:
    ada = User.objects.create_user("ada", is_staff=True)
    ada.set_password("another word at the gate")
    ada.is_superuser = True
    ada.save()
    assert noted("action", "by", "object", "detail")[-2:] == [
        ("password_changed", "", "ada", ""),
        ("roles_changed", "", "ada", "is_superuser: True"),
    ]


def test_a_person_made_powerful_is_noted() -> None:
    User.objects.create_superuser("root")
    assert noted("action", "object", "detail")[-1] == ("roles_changed", "root", "is_staff: True, is_superuser: True")


def test_the_database_refuses_to_change_what_was_noted() -> None:
    entry = AuditEntry.objects.create(action="signed_in", by="ada")
    for change in (
        lambda: AuditEntry.objects.update(by="eve"),
        lambda: AuditEntry.objects.update(by="ada"),
        lambda: AuditEntry.objects.all().delete(),
        entry.delete,
    ):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            change()
    assert AuditEntry.objects.get(pk=entry.pk).by == "ada"
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        cursor.execute("DELETE FROM desk_auditentry")


def test_the_log_can_be_searched() -> None:
    AuditEntry.objects.create(action="signed_in", by="Çağla", address="192.0.2.7")
    client = signed_in("Administrator")
    page = client.get("/admin/desk/auditentry/?q=192.0.2.7").content.decode()
    assert "Çağla" in page
    assert "Çağla" not in client.get("/admin/desk/auditentry/?q=192.0.2.8").content.decode()


# What pages carry


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/events/meeting/", "/admin/nothing/", LOGIN, "/accounts/2fa/", "/admin/login/"]
)
def test_pages_run_nothing_but_the_servers_own_files(path: str) -> None:
    for client in (Client(), signed_in("Editor")):
        answer = client.get(path)
        page = answer.headers.get("Content-Type", "").startswith("text/html")
        assert answer.headers["Content-Security-Policy"] == DESK_POLICY if page else "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.status_code == 302 or "no-store" in answer.headers["Cache-Control"]
        body = answer.content.decode()
        assert "<style" not in body
        assert " style=" not in body
        assert "onload=" not in body


def test_no_page_offers_to_delete_many_unseen() -> None:
    client = signed_in("superuser")
    request = client.get("/admin/").wsgi_request
    assert [model for model, page in site._registry.items() if "delete_selected" in page.get_actions(request)] == []
