"""The collections of events, what belongs to them, and topics, as the API registers them."""

from __future__ import annotations

from config.api.collections import Collection, Endpoint, register
from events.api import viewsets
from events.api.relations import RelationsView

CALL = "lavrov-cavusoglu-call-2020-10-27"
CEASEFIRE = "libya-ceasefire-2020-10-23"
STATEMENT = "russia-praises-libya-ceasefire-2020-10"

register(
    Collection(
        "events", viewsets.EventViewSet,
        "Meetings, agreements, statements and actions in one timeline.",
        example=CALL, is_searched=True,
    ),
    Collection("meetings", viewsets.MeetingViewSet, "Meetings, in person or by phone or video.", example=CALL),
    Collection(
        "agreements", viewsets.AgreementViewSet,
        "Agreements and decisions in writing, with their parties, stages and provisions.",
        example="turkey-gna-maritime-memorandum-2019",
    ),
    Collection(
        "statements", viewsets.StatementViewSet,
        "Statements, with their speakers, those whom they represent, and their stances.",
        example=STATEMENT,
    ),
    Collection(
        "actions", viewsets.ActionViewSet,
        "Actions, such as deployments, sanctions and recalls.",
        example="turkey-trains-gna-forces-2020-10",
    ),
    Collection(
        "provisions", viewsets.ProvisionViewSet,
        "Provisions of agreements, with the obligated parties, deadlines and compliance reviews.",
        example="libya-ceasefire-2020-foreign-forces-leave",
    ),
    Collection(
        "stances", viewsets.StanceViewSet,
        "Stances of speakers on a target, from -2 (rejects) to 2 (endorses).",
        example="russia-praises-libya-ceasefire-2020-10-ceasefire",
    ),
    Collection(
        "topics", viewsets.TopicViewSet,
        "Conflicts, processes and issues, as a tree. A topic includes its subtopics.",
        example="libya", examples={"cited_field": "name"}, is_searched=True,
    ),
    Endpoint(
        "relations", "relations/<str:actor>/<str:other>", RelationsView,
        "Comparison of two actors: joint events and agreements, and stances on each other.",
    ),
    order=20,
    examples={
        "about": CEASEFIRE,
        "agreement": CEASEFIRE,
        "bound_actor": "TUR",
        "code": "0312",
        "number": "S/RES/2510 (2020)",
        "parent": "libya",
        "participant": "RUS",
        "participant_country": "TUR",
        "participant_office": "chancellor-of-germany",
        "participant_on_behalf_of": "TUR",
        "party": "RUS",
        "related_to": CEASEFIRE,
        "statement": STATEMENT,
        "topic": "libya",
    },
)  # fmt: skip
