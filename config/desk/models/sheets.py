"""Sheets that somebody has brought and not done yet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Sheet(models.Model):
    """A sheet between its preview and its doing: read once, and kept here, so that what is done is what was shown."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, help_text="What it is found by.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        editable=False,
        help_text="Who brought it, and alone can do it.",
    )
    at = models.DateTimeField(db_index=True, editable=False, help_text="When, in UTC. It is kept for a day.")
    label = models.CharField(max_length=60, editable=False, help_text="The records it is about, such as actors.country.")
    name = models.CharField(max_length=200, editable=False, help_text="The name of the file.")
    cells = models.TextField(editable=False, help_text="Its lines, as JSON.")
    plan = models.TextField(editable=False, help_text="What it would do, as it was shown, as JSON.")

    def __str__(self) -> str:
        return self.name
