"""What a reader sees while documents are refreshed and rows are loaded part by part: at each moment, answers that agree."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from actors.importers.rows import LOADABLES as ACTORS
from actors.models import Actor, Country
from config.record.curation import transitions
from config.record.curation.consistency import findings
from config.record.documents import writer
from config.record.loading import loader
from config.record.loading.loader import load
from config.record.models import LogEntry
from config.record.values.choices import Operation
from events.importers.rows import LOADABLES as EVENTS
from tests.factories import CountryFactory, MeetingFactory, ParticipationFactory, published

pytestmark = pytest.mark.django_db


class Reader:
    """Follows the feed, and compares all that is said of each meeting."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.position = 0
        # By slug: the hash of its document, as the log told it last.
        self.followed: dict[str, str] = {}

    def read(self) -> dict[str, str]:
        """Return how each meeting calls its participant; fail where two answers do not agree."""
        self._follow()
        listed = self.client.get("/api/v1/meetings?limit=100")
        assert self.client.get("/api/v1/meetings?limit=100", headers={"If-None-Match": listed["ETag"]}).status_code == 304
        now = timezone.now().isoformat().replace("+", "%2B")
        documents = listed.json()["results"]
        assert self.client.get(f"/api/v1/meetings?limit=100&known_at={now}").json()["results"] == sorted(
            documents, key=lambda one: one["slug"]
        )
        for one in documents:
            answer = self.client.get(f"/api/v1/meetings/{one['slug']}")
            assert answer.json() == one
            assert answer["ETag"].strip('W/"') == self.followed[one["slug"]]
            versions = self.client.get(f"/api/v1/meetings/{one['slug']}/versions").json()["results"]
            assert [each["version"] for each in versions] == list(range(1, one["version"] + 1))
            assert versions[-1]["document"] == one
        assert self.followed.keys() == {one["slug"] for one in documents}
        assert not list(findings())
        return {one["slug"]: one["participations"][0]["actor"]["name"] for one in documents}

    def _follow(self) -> None:
        """Read on in the feed, which leaves out what was refreshed alone: together with that, no number is missing or late."""
        changes = self.client.get(f"/api/v1/changes?after={self.position}&limit=100").json()["results"]
        entries = LogEntry.objects.filter(sequence__gt=self.position).order_by("sequence")
        told = [(one.sequence, one.slug) for one in entries if one.operation != Operation.REFRESHED]
        assert [(one["sequence"], one["slug"]) for one in changes] == told
        assert [one.sequence for one in entries] == list(range(self.position + 1, self.position + 1 + len(entries)))
        self.position += len(entries)
        self.followed |= {one.slug: one.sha256 for one in entries if one.collection == "events"}


@pytest.fixture
def reader(client: Client) -> Reader:
    return Reader(client)


@pytest.fixture
def meetings() -> Country:
    """Five meetings of a country."""
    country = CountryFactory(slug="RUS", name="Russia")
    for slug in "abcde":
        meeting = MeetingFactory(slug=slug)
        ParticipationFactory(event=meeting, actor=country)
        published(meeting)
    return country  # type: ignore[return-value]


def test_after_a_rename_each_document_has_one_of_both_names(
    meetings: Country, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_AT_ONCE", 3)
    reader.read()
    meetings.name = "Russian Federation"
    meetings.save()
    transitions.amend({Actor: [meetings.pk]}, reason="Its full name")
    seen = [set(reader.read().values())]
    while writer.render_pending(2):
        seen.append(set(reader.read().values()))
    both = {"Russia", "Russian Federation"}
    assert seen == [{"Russia"}, both, both, {"Russian Federation"}]


def test_an_import_becomes_public_part_by_part(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "PART", 2)
    proof = [{"source": "report", "role": "supports"}]
    rows: list[dict[str, Any]] = [
        {"kind": "source", "slug": "report", "name": "A report", "date": "2020-10-27"},
        {"kind": "country", "slug": "TUR", "name": "Turkey", "status": "state", "citations": proof},
    ]
    rows += [
        {
            "kind": "meeting", "slug": slug, "name": slug, "start": "2020", "mode": "talks", "held_state": "held",
            "citations": proof, "participations": [{"actor": "TUR", "role": "participant"}],
        }
        for slug in "abc"
    ]  # fmt: skip
    seen: list[str] = []
    load_part = loader._Loader.load

    def load_and_read(self: Any, *arguments: Any) -> None:
        load_part(self, *arguments)
        seen.append("".join(sorted(reader.read())))

    monkeypatch.setattr(loader._Loader, "load", load_and_read)
    load(rows, (*ACTORS, *EVENTS), reason="Test")
    assert seen == ["", "ab", "abc"]
