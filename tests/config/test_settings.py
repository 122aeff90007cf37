"""Production does not start with settings that are no protection."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).resolve().parent.parent.parent
STRONG = "o3dWq8Zt1vYp5Lx7Hn2Rb9Kc4Mf6Js0Gu-Ea_TiXwQyVzBkDhNrPlC"
RIGHT = {"SECRET_KEY": STRONG, "ALLOWED_HOSTS": "record.example.org", "DATABASE_URL": "sqlite://:memory:"}


def started(**environment: str) -> str:
    """Return how production refuses `environment`; blank where it does not."""
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.production"} | RIGHT | environment
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""


def test_production_starts_with_what_it_needs() -> None:
    assert started() == ""


@pytest.mark.parametrize(
    "secret", ["insecure-development-key", "django-insecure-" + STRONG, "insecure-" + STRONG, "short", "ab" * 40, ""]
)
def test_a_weak_secret_is_refused_and_not_shown(secret: str) -> None:
    reported = started(SECRET_KEY=secret)
    assert reported.startswith("django.core.exceptions.ImproperlyConfigured: SECRET_KEY is ")
    assert not secret or secret not in reported


@pytest.mark.parametrize("hosts", ["*", "record.example.org,*", "", "."])
def test_hosts_that_stand_for_any_are_refused(hosts: str) -> None:
    assert started(ALLOWED_HOSTS=hosts).startswith("django.core.exceptions.ImproperlyConfigured: ALLOWED_HOSTS must name")


def test_a_form_of_the_log_that_there_is_not_is_refused() -> None:
    assert started(LOG_FORMAT="xml").endswith("LOG_FORMAT is json or text, not xml.")
