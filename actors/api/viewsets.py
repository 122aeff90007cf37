"""The collections of actors, offices and tenures."""

from __future__ import annotations

from actors.api import filtersets
from actors.models import Actor, Country, Office, Official, Organization, Tenure
from config.api.viewsets import DocumentViewSet


class ActorViewSet(DocumentViewSet):
    """Whoever can take part in an event: countries, organizations and officials together."""

    queryset = Actor.objects.public()
    filterset_class = filtersets.ActorFilters


class CountryViewSet(DocumentViewSet):
    """States, dependencies, disputed countries and areas. Listing implies no recognition."""

    queryset = Country.objects.public()
    filterset_class = filtersets.CountryFilters


class OrganizationViewSet(DocumentViewSet):
    """Bodies of any sort: governments, parties, armed groups, intergovernmental organizations."""

    queryset = Organization.objects.public()
    filterset_class = filtersets.OrganizationFilters


class OfficialViewSet(DocumentViewSet):
    """People who speak or act for a country or an organization."""

    queryset = Official.objects.public()
    filterset_class = filtersets.OfficialFilters


class OfficeViewSet(DocumentViewSet):
    """Posts that people hold one after another, with a rank that is the same for all countries."""

    queryset = Office.objects.public()
    filterset_class = filtersets.OfficeFilters


class TenureViewSet(DocumentViewSet):
    """Who held which office from when to when."""

    queryset = Tenure.objects.public()
    filterset_class = filtersets.TenureFilters
