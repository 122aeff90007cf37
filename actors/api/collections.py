"""The collections of actors, offices and tenures, as the API registers them."""

from __future__ import annotations

from actors.api import viewsets
from config.api.collections import Collection, register

UNITED_NATIONS = {"related_to": "united-nations"}
OFFICE = "chancellor-of-germany"
OFFICIAL = "sergey-lavrov"

register(
    Collection(
        "countries", viewsets.CountryViewSet,
        "States, dependencies and areas, by ISO 3166-1 code. Listing implies no recognition.",
        example="TUR", examples=UNITED_NATIONS,
    ),
    Collection(
        "organizations", viewsets.OrganizationViewSet,
        "Alliances, governments, armed groups, parties, companies, media.",
        example="african-union", examples=UNITED_NATIONS,
    ),
    Collection(
        "officials", viewsets.OfficialViewSet,
        "Persons who act for themselves or on behalf of a country or an organization.",
        example=OFFICIAL, examples=UNITED_NATIONS,
    ),
    Collection(
        "offices", viewsets.OfficeViewSet,
        "Posts, independent of their holders; `as_of` selects those held on a day.",
        # Each citation of an office is for the office as a whole.
        example=OFFICE, examples={"cited_field": None}, is_searched=True,
    ),
    Collection(
        "tenures", viewsets.TenureViewSet,
        "Tenures of officials in offices, with their dates. An unknown end differs from no end.",
        example="williams-head-of-unsmil-2020",
    ),
    Collection(
        "actors", viewsets.ActorViewSet,
        "Countries, organizations and officials in one list.",
        example="RUS", examples=UNITED_NATIONS, is_searched=True,
    ),
    order=10,
    examples={
        "accredited_to": "LBY",
        "body": "DEU",
        "country": "LBY",
        "holder": "angela-merkel",
        "m49_region": "150",
        "m49_subregion": "151",
        "nationality": "RUS",
        "office": OFFICE,
        "official": OFFICIAL,
    },
)  # fmt: skip
