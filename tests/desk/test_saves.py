"""What a save of the admin costs, and that each rule of a table is told once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.models import Official
from config.record.database.validation import validate_constraints
from config.record.values.fields import derive_columns
from config.sources.models import Source
from events.models import Event, Meeting, Participation
from tests.desk.entry import errors, meeting, page
from tests.desk.pages import address, entered
from tests.factories import MeetingFactory, OfficialFactory, published

pytestmark = pytest.mark.django_db
MAX_QUERIES = 60


def call(*participants: Official) -> dict[str, Any]:
    """Return what a browser sends of a new meeting with participants, a citation and another name."""
    rows = {
        f"participations__{number}__{key}": value
        for number, one in enumerate(participants)
        for key, value in (("actor", one.pk), ("role", "participant"))
    }
    source = Source.objects.get(slug="libya-report-2020-10")
    proof = {"citations__0__source": source.pk, "citations__0__role": "supports", "citations__0__quote": "They spoke."}
    return meeting(**rows, **proof, names__0__text="Another name", names__0__kind="alias")


def queries_of(client: Client, url: str, data: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(url, data)
    assert answer.status_code == 302, errors(answer)
    return len(queries)


@pytest.mark.parametrize("who", ["editor", "curator"])
def test_a_meeting_with_two_participants_is_saved_with_few_queries(
    sample: None, who: str, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    two = [Official.objects.get(slug=slug) for slug in ("sergey-lavrov", "mevlut-cavusoglu")]
    assert queries_of(client, page("meeting"), call(*two)) <= MAX_QUERIES

    draft = Meeting.objects.get(name="A call")
    data = entered(client, address(draft)) | {"name": "Another call", "participations-1-wording": "his colleague"}
    assert queries_of(client, address(draft), data) <= MAX_QUERIES
    draft.refresh_from_db()
    assert draft.name == "Another call"
    assert draft.participations.get(actor=two[1]).wording == "his colleague"


def test_more_participants_do_not_take_more_queries_to_find(sample: None, editor: Client) -> None:
    few, many = ([OfficialFactory() for _ in range(count)] for count in (2, 12))
    counts = [queries_of(editor, page("meeting"), call(*people) | {"name": f"A call of {len(people)}"}) for people in (few, many)]
    # Each row is checked and written.
    assert counts[1] - counts[0] <= 2 * 10


def test_a_published_meeting_is_changed_with_few_queries(editor: Client) -> None:
    draft = MeetingFactory()
    for _ in range(2):
        Participation.objects.create(event=draft, actor=published(OfficialFactory()), role="participant")
    published(draft)
    data = entered(editor, address(draft)) | {"name": "Another call", "reason": "More exact"}
    assert queries_of(editor, address(draft), data) <= 2 * MAX_QUERIES
    assert editor.get(f"/api/v1/meetings/{draft.slug}").json()["name"] == "Another call"


# The constraints of a table


def refused(row: Any) -> dict[str, list[str]]:
    derive_columns(row)
    with CaptureQueriesContext(connection) as queries, pytest.raises(ValidationError) as error:
        validate_constraints(row)
    assert len(queries) == 1
    return error.value.message_dict


def test_all_constraints_of_a_row_are_checked_in_one_query(db: None) -> None:
    other = MeetingFactory(slug="taken")
    row = Event(
        slug="taken", name="", kind="meeting", start="2020", end="2019", mode="phone_call", held_state="held", latitude=1,
    )  # fmt: skip
    message = refused(row)
    with pytest.raises(ValidationError) as by_django:
        row.validate_constraints()
    assert message == by_django.value.message_dict
    assert message["slug"] == ["Event with this Slug already exists."]
    assert {"The end lies before the start.", "Give both coordinates or none."} <= set(message["__all__"])

    # Its own row does not stand in its way.
    same = Event.objects.get(pk=other.pk)
    validate_constraints(same)


def test_a_unique_constraint_with_a_condition_is_checked_where_it_holds(db: None) -> None:
    MeetingFactory(dataset="acled", external_id="1")
    MeetingFactory(dataset="", external_id="")
    same = MeetingFactory.build(dataset="acled", external_id="1", kind="meeting")
    assert refused(same)["__all__"] == ["This row of the dataset is there already."]
    plain = MeetingFactory.build(dataset="", external_id="", kind="meeting")
    derive_columns(plain)
    validate_constraints(plain)
    with pytest.raises(ValidationError):
        validate_constraints(same, exclude={"slug"})
    validate_constraints(same, exclude={"dataset"})
