"""What allauth asks us: who may sign in, how often one may try, how secrets of the second factor are kept."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import consume
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from config.api.throttling import address
from config.desk.access import factor, throttling


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Signs staff in."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the API counts by as well."""
        return address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try, for the account at this address and for the account, so that a stranger locks nobody out soon."""
        name = credentials.get("username", "").lower()
        here = consume(request, action="sign_in", key=f"{name} {address(request)}")
        if not here or not consume(request, action="sign_in_anywhere", key=name):
            raise ImmediateHttpResponse(throttling.too_many(request))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return whose name and password these are, if they are of staff: nobody else has a use for a session."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_staff else None

    def validation_error(self, code: str, *details: Any) -> Any:
        """Answer too many wrong codes as too many wrong passwords are answered."""
        if code in ("too_many_login_attempts", "rate_limited"):
            raise ImmediateHttpResponse(throttling.too_many(context.request))
        return super().validation_error(code, *details)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps second factors."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret, so that a copy of the database opens nothing."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Keep the second factor of those who must have one."""
        return not factor.must_have(authenticator.user)


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"second factor " + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
