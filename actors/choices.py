"""The vocabularies of actors. Values are part of the public API and never change."""

from django.db import models


class ActorKind(models.TextChoices):
    """Kind of actor."""

    COUNTRY = "country", "Country"
    ORGANIZATION = "organization", "Organization"
    OFFICIAL = "official", "Official"


class CountryStatus(models.TextChoices):
    """Status of a country. Listing implies no recognition."""

    STATE = "state", "State: a member of the state system"
    DEPENDENCY = "dependency", "Dependency"
    DISPUTED = "disputed", "Disputed"
    AREA = "area", "Area"
    DE_FACTO = "de_facto", "De facto state: self-governing, with little or no recognition"
    OUTSIDE_SYSTEM = "outside_system", "State outside the state system of the Correlates of War list"


class M49Region(models.TextChoices):
    """Region in the M49 standard of the United Nations."""

    AFRICA = "002", "Africa"
    OCEANIA = "009", "Oceania"
    AMERICAS = "019", "Americas"
    ASIA = "142", "Asia"
    EUROPE = "150", "Europe"


class M49Subregion(models.TextChoices):
    """Subregion in the M49 standard of the United Nations."""

    NORTHERN_AFRICA = "015", "Northern Africa"
    SUB_SAHARAN_AFRICA = "202", "Sub-Saharan Africa"
    NORTHERN_AMERICA = "021", "Northern America"
    LATIN_AMERICA_AND_THE_CARIBBEAN = "419", "Latin America and the Caribbean"
    CENTRAL_ASIA = "143", "Central Asia"
    EASTERN_ASIA = "030", "Eastern Asia"
    SOUTH_EASTERN_ASIA = "035", "South-eastern Asia"
    SOUTHERN_ASIA = "034", "Southern Asia"
    WESTERN_ASIA = "145", "Western Asia"
    EASTERN_EUROPE = "151", "Eastern Europe"
    NORTHERN_EUROPE = "154", "Northern Europe"
    SOUTHERN_EUROPE = "039", "Southern Europe"
    WESTERN_EUROPE = "155", "Western Europe"
    AUSTRALIA_AND_NEW_ZEALAND = "053", "Australia and New Zealand"
    MELANESIA = "054", "Melanesia"
    MICRONESIA = "057", "Micronesia"
    POLYNESIA = "061", "Polynesia"


class OrganizationType(models.TextChoices):
    """Type of organization."""

    INTERGOVERNMENTAL = "intergovernmental", "Intergovernmental organization"
    GOVERNMENT = "government", "Government"
    STATE_ORGAN = "state_organ", "State organ"
    ARMED_GROUP = "armed_group", "Armed group"
    PARTY = "party", "Political party"
    NGO = "ngo", "Non-governmental organization"
    MEDIA = "media", "Media"
    COMPANY = "company", "Company"
    COALITION = "coalition", "Coalition"
    COMMUNITY = "community", "Community"
    COLLECTIVE = "collective", "Collective: several actors that a source names together"


class OfficeRank(models.TextChoices):
    """Rank of an office, on one scale for all countries and organizations."""

    HEAD_OF_STATE = "head_of_state", "Head of state"
    HEAD_OF_GOVERNMENT = "head_of_government", "Head of government"
    FOREIGN_MINISTER = "foreign_minister", "Foreign minister"
    MINISTER = "minister", "Minister"
    ENVOY = "envoy", "Envoy"
    PERMANENT_REPRESENTATIVE = "permanent_representative", "Permanent representative"
    HEAD_OF_ORGANIZATION = "head_of_organization", "Head of organization"
    MILITARY = "military", "Military command"
    OTHER = "other", "Other"


class TenureStatus(models.TextChoices):
    """Status of a tenure. An unknown end differs from no end."""

    CURRENT = "current", "Current: not ended"
    ENDED = "ended", "Ended"
    UNKNOWN = "unknown", "Unknown whether it has ended"


class RelationType(models.TextChoices):
    """Type of relation between two actors, read from the subject: *subject* `member_of` *object*."""

    PART_OF = "part_of", "Part of"
    MEMBER_OF = "member_of", "Member of"
    CLAIMS_TO_GOVERN = "claims_to_govern", "Claims to govern"
    CONTROLS = "controls", "Controls"
    AFFILIATED_WITH = "affiliated_with", "Affiliated with"
    RECOGNISES = "recognises", "Recognises"
    DEPENDENCY_OF = "dependency_of", "Dependency of"
    DIPLOMATIC_RELATIONS = "has_diplomatic_relations_with", "Has diplomatic relations with"
    SUCCESSOR_OF = "successor_of", "Successor of"
