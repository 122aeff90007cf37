"""The vocabularies of actors. Values are part of the public API and never change."""

from django.db import models


class ActorKind(models.TextChoices):
    """What an actor is."""

    COUNTRY = "country", "Country"
    ORGANIZATION = "organization", "Organization"
    OFFICIAL = "official", "Official"


class CountryStatus(models.TextChoices):
    """What a country is in the record. Listing implies no recognition."""

    STATE = "state", "State"
    DEPENDENCY = "dependency", "Dependency"
    DISPUTED = "disputed", "Disputed"
    AREA = "area", "Area"


class OrganizationType(models.TextChoices):
    """What sort of organization an actor is."""

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
    COLLECTIVE = "collective", "Collective: those whom a source names together without naming one"


class OfficeRank(models.TextChoices):
    """The rank of an office, the same across countries and organizations."""

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
    """What is known of the end of a tenure: an unknown end is not the same as no end."""

    CURRENT = "current", "Current: it has not ended"
    ENDED = "ended", "Ended"
    UNKNOWN = "unknown", "Unknown whether it has ended"


class RelationType(models.TextChoices):
    """How one actor stands to another, read from the subject: *subject* `member_of` *object*."""

    PART_OF = "part_of", "Part of"
    MEMBER_OF = "member_of", "Member of"
    CLAIMS_TO_GOVERN = "claims_to_govern", "Claims to govern"
    CONTROLS = "controls", "Controls"
    AFFILIATED_WITH = "affiliated_with", "Affiliated with"
    RECOGNISES = "recognises", "Recognises"
    DIPLOMATIC_RELATIONS = "has_diplomatic_relations_with", "Has diplomatic relations with"
    SUCCESSOR_OF = "successor_of", "Successor of"
