"""The questions in the floor's addresses, and the answers in its bodies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from benchmarks.questions import Answer, Asked, meeting

ADDRESSES: Final = {
    "Q1": "/meeting/{meeting}",
    "Q2": "/meetings/{country}/{first}/{last}",
    "Q3": "/statements/{topic}/{position}/{last}",
    "Q4": "/words/{words}",
    "Q5": "/positions/{country}",
    "Q6": "/after/{day}/{statement}",
    "Q7": "/export/{low}/{high}",
    "Q8": "/together/{a}/{b}/{first}/{last}",
    "X1": "/discussed/{country}/{topic}/{first}/{last}",
    "X2": "/counted/{a}/{b}",
    "X3": "/stances/{topic}/{position}",
    "X4": "/words/{words}",
    "X5": "/beginning/{prefix}",
    "X6": "/in_force/{on}",
    "X7": "/relations/{a}/{b}",
    "X8": "/official/{official}",
}


class Floor:
    """The floor, as it is asked."""

    name = "floor"
    headers: Mapping[str, str] = {}

    def address(self, question: str, asked: Asked) -> str:
        """Return the address that asks `question`."""
        return ADDRESSES[question].format(**asked)

    def read(self, question: str, body: bytes) -> Answer:
        """Return the answer in `body`."""
        return _READERS.get(question, _keys)(body)


def _meeting(record: Any) -> tuple[Any, ...]:
    participants = [(one["official"]["id"], one["country"]["code"]) for one in record["participants"]]
    return meeting(record["id"], participants, [topic["slug"] for topic in record["topics"]])


def _relations(figures: Any) -> Answer:
    kinds: Counter[str] = Counter()
    years: Counter[int] = Counter()
    for one in figures["events"]:
        kinds[one["kind"]] += one["count"]
        years[one["year"]] += one["count"]
    shared = [tuple(one[name] for name in ("agreement", "meeting", "topic", "a", "b")) for one in figures["shared"]]
    return [*sorted(kinds.items()), *sorted(years.items()), *(one["id"] for one in figures["last"]), *shared]


def _keys(body: bytes) -> Answer:
    return [record["id"] for record in orjson.loads(body)]


_READERS: Final[Mapping[str, Callable[[bytes], Answer]]] = {
    "Q1": lambda body: [_meeting(orjson.loads(body))],
    "Q2": lambda body: [_meeting(record) for record in orjson.loads(body)],
    "Q3": lambda body: [(one["id"], one["speaker"]["name"], one["country"]["code"]) for one in orjson.loads(body)],
    "Q5": lambda body: sorted((one["year"], one["position"], one["count"]) for one in orjson.loads(body)),
    "Q7": lambda body: [orjson.loads(line)["id"] for line in body.splitlines()],
    "X1": lambda body: [(one["id"], one["title"], one["day"], one["format"]) for one in orjson.loads(body)],
    "X2": lambda body: sorted((one["kind"], one["year"], one["count"]) for one in orjson.loads(body)),
    "X6": lambda body: [(one["id"], tuple(sorted(party["code"] for party in one["parties"]))) for one in orjson.loads(body)],
    "X7": lambda body: _relations(orjson.loads(body)),
    "X8": lambda body: [(one["kind"], one["id"]) for one in orjson.loads(body)],
}
