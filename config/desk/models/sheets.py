"""Model of uploaded sheets that are not imported yet."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone

from config.tasks.models import Task, TaskState

KEPT_FOR: Final = timedelta(days=1)
_UNDER_WAY: Final = (TaskState.WAITING, TaskState.RUNNING)


class SheetQuerySet(models.QuerySet["Sheet"]):
    """Sheets."""

    def idle(self) -> SheetQuerySet:
        """Return those that no task is to compare or import."""
        return self.exclude(task__state__in=_UNDER_WAY)

    def expired(self) -> SheetQuerySet:
        """Return those that nobody needs any more."""
        return self.idle().filter(at__lt=timezone.now() - KEPT_FOR)


class Sheet(models.Model):
    """An uploaded sheet: parsed once and stored, so that the import does what the preview showed."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, help_text="What it is found by.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        editable=False,
        help_text="Who uploaded it, and may import it.",
    )
    at = models.DateTimeField(
        db_index=True,
        editable=False,
        help_text="When it was uploaded, or last processed by a task, in UTC. It is kept for a day.",
    )
    label = models.CharField(max_length=60, editable=False, help_text="The records it is about, such as actors.country.")
    name = models.CharField(max_length=200, editable=False, help_text="The name of the file.")
    cells = models.TextField(editable=False, help_text="Its lines, as JSON.")
    plan = models.TextField(blank=True, editable=False, help_text="Import preview, as JSON. Empty: not compared yet.")
    task = models.ForeignKey(
        Task, models.SET_NULL, null=True, related_name="+", editable=False, help_text="Task that compares or imports it."
    )

    objects = SheetQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_under_way(self) -> bool:
        """Whether a task is to compare or import it."""
        return self.task is not None and self.task.state in _UNDER_WAY
