"""What happened, who took part, what was agreed and who stands where on it."""

from events.models.appearances import Appearance, Holding, Wording
from events.models.events import (
    Action,
    Agreement,
    Event,
    EventCitation,
    EventCode,
    EventIdentifier,
    EventName,
    EventRelation,
    EventTopic,
    Meeting,
    Statement,
)
from events.models.participation import Participation, PartyAction
from events.models.provisions import Provision, ProvisionReview
from events.models.stances import Stance
from events.models.topics import Topic, TopicCitation, TopicIdentifier, TopicName

__all__ = [
    "Action",
    "Agreement",
    "Appearance",
    "Event",
    "EventCitation",
    "EventCode",
    "EventIdentifier",
    "EventName",
    "EventRelation",
    "EventTopic",
    "Holding",
    "Meeting",
    "Participation",
    "PartyAction",
    "Provision",
    "ProvisionReview",
    "Stance",
    "Statement",
    "Topic",
    "TopicCitation",
    "TopicIdentifier",
    "TopicName",
    "Wording",
]
