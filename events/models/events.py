"""Models of events (four kinds in one table), with names, codes and citations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import F, Q

from actors.models import Country
from config.record.database.constraints import bounded, located, named, needed_for, one_of, only_for
from config.record.models import Citation, Documented, Identifier, KindManager, Lasting, Name, Named, OfKind
from config.record.values import edtf
from config.record.values.choices import CurationState
from config.record.values.fields import BoundField, EdtfField, PlainTextField, SpreadField
from events.choices import (
    ActionType,
    AgreementStage,
    AgreementType,
    CodeScheme,
    EventKind,
    EventRelationType,
    HeldState,
    MeetingMode,
    StatementAttribution,
    StatementForm,
    StatementMedium,
)
from events.models.topics import Topic
from events.querysets import EventQuerySet

PUBLISHED = Q(state=CurationState.PUBLISHED)
# The order of lists, and what tells of an agreement whether it can be in force on a day.
IN_FORCE: Final = ["start_earliest", "id", "in_force_on_earliest", "ended_on_latest"]
# The stages of an agreement that was not concluded, so that it cannot be in force.
NOT_CONCLUDED: Final = (AgreementStage.PROPOSED, AgreementStage.INITIALLED, AgreementStage.REJECTED)


def _kind_indexes(kind: EventKind, *columns: str) -> list[models.Index]:
    """Return, for each of the `columns` of one kind of event, the index of the days of those that have a value in it."""
    return [
        models.Index(
            fields=[column, "start_earliest", "id"], name=f"events_event_by_{column}", condition=PUBLISHED & Q(kind=kind)
        )
        for column in columns
    ]


class EntryBoundField(BoundField):
    """The earliest or the latest day on which an agreement can have entered into force.

    Where that is unknown, it can be any day since the agreement can have been made; and none, if it was not concluded.
    """

    def derive(self, row: Mapping[str, Any]) -> Any:
        if row["in_force_on"]:
            return super().derive(row)
        if row["stage"] in NOT_CONCLUDED or self.edge == "latest":
            return edtf.LATEST
        # Other kinds have it only for the planner's statistics, which are of all kinds together.
        return edtf.bounds(row["start"]).earliest


class Event(Named, Lasting, Documented):
    """A meeting, an agreement, a statement or an action."""

    kind = models.CharField(max_length=12, choices=EventKind.choices, help_text="Kind of event.")
    description = models.TextField(blank=True, help_text="Short description of the event, in one or two sentences.")
    # An event without an end of its own is over on the day it began.
    end_earliest = BoundField(of="end", edge="earliest", otherwise="start")
    end_latest = BoundField(of="end", edge="latest", otherwise="start")
    spread = SpreadField(first="start_earliest", last="end_latest")
    place_name = models.CharField(max_length=200, blank=True, help_text="Name of the place.")
    country = models.ForeignKey(
        Country,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events_there",
        db_index=False,
        help_text="Country of the place.",
    )
    latitude = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, blank=True, help_text="Degrees north of the equator (WGS 84)."
    )
    longitude = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, blank=True, help_text="Degrees east of Greenwich (WGS 84)."
    )
    topics = models.ManyToManyField(Topic, through="EventTopic", related_name="events")
    dataset = PlainTextField(blank=True, default="", help_text="Dataset that the event was imported from, if any.")
    external_id = PlainTextField(blank=True, default="", help_text="Identifier of the event in that dataset.")

    mode = models.CharField(max_length=12, choices=MeetingMode.choices, blank=True, help_text="Format of the meeting.")
    held_state = models.CharField(
        "status",
        max_length=12,
        choices=HeldState.choices,
        blank=True,
        help_text="Status of the meeting: scheduled, held, postponed or cancelled.",
    )

    agreement_type = models.CharField(max_length=16, choices=AgreementType.choices, blank=True, help_text="Type of agreement.")
    stage = models.CharField(max_length=12, choices=AgreementStage.choices, blank=True, help_text="Stage of the agreement.")
    number = models.CharField(max_length=120, blank=True, help_text="Number or symbol, such as S/RES/2510 (2020).")
    text_url = models.URLField(max_length=1000, blank=True, help_text="URL of the text.")
    in_force_on = EdtfField(help_text="Date of entry into force (EDTF). Empty: unknown.")
    in_force_on_earliest = EntryBoundField(of="in_force_on", edge="earliest")
    in_force_on_latest = EntryBoundField(of="in_force_on", edge="latest")
    ended_on = EdtfField(help_text="Date of termination (EDTF). Empty: unknown. Two dots (..): not terminated.")
    ended_on_earliest = BoundField(of="ended_on", edge="earliest")
    ended_on_latest = BoundField(of="ended_on", edge="latest")

    text = models.TextField(blank=True, help_text="Text of the statement.")
    form = models.CharField(
        max_length=12, choices=StatementForm.choices, blank=True, help_text="Form of the text: quote or paraphrase."
    )
    language = models.CharField(max_length=35, blank=True, help_text="Original language of the statement (BCP 47).")
    medium = models.CharField(max_length=20, choices=StatementMedium.choices, blank=True, help_text="Medium of the statement.")
    attribution = models.CharField(
        max_length=20, choices=StatementAttribution.choices, blank=True, help_text="Attribution of the text in the source."
    )

    action_type = models.CharField(max_length=24, choices=ActionType.choices, blank=True, help_text="Type of action.")

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            *Named.Meta.constraints,
            *Lasting.Meta.constraints,
            *located(),
            *bounded("in_force_on", "ended_on"),
            one_of("kind", EventKind),
            one_of("mode", MeetingMode, blank=True),
            one_of("held_state", HeldState, blank=True),
            one_of("agreement_type", AgreementType, blank=True),
            one_of("stage", AgreementStage, blank=True),
            one_of("form", StatementForm, blank=True),
            one_of("medium", StatementMedium, blank=True),
            one_of("attribution", StatementAttribution, blank=True),
            one_of("action_type", ActionType, blank=True),
            needed_for(EventKind.MEETING, ~Q(mode="") & ~Q(held_state="")),
            needed_for(EventKind.AGREEMENT, ~Q(agreement_type="") & ~Q(stage="")),
            needed_for(EventKind.STATEMENT, ~Q(text="") & ~Q(form="") & ~Q(attribution="") & ~Q(medium="")),
            needed_for(EventKind.ACTION, ~Q(action_type="")),
            only_for(EventKind.MEETING, Q(mode="", held_state="")),
            only_for(
                EventKind.AGREEMENT,
                Q(agreement_type="", stage="", number="", text_url="", in_force_on="", ended_on=""),
            ),
            only_for(EventKind.STATEMENT, Q(text="", form="", language="", medium="", attribution="")),
            only_for(EventKind.ACTION, Q(action_type="")),
            named("in_force_not_open", ~Q(in_force_on=".."), "Leave the entry into force empty where there was none."),
            named(
                "ended_after_in_force",
                Q(in_force_on="") | Q(ended_on_latest__gte=F("in_force_on_earliest")),
                "An agreement ends after it enters into force.",
            ),
            named(
                "terminated_not_open",
                ~Q(stage=AgreementStage.TERMINATED, ended_on=".."),
                "What was terminated has ended: give the day, or leave it empty where it is unknown.",
            ),
            named("import_identified", Q(dataset="") | ~Q(external_id=""), "What a dataset holds has an identifier in it."),
            models.UniqueConstraint(
                fields=["dataset", "external_id"],
                name="events_event_import_unique",
                condition=~Q(dataset=""),
                violation_error_message="This row of the dataset is there already.",
            ),
        ]
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            # `order=name` of all events, and of one kind; search for names.
            models.Index(fields=["name_folded", "id"], name="events_event_by_name", condition=PUBLISHED),
            models.Index(fields=["kind", "name_folded", "id"], name="events_event_kind_by_name", condition=PUBLISHED),
            # `order=updated_at` of one kind, `updated_after`.
            models.Index(fields=["kind", "updated_at", "id"], name="events_event_kind_by_update", condition=PUBLISHED),
            # Lists in their usual order, of all events and of one kind; counts by kind and year.
            models.Index(fields=["start_earliest", "id"], name="events_event_by_start", condition=PUBLISHED),
            models.Index(fields=["kind", "start_earliest", "id"], name="events_event_by_kind", condition=PUBLISHED),
            # Data checks at the desk: what is not published yet, of a day.
            models.Index(fields=["kind", "start_earliest"], name="events_event_hidden_by_day", condition=~PUBLISHED),
            # `date_after`, alone or beside `date_before`, of all events and of one kind.
            models.Index(fields=["spread", "start_earliest", "id"], name="events_event_by_spread", condition=PUBLISHED),
            models.Index(
                fields=["kind", "spread", "start_earliest", "id"], name="events_event_kind_by_spread", condition=PUBLISHED
            ),
            # `country`; and what a country that is merged or retracted has.
            models.Index(fields=["country", "start_earliest", "id"], name="events_event_by_country"),
            # The filters of the same names.
            *_kind_indexes(EventKind.MEETING, "mode", "held_state"),
            *_kind_indexes(EventKind.AGREEMENT, "agreement_type", "stage"),
            *_kind_indexes(EventKind.STATEMENT, "form", "language", "medium", "attribution"),
            *_kind_indexes(EventKind.ACTION, "action_type"),
            # `number`.
            models.Index(fields=["number"], name="events_event_by_number", condition=PUBLISHED & ~Q(number="")),
            # `as_of`: agreements that entered into force once they were made, and the others.
            models.Index(
                fields=IN_FORCE,
                name="events_agreement_force_later",
                condition=PUBLISHED & Q(kind=EventKind.AGREEMENT, in_force_on_earliest__gte=F("start_earliest")),
            ),
            models.Index(
                fields=IN_FORCE,
                name="events_agreement_force_before",
                condition=PUBLISHED & Q(kind=EventKind.AGREEMENT, in_force_on_earliest__lt=F("start_earliest")),
            ),
            # `as_of` in other orders, of provisions and in counts; `ended_before`.
            models.Index(
                fields=["in_force_on_earliest"],
                name="events_event_by_force",
                condition=PUBLISHED & Q(kind=EventKind.AGREEMENT),
            ),
            models.Index(
                fields=["ended_on_earliest"],
                name="events_event_by_ended_early",
                condition=PUBLISHED & Q(kind=EventKind.AGREEMENT),
            ),
            models.Index(
                fields=["ended_on_latest"],
                name="events_event_by_ended",
                condition=PUBLISHED & Q(kind=EventKind.AGREEMENT, ended_on_latest__lt=edtf.LATEST),
            ),
            # `external_id`; `near`.
            models.Index(fields=["external_id"], name="events_event_by_external_id", condition=PUBLISHED & ~Q(external_id="")),
            models.Index(
                fields=["latitude", "longitude"], name="events_event_by_place", condition=PUBLISHED & Q(latitude__isnull=False)
            ),
        ]


EventKindManager = KindManager.from_queryset(EventQuerySet)


class Meeting(OfKind, Event):
    """People met, or spoke by phone or video."""

    KIND = EventKind.MEETING
    objects: ClassVar[Any] = EventKindManager()  # type: ignore[assignment]

    class Meta:
        proxy = True


class Agreement(OfKind, Event):
    """Something was agreed or decided in writing."""

    KIND = EventKind.AGREEMENT
    objects: ClassVar[Any] = EventKindManager()  # type: ignore[assignment]

    class Meta:
        proxy = True


class Statement(OfKind, Event):
    """Something was said, by one speaker or by several together."""

    KIND = EventKind.STATEMENT
    objects: ClassVar[Any] = EventKindManager()  # type: ignore[assignment]

    class Meta:
        proxy = True


class Action(OfKind, Event):
    """Something was done rather than said or agreed."""

    KIND = EventKind.ACTION
    objects: ClassVar[Any] = EventKindManager()  # type: ignore[assignment]

    class Meta:
        proxy = True


class EventTopic(models.Model):
    """An event is about a topic."""

    # An index of its own begins with the event already.
    event = models.ForeignKey(Event, models.CASCADE, related_name="event_topics", db_index=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="event_topics", help_text="Topic of the event.")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "topic"], name="events_eventtopic_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.topic_id}"


class EventCode(models.Model):
    """The code that an event ontology gives an event."""

    # An index of its own begins with the event already.
    event = models.ForeignKey(Event, models.CASCADE, related_name="codes", db_index=False)
    scheme = models.CharField(max_length=8, choices=CodeScheme.choices, help_text="Ontology of the code: CAMEO or PLOVER.")
    code = models.CharField(max_length=24, help_text="Code as text: 040 differs from 40.")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "scheme", "code"], name="events_eventcode_unique"),
            one_of("scheme", CodeScheme),
            named("code_present", ~Q(code=""), "A code is needed."),
        ]
        indexes: ClassVar = [
            models.Index(fields=["code", "scheme"], name="events_eventcode_by_code"),
            models.Index(fields=["scheme"], name="events_eventcode_by_scheme"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.code}"


class EventRelation(models.Model):
    """A relation between two events, read from the subject."""

    # An index of its own begins with the subject already.
    subject = models.ForeignKey(
        Event, models.CASCADE, related_name="relations", db_index=False, help_text="Event that is the subject of the relation."
    )
    type = models.CharField(
        max_length=12, choices=EventRelationType.choices, help_text="Type of the relation of the subject to the object."
    )
    object = models.ForeignKey(
        Event, models.PROTECT, related_name="relations_of", help_text="Event that is the object of the relation."
    )
    note = models.TextField(blank=True, help_text="Note for readers.")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "type", "object"], name="events_eventrelation_unique"),
            one_of("type", EventRelationType),
            named("not_to_itself", ~Q(subject=F("object")), "An event is not related to itself."),
        ]
        indexes: ClassVar = [models.Index(fields=["type"], name="events_eventrelation_by_type")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.type} {self.object_id}"


class EventName(Name):
    """A name of an event."""

    record = models.ForeignKey(Event, models.CASCADE, related_name="names")

    class Meta(Name.Meta):
        abstract = False


class EventIdentifier(Identifier):
    """A code of an event."""

    record = models.ForeignKey(Event, models.CASCADE, related_name="identifiers")

    class Meta(Identifier.Meta):
        abstract = False


class EventCitation(Citation):
    """A citation of an event or of one of its parts."""

    record = models.ForeignKey(Event, models.CASCADE, related_name="citations", db_index=False)

    class Meta(Citation.Meta):
        abstract = False
