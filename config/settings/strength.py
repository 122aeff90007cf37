"""Checks of settings that production refuses to start with."""

from typing import Final

from django.core.exceptions import ImproperlyConfigured

# What `manage.py check --deploy` warns of; a warning is easily overlooked.
_LONG_ENOUGH: Final = 50
_UNIQUE_ENOUGH: Final = 5
# Django's own keys for development, and those of our development settings, begin so.
_INSECURE: Final = ("django-insecure-", "insecure")
_MAKE_ONE: Final = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def require_strong(secret: str) -> str:
    """Return `secret`; raise `ImproperlyConfigured` where it can be guessed."""
    if secret.startswith(_INSECURE):
        raise ImproperlyConfigured(f"SECRET_KEY is one for development. {_MAKE_ONE}")
    if len(secret) < _LONG_ENOUGH or len(set(secret)) < _UNIQUE_ENOUGH:
        raise ImproperlyConfigured(f"SECRET_KEY is weak: it needs at least {_LONG_ENOUGH} random characters. {_MAKE_ONE}")
    return secret


def require_hosts(hosts: list[str]) -> list[str]:
    """Return `hosts`; raise `ImproperlyConfigured` where there are none, or they stand for any."""
    if not hosts or not all(host.strip(". *") for host in hosts):
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that this server answers to; * would be any of them.")
    return hosts
