"""Every document shows its proof: parts their own or their record's, and each citation enough of its source to look it up."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from config.record.curation import transitions
from config.record.curation.consistency import findings
from config.record.models import LogEntry
from config.sources.models import Source
from events.models import Event
from tests.factories import (
    AgreementFactory,
    ProvisionFactory,
    SourceFactory,
    StanceFactory,
    StatementFactory,
    TopicFactory,
    cited,
    published,
)

pytestmark = pytest.mark.django_db

REPORT = {
    "slug": "report",
    "kind": "source",
    "name": "A report",
    "publisher": "The paper",
    "date": "2020-10",
    "url": "https://paper.example/report",
}


@pytest.fixture
def report() -> Source:
    return SourceFactory(**{key: value for key, value in REPORT.items() if key != "kind"})  # type: ignore[return-value]


def citation(field: str | None, role: str = "supports", source: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("claim", "quote", "locator", "attribution", "note"))
    return {"source": source or REPORT, "role": role, "field": field, **blank, "is_inferred": False} | more


def agreement(report: Source, *citations: dict[str, Any]) -> Event:
    made = AgreementFactory(slug="ceasefire")
    for number, slug in enumerate(("leave", "leave-later"), 1):
        ProvisionFactory(slug=slug, agreement=made, order=number)
    for one in citations:
        cited(made, source=report, **one)
    return published(made)


def shown(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["citations"]


def test_a_part_shows_the_proof_of_its_own(report: Source, client: Client) -> None:
    agreement(
        report,
        {},
        {"field": "start"},
        {"field": "provisions/leave", "quote": "they leave", "locator": "p. 2"},
        {"field": "provisions/leave/due"},
        {"field": "provisions"},
    )
    assert shown(client, "provisions/leave") == [citation(None, quote="they leave", locator="p. 2"), citation("due")]
    assert shown(client, "provisions/leave-later") == [citation("agreement"), citation("agreement/provisions")]
    whole = client.get("/api/v1/agreements/ceasefire").json()
    assert whole["provisions"] == [client.get(f"/api/v1/provisions/{slug}").json() for slug in ("leave", "leave-later")]
    assert [one["field"] for one in whole["citations"]] == [
        None,
        "start",
        "provisions/leave",
        "provisions/leave/due",
        "provisions",
    ]
    assert list(findings()) == []


def test_a_part_whose_own_citations_do_not_support_it_shows_what_does(report: Source, client: Client) -> None:
    agreement(
        report,
        {"field": "start"},
        {"field": "provisions/leave", "role": "context"},
        {"field": "provisions/leave/due"},
        {"role": "context"},
        {"field": "provisions/leave-later", "role": "contradicts", "claim": "Nobody leaves."},
    )
    assert shown(client, "provisions/leave") == [
        citation(None, "context"),
        citation("due"),
        citation("agreement", "context"),
    ]
    assert shown(client, "provisions/leave-later") == [
        citation(None, "contradicts", claim="Nobody leaves."),
        citation("agreement/start"),
        citation("agreement/provisions/leave", "context"),
        citation("agreement/provisions/leave/due"),
        citation("agreement", "context"),
    ]


def test_a_stance_shows_its_proof_and_that_of_its_statement(report: Source, client: Client) -> None:
    statement = StatementFactory(slug="doubt")
    for number in (1, 2):
        StanceFactory(slug=f"doubt-{number}", statement=statement, target_topic=TopicFactory())
    cited(statement, source=report)
    cited(statement, source=report, field="stances/doubt-2", quote="no credibility")
    published(statement)
    assert shown(client, "stances/doubt-1") == [citation("statement")]
    assert shown(client, "stances/doubt-2") == [citation(None, quote="no credibility")]
    whole = client.get("/api/v1/statements/doubt").json()
    assert whole["stances"] == [client.get(f"/api/v1/stances/doubt-{number}").json() for number in (1, 2)]


def test_citations_follow_those_of_the_record(report: Source, client: Client) -> None:
    made = agreement(report, {})
    cited(made, source=report, field="provisions/leave")
    transitions.amend({Event: [made.pk]}, reason="Where it stands")
    assert shown(client, "provisions/leave") == [citation(None)]
    assert shown(client, "provisions/leave-later") == [citation("agreement")]
    assert list(findings()) == []


def test_what_cites_a_source_follows_its_address_and_date(report: Source, client: Client) -> None:
    made = agreement(report, {})
    made.provisions.get(slug="leave").reviews.create(status="fulfilled", date="2020-12", source=report)
    transitions.amend({Event: [made.pk]}, reason="Reviewed")
    head = LogEntry.objects.order_by("-sequence").values_list("sequence", flat=True)[0]
    for change in ({"url": "https://paper.example/moved"}, {"date": "2020-10-28"}, {"publisher": ""}):
        Source.objects.filter(pk=report.pk).update(**change)
        Source.objects.get(pk=report.pk).save()
        transitions.amend({Source: [report.pk]}, reason="Corrected")
        source = REPORT | {key: value or None for key, value in change.items()}
        for path in ("provisions/leave", "provisions/leave-later", "agreements/ceasefire"):
            (one,) = shown(client, path)
            assert {key: one["source"][key] for key in change} == {key: source[key] for key in change}, path
        review = client.get("/api/v1/provisions/leave").json()["reviews"][0]
        assert review["source"] == one["source"]
        entries = LogEntry.objects.filter(sequence__gt=head).order_by("sequence")
        reported = [(one.operation, one.collection, one.slug, one.cause) for one in entries]
        assert reported == [
            ("updated", "sources", "report", ""),
            ("refreshed", "provisions", "leave", "sources:report"),
            ("refreshed", "provisions", "leave-later", "sources:report"),
            ("refreshed", "events", "ceasefire", "sources:report"),
        ]
        head = entries.last().sequence  # type: ignore[union-attr]
    Source.objects.filter(pk=report.pk).update(licence="CC BY 4.0")
    transitions.amend({Source: [report.pk]}, reason="Licence")
    assert [one.collection for one in LogEntry.objects.filter(sequence__gt=head)] == ["sources"]
    assert list(findings()) == []


@pytest.mark.usefixtures("sample")
def test_every_part_of_the_sample_is_proved(client: Client) -> None:
    for collection in ("provisions", "stances"):
        parts = client.get(f"/api/v1/{collection}?limit=200").json()["results"]
        assert parts
        assert [one["slug"] for one in parts if not any(cited["role"] == "supports" for cited in one["citations"])] == []
