"""The records of a benchmark world: generated, or read from files.

They are plain and narrow. `benchmarks.chancery.rows` makes rows of Chancery's bulk writer of them, and
`benchmarks.floor.tables` the tables of the floor. Words for kinds and roles are those of Chancery's vocabularies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol


class Country(NamedTuple):
    id: int
    code: str
    alpha2: str
    name: str


class Organization(NamedTuple):
    id: int
    name: str
    acronym: str
    type: str
    country: int


class Tenure(NamedTuple):
    id: int
    office: str
    # None: an office of the official's country.
    organization: int | None
    start: date
    end: date | None


class Official(NamedTuple):
    id: int
    name: str
    country: int
    tenures: Sequence[Tenure]


class Topic(NamedTuple):
    id: int
    slug: str
    name: str


class Source(NamedTuple):
    id: int
    title: str
    publisher: str
    url: str
    published: date


class Proof(NamedTuple):
    source: int
    locator: str


class Participant(NamedTuple):
    official: int
    country: int
    role: str


class Meeting(NamedTuple):
    id: int
    title: str
    format: str
    day: date
    place: int
    summary: str
    participants: Sequence[Participant]
    topics: Sequence[int]
    proof: Proof


class Party(NamedTuple):
    country: int
    ratified: date | None


class Provision(NamedTuple):
    number: int
    heading: str
    text: str


class Agreement(NamedTuple):
    id: int
    title: str
    type: str
    signed: date
    in_force: date | None
    parties: Sequence[Party]
    provisions: Sequence[Provision]
    proof: Proof


class Statement(NamedTuple):
    id: int
    speaker: int
    country: int
    day: date
    position: int
    # The stance is about one of these.
    agreement: int | None
    meeting: int | None
    topic: int | None
    quote: str
    proof: Proof


class World(Protocol):
    """Protocol of a source of records: those of one kind in the order of their ids, from 1."""

    def countries(self) -> Iterator[Country]: ...
    def organizations(self) -> Iterator[Organization]: ...
    def officials(self) -> Iterator[Official]: ...
    def topics(self) -> Iterator[Topic]: ...
    def sources(self) -> Iterator[Source]: ...
    def meetings(self) -> Iterator[Meeting]: ...
    def agreements(self) -> Iterator[Agreement]: ...
    def statements(self) -> Iterator[Statement]: ...
