"""The vocabularies that every record shares. Values are part of the public API and never change."""

from django.db import models


class CurationState(models.TextChoices):
    """Where a record stands on its way to the public. Only published records are visible in the API."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    RETRACTED = "retracted", "Retracted"


class NameKind(models.TextChoices):
    """What a name is to its bearer."""

    OFFICIAL = "official", "Official"
    SHORT = "short", "Short"
    ALIAS = "alias", "Alias"
    FORMER = "former", "Former"
    NATIVE = "native", "Native"
    TRANSLITERATION = "transliteration", "Transliteration"
    ACRONYM = "acronym", "Acronym"


class CitationRole(models.TextChoices):
    """What a source does to the claim it is cited for."""

    SUPPORTS = "supports", "Supports"
    CONTRADICTS = "contradicts", "Contradicts"
    CONTEXT = "context", "Context"


class Operation(models.TextChoices):
    """What happened to a public document, as the change feed tells it."""

    CREATED = "created", "Created"
    UPDATED = "updated", "Updated"
    REFRESHED = "refreshed", "Refreshed: only what it shows of other records changed"
    RETRACTED = "retracted", "Retracted"
    MERGED = "merged", "Merged into another record"
    RESTORED = "restored", "Restored after a retraction"
    ERASED = "erased", "Erased: the bodies are gone, the hashes stay"
