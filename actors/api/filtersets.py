"""The parameters of actors, offices and tenures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

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
from actors.models import Actor, ActorRelation, Country, Office, Official, Tenure
from config.api.parameters.base import Branch, Order, Values
from config.api.parameters.geo import Near
from config.api.parameters.types import (
    AsOf,
    Choice,
    CodeChoice,
    DateMatch,
    Flag,
    Related,
    SkewedRelated,
    SlugFilter,
    Year,
    certainly,
)
from config.record.models.querysets import lasting
from config.record.values.choices import CurationState
from config.sources.api.filtersets import ProvedFilters

# The intermediate regions of M49, which no country has in the record: their names, and the subregions that they are in.
_INTERMEDIATE: Final = {
    "005": ("South America", "419"), "011": ("Western Africa", "202"), "013": ("Central America", "419"),
    "014": ("Eastern Africa", "202"), "017": ("Middle Africa", "202"), "018": ("Southern Africa", "202"),
    "029": ("Caribbean", "419"),
}  # fmt: skip
_NEITHER: Final = {
    code: f"{code} {name} is an intermediate region, which is not recorded: use the subregion, m49_subregion={parent}."
    for code, (name, parent) in _INTERMEDIATE.items()
} | {"001": "001 World covers all countries: omit the parameter."}
# What is said of codes of M49 that are no region, and of those that are no subregion.
NO_REGIONS: Final = _NEITHER | {
    str(code): f"{code} {name} is a subregion: use m49_subregion={code}." for code, name in M49Subregion.choices
}
NO_SUBREGIONS: Final = _NEITHER | {
    str(code): f"{code} {name} is a region: use m49_region={code}." for code, name in M49Region.choices
}

BY_NAME = {"name": ("name_folded",), "updated_at": ("updated_at",)}


@dataclass(frozen=True, eq=False)
class Dated(Branch):
    """Rows that last from a start to an end: those of the day in `as_of`, where that is given."""

    def fetch(self, model: Any, values: Values) -> QuerySet[Any]:
        """Return the rows of the day."""
        rows = super().fetch(model, values)
        return rows.filter(lasting("start", "end", values["as_of"], certain=certainly(values))) if "as_of" in values else rows


RELATIONS = Dated(lambda _: ActorRelation.objects.filter(object__state=CurationState.PUBLISHED), "subject")


class ActorCommon(ProvedFilters):
    """The parameters that all kinds of actors share."""

    slug = SlugFilter(Actor)
    as_of = AsOf("on", "actors that exist", "Applies to the relation in `related_to` and `relation_type` as well.")
    date_match = DateMatch("as_of")
    related_to = SkewedRelated(
        Actor,
        "object",
        of=RELATIONS,
        repeatable=True,
        help_text="Only actors with a relation to this one, at any time or, with `as_of`, on that day.",
    )
    relation_type = Choice(
        RelationType,
        "type",
        of=RELATIONS,
        help_text="Type of the relation to the actor in `related_to`, or to any actor; with `as_of`, on that day.",
    )
    order = Order(BY_NAME | {"start": ("start_earliest",)}, default="name")


class CountryFilters(ActorCommon):
    """The parameters of countries."""

    near = Near()
    status = Choice(CountryStatus, "status", help_text="Status of the country.")
    m49_region = CodeChoice(
        M49Region, "m49_region", elsewhere=NO_REGIONS, help_text="Region in the M49 standard of the United Nations."
    )
    m49_subregion = CodeChoice(M49Subregion, "m49_subregion", elsewhere=NO_SUBREGIONS, help_text="Subregion in the M49 standard.")


class OrganizationFilters(ActorCommon):
    """The parameters of organizations."""

    type = Choice(OrganizationType, "organization_type", help_text="Type of organization.")
    country = Related(Country, "country", help_text="Country that the organization belongs to.")


class OfficialFilters(ActorCommon):
    """The parameters of officials."""

    nationality = Related(Country, "country", help_text="Country of nationality.")


class ActorFilters(ActorCommon):
    """The parameters of actors of all kinds."""

    kind = Choice(ActorKind, "kind", help_text="Kind of actor.")
    type = Choice(OrganizationType, "organization_type", help_text="Type of organization; matches organizations only.")
    status = Choice(CountryStatus, "status", help_text="Status of the country; matches countries only.")
    m49_region = CodeChoice(
        M49Region, "m49_region", elsewhere=NO_REGIONS, help_text="Region of a country in the M49 standard of the United Nations."
    )
    m49_subregion = CodeChoice(
        M49Subregion, "m49_subregion", elsewhere=NO_SUBREGIONS, help_text="Subregion of a country in the M49 standard."
    )
    country = Related(Country, "country", help_text="Country of an organization, or nationality of an official.")


class OfficeHolder(SkewedRelated):
    """Who holds or held an office; on the day in `as_of`, where that is given."""

    def __init__(self) -> None:
        text = "Only offices that this official holds or held; with `as_of`, on that day."
        super().__init__(Official, "", help_text=text)

    def narrow(self, queryset: Any, value: Any, values: Values) -> Any:
        tenures = Tenure.objects.public().filter(office=OuterRef("pk"), official__in=self.keys(value))
        if "as_of" in values:
            tenures = tenures.held_on(values["as_of"], certain=certainly(values))
        return queryset.filter(Exists(tenures))


class HeldOn(AsOf):
    """The day on which somebody held an office."""

    def __init__(self) -> None:
        super().__init__("", "offices with a holder")

    def narrow(self, queryset: Any, value: Any, values: Values) -> Any:
        held = Tenure.objects.public().held_on(value, certain=certainly(values))
        return queryset.filter(Exists(held.filter(office=OuterRef("pk"))))


class OfficeFilters(ProvedFilters):
    """The parameters of offices."""

    slug = SlugFilter(Office)
    body = Related(Actor, "body", help_text="Country or organization that the office belongs to.")
    accredited_to = Related(Actor, "accredited_to", help_text="Country or organization that the holder is accredited to.")
    rank = Choice(OfficeRank, "rank", help_text="Rank of the office, on one scale for all countries.")
    holder = OfficeHolder()
    as_of = HeldOn()
    date_match = DateMatch("as_of")
    order = Order(BY_NAME, default="name")


class TenureFilters(ProvedFilters):
    """The parameters of tenures."""

    slug = SlugFilter(Tenure)
    official = Related(Official, "official", help_text="Official who holds or held the office.")
    office = Related(Office, "office", help_text="Office held.")
    body = SkewedRelated(Actor, "office__body", help_text="Country or organization that the office belongs to.")
    rank = Choice(OfficeRank, "office__rank", help_text="Rank of the office, on one scale for all countries.")
    status = Choice(TenureStatus, "status", help_text="Status of the tenure: current, ended or unknown.")
    is_acting = Flag("is_acting", help_text="Whether the official holds the office in an acting capacity.")
    as_of = AsOf("held_on", "tenures held")
    date_match = DateMatch("as_of")
    year = Year("start_earliest", "start")
    order = Order({"start": ("start_earliest",), "updated_at": ("updated_at",)}, default="-start")
