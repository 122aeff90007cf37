"""The world in the CSV files that all peers are loaded from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from benchmarks.records import (
    Agreement,
    Country,
    Meeting,
    Official,
    Organization,
    Participant,
    Party,
    Proof,
    Provision,
    Source,
    Statement,
    Tenure,
    Topic,
)

Line = dict[str, str]

# The peers' words, and Chancery's.
FORMATS: Final = {
    "summit": "summit",
    "bilateral": "bilateral",
    "working": "talks",
    "call": "phone_call",
    "conference": "conference",
}
ROLES: Final = {"host": "host", "guest": "participant", "observer": "observer", "mediator": "mediator"}
AGREEMENTS: Final = {"treaty": "treaty", "memorandum": "memorandum", "protocol": "protocol", "convention": "framework"}
ORGANIZATIONS: Final = {"ministry": "state_organ", "igo": "intergovernmental", "ngo": "ngo", "bloc": "coalition"}


class Belonging:
    """The lines of one file that belong to records of another, both in the order of the latter's ids."""

    def __init__(self, lines: Iterator[Line], key: str) -> None:
        self._groups = groupby((line for line in lines if line[key]), key=itemgetter(key))
        self._next = next(self._groups, None)

    def to(self, record: str) -> list[Line]:
        """Return the lines of the record with this id, which stands behind all that were asked for before."""
        if self._next is None or self._next[0] != record:
            return []
        lines = list(self._next[1])
        self._next = next(self._groups, None)
        return lines


@dataclass(frozen=True)
class Folder:
    """A world that is read from CSV files."""

    path: Path

    def _lines(self, table: str) -> Iterator[Line]:
        with (self.path / f"{table}.csv").open(newline="") as file:
            yield from csv.DictReader(file)

    def _belonging(self, table: str, key: str) -> Belonging:
        return Belonging(self._lines(table), key)

    def countries(self) -> Iterator[Country]:
        """Return the countries."""
        for line in self._lines("country"):
            yield Country(int(line["id"]), line["iso3"], line["iso2"], line["name"])

    def organizations(self) -> Iterator[Organization]:
        """Return the organizations."""
        for line in self._lines("organisation"):
            kind = ORGANIZATIONS[line["kind"]]
            yield Organization(int(line["id"]), line["name"], line["acronym"], kind, int(line["country_id"]))

    def officials(self) -> Iterator[Official]:
        """Return the officials."""
        tenures = self._belonging("tenure", "official_id")
        for line in self._lines("official"):
            held = [_tenure(each) for each in tenures.to(line["id"])]
            yield Official(int(line["id"]), line["name"], int(line["country_id"]), held)

    def topics(self) -> Iterator[Topic]:
        """Return the topics."""
        for line in self._lines("topic"):
            yield Topic(int(line["id"]), line["slug"], line["name"])

    def sources(self) -> Iterator[Source]:
        """Return the sources."""
        for line in self._lines("source"):
            published = date.fromisoformat(line["published"])
            yield Source(int(line["id"]), line["title"], line["publisher"], line["url"], published)

    def meetings(self) -> Iterator[Meeting]:
        """Return the meetings."""
        participants = self._belonging("meeting_participant", "meeting_id")
        topics, proof = self._belonging("meeting_topic", "meeting_id"), self._belonging("citation", "meeting_id")
        for line in self._lines("meeting"):
            key = line["id"]
            yield Meeting(
                int(key), line["title"], FORMATS[line["kind"]], date.fromisoformat(line["date"]), int(line["location_id"]),
                line["summary"],
                [Participant(int(p["official_id"]), int(p["country_id"]), ROLES[p["role"]]) for p in participants.to(key)],
                [int(topic["topic_id"]) for topic in topics.to(key)], _proof(proof.to(key)),
            )  # fmt: skip

    def agreements(self) -> Iterator[Agreement]:
        """Return the agreements."""
        parties, provisions = self._belonging("agreement_party", "agreement_id"), self._belonging("provision", "agreement_id")
        proof = self._belonging("citation", "agreement_id")
        for line in self._lines("agreement"):
            key = line["id"]
            yield Agreement(
                int(key),
                line["title"],
                AGREEMENTS[line["kind"]],
                date.fromisoformat(line["signed_date"]),
                _day(line["in_force_date"]),
                [Party(int(party["country_id"]), _day(party["ratified_date"])) for party in parties.to(key)],
                [Provision(int(each["number"]), each["heading"], each["text"]) for each in provisions.to(key)],
                _proof(proof.to(key)),
            )

    def statements(self) -> Iterator[Statement]:
        """Return the statements."""
        proof = self._belonging("citation", "statement_id")
        for line in self._lines("statement"):
            yield Statement(
                int(line["id"]), int(line["speaker_id"]), int(line["country_id"]), date.fromisoformat(line["date"]),
                int(line["stance"]), _number(line["agreement_id"]), _number(line["meeting_id"]), _number(line["topic_id"]),
                line["quote"], _proof(proof.to(line["id"])),
            )  # fmt: skip


def _tenure(line: Line) -> Tenure:
    start = date.fromisoformat(line["start_date"])
    return Tenure(int(line["id"]), line["office"], _number(line["organisation_id"]), start, _day(line["end_date"]))


def _proof(lines: list[Line]) -> Proof:
    (line,) = lines
    return Proof(int(line["source_id"]), line["locator"])


def _number(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
