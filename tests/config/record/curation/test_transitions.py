"""The steps between the states, and who took them."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from config.exceptions import TransitionError, UnprovedError
from config.record.curation import transitions
from config.record.models import Transition
from config.record.values.choices import CurationState
from events.models import Event
from tests.factories import MeetingFactory, cited

pytestmark = pytest.mark.django_db


def test_each_step_is_remembered_with_who_and_why() -> None:
    person = get_user_model().objects.create_user("editor")
    records = {Event: [cited(MeetingFactory(slug="call")).pk]}
    transitions.submit(records, by=person)
    transitions.send_back(records, by=person, reason="The date?")
    transitions.submit(records, by=person)
    transitions.publish(records, by=person, along=True)
    transitions.retract(records, by=person, reason="Wrong")
    transitions.restore(records, by=person, reason="Right after all")
    steps = Transition.objects.filter(collection="events", slug="call").order_by("id")
    assert [(one.from_state, one.to_state, one.reason) for one in steps] == [
        ("draft", "in_review", ""),
        ("in_review", "draft", "The date?"),
        ("draft", "in_review", ""),
        ("in_review", "published", ""),
        ("published", "retracted", "Wrong"),
        ("retracted", "published", "Right after all"),
    ]
    assert {one.by for one in steps} == {person}


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("draft", transitions.retract),
        ("draft", transitions.restore),
        ("draft", transitions.send_back),
        ("in_review", transitions.submit),
        ("published", transitions.publish),
        ("published", transitions.submit),
        ("published", transitions.restore),
        ("retracted", transitions.publish),
        ("retracted", transitions.retract),
        ("retracted", transitions.submit),
    ],
)
def test_no_other_step_is_possible(state: str, step: object) -> None:
    records = {Event: [cited(MeetingFactory()).pk]}
    if state == CurationState.IN_REVIEW:
        transitions.submit(records)
    elif state != CurationState.DRAFT:
        transitions.publish(records, along=True)
    if state == CurationState.RETRACTED:
        transitions.retract(records, reason="Wrong")
    with pytest.raises(TransitionError):
        step(records, reason="Test")  # type: ignore[operator]


@pytest.mark.parametrize("role", ["contradicts", "context"])
def test_only_a_citation_that_supports_is_proof(role: str) -> None:
    meeting = cited(MeetingFactory(), role=role, note="It says otherwise.")
    with pytest.raises(UnprovedError):
        transitions.publish({Event: [meeting.pk]}, along=True)
