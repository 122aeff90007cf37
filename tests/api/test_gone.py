"""What was public and is gone says so: 410 with when and why, 308 where it leads on, and its past can still be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from actors.models import Actor
from config.api.headers import FRESH
from config.api_urls import COLLECTIONS
from config.exceptions import RecordError
from config.record.curation import transitions
from config.record.curation.merging import merge, rename
from config.record.models import Documented, LogEntry
from events.models import Event, Provision, Stance
from tests.api.asking import slugs
from tests.factories import (
    ActionFactory,
    AgreementFactory,
    CountryFactory,
    MeetingFactory,
    OfficeFactory,
    OfficialFactory,
    OrganizationFactory,
    ProvisionFactory,
    SourceFactory,
    StanceFactory,
    StatementFactory,
    TenureFactory,
    TopicFactory,
    published,
)

pytestmark = pytest.mark.django_db

# By collection: a record of it, and the collection that it is also in.
MAKERS: dict[str, tuple[Callable[..., Any], str]] = {
    "countries": (CountryFactory, "actors"),
    "organizations": (OrganizationFactory, "actors"),
    "officials": (OfficialFactory, "actors"),
    "offices": (OfficeFactory, ""),
    "tenures": (TenureFactory, ""),
    "meetings": (MeetingFactory, "events"),
    "agreements": (AgreementFactory, "events"),
    "statements": (StatementFactory, "events"),
    "actions": (ActionFactory, "events"),
    "topics": (TopicFactory, ""),
    "sources": (SourceFactory, ""),
}


def on(day: int) -> Any:
    return time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False)


def at(day: int) -> str:
    return f"known_at=2026-03-{day:02}T18:00:00Z"


def retract(record: Documented, day: int, reason: str = "It never happened") -> None:
    with on(day):
        transitions.retract({record._meta.concrete_model: [record.pk]}, reason=reason)  # type: ignore[dict-item]


def problem(path: str, slug: str, day: int, reason: str | None, code: str = "retracted") -> dict[str, Any]:
    collection = path.partition("/")[0].replace("relations", "actors")
    left = "versions leads to its former versions" if code == "retracted" else "its documents were erased"
    detail = f"“{slug}” was {code} on 2026-03-{day:02}; reason states why, and {left}."
    return {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": detail,
        "instance": f"/api/v1/{path.partition('?')[0]}",
        "errors": [{"code": code, "detail": detail}],
        "gone_at": f"2026-03-{day:02}T12:00:00Z",
        "reason": reason,
        "versions": f"/api/v1/{collection}/{slug}/versions",
    }


def gone(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json"), answer.content
    return {key: value for key, value in answer.json().items() if key != "request_id"}


def missing(client: Client, *paths: str) -> list[Any]:
    """Return the bodies of answers that are 404."""
    answers = [client.get(f"/api/v1/{path}") for path in paths]
    assert {answer.status_code for answer in answers} == {404}, [answer.content for answer in answers]
    return [{key: value for key, value in answer.json().items() if key != "request_id"} for answer in answers]


@pytest.fixture
def call() -> Event:
    with on(1):
        return published(MeetingFactory(slug="call", name="A call"))


@pytest.mark.parametrize("collection", MAKERS)
def test_every_sort_of_record_says_that_it_is_gone(client: Client, collection: str) -> None:
    make, wider = MAKERS[collection]
    with on(1):
        record = published(make(slug="it"))
        document = client.get(f"/api/v1/{collection}/it").json()
    retract(record, 7)
    for one in filter(None, (collection, wider)):
        assert gone(client, f"{one}/it") == problem(f"{one}/it", "it", 7, "It never happened")
        assert gone(client, f"{one}/it?{at(8)}") == gone(client, f"{one}/it")
        assert client.get(f"/api/v1/{one}/it?{at(2)}").json() == document
        assert "it" in slugs(client, f"{one}?{at(2)}")
        assert "it" not in slugs(client, one) + slugs(client, f"{one}?{at(8)}")
        entries = client.get(f"/api/v1/{one}/it/versions").json()["results"]
        assert [(entry["operation"], entry["reason"], entry["document"]) for entry in entries] == [
            ("created", "Test", document),
            ("retracted", "It never happened", None),
        ]
        (early,) = missing(client, f"{one}/it?known_at=2026-03-01T06:00:00Z")
        assert early["detail"] == "No such record was public at that time."
    for other in COLLECTIONS.keys() - {collection, wider}:
        assert missing(client, f"{other}/it", f"{other}/it/versions", f"{other}/it?{at(2)}")


def test_a_retracted_record_is_asked_for_like_one_that_is_there(call: Event, client: Client) -> None:
    etag = client.get("/api/v1/events/call")["ETag"]
    retract(call, 7)
    answer = client.get("/api/v1/events/call", headers={"If-None-Match": etag})
    assert answer.status_code == 410
    assert answer["Cache-Control"] == FRESH
    assert "ETag" not in answer
    head = client.head("/api/v1/events/call")
    assert (head.status_code, head.content) == (410, b"")
    assert client.get(f"/api/v1/events/call?{at(2)}", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/api/v1/events/call?nonsense=1").status_code == 400
    with on(9):
        transitions.restore({Event: [call.pk]}, reason="It did")
    assert client.get("/api/v1/events/call").json()["version"] == 3
    assert gone(client, f"events/call?{at(8)}") == problem("events/call", "call", 7, "It never happened")
    assert slugs(client, f"events?{at(8)}") == []
    assert client.get(f"/api/v1/events/call?{at(9)}").json()["version"] == 3


def test_a_part_goes_with_its_record_or_by_itself(client: Client) -> None:
    with on(1):
        agreement = AgreementFactory(slug="ceasefire")
        for number, slug in enumerate(("leave", "freeze"), 1):
            ProvisionFactory(slug=slug, agreement=agreement, order=number)
        published(agreement)
        statement = StatementFactory(slug="doubt")
        StanceFactory(slug="doubt-of-topic", statement=statement, target_topic=TopicFactory())
        published(statement)
        documents = [client.get(f"/api/v1/{one}").json() for one in ("provisions/leave", "stances/doubt-of-topic")]
    with on(5):
        transitions.remove_parts(Provision, [Provision.objects.get(slug="freeze").pk])
        transitions.amend({Event: [agreement.pk]}, reason="There was none")
    assert gone(client, "provisions/freeze") == problem("provisions/freeze", "freeze", 5, None)
    retract(agreement, 7)
    retract(statement, 8)
    for path, day, document in zip(("provisions/leave", "stances/doubt-of-topic"), (7, 8), documents, strict=True):
        assert gone(client, path) == problem(path, path.partition("/")[2], day, "It never happened")
        assert client.get(f"/api/v1/{path}?{at(2)}").json() == document
        assert [one["operation"] for one in client.get(f"/api/v1/{path}/versions").json()["results"]] == ["created", "retracted"]
    assert slugs(client, f"provisions?{at(2)}") == ["freeze", "leave"]
    assert slugs(client, f"provisions?{at(6)}") == ["leave"]


def _merge(call: Event) -> Event:
    winner = published(MeetingFactory(slug="the-call", name="The call"))
    merge(Event, loser=call.pk, winner=winner.pk, reason="The same call")
    return Event.objects.get(slug="the-call")


def _rename(call: Event) -> Event:
    rename(Event, call.pk, "the-call", reason="Clearer")
    return Event.objects.get(slug="the-call")


@pytest.mark.parametrize("step", [_merge, _rename])
def test_a_slug_that_leads_to_a_record_that_is_gone(call: Event, client: Client, step: Callable[[Event], Event]) -> None:
    with on(3):
        winner = step(call)
    assert client.get("/api/v1/meetings/call")["Location"] == "/api/v1/meetings/the-call"
    retract(winner, 7)
    assert gone(client, "events/call") == problem("events/call", "the-call", 7, "It never happened")
    assert gone(client, f"events/call?{at(8)}") == gone(client, "events/call")
    assert client.get(f"/api/v1/events/call?{at(2)}").json()["name"] == "A call"
    then = client.get(f"/api/v1/events/call?{at(5)}")
    assert (then.status_code, then["Location"]) == (308, f"/api/v1/events/the-call?{at(5)}")
    assert client.get(then["Location"]).json()["slug"] == "the-call"
    assert [one["operation"] for one in client.get("/api/v1/events/call/versions").json()["results"]] == ["created", "merged"]
    with pytest.raises(RecordError):
        rename(Event, winner.pk, "a-third", reason="Clearer")
    assert missing(client, "agreements/call", "agreements/call/versions", f"agreements/call?{at(2)}")


def test_a_short_slug_leads_on_from_its_versions(client: Client) -> None:
    official = OfficialFactory(slug="official")
    official.identifiers.create(scheme="v", value="v")
    published(official)
    assert client.get("/api/v1/officials/v:v/versions")["Location"] == "/api/v1/officials/official/versions"
    rename(Actor, official.pk, "v", reason="Shorter")
    retract(official, 7)
    assert gone(client, "actors/official")["versions"] == "/api/v1/actors/v/versions"


def test_a_code_of_a_record_that_is_gone_is_known_if_it_was_public(client: Client) -> None:
    with on(1):
        official = OfficialFactory(slug="official")
        official.identifiers.create(scheme="wikidata", value="Q1")
        published(official)
    hidden = [
        f"{name}/{code}{form}"
        for name in ("officials", "actors")
        for code in ("wikidata:Q2", "Q2")
        for form in ("", "/versions", f"?{at(2)}")
    ]
    never = missing(client, *hidden)
    retract(official, 7)
    official.identifiers.create(scheme="wikidata", value="Q2")
    assert missing(client, *hidden) == never
    for collection in ("officials", "actors"):
        code = f"{collection}/wikidata:Q1"
        assert gone(client, code) == problem(code, "official", 7, "It never happened")
        for form in ("/versions", f"?{at(2)}"):
            answer = client.get(f"/api/v1/{code}{form}")
            assert (answer.status_code, answer["Location"]) == (308, f"/api/v1/{collection}/official{form}")
        for name in ("q1", "OFFICIAL"):
            assert gone(client, f"{collection}/{name}") == problem(f"{collection}/{name}", "official", 7, "It never happened")
    assert missing(client, "countries/wikidata:Q1")
    with on(8):
        transitions.erase(Actor, official.pk, reason="A court order")
    assert missing(client, "officials/wikidata:Q1", "officials/Q1", "actors/wikidata:Q1/versions")


def test_relations_with_an_actor_that_is_gone(client: Client) -> None:
    with on(1):
        for slug in ("here", "there"):
            published(OfficialFactory(slug=slug))
    retract(Actor.objects.get(slug="there"), 7)
    for path in ("relations/here/there", "relations/there/here"):
        assert gone(client, path) == problem(path, "there", 7, "It never happened")
    never = missing(client, "relations/here/draft")
    OfficialFactory(slug="draft")
    assert missing(client, "relations/here/draft") == never


def test_a_draft_is_answered_like_what_never_was(client: Client) -> None:
    forms = ("", "/versions", f"?{at(2)}", "?known_at=2100-01-01")
    paths = [f"{name}/{slug}{form}" for name in ("events", "meetings") for slug in ("draft", "it") for form in forms]
    never = missing(client, *paths)
    draft = MeetingFactory(slug="draft")
    assert missing(client, *paths) == never
    transitions.submit({Event: [draft.pk]})
    assert missing(client, *paths) == never
    rename(Event, draft.pk, "it", reason="")
    assert missing(client, *paths) == never
    with pytest.raises(RecordError):
        transitions.erase(Event, draft.pk, reason="A court order")
    assert list(LogEntry.objects.filter(collection="events")) == []


def test_a_draft_with_the_slug_of_a_removed_part_changes_nothing(client: Client) -> None:
    agreement = AgreementFactory()
    part = ProvisionFactory(slug="leave", agreement=agreement)
    with on(1):
        published(agreement)
    with on(5):
        transitions.remove_parts(Provision, [part.pk], reason="There was none")
        transitions.amend({Event: [agreement.pk]}, reason="There was none")
    before = gone(client, "provisions/leave")
    ProvisionFactory(slug="leave", agreement=AgreementFactory())
    assert gone(client, "provisions/leave") == before


def test_the_feed_tells_what_the_versions_tell(call: Event, client: Client) -> None:
    retract(call, 7)
    feed = client.get("/api/v1/changes?limit=200").json()["results"]
    reported = [one for one in feed if (one["collection"], one["slug"]) == ("events", "call")]
    assert reported == client.get("/api/v1/events/call/versions").json()["results"]
    assert [one["document"] and one["document"]["name"] for one in reported] == ["A call", None]


def test_of_an_erased_record_no_body_is_left_anywhere(client: Client) -> None:
    with on(1):
        statement = StatementFactory(slug="first", text="A secret word")
        StanceFactory(slug="stance", statement=statement, target_topic=TopicFactory(), note="A secret note")
        StanceFactory(slug="removed", statement=statement, target_topic=TopicFactory(), note="A secret note")
        published(statement)
        other = published(StatementFactory(slug="other", text="A secret word"))
    with on(2):
        transitions.remove_parts(Stance, [Stance.objects.get(slug="removed").pk])
        transitions.amend({Event: [statement.pk]}, reason="Wrong")
        merge(Event, loser=other.pk, winner=statement.pk, reason="The same")
        rename(Event, statement.pk, "last", reason="Clearer")
    with on(5):
        transitions.erase(Event, statement.pk, reason="A court order")
    for path in ("events/first", "statements/other", "events/last", "stances/stance", "stances/removed"):
        for moment in ("", f"?{at(1)}", f"?{at(5)}") if path != "events/last" else ("", f"?{at(3)}"):
            expected = problem(path, path.partition("/")[2], 5, "A court order", "erased")
            assert gone(client, path + moment) == expected, path + moment
        entries = client.get(f"/api/v1/{path}/versions").json()["results"]
        assert {entry["document"] for entry in entries} == {None}
        assert (entries[-1]["operation"], entries[-1]["reason"]) == ("erased", "A court order")
        assert all(len(entry["sha256"]) == 64 for entry in entries if entry["operation"] == "created")
    assert "stance" not in slugs(client, f"stances?{at(1)}")
    every = [f"{name}?limit=200{moment}" for name in COLLECTIONS for moment in ("", f"&{at(1)}", f"&{at(3)}")]
    for path in (*every, "changes?limit=200", "search?q=secret"):
        assert b"secret" not in client.get(f"/api/v1/{path}").content, path
