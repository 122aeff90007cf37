"""Who is told of changes."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.api.errors import InvalidParametersError
from config.api.parameters.query_string import Query
from config.api.views.changes import ChangeFilters
from config.outbound.addresses import url_error
from config.record.database.constraints import named
from config.record.models import LogEntry, LogHead
from config.record.values.choices import Operation
from config.webhooks import signing

# For how long a secret that was replaced signs beside the new one.
OVERLAP: Final = timedelta(days=1)
# What a subscription cannot filter by: where it is in the log is kept beside, and messages come one by one.
_PAGINATION: Final = ("after", "limit")
# No longer than a query string that /api/v1/changes reads.
LONGEST: Final = 2000


def validate_url(url: str) -> None:
    """Refuse an address that nobody else can follow, or that leads to this side of the wall."""
    if wrong := url_error(url):
        raise ValidationError(f"The address {wrong}.", code="url")


def read_filter(text: str) -> dict[str, Any]:
    """Return the values of a filter; raise `ValidationError` where /api/v1/changes would refuse it."""
    try:
        query = Query.parsed(text.encode().decode("latin-1"))
        values, error_items = ChangeFilters.read(query)
    except InvalidParametersError as error:
        raise ValidationError(str(error), code="filter") from error
    if error_items:
        raise ValidationError([one.detail for one in error_items], code="filter")
    if pagination := sorted({name for name, _ in query.pairs} & set(_PAGINATION)):
        raise ValidationError(f"A subscription has no {pagination[0]}.", code="filter")
    return {name: value for name, value in values.items() if name not in _PAGINATION}


def validate_filter(text: str) -> None:
    """Refuse what /api/v1/changes would refuse."""
    read_filter(text)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Subscriptions."""

    def waiting(self) -> SubscriptionQuerySet:
        """Return those that something may be sent to now."""
        due = Q(retry_at=None) | Q(retry_at__lte=timezone.now())
        return self.filter(due, disabled_at=None, sent__lt=LogHead.last_sequence())

    def broken(self) -> SubscriptionQuerySet:
        """Return those that are disabled because nothing arrived for long."""
        return self.filter(disabled_at__isnull=False).exclude(error="")


class Subscription(models.Model):
    """Somebody who is told of changes, by HTTP requests to an address of theirs."""

    name = models.CharField(max_length=200, help_text="Receiver and purpose.")
    url = models.CharField(
        "URL", max_length=1000, validators=[validate_url], help_text="Where messages are sent: https://… on the public internet."
    )
    filter = models.CharField(
        max_length=LONGEST, blank=True, validators=[validate_filter],
        help_text="Parameters of /api/v1/changes, such as collection=events,provisions. Empty: all changes.",
    )  # fmt: skip
    sent = models.BigIntegerField(
        default=LogHead.last_sequence, editable=False, help_text="Up to which number of the log it was told."
    )
    secret_seed = models.CharField(
        max_length=64, default=secrets.token_hex, editable=False, help_text="What the secret is made of."
    )
    former_seed = models.CharField(max_length=64, blank=True, editable=False, help_text="What the secret before was made of.")
    secret_at = models.DateTimeField(default=timezone.now, editable=False, help_text="Since when the secret holds.")
    created_at = models.DateTimeField(auto_now_add=True, help_text="When it was made.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", help_text="Who made it."
    )
    delivered_at = models.DateTimeField(null=True, editable=False, help_text="When something last arrived.")
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="How many tries failed since then.")
    failing_since = models.DateTimeField(null=True, editable=False, help_text="Since when nothing arrives.")
    retry_at = models.DateTimeField(null=True, editable=False, help_text="When it is tried again.")
    error = models.TextField(blank=True, editable=False, help_text="Why the last try failed.")
    disabled_at = models.DateTimeField(null=True, editable=False, help_text="Since when it is told nothing.")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook"
        ordering = ("name", "pk")
        constraints: ClassVar = [
            named("sent_positive", Q(sent__gte=0), "Sequence numbers begin at 1; 0 sends everything."),
            named(
                "failing_is_counted",
                Q(failures=0, failing_since=None) | Q(failures__gte=1, failing_since__isnull=False),
                "What fails has failed at some time.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def secrets(self) -> list[str]:
        """Return the secrets that messages are signed with: the current one first."""
        former = self.former_seed and timezone.now() - self.secret_at < OVERLAP
        return [signing.secret(seed) for seed in (self.secret_seed, *([self.former_seed] if former else []))]

    def replace_secret(self) -> str:
        """Make a new secret; the one before holds for another day. Return the new one."""
        self.former_seed, self.secret_seed, self.secret_at = self.secret_seed, secrets.token_hex(), timezone.now()
        self.save(update_fields=["former_seed", "secret_seed", "secret_at"])
        return self.secrets()[0]

    def enable(self) -> None:
        """Tell it of changes again, from where it stopped, and at once."""
        self.failures, self.failing_since, self.retry_at, self.error, self.disabled_at = 0, None, None, "", None
        self.save(update_fields=["failures", "failing_since", "retry_at", "error", "disabled_at"])

    def disable(self, why: str = "") -> None:
        """Tell it nothing any more."""
        self.disabled_at, self.error = timezone.now(), why
        self.save(update_fields=["disabled_at", "error"])

    def entries(self, upto: int) -> Any:
        """Return what it has not been told yet, up to a number of the log: what the change feed shows, and nothing else."""
        public = LogEntry.objects.exclude(operation=Operation.REFRESHED)
        found = ChangeFilters.narrow(public, read_filter(self.filter))
        return found.filter(sequence__gt=self.sent, sequence__lte=upto).order_by("sequence")

    def move(self, to: int, **more: Any) -> bool:
        """Note up to which number it was told; return whether nobody set another one, or disabled it, meanwhile."""
        moved = type(self).objects.filter(pk=self.pk, sent=self.sent, disabled_at=None).update(sent=to, **more)
        self.sent = to
        return bool(moved)
