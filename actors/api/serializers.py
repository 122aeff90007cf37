"""What the documents of actors, offices and tenures hold, in their order. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

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
from config.api.serializers import (
    Bound,
    Edtf,
    EnumField,
    IdentifierSerializer,
    KindField,
    LastingSerializer,
    LocatedSerializer,
    NameSerializer,
    OpenEdtf,
    RefSerializer,
    StampsSerializer,
    text_field,
)
from config.sources.api.serializers import CitationSerializer


class ActorRefSerializer(RefSerializer):
    """Reference to an actor."""

    kind = EnumField(ActorKind, help_text="Kind of actor.")


class CountryRefSerializer(RefSerializer):
    """Reference to a country."""

    kind = KindField("country")


class OfficialRefSerializer(RefSerializer):
    """Reference to an official."""

    kind = KindField("official")


class OfficeRefSerializer(RefSerializer):
    """Reference to an office."""

    kind = KindField("office")


class TenureRefSerializer(RefSerializer):
    """Reference to a tenure; `name` is the title held."""

    kind = KindField("tenure")


class _RelationHead(serializers.Serializer[Any]):
    type = EnumField(RelationType, help_text="Type of the relation, read from this actor to the other.")
    object = ActorRefSerializer(help_text="Actor at the other end of the relation.")


class _Note(serializers.Serializer[Any]):
    note = text_field("Note for readers.")


class ActorRelationSerializer(_RelationHead, LastingSerializer, _Note):
    """Relation of the actor to another, for a period."""


class _ActorHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="Public identifier; never changes.", max_length=120)
    kind = EnumField(ActorKind, help_text="Kind of actor.")
    name = serializers.CharField(help_text="Display name, in English if one exists.")
    names = NameSerializer(many=True, help_text="Other names.")
    description = text_field("Short description, in one or two sentences.")


class _ActorTail(serializers.Serializer[Any]):
    relations = ActorRelationSerializer(many=True, help_text="Relations to other actors.")
    identifiers = IdentifierSerializer(many=True, help_text="Identifiers in external schemes.")
    citations = CitationSerializer(many=True, help_text="Citations of sources for the record.")


class _CountryPart(serializers.Serializer[Any]):
    official_name = text_field("Full official name.")
    status = EnumField(CountryStatus, help_text="Status of the country. Listing implies no recognition.")
    m49_region = EnumField(M49Region, help_text="Region in the M49 standard of the United Nations.", allow_null=True)
    m49_subregion = EnumField(M49Subregion, help_text="Subregion in the M49 standard.", allow_null=True)
    capital = text_field("Capital.")


class CountrySerializer(_ActorHead, _CountryPart, LocatedSerializer, LastingSerializer, _ActorTail, StampsSerializer):
    """State, dependency, disputed country or area; the slug is the ISO 3166-1 alpha-3 code, if assigned.

    `start` and `end` of a state date its membership in the international state system, as lists of states do. They make no
    statement on earlier history.
    """

    kind = KindField("country")


class _OrganizationPart(serializers.Serializer[Any]):
    type = EnumField(OrganizationType, help_text="Type of organization.")
    country = CountryRefSerializer(help_text="Country that the organization belongs to.", allow_null=True)


class OrganizationSerializer(_ActorHead, _OrganizationPart, LastingSerializer, _ActorTail, StampsSerializer):
    """Organization of any type: government, party, armed group or intergovernmental organization."""

    kind = KindField("organization")


class _OfficialPart(serializers.Serializer[Any]):
    nationality = CountryRefSerializer(help_text="Country of nationality.", allow_null=True)
    born = Edtf("Date of birth.")
    born_earliest = Bound("born", "earliest")
    born_latest = Bound("born", "latest")
    died = OpenEdtf("Date of death.")
    died_earliest = Bound("died", "earliest")
    died_latest = Bound("died", "latest")


class OfficialSerializer(_ActorHead, _OfficialPart, _ActorTail, StampsSerializer):
    """Person who speaks or acts for a country or an organization."""

    kind = KindField("official")


OF_KIND: dict[str, type[serializers.Serializer[Any]]] = {
    ActorKind.COUNTRY: CountrySerializer,
    ActorKind.ORGANIZATION: OrganizationSerializer,
    ActorKind.OFFICIAL: OfficialSerializer,
}


def actor_serializer(**options: Any) -> PolymorphicProxySerializer:
    """Return the serializer of actors of all kinds."""
    kinds: dict[str, Any] = {str(kind): serializer for kind, serializer in OF_KIND.items()}
    return PolymorphicProxySerializer("Actor", kinds, "kind", **options)


class _OfficeHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="Public identifier; never changes.", max_length=120)
    kind = KindField("office")
    name = serializers.CharField(help_text="Title.")
    body = ActorRefSerializer(help_text="Country or organization that the office belongs to.")
    accredited_to = ActorRefSerializer(help_text="Country or organization that the holder is accredited to.", allow_null=True)
    rank = EnumField(OfficeRank, help_text="Rank of the office, on one scale for all countries.")
    seats = serializers.IntegerField(
        help_text="Number of simultaneous holders; null if unlimited or unknown.", allow_null=True, min_value=1
    )
    description = text_field("Short description.")
    citations = CitationSerializer(many=True, help_text="Citations of sources for the record.")


class OfficeSerializer(_OfficeHead, StampsSerializer):
    """Post held by successive officials."""


class _TenureHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="Public identifier; never changes.", max_length=120)
    kind = KindField("tenure")
    name = serializers.CharField(help_text="Title held: the holder's own if recorded, otherwise that of the office.")
    official = ActorRefSerializer(help_text="Official who holds or held the office.")
    office = OfficeRefSerializer(help_text="Office held.")
    body = ActorRefSerializer(help_text="Country or organization that the office belongs to.")
    rank = EnumField(OfficeRank, help_text="Rank of the office, on one scale for all countries.")


class _TenureTail(serializers.Serializer[Any]):
    status = EnumField(
        TenureStatus, help_text="Status of the tenure: current, ended or unknown. An unknown end differs from no end."
    )
    is_acting = serializers.BooleanField(help_text="Whether the official holds the office in an acting capacity.")
    title_held = text_field("Title of the holder, if it differs from that of the office.")
    citations = CitationSerializer(many=True, help_text="Citations of sources for the record.")


class TenureSerializer(_TenureHead, LastingSerializer, _TenureTail, StampsSerializer):
    """Tenure of an official in an office."""
