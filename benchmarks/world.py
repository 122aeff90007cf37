"""A generated world of any size, the same on each run.

At scale 1 it has 249 countries, 2,000 organizations, 20,000 officials, 100,000 meetings, 30,000 agreements and 300,000
statements. Countries are as unevenly busy as words are frequent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from string import ascii_uppercase
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
from benchmarks.words import name, sentence, title, vocabulary, zipf

COUNTRIES: Final = 249
TOPICS: Final = 200
FIRST_DAY: Final = date(2000, 1, 1)
DAYS: Final = 9_600

FORMATS: Final = ("summit", "bilateral", "talks", "phone_call", "conference")
ROLES: Final = ("host", "participant", "observer", "mediator")
AGREEMENTS: Final = ("treaty", "memorandum", "protocol", "framework")
ORGANIZATIONS: Final = ("state_organ", "intergovernmental", "ngo", "coalition")
OFFICES: Final = ("minister", "envoy", "ambassador", "president", "spokesperson")
POSITIONS: Final = (-2, -1, 0, 1, 2)


@dataclass(frozen=True)
class MadeUp:
    """A world that is made up by lot."""

    scale: float

    def _size(self, whole: int, least: int = 1) -> int:
        return max(least, round(whole * self.scale))

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many records of each kind there are."""
        return {
            "organizations": self._size(2_000, 20), "officials": self._size(20_000, 100), "sources": self._size(10_000, 50),
            "meetings": self._size(100_000), "agreements": self._size(30_000), "statements": self._size(300_000),
        }  # fmt: skip

    @cached_property
    def _homes(self) -> list[int]:
        """The countries of the officials, in the order of their ids."""
        lot = Random("homes")
        return [_country(lot) for _ in range(self.sizes["officials"])]

    def countries(self) -> Iterator[Country]:
        """Return the countries."""
        lot = Random("countries")
        for number in range(1, COUNTRIES + 1):
            first, second = divmod(number + 25, 26)
            alpha2 = ascii_uppercase[first] + ascii_uppercase[second]
            yield Country(number, f"{alpha2}X", alpha2, f"{name(lot).split()[0]}land {number}")

    def organizations(self) -> Iterator[Organization]:
        """Return the organizations."""
        lot = Random("organizations")
        for number in range(1, self.sizes["organizations"] + 1):
            named = title(lot, 4)
            acronym = "".join(word[0] for word in named.split()).upper()
            yield Organization(number, named, acronym, lot.choice(ORGANIZATIONS), _country(lot))

    def officials(self) -> Iterator[Official]:
        """Return the officials, with one to three offices that each held in turn."""
        lot, tenures = Random("officials"), 0
        for number, home in enumerate(self._homes, 1):
            held, start = [], _day(lot)
            for _ in range(lot.choice((1, 1, 2, 3))):
                tenures += 1
                end = start + timedelta(lot.randrange(200, 2_500))
                body = lot.randint(1, self.sizes["organizations"]) if _happens(lot, 0.7) else None
                held.append(Tenure(tenures, lot.choice(OFFICES), body, start, end if _happens(lot, 0.8) else None))
                start = end + timedelta(1)
            yield Official(number, name(lot), home, held)

    def topics(self) -> Iterator[Topic]:
        """Return the topics."""
        for number, word in enumerate(vocabulary()[:TOPICS], 1):
            yield Topic(number, f"{word}-{number}", word.capitalize())

    def sources(self) -> Iterator[Source]:
        """Return the sources."""
        lot = Random("sources")
        for number in range(1, self.sizes["sources"] + 1):
            yield Source(number, title(lot, 6), title(lot, 2), f"https://example.org/documents/{number}", _day(lot))

    def meetings(self) -> Iterator[Meeting]:
        """Return the meetings, of two to six officials who are not all of one country."""
        lot = Random("meetings")
        for number in range(1, self.sizes["meetings"] + 1):
            participants = [Participant(one, self._homes[one - 1], lot.choice(ROLES)) for one in self._participants(lot)]
            topics = sorted({_topic(lot) for _ in range(lot.randint(1, 3))})
            yield Meeting(
                number, title(lot, 6), lot.choice(FORMATS), _day(lot), _country(lot), sentence(lot, 120),
                participants, topics, self._proof(lot),
            )  # fmt: skip

    def _participants(self, lot: Random) -> list[int]:
        while True:
            officials = lot.sample(range(1, self.sizes["officials"] + 1), lot.randint(2, 6))
            if len({self._homes[one - 1] for one in officials}) > 1:
                return officials

    def agreements(self) -> Iterator[Agreement]:
        """Return the agreements, of two to eight parties, with up to ten provisions."""
        lot = Random("agreements")
        for number in range(1, self.sizes["agreements"] + 1):
            signed, wanted, parties = _day(lot), lot.randint(2, 8), set[int]()
            while len(parties) < wanted:
                parties.add(_country(lot))
            provisions = [Provision(each, title(lot, 3), sentence(lot, 160)) for each in range(1, lot.randint(0, 10) + 1)]
            yield Agreement(
                number, title(lot, 7), lot.choice(AGREEMENTS), signed, _later(lot, signed, 0.8),
                [Party(party, _later(lot, signed, 0.7)) for party in sorted(parties)], provisions, self._proof(lot),
            )  # fmt: skip

    def statements(self) -> Iterator[Statement]:
        """Return the statements: where an official stands on an agreement, a meeting or a topic."""
        lot = Random("statements")
        for number in range(1, self.sizes["statements"] + 1):
            speaker = lot.randint(1, self.sizes["officials"])
            position = lot.choices(POSITIONS, (2, 3, 5, 6, 4))[0]
            (about,) = lot.choices(("agreement", "meeting", "topic"), (4, 3, 3))
            yield Statement(
                number, speaker, self._homes[speaker - 1], _day(lot), position,
                lot.randint(1, self.sizes["agreements"]) if about == "agreement" else None,
                lot.randint(1, self.sizes["meetings"]) if about == "meeting" else None,
                lot.randint(1, TOPICS) if about == "topic" else None,
                sentence(lot, 200), self._proof(lot),
            )  # fmt: skip

    def _proof(self, lot: Random) -> Proof:
        return Proof(lot.randint(1, self.sizes["sources"]), f"p. {lot.randint(1, 400)}")


def _country(lot: Random) -> int:
    return lot.choices(range(1, COUNTRIES + 1), cum_weights=zipf(COUNTRIES))[0]


def _topic(lot: Random) -> int:
    return lot.choices(range(1, TOPICS + 1), cum_weights=zipf(TOPICS))[0]


def _day(lot: Random) -> date:
    return FIRST_DAY + timedelta(lot.randrange(DAYS))


def _happens(lot: Random, often: float) -> bool:
    return lot.random() < often


def _later(lot: Random, day: date, often: float) -> date | None:
    """Return a day within two years after `day`, or none."""
    return day + timedelta(lot.randint(1, 700)) if _happens(lot, often) else None
