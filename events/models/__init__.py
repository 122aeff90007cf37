"""Models of events, participations, provisions, stances and topics."""

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
from events.models.indexes import EventActorIndex, EventSearchIndex, EventTopicIndex, StanceHolderIndex
from events.models.participation import Participation, PartyAction
from events.models.provisions import Provision, ProvisionReview
from events.models.stances import Stance
from events.models.topics import Topic, TopicCitation, TopicIdentifier, TopicName

__all__ = [
    "Action",
    "Agreement",
    "Event",
    "EventActorIndex",
    "EventCitation",
    "EventCode",
    "EventIdentifier",
    "EventName",
    "EventRelation",
    "EventSearchIndex",
    "EventTopic",
    "EventTopicIndex",
    "Meeting",
    "Participation",
    "PartyAction",
    "Provision",
    "ProvisionReview",
    "Stance",
    "StanceHolderIndex",
    "Statement",
    "Topic",
    "TopicCitation",
    "TopicIdentifier",
    "TopicName",
]
