"""Nothing unpublished leaks: what is done to drafts leaves every public byte as it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from actors.models import Actor, Country, Office, Official, Tenure
from config.record.curation.consistency import findings
from config.sources.models import Source
from events.models import Event, EventRelation, EventTopic, Participation, Provision, Stance, Topic
from tests.api.asking import slugs
from tests.api.document import needed, operations, values_of
from tests.factories import (
    AgreementFactory,
    MeetingFactory,
    OfficeFactory,
    OfficialFactory,
    ParticipationFactory,
    ProvisionFactory,
    SourceFactory,
    StanceFactory,
    StatementFactory,
    TenureFactory,
    TopicFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
FORMS = ({}, {"Accept": "application/json"}, {"Accept-Encoding": "gzip"})


def _requests() -> list[tuple[str, dict[str, Any], dict[str, str]]]:
    """Return every operation with each of its parameters, and in each form."""
    requests = []
    for path, operation in operations().items():
        inside, asked = needed(operation)
        address = path.format(**inside)
        requests += [(address, asked, form) for form in FORMS]
        # An export selects as its list does.
        if "/exports/" in path:
            continue
        requests += [
            (address, asked | {one["name"]: value}, {})
            for one in operation["parameters"]
            if one["in"] == "query"
            for value in values_of(one)
        ]
    return requests


def _answers(client: Client, requests: Any) -> list[tuple[Any, ...]]:
    answers = []
    for address, query, form in requests:
        answer = client.get(address, query, headers=form | {"X-Request-ID": "the-same"})
        answers.append((address, query, form, answer.status_code, answer.getvalue(), dict(answer.headers)))
    return answers


def test_drafts_leave_every_public_byte_as_it_was(client: Client) -> None:
    requests = _requests()
    assert len(requests) > 700
    before = _answers(client, requests)
    assert {status for *_, status, _, _ in before} <= {200, 400}
    for step in (_add, _change, _delete):
        step()
        for was, now in zip(before, _answers(client, requests), strict=True):
            assert was == now, (step.__name__, now[:3])
        assert list(findings()) == []


def _add() -> None:
    """Add drafts of every sort, hanging on published records wherever they can."""
    russia, lavrov, turkey = (Actor.objects.get(slug=slug) for slug in ("RUS", "sergey-lavrov", "TUR"))
    libya, ceasefire = Topic.objects.get(slug="libya"), Event.objects.get(slug="libya-ceasefire-2020-10-23")
    call = Event.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    secret = OfficialFactory(slug="secret-official", name="Secret official", country=russia)
    secret.names.create(text="Secret name", language="en", kind="alias")
    secret.identifiers.create(scheme="wikidata", value="Q999999999")
    source = SourceFactory(slug="secret-source", name="Secret paper", publisher="Secret publisher")
    secret.citations.create(source=source)
    office = OfficeFactory(slug="secret-office", name="Secret office", body=russia)
    TenureFactory(slug="secret-tenure", official=lavrov, office=office, start="2020-01-01")
    topic = TopicFactory(slug="secret-topic", name="Secret topic", parent=libya)
    meeting = MeetingFactory(slug="secret", name="Secret talks on Libya", country=russia, latitude="46.2", longitude="6.15")
    meeting.codes.create(scheme="cameo", code="SECRET")
    meeting.citations.create(source=source, field="secret/field")
    for actor in (russia, lavrov, turkey, secret):
        ParticipationFactory(event=meeting, actor=actor)
    for about in (libya, topic):
        EventTopic.objects.create(event=meeting, topic=about)
    EventRelation.objects.create(subject=meeting, type="follows", object=ceasefire)
    EventRelation.objects.create(subject=call, type="follows", object=meeting)
    agreement = AgreementFactory(slug="secret-agreement", name="Secret agreement", in_force_on="2020-10-01")
    ParticipationFactory(event=agreement, actor=russia, role="party")
    ProvisionFactory(slug="secret-provision", agreement=agreement, text="Secret promise")
    statement = StatementFactory(slug="secret-statement", name="Secret statement")
    ParticipationFactory(event=statement, actor=russia, role="speaker")
    StanceFactory(slug="secret-stance", statement=statement, target_event=ceasefire)


def _change() -> None:
    """Change them all."""
    for model in (Actor, Office, Event, Topic, Source):
        for record in model.objects.filter(slug__regex=r"^secret(-|$)"):
            record.name, record.description = f"{record.name} changed", "A secret libya"
            record.save()
    Provision.objects.filter(slug="secret-provision").update(text="Another promise", due_earliest="2020-11-01")
    Participation.objects.filter(event__slug="secret").update(role="mediator")


def _delete() -> None:
    """Delete them all."""
    EventRelation.objects.filter(object__slug="secret").delete()
    Stance.objects.filter(slug="secret-stance").delete()
    Provision.objects.filter(slug="secret-provision").delete()
    for model in (Event, Tenure, Office, Topic, Official, Source):
        model.objects.filter(slug__regex=r"^secret(-|$)").delete()


def test_drafts_cannot_be_asked_for(client: Client) -> None:
    _add()
    for path in ("search?q=secret", "topics?parent=libya&q=secret", "events?slug=secret,secret-agreement"):
        assert slugs(client, path) == [], path
    for path in (
        "events?participant=secret-official",
        "events?participant=wikidata:Q999999999",
        "events?topic=secret-topic",
        "events?source=secret-source",
        "officials?publisher=Secret publisher",
        "events?slug=secret",
        "events?code=SECRET",
        "events?exclude_code=SECRET",
        "events?cited_field=secret/field",
        "events?known_at=2100-01-01&slug=secret",
    ):
        answer = client.get(f"/api/v1/{path}")
        assert [error_item["code"] for error_item in answer.json()["errors"]] == ["unknown_value"], path
    for path in ("events?code=SECRE", "events?cited_field=secret", "officials?publisher=Secret"):
        # Nor is it what is suggested instead.
        assert [error_item.get("suggestions") for error_item in client.get(f"/api/v1/{path}").json()["errors"]] == [None], path
    for path in ("meetings/secret", "officials/secret-official", "topics/secret-topic", "tenures/secret-tenure"):
        for form in ("", "/versions", "?known_at=2100-01-01"):
            assert client.get(f"/api/v1/{path}{form}").status_code == 404, path
    assert client.get("/api/v1/actors/wikidata:Q999999999").status_code == 404
    assert client.get("/api/v1/relations/RUS/secret-official").status_code == 404
    assert Country.objects.public().filter(slug="RUS").exists()
