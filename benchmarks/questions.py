"""The questions, once, in nobody's addresses: what is drawn by lot, and the right answer in plain SQL.

Answers are lists in the order that the question asks for. They are read from the floor's tables by other ways than the
floor goes: no full text, no row comparison, no JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from django.db import connection

from benchmarks.words import FREQUENT, RARE, vocabulary

Asked = Mapping[str, Any]
Answer = list[Any]

PAGE: Final = 50
EXPORTED: Final = 100_000
# As many targets as the relations of two actors show; and a day after all others of the world.
MAX_SHARED: Final = 100
LAST_DAY: Final = date(2030, 1, 1)


def meeting(key: int, participants: list[tuple[int, str]], topics: list[str]) -> tuple[Any, ...]:
    """Return a meeting as an answer: who took part, for which country, and its topics."""
    return key, tuple(sorted(participants)), tuple(sorted(topics))


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _keys(sql: str, *values: Any) -> Answer:
    return [key for (key,) in _rows(sql, *values)]


class Facts:
    """What must be known of a world to ask it something that it can answer."""

    def __init__(self) -> None:
        ((self.meetings,),) = _rows("SELECT max(id) FROM floor_meeting")
        ((self.statements,),) = _rows("SELECT max(id) FROM floor_statement")
        self.busy_countries = _keys(
            "SELECT c.code FROM floor_official o JOIN floor_country c ON c.id = o.country "
            "GROUP BY c.code ORDER BY count(*) DESC, c.code LIMIT 120"
        )
        self.positions = _rows(
            "SELECT t.slug, s.position FROM floor_statement s JOIN floor_topic t ON t.id = s.topic ORDER BY s.id LIMIT 20000"
        )
        self.deep = _rows(
            "SELECT id, day FROM floor_statement ORDER BY day DESC, id DESC LIMIT 2000 OFFSET %s", self.statements // 3
        )
        self.pairs = _rows(
            "SELECT DISTINCT ca.code, cb.code, m.day, m.id FROM floor_meeting m JOIN floor_participant a ON a.meeting = m.id "
            "JOIN floor_participant b ON b.meeting = m.id AND b.country > a.country JOIN floor_country ca ON ca.id = a.country "
            "JOIN floor_country cb ON cb.id = b.country WHERE m.id <= 5000 ORDER BY m.id, ca.code, cb.code"
        )
        big = {*self.busy_countries[:60]}
        self.big_pairs = sorted({(a, b) for a, b, _, _ in self.pairs if {a, b} <= big})
        self.discussed = _rows(
            "SELECT DISTINCT c.code, t.slug, m.day, m.id FROM floor_meeting m JOIN floor_participant p ON p.meeting = m.id "
            "JOIN floor_country c ON c.id = p.country JOIN floor_meeting_topic d ON d.meeting = m.id "
            "JOIN floor_topic t ON t.id = d.topic WHERE m.id <= 2000 ORDER BY m.id, c.code, t.slug"
        )
        self.topics = dict(_rows("SELECT id, slug FROM floor_topic"))
        self.officials = _keys("SELECT speaker FROM floor_statement ORDER BY id LIMIT 5000")


@dataclass(frozen=True)
class Question:
    """A question: its name, what it is, one drawing of what is asked, and the right answer."""

    name: str
    title: str
    draw: Callable[[Facts, Random], Asked]
    answer: Callable[[Asked], Answer]

    def draws(self, facts: Facts, count: int) -> list[Asked]:
        """Draw `count` times, the same each time."""
        lot = Random(self.name)
        return [self.draw(facts, lot) for _ in range(count)]


def _day(lot: Random) -> date:
    return date(2001, 1, 1) + timedelta(lot.randrange(8_400))


def _draw_meeting(facts: Facts, lot: Random) -> Asked:
    return {"meeting": lot.randint(1, facts.meetings)}


def _one_meeting(asked: Asked) -> Answer:
    key = asked["meeting"]
    participants = _rows(
        "SELECT p.official, c.code FROM floor_participant p JOIN floor_country c ON c.id = p.country WHERE p.meeting = %s", key
    )
    sql = "SELECT t.slug FROM floor_meeting_topic m JOIN floor_topic t ON t.id = m.topic WHERE m.meeting = %s"
    return [meeting(key, [(official, code) for official, code in participants], _keys(sql, key))]


def _draw_meetings(facts: Facts, lot: Random) -> Asked:
    first = _day(lot)
    return {"country": lot.choice(facts.busy_countries), "first": first, "last": first + timedelta(730)}


def _meetings(asked: Asked) -> Answer:
    keys = _keys(
        "SELECT id FROM floor_meeting WHERE day >= %s AND day <= %s AND id IN (SELECT p.meeting FROM floor_participant p "
        "JOIN floor_country c ON c.id = p.country WHERE c.code = %s) ORDER BY day DESC, id DESC LIMIT 50",
        str(asked["first"]),
        str(asked["last"]),
        asked["country"],
    )
    return [one for key in keys for one in _one_meeting({"meeting": key})]


def _draw_statements(facts: Facts, lot: Random) -> Asked:
    topic, position = lot.choice(facts.positions)
    return {"topic": topic, "position": position, "last": _day(lot) + timedelta(900)}


def _statements(asked: Asked) -> Answer:
    return _rows(
        "SELECT s.id, o.name, c.code FROM floor_statement s JOIN floor_official o ON o.id = s.speaker "
        "JOIN floor_country c ON c.id = s.country JOIN floor_topic t ON t.id = s.topic "
        "WHERE t.slug = %s AND s.position = %s AND s.day <= %s ORDER BY s.day DESC, s.id DESC LIMIT 50",
        asked["topic"],
        asked["position"],
        str(asked["last"]),
    )


def _draw_words(facts: Facts, lot: Random) -> Asked:
    words = [lot.choice(vocabulary()[FREQUENT:RARE])] if lot.random() < 1 / 2 else lot.sample(vocabulary()[150:400], 2)
    return {"words": "+".join(words)}


def _with_words(asked: Asked) -> Answer:
    words = [f"% {word} %" for word in asked["words"].split("+")]
    has = " AND ".join(["' ' || lower(replace(quote, '.', ' ')) LIKE %s"] * len(words))
    return _keys(f"SELECT id FROM floor_statement WHERE {has} ORDER BY day DESC, id DESC LIMIT 20", *words)


def _draw_country(facts: Facts, lot: Random) -> Asked:
    return {"country": lot.choice(facts.busy_countries)}


def _positions(asked: Asked) -> Answer:
    rows = _rows(
        "SELECT s.day, s.position FROM floor_statement s JOIN floor_country c ON c.id = s.country WHERE c.code = %s",
        asked["country"],
    )
    counted = Counter((int(str(day)[:4]), position) for day, position in rows)
    return sorted((*group, count) for group, count in counted.items())


def _draw_deep(facts: Facts, lot: Random) -> Asked:
    key, day = lot.choice(facts.deep)
    return {"statement": key, "day": day}


def _after(asked: Asked) -> Answer:
    day = str(asked["day"])
    return _keys(
        "SELECT id FROM floor_statement WHERE day < %s OR day = %s AND id < %s ORDER BY day DESC, id DESC LIMIT 50",
        day,
        day,
        asked["statement"],
    )


def _draw_range(facts: Facts, lot: Random) -> Asked:
    size = min(EXPORTED, max(1, facts.statements // 3))
    low = lot.randint(1, facts.statements - size + 1)
    return {"low": low, "high": low + size - 1}


def _exported(asked: Asked) -> Answer:
    return list(range(asked["low"], asked["high"] + 1))


def _draw_pair(facts: Facts, lot: Random) -> Asked:
    a, b, day, _ = lot.choice(facts.pairs)
    year = str(day)[:4]
    return {"a": a, "b": b, "first": f"{year}-01-01", "last": f"{year}-12-31"}


def _together(asked: Asked) -> Answer:
    took_part = "SELECT p.meeting FROM floor_participant p JOIN floor_country c ON c.id = p.country WHERE c.code = %s"
    return _keys(
        f"SELECT id FROM floor_meeting WHERE day >= %s AND day <= %s AND id IN ({took_part}) AND id IN ({took_part}) "
        "ORDER BY day DESC, id DESC LIMIT 200",
        asked["first"],
        asked["last"],
        asked["a"],
        asked["b"],
    )


def _draw_discussed(facts: Facts, lot: Random) -> Asked:
    country, topic, day, _ = lot.choice(facts.discussed)
    first = date.fromisoformat(str(day)) - timedelta(lot.randrange(2_190))
    return {"country": country, "topic": topic, "first": first, "last": first + timedelta(2_190)}


def _discussed(asked: Asked) -> Answer:
    rows = _rows(
        "SELECT id, title, day, format FROM floor_meeting WHERE day >= %s AND day <= %s "
        "AND id IN (SELECT p.meeting FROM floor_participant p JOIN floor_country c ON c.id = p.country WHERE c.code = %s) "
        "AND id IN (SELECT d.meeting FROM floor_meeting_topic d JOIN floor_topic t ON t.id = d.topic WHERE t.slug = %s) "
        "ORDER BY day DESC, id DESC LIMIT 50",
        str(asked["first"]), str(asked["last"]), asked["country"], asked["topic"],
    )  # fmt: skip
    return [(key, title, str(day), form) for key, title, day, form in rows]


def _draw_two(facts: Facts, lot: Random) -> Asked:
    a, b, _, _ = lot.choice(facts.pairs)
    return {"a": a, "b": b}


def _joint(asked: Asked) -> Counter[tuple[str, int]]:
    """Return how many meetings and agreements two countries have in common, by kind and year."""
    counted: Counter[tuple[str, int]] = Counter()
    for kind, event, day, part in (
        ("meeting", "floor_meeting", "day", "floor_participant p"),
        ("agreement", "floor_agreement", "signed", "floor_party p"),
    ):
        of = f"SELECT p.{kind} FROM {part} JOIN floor_country c ON c.id = p.country WHERE c.code = %s"
        days = _keys(f"SELECT {day} FROM {event} WHERE id IN ({of}) AND id IN ({of})", asked["a"], asked["b"])
        counted.update((kind, int(str(one)[:4])) for one in days)
    return counted


def _counted(asked: Asked) -> Answer:
    return sorted((*group, count) for group, count in _joint(asked).items())


def _draw_position(facts: Facts, lot: Random) -> Asked:
    topic, position = lot.choice(facts.positions)
    return {"topic": topic, "position": position}


def _stances(asked: Asked) -> Answer:
    return _keys(
        "SELECT s.id FROM floor_statement s JOIN floor_topic t ON t.id = s.topic WHERE t.slug = %s AND s.position = %s "
        "ORDER BY s.day DESC, s.id DESC LIMIT 50",
        asked["topic"], asked["position"],
    )  # fmt: skip


def _draw_common_words(facts: Facts, lot: Random) -> Asked:
    return {"words": "+".join(lot.sample(vocabulary()[:12], 3))}


def _draw_prefix(facts: Facts, lot: Random) -> Asked:
    return {"prefix": lot.choice(vocabulary()[:RARE])[:4]}


def _with_prefix(asked: Asked) -> Answer:
    words = "' ' || lower(replace(quote, '.', ' '))"
    sql = f"SELECT id FROM floor_statement WHERE {words} LIKE %s ORDER BY day DESC, id DESC LIMIT 20"
    return _keys(sql, f"% {asked['prefix']}%")


def _draw_day(facts: Facts, lot: Random) -> Asked:
    return {"on": _day(lot)}


def _in_force(asked: Asked) -> Answer:
    on = str(asked["on"])
    keys = _keys(
        "SELECT id FROM floor_agreement WHERE in_force <= %s OR in_force IS NULL AND signed <= %s "
        "ORDER BY signed DESC, id DESC LIMIT 50",
        on, on,
    )  # fmt: skip
    parties = "SELECT c.code FROM floor_party p JOIN floor_country c ON c.id = p.country WHERE p.agreement = %s ORDER BY c.code"
    return [(key, tuple(_keys(parties, key))) for key in keys]


def _draw_big(facts: Facts, lot: Random) -> Asked:
    a, b = lot.choice(facts.big_pairs)
    return {"a": a, "b": b, "on": LAST_DAY}


def _relations(asked: Asked) -> Answer:
    joint = _joint(asked)
    years: Counter[int] = Counter()
    for (_, year), count in joint.items():
        years[year] += count
    kinds = [(kind, sum(count for (one, _), count in joint.items() if one == kind)) for kind in ("agreement", "meeting")]
    together = "SELECT p.meeting FROM floor_participant p JOIN floor_country c ON c.id = p.country WHERE c.code = %s"
    last = _keys(
        f"SELECT id FROM floor_meeting WHERE id IN ({together}) AND id IN ({together}) ORDER BY day DESC, id DESC LIMIT 1",
        asked["a"], asked["b"],
    )  # fmt: skip
    return [*(one for one in kinds if one[1]), *sorted(years.items()), *last, *_shared_targets(asked)]


def _shared_targets(asked: Asked) -> Answer:
    """Return what both have taken a position on: which it was, and the last position of each."""
    last: dict[str, dict[tuple[int | None, ...], tuple[str, int, int]]] = {}
    for side in ("a", "b"):
        rows = _rows(
            "SELECT s.agreement, s.meeting, s.topic, s.day, s.id, s.position FROM floor_statement s "
            "JOIN floor_country c ON c.id = s.country WHERE c.code = %s",
            asked[side],
        )
        held = last.setdefault(side, {})
        for *target, day, key, position in rows:
            held[tuple(target)] = max(held.get(tuple(target), ("", 0, 0)), (str(day), key, position))
    shared = [(held, last["b"][target], target) for target, held in last["a"].items() if target in last["b"]]
    latest = sorted(shared, key=lambda one: one[0], reverse=True)[:MAX_SHARED]
    return [(*target, held[-1], other[-1]) for held, other, target in latest]


def _draw_official(facts: Facts, lot: Random) -> Asked:
    return {"official": lot.choice(facts.officials)}


def _of_official(asked: Asked) -> Answer:
    """Return what an official took part in: of one day, statements are newer than meetings."""
    rows = _rows(
        "SELECT day, 0 AS kind, id FROM floor_meeting WHERE id IN (SELECT meeting FROM floor_participant WHERE official = %s) "
        "UNION ALL SELECT day, 1 AS kind, id FROM floor_statement WHERE speaker = %s ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT 50",
        asked["official"], asked["official"],
    )  # fmt: skip
    return [(("meeting", "statement")[kind], key) for _, kind, key in rows]


QUESTIONS: Final = (
    Question("Q1", "one meeting, with participants and topics", _draw_meeting, _one_meeting),
    Question("Q2", "the 50 newest meetings of a country within two years", _draw_meetings, _meetings),
    Question("Q3", "50 statements by topic and position, up to a day", _draw_statements, _statements),
    Question("Q4", "full text: the 20 newest statements with one or two words", _draw_words, _with_words),
    Question("Q5", "the stances of a country, counted by year and position", _draw_country, _positions),
    Question("Q6", "a page of 50 statements, a third of the way down, by cursor", _draw_deep, _after),
    Question("Q7", "an export of 100,000 statements as JSON Lines", _draw_range, _exported),
    Question("Q8", "all meetings of two countries in a year", _draw_pair, _together),
    Question("X1", "four fields of the 50 newest meetings of a country on a topic in six years", _draw_discussed, _discussed),
    Question("X2", "the events of two countries, counted by kind and year", _draw_two, _counted),
    Question("X3", "the 50 newest stances on a topic with a position", _draw_position, _stances),
    Question("X4", "full text: the 20 newest statements with three common words", _draw_common_words, _with_words),
    Question("X5", "full text: the 20 newest statements with a word that begins with four letters", _draw_prefix, _with_prefix),
    Question("X6", "50 agreements in force on a day, with their parties", _draw_day, _in_force),
    Question("X7", "the relations of two large countries", _draw_big, _relations),
    Question("X8", "the 50 newest events of an official", _draw_official, _of_official),
)
