"""The vocabularies of events. Values are part of the public API and never change."""

from django.db import models


class EventKind(models.TextChoices):
    """What sort of event a record is: people met, agreed, spoke or acted."""

    MEETING = "meeting", "Meeting"
    AGREEMENT = "agreement", "Agreement"
    STATEMENT = "statement", "Statement"
    ACTION = "action", "Action"


class MeetingFormat(models.TextChoices):
    """How the participants met."""

    PHONE_CALL = "phone_call", "Phone call"
    VIDEO_CALL = "video_call", "Video call"
    BILATERAL = "bilateral", "Bilateral meeting"
    VISIT = "visit", "Visit"
    SUMMIT = "summit", "Summit"
    CONFERENCE = "conference", "Conference"
    TALKS = "talks", "Talks"
    MULTILATERAL = "multilateral", "Multilateral meeting"


class HeldState(models.TextChoices):
    """Whether a meeting took place."""

    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Held"
    POSTPONED = "postponed", "Postponed"
    CANCELLED = "cancelled", "Cancelled"


class AgreementType(models.TextChoices):
    """The form of an agreement."""

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
    """How far an agreement has come."""

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
    """Whether the text of a statement is the speaker's own words."""

    QUOTE = "quote", "Quote"
    PARAPHRASE = "paraphrase", "Paraphrase"


class StatementAttribution(models.TextChoices):
    """How the words came to the source."""

    DIRECT = "direct", "Direct"
    PARAPHRASED = "paraphrased", "Paraphrased"
    REPORTED = "reported", "Reported by others"
    ANONYMOUS_OFFICIAL = "anonymous_official", "Said by an official who is not named"


class StatementMedium(models.TextChoices):
    """Where a statement was made."""

    PRESS_CONFERENCE = "press_conference", "Press conference"
    SPEECH = "speech", "Speech"
    INTERVIEW = "interview", "Interview"
    WRITTEN = "written", "Written statement"
    CALL_READOUT = "call_readout", "Readout of a call or meeting"
    SOCIAL_MEDIA = "social_media", "Social media"
    NEWS_REPORT = "news_report", "News report"
    UNKNOWN = "unknown", "Unknown"


class ActionType(models.TextChoices):
    """What was done. The values follow the material classes of PLOVER where it has one."""

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
    """What an actor was to an event."""

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
    AGENT = "agent", "Agent: who did it"
    TARGET = "target", "Target: to whom or for whom it was done"


class PartyActionType(models.TextChoices):
    """What a party did to an agreement on a day of its own."""

    SIGNATURE = "signature", "Signature"
    RATIFICATION = "ratification", "Ratification"
    ACCESSION = "accession", "Accession"
    RESERVATION = "reservation", "Reservation"
    VOTE_FOR = "vote_for", "Vote in favour"
    VOTE_AGAINST = "vote_against", "Vote against"
    ABSTENTION = "abstention", "Abstention"
    WITHDRAWAL = "withdrawal", "Withdrawal"


class ProvisionCategory(models.TextChoices):
    """What a provision is about."""

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
    """How a deadline is fixed."""

    NONE = "none", "None"
    ABSOLUTE = "absolute", "On a date"
    RELATIVE = "relative", "So long after another date"
    CONDITIONAL = "conditional", "When a condition is met"


class DeadlineAnchor(models.TextChoices):
    """What a relative deadline is counted from."""

    SIGNATURE = "signature", "Signature of the agreement"
    ENTRY_INTO_FORCE = "entry_into_force", "Entry into force of the agreement"
    EVENT = "event", "Start of another event"


class ReviewStatus(models.TextChoices):
    """How far a provision was kept, as a source judges it on a day."""

    PENDING = "pending", "Pending"
    IN_PROGRESS = "in_progress", "In progress"
    FULFILLED = "fulfilled", "Fulfilled"
    PARTLY_FULFILLED = "partly_fulfilled", "Partly fulfilled"
    BREACHED = "breached", "Breached"
    LAPSED = "lapsed", "Lapsed"


class StancePosition(models.IntegerChoices):
    """Where a speaker stands on a target."""

    REJECTS = -2, "Rejects"
    DOUBTS = -1, "Doubts"
    NEUTRAL = 0, "Neutral or mixed"
    SUPPORTS = 1, "Supports"
    ENDORSES = 2, "Endorses"


class Explicitness(models.TextChoices):
    """Whether the stance was said or concluded from what was said."""

    EXPLICIT = "explicit", "Explicit"
    INFERRED = "inferred", "Inferred"


class EventRelationType(models.TextChoices):
    """How one event stands to another, read from the subject: *subject* `implements` *object*."""

    FOLLOWS = "follows", "Follows"
    IMPLEMENTS = "implements", "Implements"
    REFERS_TO = "refers_to", "Refers to"
    SUPERSEDES = "supersedes", "Supersedes"
    OUTCOME_OF = "outcome_of", "Outcome of"
    PART_OF = "part_of", "Part of"
    MADE_AT = "made_at", "Made at"


class TopicType(models.TextChoices):
    """What sort of subject a topic is."""

    CONFLICT = "conflict", "Conflict"
    PROCESS = "process", "Process"
    ISSUE = "issue", "Issue"


class CodeScheme(models.TextChoices):
    """An event ontology whose codes an event can carry."""

    CAMEO = "cameo", "CAMEO (Conflict and Mediation Event Observations)"
    PLOVER = "plover", "PLOVER (Political Language Ontology for Verifiable Event Records)"
