"""Model of the audit log, an append-only table."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from config.record.database.constraints import one_of


class AuditAction(models.TextChoices):
    """Actions in the audit log."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    THROTTLED = "throttled", "Too many attempts"
    SIGNED_OUT = "signed_out", "Signed out"
    FACTOR_ADDED = "factor_added", "Second factor added"
    FACTOR_REMOVED = "factor_removed", "Second factor removed"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    ROLES_CHANGED = "roles_changed", "Roles changed"
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    DELETED = "deleted", "Deleted"
    ACTION = "action", "Action requested"
    REFUSED = "refused", "Refused"


class AuditEntry(models.Model):
    """An entry of the audit log.

    It names people and objects in words and numbers, not by foreign keys: it stays as it is whatever becomes of them.
    """

    at = models.DateTimeField(auto_now_add=True, help_text="When, in UTC.")
    action = models.CharField(max_length=20, choices=AuditAction.choices, help_text="What happened.")
    by = models.TextField(blank=True, help_text="Who did it. Empty: nobody who had signed in, or a command on the server.")
    by_id = models.BigIntegerField(null=True, help_text="The number of the account.")
    address = models.TextField(blank=True, help_text="Where from. Empty: a command on the server.")
    kind = models.TextField(blank=True, help_text="The sort of object it was done to.")
    object_id = models.TextField(blank=True, help_text="The number of the object.")
    object = models.TextField(blank=True, help_text="The object, as it was called then.")
    detail = models.TextField(blank=True, help_text="What exactly.")

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ("-id",)
        # Nobody may be given what the database refuses anyway.
        default_permissions = ("view",)
        constraints: ClassVar = [one_of("action", AuditAction)]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.object or self.by or self.detail}"
