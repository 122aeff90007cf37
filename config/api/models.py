"""Models of API keys. Reading needs no key; a key has its own rate limit."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import InternalError, OperationalError, models
from django.db.models import Q
from django.utils import timezone

from config.record.database.constraints import named

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Prefix of every key, so that secret scanners recognise one.
PREFIX: Final = "chancery_"
SHOWN: Final = len(PREFIX) + 6
# Precision of `last_used_at`, so that reading rarely writes.
PRECISION: Final = timedelta(hours=1)


def digest(secret: str) -> str:
    """Return the stored hash of a key. Keys are random and long, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """QuerySet of API keys."""

    def opened_by(self, secret: str) -> ApiKey | None:
        """Return the key with this secret that is not revoked, or None, and record its use."""
        key = self.filter(digest=digest(secret), revoked_at=None).first()
        now = timezone.now()
        if key and (key.last_used_at is None or now - key.last_used_at > PRECISION):
            # A reader does not wait for a writer, and reading works where writing does not.
            with suppress(OperationalError, InternalError):
                self.filter(pk=key.pk).update(last_used_at=now)
        return key

    def revoke(self) -> int:
        """Revoke the keys; return how many were valid until now."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class ApiKey(models.Model):
    """An API key, sent as a bearer token (RFC 6750), with its own rate limit."""

    name = models.CharField(max_length=200, help_text="Who has it, and what for.")
    rate = models.PositiveIntegerField(
        default=6000, validators=[MinValueValidator(1)], help_text="How many requests it may make in a minute."
    )
    shown = models.CharField(max_length=SHOWN, editable=False, help_text="How the key begins.")
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the key, which is nowhere kept itself.")
    issued_at = models.DateTimeField(auto_now_add=True, help_text="When it was made.")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", help_text="Who made it."
    )
    last_used_at = models.DateTimeField(null=True, editable=False, help_text="When it was last used, to within an hour.")
    revoked_at = models.DateTimeField(null=True, editable=False, help_text="Since when it opens nothing any more.")

    # The key itself, only where it has just been issued.
    secret = ""

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest"], name="api_apikey_digest_unique"),
            named("rate_positive", Q(rate__gte=1), "At least one request a minute."),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.shown}…)"

    def issue(self, *, by: User | None = None) -> str:
        """Create the key, save its hash, and return the key."""
        self.secret = PREFIX + secrets.token_hex(24)
        self.shown, self.digest, self.issued_by = self.secret[:SHOWN], digest(self.secret), by
        self.save()
        return self.secret
