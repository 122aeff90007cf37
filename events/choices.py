"""The vocabularies of events. Values are part of the public API and never change."""

from django.db import models


class EventKind(models.TextChoices):
    """Kind of event."""

    MEETING = "meeting", "Meeting"
    AGREEMENT = "agreement", "Agreement"
    STATEMENT = "statement", "Statement"
    ACTION = "action", "Action"


class MeetingMode(models.TextChoices):
    """Format of a meeting."""

    PHONE_CALL = "phone_call", "Phone call"
    VIDEO_CALL = "video_call", "Video call"
    BILATERAL = "bilateral", "Bilateral meeting"
    VISIT = "visit", "Visit"
    SUMMIT = "summit", "Summit"
    CONFERENCE = "conference", "Conference"
    TALKS = "talks", "Talks"
    MULTILATERAL = "multilateral", "Multilateral meeting"


class HeldState(models.TextChoices):
    """Status of a meeting."""

    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Held"
    POSTPONED = "postponed", "Postponed"
    CANCELLED = "cancelled", "Cancelled"


class AgreementType(models.TextChoices):
    """Type of agreement."""

    CEASEFIRE = "ceasefire", "Ceasefire"
    PEACE_AGREEMENT = "peace_agreement", "Peace agreement"
    TREATY = "treaty", "Treaty"
    MEMORANDUM = "memorandum", "Memorandum of understanding"
    JOINT_STATEMENT = "joint_statement", "Joint statement"
    COMMUNIQUE = "communique", "Communiqué"
    DECLARATION = "declaration", "Declaration"
    RESOLUTION = "resolution", "Resolution"
    FRAMEWORK = "framework", "Framework agreement"
    PROTOCOL = "protocol", "Protocol"
    INITIATIVE = "initiative", "Initiative: terms that one side proposes"
    OTHER = "other", "Other"


class AgreementStage(models.TextChoices):
    """Stage of an agreement."""

    PROPOSED = "proposed", "Proposed"
    INITIALLED = "initialled", "Initialled"
    ADOPTED = "adopted", "Adopted"
    SIGNED = "signed", "Signed"
    RATIFIED = "ratified", "Ratified"
    IN_FORCE = "in_force", "In force"
    SUSPENDED = "suspended", "Suspended"
    TERMINATED = "terminated", "Terminated"
    REJECTED = "rejected", "Rejected"


class StatementForm(models.TextChoices):
    """Form of the text of a statement."""

    QUOTE = "quote", "Quote"
    PARAPHRASE = "paraphrase", "Paraphrase"


class StatementAttribution(models.TextChoices):
    """Attribution of a statement in its source."""

    DIRECT = "direct", "Direct"
    PARAPHRASED = "paraphrased", "Paraphrased"
    REPORTED = "reported", "Reported by others"
    ANONYMOUS_OFFICIAL = "anonymous_official", "Said by an unnamed official"


class StatementMedium(models.TextChoices):
    """Medium of a statement."""

    PRESS_CONFERENCE = "press_conference", "Press conference"
    SPEECH = "speech", "Speech"
    INTERVIEW = "interview", "Interview"
    WRITTEN = "written", "Written statement"
    CALL_READOUT = "call_readout", "Readout of a call or meeting"
    SOCIAL_MEDIA = "social_media", "Social media"
    NEWS_REPORT = "news_report", "News report"
    UNKNOWN = "unknown", "Unknown"


class ActionType(models.TextChoices):
    """Type of action. Values follow the material classes of PLOVER where one exists."""

    TRAINING = "training", "Military training or assistance"
    DEPLOYMENT = "deployment", "Deployment of forces"
    WITHDRAWAL = "withdrawal", "Withdrawal of forces"
    OFFENSIVE = "offensive", "Military offensive"
    SANCTION = "sanction", "Sanction"
    AID = "aid", "Aid"
    RECALL_OF_AMBASSADOR = "recall_of_ambassador", "Recall of an ambassador"
    EXPULSION = "expulsion", "Expulsion of diplomats"
    RECOGNITION = "recognition", "Recognition"
    ESTABLISHMENT = "establishment", "Establishment of an institution"
    PUBLICATION_OF_EVIDENCE = "publication_of_evidence", "Publication of evidence"
    APPOINTMENT = "appointment", "Appointment"
    DEATH = "death", "Death of a person"
    OTHER = "other", "Other"


class ParticipationRole(models.TextChoices):
    """Role of an actor in an event."""

    PARTICIPANT = "participant", "Participant"
    HOST = "host", "Host"
    CHAIR = "chair", "Chair"
    MEDIATOR = "mediator", "Mediator"
    GUARANTOR = "guarantor", "Guarantor"
    OBSERVER = "observer", "Observer"
    PARTY = "party", "Party"
    SIGNATORY = "signatory", "Signatory"
    WITNESS = "witness", "Witness"
    DEPOSITARY = "depositary", "Depositary"
    ADOPTER = "adopter", "Adopter: the body that adopted a resolution"
    SPEAKER = "speaker", "Speaker"
    ADDRESSEE = "addressee", "Addressee"
    AGENT = "agent", "Agent: performs the action"
    TARGET = "target", "Target: affected by the action"


class PartyActionType(models.TextChoices):
    """Type of action of a party on an agreement."""

    SIGNATURE = "signature", "Signature"
    RATIFICATION = "ratification", "Ratification"
    ACCESSION = "accession", "Accession"
    RESERVATION = "reservation", "Reservation"
    VOTE_FOR = "vote_for", "Vote in favour"
    VOTE_AGAINST = "vote_against", "Vote against"
    ABSTENTION = "abstention", "Abstention"
    WITHDRAWAL = "withdrawal", "Withdrawal"


class ProvisionCategory(models.TextChoices):
    """Category of a provision."""

    CEASEFIRE = "ceasefire", "Ceasefire"
    WITHDRAWAL = "withdrawal", "Withdrawal of forces"
    FOREIGN_FORCES = "foreign_forces", "Foreign forces and mercenaries"
    MILITARY_COOPERATION = "military_cooperation", "Military cooperation and training"
    ARMS_EMBARGO = "arms_embargo", "Arms embargo"
    MONITORING = "monitoring", "Monitoring and verification"
    PRISONERS = "prisoners", "Prisoners and detainees"
    HUMANITARIAN = "humanitarian", "Humanitarian matters"
    POLITICAL_PROCESS = "political_process", "Political process"
    ELECTIONS = "elections", "Elections"
    TERRITORY = "territory", "Territory and borders"
    ECONOMY = "economy", "Economy and transport"
    OTHER = "other", "Other"


class DeadlineKind(models.TextChoices):
    """Kind of deadline."""

    NONE = "none", "None"
    ABSOLUTE = "absolute", "On a date"
    RELATIVE = "relative", "Period after another date"
    CONDITIONAL = "conditional", "When a condition is met"


class DeadlineAnchor(models.TextChoices):
    """Anchor that a relative deadline is counted from."""

    SIGNATURE = "signature", "Signature of the agreement"
    ENTRY_INTO_FORCE = "entry_into_force", "Entry into force of the agreement"
    EVENT = "event", "Start of another event"


class ReviewStatus(models.TextChoices):
    """Status of compliance with a provision, as assessed by a source on a date."""

    PENDING = "pending", "Pending"
    IN_PROGRESS = "in_progress", "In progress"
    FULFILLED = "fulfilled", "Fulfilled"
    PARTLY_FULFILLED = "partly_fulfilled", "Partly fulfilled"
    BREACHED = "breached", "Breached"
    LAPSED = "lapsed", "Lapsed"


class StancePosition(models.IntegerChoices):
    """Position of a speaker on a target."""

    REJECTS = -2, "Rejects"
    DOUBTS = -1, "Doubts"
    NEUTRAL = 0, "Neutral or mixed"
    SUPPORTS = 1, "Supports"
    ENDORSES = 2, "Endorses"


class Explicitness(models.TextChoices):
    """Explicitness of a stance: expressed in the statement, or inferred from it."""

    EXPLICIT = "explicit", "Explicit"
    INFERRED = "inferred", "Inferred"


class EventRelationType(models.TextChoices):
    """Type of relation between two events, read from the subject: *subject* `implements` *object*."""

    FOLLOWS = "follows", "Follows"
    IMPLEMENTS = "implements", "Implements"
    REFERS_TO = "refers_to", "Refers to"
    SUPERSEDES = "supersedes", "Supersedes"
    OUTCOME_OF = "outcome_of", "Outcome of"
    PART_OF = "part_of", "Part of"
    MADE_AT = "made_at", "Made at"


class TopicType(models.TextChoices):
    """Type of topic."""

    CONFLICT = "conflict", "Conflict"
    PROCESS = "process", "Process"
    ISSUE = "issue", "Issue"


class CodeScheme(models.TextChoices):
    """Event ontology that assigns codes to events."""

    CAMEO = "cameo", "CAMEO (Conflict and Mediation Event Observations)"
    PLOVER = "plover", "PLOVER (Political Language Ontology for Verifiable Event Records)"
