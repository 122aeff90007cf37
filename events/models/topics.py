"""Models of topics."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from actors.models import Country
from config.record.database.constraints import named, one_of
from config.record.models import Citation, Documented, Identifier, Name, Named
from config.record.models.querysets import DocumentedQuerySet
from config.record.values.choices import CurationState
from events.choices import TopicType

PUBLISHED = Q(state=CurationState.PUBLISHED)


class Topic(Named, Documented):
    """Conflict, process or issue that events are about; topics form a tree."""

    type = models.CharField(max_length=8, choices=TopicType.choices, help_text="Type of topic.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        db_index=False,
        help_text="Broader topic, if any.",
    )
    description = models.TextField(blank=True, help_text="Short description.")
    countries = models.ManyToManyField(Country, blank=True, related_name="topics", help_text="Countries concerned.")

    # The `parent` that `EventTopicIndex` goes by: where the two differ, the topic has moved. A merge would set a foreign key.
    indexed_parent = models.BigIntegerField(null=True, editable=False)

    DENORMALIZED: ClassVar = {"indexed_parent": "parent_id"}

    objects = DocumentedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            *Named.Meta.constraints,
            one_of("type", TopicType),
            named("not_its_own_parent", Q(parent__isnull=True) | ~Q(parent=F("id")), "A topic is not its own parent."),
        ]
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            models.Index(fields=["name_folded", "id"], name="events_topic_by_name", condition=PUBLISHED),
            models.Index(fields=["type", "name_folded", "id"], name="events_topic_by_type", condition=PUBLISHED),
            models.Index(fields=["parent", "name_folded", "id"], name="events_topic_by_parent"),
        ]


class TopicName(Name):
    """A name of a topic."""

    record = models.ForeignKey(Topic, models.CASCADE, related_name="names")

    class Meta(Name.Meta):
        abstract = False


class TopicIdentifier(Identifier):
    """A code of a topic."""

    record = models.ForeignKey(Topic, models.CASCADE, related_name="identifiers")

    class Meta(Identifier.Meta):
        abstract = False


class TopicCitation(Citation):
    """A citation of a topic."""

    record = models.ForeignKey(Topic, models.CASCADE, related_name="citations", db_index=False)

    class Meta(Citation.Meta):
        abstract = False
