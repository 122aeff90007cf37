"""The collections of actors, offices and tenures."""

from __future__ import annotations

from actors.api import filtersets, serializers
from actors.models import Actor, Country, Office, Official, Organization, Tenure
from config.api.views.viewsets import DocumentViewSet


class ActorViewSet(DocumentViewSet):
    """Countries, organizations and officials: the actors that can take part in events."""

    queryset = Actor.objects.public()
    filterset_class = filtersets.ActorFilters
    serializer_class = serializers.actor_serializer()
    noun = "actor"


class CountryViewSet(DocumentViewSet):
    """States, dependencies, disputed countries and areas. Listing implies no recognition."""

    queryset = Country.objects.public()
    filterset_class = filtersets.CountryFilters
    serializer_class = serializers.CountrySerializer
    noun = "country"


class OrganizationViewSet(DocumentViewSet):
    """Organizations of any type: governments, parties, armed groups and intergovernmental organizations."""

    queryset = Organization.objects.public()
    filterset_class = filtersets.OrganizationFilters
    serializer_class = serializers.OrganizationSerializer
    noun = "organization"


class OfficialViewSet(DocumentViewSet):
    """People who speak or act for a country or an organization."""

    queryset = Official.objects.public()
    filterset_class = filtersets.OfficialFilters
    serializer_class = serializers.OfficialSerializer
    noun = "official"


class OfficeViewSet(DocumentViewSet):
    """Posts held by successive officials, with ranks on one scale for all countries."""

    queryset = Office.objects.public()
    filterset_class = filtersets.OfficeFilters
    serializer_class = serializers.OfficeSerializer
    noun = "office"


class TenureViewSet(DocumentViewSet):
    """Tenures of officials in offices, with their dates."""

    queryset = Tenure.objects.public()
    filterset_class = filtersets.TenureFilters
    serializer_class = serializers.TenureSerializer
    noun = "tenure"
