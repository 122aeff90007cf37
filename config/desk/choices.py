"""The words of the desk."""

from typing import Final

from django.db import models

# The permission to publish, change and retract public records.
PUBLISH: Final = "record.publish"


class Deed(models.TextChoices):
    """What made a version of a record."""

    FOUND = "found", "as it was found"
    ENTERED = "entered", "entered"
    CHANGED = "changed", "changed"
    SUBMITTED = "submitted", "submitted for review"
    SENT_BACK = "sent_back", "sent back"
    PUBLISHED = "published", "published"
    RETRACTED = "retracted", "retracted"
    REPUBLISHED = "republished", "published again"
    APPLIED = "applied", "changed by a proposal"
    RESTORED = "restored", "made again what it was"
    MERGED = "merged", "merged"
    UNMERGED = "unmerged", "parted again"
    DELETED = "deleted", "deleted"
    IMPORTED = "imported", "changed by a sheet"


class Decision(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", "open"
    APPLIED = "applied", "applied"
    REFUSED = "refused", "refused"
    WITHDRAWN = "withdrawn", "withdrawn"
