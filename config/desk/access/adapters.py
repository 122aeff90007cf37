"""Adapters of allauth: sign-in, rate limits of sign-in, and encryption of second-factor secrets."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from config.api.server.throttling import address
from config.desk.access import devices, limits, second_factor, throttling


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Account adapter: sign-in of staff only."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the API counts by as well."""
        return address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try: those at a device of the account's owner apart from those of everybody else."""
        limits.count(request, credentials.get("username", ""))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the user with these credentials if they are staff; None otherwise.

        Where strangers have tried an account too often, a password alone opens it at known devices only. Whoever has a second
        factor is asked for that; no other response reveals whether the password was right.
        """
        user = super().authenticate(request, **credentials)
        user = user if user and user.is_staff else None
        if limits.is_tried_too_often(request) and not (user and is_mfa_enabled(user)):
            raise ImmediateHttpResponse(throttling.too_many(request, limits.HOUR))
        return user

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> Any:
        """Redirect to the requested page, and remember the device."""
        response = super().post_login(request, user, **options)
        devices.remember(request, response, user.get_username())
        return response

    def validation_error(self, code: str, *details: Any) -> Any:
        """Answer too many wrong codes as too many wrong passwords are answered."""
        if code in ("too_many_login_attempts", "rate_limited"):
            raise ImmediateHttpResponse(throttling.too_many(context.request))
        return super().validation_error(code, *details)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """MFA adapter: encrypts second-factor secrets."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret, so that a copy of the database does not reveal it."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Refuse to delete the second factor of users who must have one."""
        return not second_factor.must_have(authenticator.user)


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"second factor " + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
