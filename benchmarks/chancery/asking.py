"""The questions in Chancery's addresses, and the answers in its bodies."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
from django.test import Client

from benchmarks.questions import Answer, Asked, Facts, meeting
from events.models import Statement

STATEMENTS: Final = "/api/v1/statements"
# As from behind a proxy that ends TLS.
HEADERS: Final = {"X-Forwarded-Proto": "https"}
ADDRESSES: Final = {
    "Q1": "/api/v1/meetings/meeting-{meeting}",
    "Q2": "/api/v1/meetings?participant={country}&date_after={first}&date_before={last}&limit=50",
    "Q3": STATEMENTS + "?about={topic}&position={position}&date_before={last}&limit=50",
    "Q4": STATEMENTS + "?q={words}&limit=20",
    "Q5": "/api/v1/stances/counts?holder={country}&by=year,position",
    "Q6": STATEMENTS + "?limit=50&cursor={cursor}",
    "Q7": "/api/v1/exports/statements?order=slug&slug_min=statement-{low:07d}&slug_max=statement-{high:07d}",
    "Q8": "/api/v1/meetings?participant={a}&participant={b}&date_after={first}&date_before={last}&limit=200",
    "X1": "/api/v1/meetings?participant={country}&topic={topic}&date_after={first}&date_before={last}"
    "&fields=external_id,name,start,mode&limit=50",
    "X2": "/api/v1/events/counts?participant={a}&participant={b}&by=kind,year",
    "X3": "/api/v1/stances?about={topic}&position={position}&order=-date&limit=50",
    "X4": STATEMENTS + "?q={words}&limit=20",
    "X5": STATEMENTS + "?q={prefix}*&limit=20",
    "X6": "/api/v1/agreements?as_of={on}&limit=50",
    "X7": "/api/v1/relations/{a}/{b}?as_of={on}",
    "X8": "/api/v1/events?participant={official}&limit=50",
}


class Chancery:
    """Chancery, as it is asked."""

    name = "chancery"
    headers: Mapping[str, str] = HEADERS

    def __init__(self, facts: Facts) -> None:
        self._check = cursor_check()
        numbers = [str(key) for key, _ in facts.deep]
        self._topics = {topic: key for key, topic in facts.topics.items()}
        found = Statement.objects.filter(dataset="statements", external_id__in=numbers).values_list("external_id", "pk")
        self._keys = {int(number): key for number, key in found}

    def address(self, question: str, asked: Asked) -> str:
        """Return the address that asks `question`."""
        if "day" in asked:
            asked = {"cursor": self._cursor(asked)}
        return ADDRESSES[question].format(**asked)

    def _cursor(self, asked: Asked) -> str:
        """Return the cursor of the page after a statement."""
        cursor = orjson.dumps([self._check, "next", [str(asked["day"]), self._keys[asked["statement"]]]])
        return base64.urlsafe_b64encode(cursor).decode().rstrip("=")

    def read(self, question: str, body: bytes) -> Answer:
        """Return the answer in `body`."""
        if question == "X7":
            return self._relations(orjson.loads(body))
        return _READERS.get(question, _numbers)(body)

    def _relations(self, figures: Any) -> Answer:
        by_kind = [(one["kind"], one["count"]) for one in figures["by_kind"]]
        by_year = [(one["year"], one["count"]) for one in figures["by_year"]]
        last = [_number(figures["last_meeting"])] if figures["last_meeting"] else []
        return [*by_kind, *by_year, *last, *map(self._shared, figures["shared_targets"])]

    def _shared(self, one: Any) -> tuple[int | None, ...]:
        target = one["target"]
        kind = target["kind"]
        agreement, meeting = (_number(target) if kind == sort else None for sort in ("agreement", "meeting"))
        return agreement, meeting, self._topics[target["slug"]] if kind == "topic" else None, one["a"], one["b"]


class GzipClient(Chancery):
    """Chancery, as browsers and most HTTP libraries ask it."""

    name = "gzip"
    headers: Mapping[str, str] = HEADERS | {"Accept-Encoding": "gzip"}


def cursor_check() -> str:
    """Return the beginning of every cursor of the list of statements, which identifies the list."""
    page: dict[str, Any] = Client().get(STATEMENTS, {"limit": 1}).json()
    (cursor,) = parse_qs(urlsplit(page["next"]).query)["cursor"]
    check: str = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    return check


def _meeting(record: Any) -> tuple[Any, ...]:
    participants = [(int(one["actor"]["slug"]), one["on_behalf_of"]["slug"]) for one in record["participations"]]
    return meeting(int(record["external_id"]), participants, [topic["slug"] for topic in record["topics"]])


def _speaker(record: Any) -> tuple[int, str, str]:
    (spoken,) = record["participations"]
    return int(record["external_id"]), spoken["actor"]["name"], spoken["on_behalf_of"]["slug"]


def _number(record: Any) -> int:
    """Return the number of a record of the world, in which its slug ends."""
    return int(record["slug"].rpartition("-")[2])


def _numbers(body: bytes) -> Answer:
    return [int(record["external_id"]) for record in orjson.loads(body)["results"]]


_READERS: Final[Mapping[str, Callable[[bytes], Answer]]] = {
    "Q1": lambda body: [_meeting(orjson.loads(body))],
    "Q2": lambda body: [_meeting(record) for record in orjson.loads(body)["results"]],
    "Q3": lambda body: [_speaker(record) for record in orjson.loads(body)["results"]],
    "Q5": lambda body: sorted((one["year"], one["position"], one["count"]) for one in orjson.loads(body)["groups"]),
    "Q7": lambda body: [int(orjson.loads(line)["external_id"]) for line in body.splitlines()[:-1]],
    "X1": lambda body: [
        (int(one["external_id"]), one["name"], one["start"], one["mode"]) for one in orjson.loads(body)["results"]
    ],
    "X2": lambda body: sorted((one["kind"], one["year"], one["count"]) for one in orjson.loads(body)["groups"]),
    "X3": lambda body: [_number(one["statement"]) for one in orjson.loads(body)["results"]],
    "X6": lambda body: [
        (_number(one), tuple(sorted(each["actor"]["slug"] for each in one["participations"])))
        for one in orjson.loads(body)["results"]
    ],
    "X8": lambda body: [(one["kind"], _number(one)) for one in orjson.loads(body)["results"]],
}
