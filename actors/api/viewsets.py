"""The collections of actors, offices and tenures."""

from __future__ import annotations

from actors.api import filtersets, serializers
from actors.models import Actor, Country, Office, Official, Organization, Tenure
from config.api.viewsets import DocumentViewSet


class ActorViewSet(DocumentViewSet):
    """Whoever can take part in an event: countries, organizations and officials together."""

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
    """Bodies of any sort: governments, parties, armed groups, intergovernmental organizations."""

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
    """Posts that people hold one after another, with a rank that is the same for all countries."""

    queryset = Office.objects.public()
    filterset_class = filtersets.OfficeFilters
    serializer_class = serializers.OfficeSerializer
    noun = "office"


class TenureViewSet(DocumentViewSet):
    """Who held which office from when to when."""

    queryset = Tenure.objects.public()
    filterset_class = filtersets.TenureFilters
    serializer_class = serializers.TenureSerializer
    noun = "tenure"
