"""Models of actors (three kinds in one table), offices and tenures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from actors.choices import (
    ActorKind,
    CountryStatus,
    M49Region,
    M49Subregion,
    OfficeRank,
    OrganizationType,
    RelationType,
    TenureStatus,
)
from actors.querysets import TenureQuerySet
from config.record.database.constraints import located, named, needed_for, one_of, only_for
from config.record.models import Citation, Documented, Identifier, KindManager, Lasting, Name, Named, OfKind
from config.record.models.querysets import DatedQuerySet, DocumentedQuerySet
from config.record.values.choices import CurationState

PUBLISHED = Q(state=CurationState.PUBLISHED)


class Actor(Named, Lasting, Documented):
    """A country, an organization or an official, which can take part in events."""

    kind = models.CharField(max_length=12, choices=ActorKind.choices, help_text="Kind of actor.")
    description = models.TextField(blank=True, help_text="Short description, in one or two sentences.")
    country = models.ForeignKey(
        "Country",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="belonging",
        db_index=False,
        help_text="Country of an organization, or nationality of an official.",
    )

    official_name = models.CharField(max_length=300, blank=True, help_text="Full official name of a country.")
    status = models.CharField(
        max_length=16,
        choices=CountryStatus.choices,
        blank=True,
        help_text="Status of a country. Listing implies no recognition.",
    )
    m49_region = models.CharField(
        max_length=3, choices=M49Region.choices, blank=True, help_text="Region in the M49 standard of the United Nations."
    )
    m49_subregion = models.CharField(
        max_length=3, choices=M49Subregion.choices, blank=True, help_text="Subregion in the M49 standard."
    )
    capital = models.CharField(max_length=120, blank=True, help_text="Capital of a country.")
    latitude = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, blank=True, help_text="Degrees north of the equator (WGS 84)."
    )
    longitude = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, blank=True, help_text="Degrees east of Greenwich (WGS 84)."
    )

    organization_type = models.CharField(
        max_length=20, choices=OrganizationType.choices, blank=True, help_text="Type of organization."
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            *Named.Meta.constraints,
            *Lasting.Meta.constraints,
            *located(),
            one_of("kind", ActorKind),
            one_of("status", CountryStatus, blank=True),
            one_of("m49_region", M49Region, blank=True),
            one_of("m49_subregion", M49Subregion, blank=True),
            one_of("organization_type", OrganizationType, blank=True),
            needed_for(ActorKind.COUNTRY, ~Q(status="")),
            needed_for(ActorKind.ORGANIZATION, ~Q(organization_type="")),
            only_for(
                ActorKind.COUNTRY,
                Q(
                    official_name="", status="", m49_region="", m49_subregion="", capital="",
                    latitude__isnull=True, longitude__isnull=True,
                ),
            ),
            only_for(ActorKind.ORGANIZATION, Q(organization_type="")),
            named(
                "country_of_others", ~Q(kind=ActorKind.COUNTRY) | Q(country__isnull=True),
                "A country does not belong to a country; relate the two instead.",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            models.Index(fields=["kind", "start_earliest", "id"], name="actors_actor_kind_by_start", condition=PUBLISHED),
            models.Index(fields=["kind", "updated_at", "id"], name="actors_actor_kind_by_update", condition=PUBLISHED),
            models.Index(fields=["name_folded", "id"], name="actors_actor_by_name", condition=PUBLISHED),
            models.Index(fields=["name_folded"], name="actors_actor_hidden_by_name", condition=~PUBLISHED),
            models.Index(fields=["kind", "name_folded", "id"], name="actors_actor_by_kind", condition=PUBLISHED),
            models.Index(fields=["start_earliest", "id"], name="actors_actor_by_start", condition=PUBLISHED),
            models.Index(fields=["country", "name_folded", "id"], name="actors_actor_by_country"),
            *(
                models.Index(
                    fields=[column, "name_folded", "id"], name=f"actors_actor_by_{name}", condition=PUBLISHED & ~Q(**{column: ""})
                )
                for column, name in (
                    ("organization_type", "type"),
                    ("status", "status"),
                    ("m49_region", "region"),
                    ("m49_subregion", "subregion"),
                )
            ),
        ]


ActorKindManager = KindManager.from_queryset(DatedQuerySet)


class Country(OfKind, Actor):
    """A state, dependency, disputed country or area. Its slug is the ISO 3166-1 alpha-3 code, if it has one.

    The start and the end of a state are the days on which it entered and left the international state system.
    """

    KIND = ActorKind.COUNTRY
    objects: ClassVar[Any] = ActorKindManager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name_plural = "countries"


class Organization(OfKind, Actor):
    """Organization of any type: government, party, armed group or intergovernmental organization."""

    KIND = ActorKind.ORGANIZATION
    objects: ClassVar[Any] = ActorKindManager()  # type: ignore[assignment]

    class Meta:
        proxy = True


class Official(OfKind, Actor):
    """A person. The start and the end are the days of birth and death."""

    KIND = ActorKind.OFFICIAL
    objects: ClassVar[Any] = ActorKindManager()  # type: ignore[assignment]

    class Meta:
        proxy = True


class ActorName(Name):
    """A name of an actor."""

    record = models.ForeignKey(Actor, models.CASCADE, related_name="names")

    class Meta(Name.Meta):
        abstract = False


class ActorIdentifier(Identifier):
    """A code of an actor."""

    record = models.ForeignKey(Actor, models.CASCADE, related_name="identifiers")

    class Meta(Identifier.Meta):
        abstract = False


class ActorCitation(Citation):
    """Proof of an actor."""

    record = models.ForeignKey(Actor, models.CASCADE, related_name="citations", db_index=False)

    class Meta(Citation.Meta):
        abstract = False


class ActorRelation(Lasting):
    """A relation between two actors for a time, read from the subject."""

    # An index of its own begins with the subject already.
    subject = models.ForeignKey(
        Actor, models.CASCADE, related_name="relations", db_index=False, help_text="Actor that is the subject of the relation."
    )
    type = models.CharField(
        max_length=32, choices=RelationType.choices, help_text="Type of the relation of the subject to the object."
    )
    object = models.ForeignKey(
        Actor, models.PROTECT, related_name="relations_of", help_text="Actor that is the object of the relation."
    )
    note = models.TextField(blank=True, help_text="Note for readers.")

    class Meta:
        ordering = ("start_earliest", "id")
        constraints: ClassVar = [
            *Lasting.Meta.constraints,
            models.UniqueConstraint(
                fields=["subject", "type", "object", "start"],
                name="actors_actorrelation_unique",
                violation_error_message="This relation is there already.",
            ),
            one_of("type", RelationType),
            named("not_to_itself", ~Q(subject=F("object")), "An actor is not related to itself."),
        ]
        indexes: ClassVar = [models.Index(fields=["type"], name="actors_actorrelation_by_type")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.type} {self.object_id}"


class Office(Named, Documented):
    """Post held by successive officials."""

    body = models.ForeignKey(
        Actor,
        models.PROTECT,
        related_name="offices",
        db_index=False,
        help_text="Country or organization that the office belongs to.",
    )
    accredited_to = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accredited_offices",
        db_index=False,
        help_text="Country or organization that the holder is accredited to, if any.",
    )
    rank = models.CharField(
        max_length=24, choices=OfficeRank.choices, help_text="Rank of the office, on one scale for all countries."
    )
    seats = models.PositiveSmallIntegerField(
        default=1, null=True, blank=True, help_text="Number of simultaneous holders. Empty: unlimited or unknown."
    )
    description = models.TextField(blank=True, help_text="Short description.")

    objects = DocumentedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            *Named.Meta.constraints,
            one_of("rank", OfficeRank),
            named("seats_positive", Q(seats__isnull=True) | Q(seats__gte=1), "An office has at least one seat."),
            named(
                "accredited_elsewhere",
                Q(accredited_to__isnull=True) | ~Q(accredited_to=F("body")),
                "Nobody is accredited to the body he represents.",
            ),
        ]
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            models.Index(fields=["name_folded", "id"], name="actors_office_by_name", condition=PUBLISHED),
            # Of drafts, too: what is asked of participants and tenures does not say that the office is published.
            models.Index(fields=["rank", "name_folded", "id"], name="actors_office_by_rank"),
            models.Index(fields=["body", "name_folded", "id"], name="actors_office_by_body"),
            models.Index(fields=["accredited_to", "name_folded", "id"], name="actors_office_by_accredited"),
        ]


class OfficeCitation(Citation):
    """Proof of an office."""

    record = models.ForeignKey(Office, models.CASCADE, related_name="citations", db_index=False)

    class Meta(Citation.Meta):
        abstract = False


class Tenure(Lasting, Documented):
    """Tenure of an official in an office."""

    official = models.ForeignKey(
        Actor,
        models.PROTECT,
        related_name="tenures",
        limit_choices_to={"kind": ActorKind.OFFICIAL},
        db_index=False,
        help_text="Official who holds or held the office.",
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="tenures", db_index=False, help_text="Office held.")
    status = models.CharField(
        max_length=8,
        choices=TenureStatus.choices,
        default=TenureStatus.UNKNOWN,
        help_text="Status of the tenure: current, ended or unknown. An unknown end differs from no end.",
    )
    is_acting = models.BooleanField(default=False, help_text="Whether the official holds the office in an acting capacity.")
    title_held = models.CharField(
        max_length=300, blank=True, help_text="Title of the holder, if it differs from that of the office."
    )

    # The rows that its name comes from: lists select them with it.
    NAMED_BY: ClassVar = ("official", "office")
    objects = TenureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *Documented.Meta.constraints,
            *Lasting.Meta.constraints,
            one_of("status", TenureStatus),
            named(
                "status_tells_end",
                Q(status=TenureStatus.CURRENT, end="..")
                | Q(status=TenureStatus.UNKNOWN, end="")
                | (Q(status=TenureStatus.ENDED) & ~Q(end__in=["", ".."])),
                "Current means an open end (..), ended a date, unknown an empty end.",
            ),
            models.UniqueConstraint(
                fields=["official", "office", "start"],
                name="actors_tenure_unique",
                violation_error_message="This official holds this office from that day already.",
            ),
        ]
        indexes: ClassVar = [
            *Documented.Meta.indexes,
            models.Index(fields=["start_earliest", "id"], name="actors_tenure_by_start", condition=PUBLISHED),
            models.Index(fields=["official", "start_earliest", "id"], name="actors_tenure_by_official"),
            models.Index(fields=["office", "start_earliest", "id"], name="actors_tenure_by_office"),
            models.Index(fields=["status", "start_earliest", "id"], name="actors_tenure_by_status", condition=PUBLISHED),
            models.Index(fields=["is_acting", "start_earliest", "id"], name="actors_tenure_by_acting", condition=PUBLISHED),
        ]

    def __str__(self) -> str:
        return f"{self.official.name}, {self.office.name}" if self.official_id and self.office_id else self.slug


class TenureCitation(Citation):
    """Proof of a tenure."""

    record = models.ForeignKey(Tenure, models.CASCADE, related_name="citations", db_index=False)

    class Meta(Citation.Meta):
        abstract = False
