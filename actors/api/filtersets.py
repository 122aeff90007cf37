"""The parameters of actors, offices and tenures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef

from actors.choices import ActorKind, CountryStatus, OfficeRank, OrganizationType, RelationType, TenureStatus
from actors.models import Actor, ActorRelation, Country, Office, Tenure
from config.api import counts
from config.api.filters import Branch, Order, Values
from config.api.filtersets import ProvedFilters
from config.api.near import Near
from config.api.values import AsOf, Choice, Code, Flag, Itself, Related
from config.record.choices import CurationState

BY_NAME = {"name": ("name_folded",), "updated_at": ("updated_at",)}


RELATIONS = Branch(lambda _: ActorRelation.objects.filter(object__state=CurationState.PUBLISHED), "subject")


class ActorCommon(ProvedFilters):
    """The parameters that all kinds of actors share."""

    slug = Itself(Actor)
    as_of = AsOf("on", help_text="Those that can have existed on this day.")
    related_to = Related(Actor, "object", of=RELATIONS, repeatable=True, help_text="Actors that stand in a relation to this one.")
    relation_type = Choice(
        RelationType, "type", of=RELATIONS, help_text="How they stand to the actor in related_to, or to any actor."
    )
    order = Order(BY_NAME | {"start": ("start_earliest",)}, default="name")


class CountryFilters(ActorCommon):
    """The parameters of countries."""

    near = Near()
    status = Choice(CountryStatus, "status", help_text="What they are in the record.")
    m49_region = Code(
        "m49_region", pattern=r"\d{3}", example="150", help_text="The region in the M49 standard of the United Nations."
    )


class OrganizationFilters(ActorCommon):
    """The parameters of organizations."""

    type = Choice(OrganizationType, "organization_type", help_text="What sort of organization they are.")
    country = Related(Country, "country", help_text="The country they belong to.")


class OfficialFilters(ActorCommon):
    """The parameters of officials."""

    nationality = Related(Country, "country", help_text="The country whose nationals they are.")


class ActorFilters(ActorCommon):
    """The parameters of actors of all kinds."""

    kind = Choice(ActorKind, "kind", help_text="What the actor is.")
    type = Choice(OrganizationType, "organization_type", help_text="What sort of organization it is; others are left out.")
    status = Choice(CountryStatus, "status", help_text="What a country is in the record; others are left out.")
    m49_region = Code("m49_region", pattern=r"\d{3}", example="150", help_text="The region of a country in the M49 standard.")
    country = Related(Country, "country", help_text="The country an organization belongs to, or whose national an official is.")


class OfficeHolder(Related):
    """Who holds or held an office; on the day in `as_of`, where that is given."""

    def __init__(self) -> None:
        text = "Offices that this official holds or held; with as_of, that he can have held on that day."
        super().__init__(Actor, "", help_text=text)

    def narrow(self, queryset: Any, value: Any, values: Values) -> Any:
        tenures = Tenure.objects.public().filter(office=OuterRef("pk"), official__in=self.keys(value))
        return queryset.filter(Exists(tenures.held_on(values["as_of"]) if "as_of" in values else tenures))


class HeldOn(AsOf):
    """The day on which somebody can have held an office."""

    def __init__(self) -> None:
        super().__init__("", help_text="Offices that somebody can have held on this day.")

    def narrow(self, queryset: Any, value: Any, values: Values) -> Any:
        return queryset.filter(Exists(Tenure.objects.public().held_on(value).filter(office=OuterRef("pk"))))


class OfficeFilters(ProvedFilters):
    """The parameters of offices."""

    slug = Itself(Office)
    body = Related(Actor, "body", help_text="The country or organization it belongs to.")
    accredited_to = Related(Actor, "accredited_to", help_text="To which country or organization its holder is accredited.")
    rank = Choice(OfficeRank, "rank", help_text="Its rank, the same for all countries.")
    holder = OfficeHolder()
    as_of = HeldOn()
    order = Order(BY_NAME, default="name")


class TenureFilters(ProvedFilters):
    """The parameters of tenures."""

    slug = Itself(Tenure)
    official = Related(Actor, "official", help_text="Who holds or held it.")
    office = Related(Office, "office", help_text="What is or was held.")
    body = Related(Actor, "office__body", help_text="The country or organization the office belongs to.")
    rank = Choice(OfficeRank, "office__rank", help_text="The rank of the office.")
    status = Choice(TenureStatus, "status", help_text="What is known of its end.")
    is_acting = Flag("is_acting", help_text="Whether it is held only in the meantime.")
    as_of = AsOf("held_on", help_text="Those that can have been held on this day.")
    order = Order({"start": ("start_earliest",), "updated_at": ("updated_at",)}, default="-start")
    dimensions: ClassVar = {"year": counts.Year("start_earliest")}
