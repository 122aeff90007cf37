"""Requires a second factor of users with powerful permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.desk.access.roles import POWERS

SET_UP: Final = "mfa_activate_totp"
# Views open to a user without a second factor: its setup, reauthentication and signing out.
_OPEN: Final = (SET_UP, "account_reauthenticate", "account_logout", "account_login", "admin:logout", "admin:jsi18n")


def must_have(person: Any) -> bool:
    """Return whether `person` may publish or administer, where such people need a second factor."""
    return settings.SECOND_FACTOR_REQUIRED and any(person.has_perm(power) for power in POWERS)


class RequireMFAMiddleware:
    """Middleware that redirects users without a required second factor to its setup."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, named: Any) -> HttpResponse | None:
        """Redirect a user who lacks the second factor to its setup page."""
        match = request.resolver_match
        if (match and match.view_name in _OPEN) or not must_have(request.user) or is_mfa_enabled(request.user):
            return None
        return HttpResponseRedirect(reverse(SET_UP))
