"""The vocabularies that every record shares. Values are part of the public API and never change."""

from django.db import models


class CurationState(models.TextChoices):
    """Curation state of a record. Only published records are visible in the API."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    RETRACTED = "retracted", "Retracted"


class NameKind(models.TextChoices):
    """Kind of name."""

    OFFICIAL = "official", "Official"
    SHORT = "short", "Short"
    ALIAS = "alias", "Alias"
    FORMER = "former", "Former"
    NATIVE = "native", "Native"
    TRANSLITERATION = "transliteration", "Transliteration"
    ACRONYM = "acronym", "Acronym"


class CitationRole(models.TextChoices):
    """Role of a source in a citation."""

    SUPPORTS = "supports", "Supports"
    CONTRADICTS = "contradicts", "Contradicts"
    CONTEXT = "context", "Context"


class Operation(models.TextChoices):
    """Operation on a public document, as listed by the change feed."""

    CREATED = "created", "Created"
    UPDATED = "updated", "Updated"
    REFRESHED = "refreshed", "Refreshed: only references to other records changed"
    RETRACTED = "retracted", "Retracted"
    MERGED = "merged", "Merged into another record"
    RESTORED = "restored", "Restored after a retraction"
    ERASED = "erased", "Erased: documents deleted, hashes kept"
