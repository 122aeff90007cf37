"""Who must have a second factor, and who has none yet, does nothing but set it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.desk.access.roles import POWERS

SET_UP: Final = "mfa_activate_totp"
# What is open to those on their way: setting it up, proving that they still are who signed in, and leaving.
_OPEN: Final = (SET_UP, "account_reauthenticate", "account_logout", "account_login", "admin:logout", "admin:jsi18n")


def must_have(person: Any) -> bool:
    """Return whether `person` may publish or administer, where such people need a second factor."""
    return settings.SECOND_FACTOR_REQUIRED and any(person.has_perm(power) for power in POWERS)


class RequireMFAMiddleware:
    """Middleware that leads them there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, named: Any) -> HttpResponse | None:
        """Lead whoever lacks a second factor to where it is set up."""
        match = request.resolver_match
        if (match and match.view_name in _OPEN) or not must_have(request.user) or is_mfa_enabled(request.user):
            return None
        return HttpResponseRedirect(reverse(SET_UP))
