"""Signing in, as a person sees it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from config.desk.models.access import AuditEntry
from tests.people import PASSWORD, person

pytestmark = pytest.mark.django_db


def code(secret: str) -> str:
    """Return what an authenticator app shows; if it is about to show the next, that."""
    left = 30 - time.time() % 30
    time.sleep(left if left < 10 else 0)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enter(page: Any, name: str, password: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_an_editor_sets_up_a_second_factor_and_signs_in_with_it(opened: Any, expect: Any, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    person("Editor", "ada")
    page = opened()
    page.goto("/admin/events/meeting/")
    enter(page, "ada", PASSWORD)
    # Led there, after the password once more; nothing else opens.
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()
    page.goto("/admin/events/meeting/")
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()
    secret = page.locator("code").inner_text()
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = page.locator("pre").inner_text().split()
    assert len(recovery) == 10
    page.get_by_role("link", name="Go to the desk").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()

    for app in (True, False):
        page.get_by_role("button", name="Log out").click()
        page.goto("/admin/")
        enter(page, "ada", PASSWORD)
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Incorrect code.")).to_be_visible()
        page.get_by_label("Code").fill(code(secret) if app else recovery[0])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "signed_in",
        "signed_out",
        "factor_added",
        "sign_in_failed",
    }


def test_a_wrong_password_is_told_and_too_many_are_stopped(opened: Any, expect: Any, watch: Any) -> None:
    person("Editor", "ada")
    page = opened()
    page.goto("/admin/")
    for _ in range(8):
        enter(page, "ada", "wrong")
        expect(page.get_by_text("The username and/or password you specified are not correct.")).to_be_visible()
    watch.expect(429)
    enter(page, "ada", PASSWORD)
    expect(page.get_by_role("heading", name="Too many attempts")).to_be_visible()


def test_a_changed_password_ends_all_sessions_but_this_one(opened: Any, expect: Any) -> None:
    page = opened("Curator")
    elsewhere = opened()
    elsewhere.goto("/admin/")
    enter(elsewhere, "curator", PASSWORD)
    expect(elsewhere.get_by_role("heading", name="Dashboard")).to_be_visible()

    page.goto("/admin/")
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Current Password").fill(PASSWORD)
    page.get_by_label("New Password", exact=True).fill("another word at the gate")
    page.get_by_label("New Password (again)").fill("another word at the gate")
    page.get_by_role("button", name="Change password").click()
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    elsewhere.reload()
    expect(elsewhere.get_by_role("button", name="Sign in")).to_be_visible()
