"""Choices and permissions of the desk."""

from typing import Final

from django.db import models

# The permission to publish, change and retract public records.
PUBLISH: Final = "record.publish"


class RevisionAction(models.TextChoices):
    """The action that created a version of a record."""

    FOUND = "found", "initial version"
    ENTERED = "entered", "entered"
    CHANGED = "changed", "changed"
    SUBMITTED = "submitted", "submitted for review"
    SENT_BACK = "sent_back", "sent back"
    PUBLISHED = "published", "published"
    RETRACTED = "retracted", "retracted"
    REPUBLISHED = "republished", "republished"
    APPLIED = "applied", "proposal applied"
    RESTORED = "restored", "restored an earlier version"
    MERGED = "merged", "merged"
    UNMERGED = "unmerged", "merge undone"
    DELETED = "deleted", "deleted"
    IMPORTED = "imported", "imported from a sheet"


class Decision(models.TextChoices):
    """The decision on a proposal."""

    OPEN = "open", "open"
    APPLIED = "applied", "applied"
    REFUSED = "refused", "rejected"
    WITHDRAWN = "withdrawn", "withdrawn"
