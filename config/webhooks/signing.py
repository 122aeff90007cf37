"""Signatures as Standard Webhooks defines them, and the secrets that they are made with.

Secrets are not stored: they are derived from SECRET_KEY and a random seed, so that a backup alone cannot sign.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from django.conf import settings

PREFIX: Final = "whsec_"


def secret(seed: str) -> str:
    """Return the secret of a seed, as it is shown to whoever receives messages."""
    return PREFIX + base64.b64encode(_key(seed)).decode()


def _key(seed: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"chancery.webhooks:{seed}".encode(), hashlib.sha256)


def signatures(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`: one signature for each secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    keys = (base64.b64decode(one.removeprefix(PREFIX)) for one in secrets)
    return " ".join("v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
