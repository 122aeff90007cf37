"""What the documents of actors, offices and tenures hold, in their order. See `config.api.serializers`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from actors.choices import ActorKind, CountryStatus, OfficeRank, OrganizationType, RelationType, TenureStatus
from config.api.serializers import (
    Bound,
    CitationSerializer,
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


class ActorRefSerializer(RefSerializer):
    """A reference to an actor."""

    kind = EnumField(ActorKind, help_text="What the actor is.")


class CountryRefSerializer(RefSerializer):
    """A reference to a country."""

    kind = KindField("country")


class OfficialRefSerializer(RefSerializer):
    """A reference to an official."""

    kind = KindField("official")


class OfficeRefSerializer(RefSerializer):
    """A reference to an office."""

    kind = KindField("office")


class TenureRefSerializer(RefSerializer):
    """A reference to a tenure; its name is the title held."""

    kind = KindField("tenure")


class _RelationHead(serializers.Serializer[Any]):
    type = EnumField(RelationType, help_text="How the actor stands to the other.")
    object = ActorRefSerializer(help_text="The other.")


class _Note(serializers.Serializer[Any]):
    note = text_field("What a reader should know to understand it.")


class ActorRelationSerializer(_RelationHead, LastingSerializer, _Note):
    """How the actor stands to another, for a time."""


class _ActorHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="The public identifier; it never changes.", max_length=120)
    kind = EnumField(ActorKind, help_text="What the actor is.")
    name = serializers.CharField(help_text="The name it is shown under, in English where there is one.")
    names = NameSerializer(many=True, help_text="What else it is called.")
    description = text_field("What a reader should know of it, in a sentence or two.")


class _ActorTail(serializers.Serializer[Any]):
    relations = ActorRelationSerializer(many=True, help_text="How it stands to other actors.")
    identifiers = IdentifierSerializer(many=True, help_text="The codes by which others know it.")
    citations = CitationSerializer(many=True, help_text="The proof.")


class _CountryPart(serializers.Serializer[Any]):
    official_name = text_field("The full name.")
    status = EnumField(CountryStatus, help_text="What it is in the record. Listing implies no recognition.")
    m49_region = text_field("Region in the M49 standard of the United Nations, a code such as 150.")
    m49_subregion = text_field("Subregion in the M49 standard, a code such as 151.")
    capital = text_field("The capital.")


class CountrySerializer(_ActorHead, _CountryPart, LocatedSerializer, LastingSerializer, _ActorTail, StampsSerializer):
    """A state, dependency, disputed country or area; the slug is its ISO 3166-1 alpha-3 code."""

    kind = KindField("country")


class _OrganizationPart(serializers.Serializer[Any]):
    type = EnumField(OrganizationType, help_text="What sort of organization it is.")
    country = CountryRefSerializer(help_text="The country it belongs to.", allow_null=True)


class OrganizationSerializer(_ActorHead, _OrganizationPart, LastingSerializer, _ActorTail, StampsSerializer):
    """A body of any sort: a government, a party, an armed group, an intergovernmental organization."""

    kind = KindField("organization")


class _OfficialPart(serializers.Serializer[Any]):
    nationality = CountryRefSerializer(help_text="Whose national the person is.", allow_null=True)
    born = Edtf("When the person was born.")
    born_earliest = Bound("born", "earliest")
    born_latest = Bound("born", "latest")
    died = OpenEdtf("When the person died.")
    died_earliest = Bound("died", "earliest")
    died_latest = Bound("died", "latest")


class OfficialSerializer(_ActorHead, _OfficialPart, _ActorTail, StampsSerializer):
    """A person who speaks or acts for a country or an organization."""

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
    slug = serializers.CharField(help_text="The public identifier; it never changes.", max_length=120)
    kind = KindField("office")
    name = serializers.CharField(help_text="Its title.")
    body = ActorRefSerializer(help_text="The country or organization it belongs to.")
    accredited_to = ActorRefSerializer(help_text="To which country or organization its holder is accredited.", allow_null=True)
    rank = EnumField(OfficeRank, help_text="Its rank, the same for all countries.")
    seats = serializers.IntegerField(
        help_text="How many hold it at a time; null: not limited or not known.", allow_null=True, min_value=1
    )
    description = text_field("What a reader should know of it.")
    citations = CitationSerializer(many=True, help_text="The proof.")


class OfficeSerializer(_OfficeHead, StampsSerializer):
    """A post that people hold one after another."""


class _TenureHead(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text="The public identifier; it never changes.", max_length=120)
    kind = KindField("tenure")
    name = serializers.CharField(help_text="The title held: the holder's own, or else the office's.")
    official = ActorRefSerializer(help_text="Who holds or held it.")
    office = OfficeRefSerializer(help_text="What is or was held.")
    body = ActorRefSerializer(help_text="The country or organization the office belongs to.")
    rank = EnumField(OfficeRank, help_text="The rank of the office.")


class _TenureTail(serializers.Serializer[Any]):
    status = EnumField(TenureStatus, help_text="What is known of its end: an unknown end is not the same as no end.")
    is_acting = serializers.BooleanField(help_text="Whether it is held only in the meantime.")
    title_held = text_field("The title the holder bears, where it differs from the office's.")
    citations = CitationSerializer(many=True, help_text="The proof.")


class TenureSerializer(_TenureHead, LastingSerializer, _TenureTail, StampsSerializer):
    """An official's time in an office."""
