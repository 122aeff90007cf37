"""The floor on SQLite, by the module that comes with Python. Each answer but an export is one value: JSON, as text."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from typing import Final

_MEETING: Final = """json_object(
    'id', m.id, 'title', m.title, 'format', m.format, 'day', m.day, 'place', m.place, 'summary', m.summary,
    'participants', (
        SELECT json_group_array(json_object(
            'role', p.role, 'official', json_object('id', o.id, 'name', o.name),
            'country', json_object('code', c.code, 'name', c.name)))
        FROM floor_participant p JOIN floor_official o ON o.id = p.official JOIN floor_country c ON c.id = p.country
        WHERE p.meeting = m.id),
    'topics', (
        SELECT json_group_array(json_object('slug', t.slug, 'name', t.name))
        FROM floor_meeting_topic mt JOIN floor_topic t ON t.id = mt.topic WHERE mt.meeting = m.id))"""
_STATEMENT: Final = """json_object(
    'id', s.id, 'speaker', s.speaker, 'country', s.country, 'day', s.day, 'position', s.position, 'agreement', s.agreement,
    'meeting', s.meeting, 'topic', s.topic, 'quote', s.quote)"""
_COUNTRY: Final = "(SELECT id FROM floor_country WHERE code = {})"
_TOPIC: Final = "(SELECT id FROM floor_topic WHERE slug = {})"
_BOTH: Final = (
    "SELECT one.{part} FROM floor_{parts} one JOIN floor_{parts} other USING ({part}) "
    "WHERE one.country = {a} AND other.country = {b}"
)
_A, _B = _COUNTRY.format("?1"), _COUNTRY.format("?2")
_MEETINGS_OF_BOTH: Final = _BOTH.format(part="meeting", parts="participant", a=_A, b=_B)
_AGREEMENTS_OF_BOTH: Final = _BOTH.format(part="agreement", parts="party", a=_A, b=_B)
# How many events two countries have in common.
_JOINT: Final = (
    "SELECT 'meeting' AS kind, CAST(substr(day, 1, 4) AS integer) AS year, count(*) AS count FROM floor_meeting "
    f"WHERE id IN ({_MEETINGS_OF_BOTH}) GROUP BY 2 UNION ALL "
    "SELECT 'agreement', CAST(substr(signed, 1, 4) AS integer), count(*) FROM floor_agreement "
    f"WHERE id IN ({_AGREEMENTS_OF_BOTH}) GROUP BY 2"
)
_LAST: Final = f"SELECT id FROM floor_meeting WHERE id IN ({_MEETINGS_OF_BOTH}) ORDER BY day DESC, id DESC LIMIT 1"
# The last position of each of two countries on what both have taken one on.
_HELD: Final = (
    "SELECT *, CASE WHEN agreement IS NOT NULL THEN agreement * 4 WHEN meeting IS NOT NULL THEN meeting * 4 + 1 "
    "ELSE topic * 4 + 2 END AS target FROM floor_statement WHERE country = {}"
)
_LAST_HELD: Final = (
    "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY target ORDER BY day DESC, id DESC) AS place FROM ({}) held) held "
    "WHERE place = 1"
)
_SHARED: Final = (
    "SELECT a.agreement, a.meeting, a.topic, a.position AS a, b.position AS b "
    f"FROM ({_LAST_HELD.format(_HELD.format(_A))}) a JOIN ({_LAST_HELD.format(_HELD.format(_B))}) b USING (target) "
    "ORDER BY a.day DESC, a.id DESC LIMIT 100"
)
_GROUP: Final = "json_object('kind', kind, 'year', year, 'count', count)"


def _all(row: str, rows: str) -> str:
    """Return the SQL of a list: aggregates take their rows in the order of the subquery."""
    return f"SELECT json_group_array(json(row)) FROM (SELECT {row} AS row {rows})"


SQL: Final = {
    "meeting": f"SELECT {_MEETING} FROM floor_meeting m WHERE m.id = ?1",
    "meetings": _all(
        _MEETING,
        "FROM floor_meeting m WHERE m.day BETWEEN ?2 AND ?3 AND EXISTS (SELECT 1 FROM floor_participant p "
        f"WHERE p.meeting = m.id AND p.country = {_COUNTRY.format('?1')}) ORDER BY m.day DESC, m.id DESC LIMIT 50",
    ),
    "statements": _all(
        "json_object('id', s.id, 'day', s.day, 'position', s.position, 'topic', s.topic, 'quote', s.quote, "
        "'speaker', json_object('id', o.id, 'name', o.name), 'country', json_object('code', c.code, 'name', c.name))",
        "FROM floor_statement s JOIN floor_official o ON o.id = s.speaker JOIN floor_country c ON c.id = s.country "
        "WHERE s.topic = (SELECT id FROM floor_topic WHERE slug = ?1) AND s.position = ?2 AND s.day <= ?3 "
        "ORDER BY s.day DESC, s.id DESC LIMIT 50",
    ),
    "words": _all(
        _STATEMENT,
        "FROM floor_statement s WHERE s.id IN (SELECT rowid FROM floor_words WHERE floor_words MATCH ?1) "
        "ORDER BY s.day DESC, s.id DESC LIMIT 20",
    ),
    "positions": _all(
        "json_object('year', year, 'position', position, 'count', count)",
        "FROM (SELECT CAST(substr(day, 1, 4) AS integer) AS year, position, count(*) AS count FROM floor_statement "
        f"WHERE country = {_COUNTRY.format('?1')} GROUP BY 1, 2)",
    ),
    "after": _all(_STATEMENT, "FROM floor_statement s WHERE (s.day, s.id) < (?1, ?2) ORDER BY s.day DESC, s.id DESC LIMIT 50"),
    "together": _all(
        "json_object('id', id, 'title', title, 'format', format, 'day', day, 'place', place)",
        "FROM floor_meeting WHERE day BETWEEN ?3 AND ?4 AND id IN ("
        "SELECT a.meeting FROM floor_participant a JOIN floor_participant b USING (meeting) "
        f"WHERE a.country = {_COUNTRY.format('?1')} AND b.country = {_COUNTRY.format('?2')}) "
        "ORDER BY day DESC, id DESC LIMIT 200",
    ),
    "discussed": _all(
        "json_object('id', m.id, 'title', m.title, 'day', m.day, 'format', m.format)",
        "FROM floor_meeting m WHERE m.day BETWEEN ?3 AND ?4 "
        f"AND m.id IN (SELECT d.meeting FROM floor_meeting_topic d JOIN floor_participant p USING (meeting) "
        f"WHERE d.topic = {_TOPIC.format('?2')} AND p.country = {_COUNTRY.format('?1')}) "
        "ORDER BY m.day DESC, m.id DESC LIMIT 50",
    ),
    "counted": _all(_GROUP, f"FROM ({_JOINT})"),
    "stances": _all(
        _STATEMENT,
        f"FROM floor_statement s WHERE s.topic = {_TOPIC.format('?1')} AND s.position = ?2 "
        "ORDER BY s.day DESC, s.id DESC LIMIT 50",
    ),
    "beginning": _all(
        _STATEMENT,
        "FROM floor_statement s WHERE s.id IN (SELECT rowid FROM floor_words WHERE floor_words MATCH ?1 || '*') "
        "ORDER BY s.day DESC, s.id DESC LIMIT 20",
    ),
    "in_force": _all(
        "json_object('id', a.id, 'title', a.title, 'type', a.type, 'signed', a.signed, 'in_force', a.in_force, 'parties', ("
        "SELECT json_group_array(json_object('code', c.code, 'name', c.name)) FROM floor_party p "
        "JOIN floor_country c ON c.id = p.country WHERE p.agreement = a.id))",
        "FROM floor_agreement a WHERE a.in_force <= ?1 OR a.in_force IS NULL AND a.signed <= ?1 "
        "ORDER BY a.signed DESC, a.id DESC LIMIT 50",
    ),
    "relations": (
        f"SELECT json_object('events', (SELECT json_group_array({_GROUP}) FROM ({_JOINT})), "
        f"'last', (SELECT json_group_array(json_object('id', id)) FROM ({_LAST})), "
        "'shared', (SELECT json_group_array(json_object("
        f"'agreement', agreement, 'meeting', meeting, 'topic', topic, 'a', a, 'b', b)) FROM ({_SHARED})))"
    ),
    "official": _all(
        "json_object('kind', kind, 'id', id, 'title', title, 'day', day)",
        "FROM (SELECT 'meeting' AS kind, m.id, m.title, m.day FROM floor_participant p "
        "JOIN floor_meeting m ON m.id = p.meeting WHERE p.official = ?1 UNION ALL "
        "SELECT 'statement', s.id, s.quote, s.day FROM floor_statement s WHERE s.speaker = ?1) "
        "ORDER BY day DESC, kind DESC, id DESC LIMIT 50",
    ),
}
_EXPORT: Final = f"SELECT {_STATEMENT} FROM floor_statement s WHERE id BETWEEN ?1 AND ?2 ORDER BY id"
_CHUNK: Final = 200


class SQLite:
    """One connection. What is asked is text, which SQLite compares as the columns are declared."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)

    async def open(self) -> None:
        """Connect: done already."""

    async def value(self, name: str, asked: Sequence[str]) -> bytes | None:
        """Answer one question; None where there is no such record."""
        row = self._connection.execute(SQL[name], asked).fetchone()
        return row[0].encode() if row else None

    async def lines(self, asked: Sequence[str]) -> AsyncIterator[bytes]:
        """Yield an export, in chunks."""
        cursor = self._connection.execute(_EXPORT, asked)
        while rows := cursor.fetchmany(_CHUNK):
            yield "".join(row[0] + "\n" for row in rows).encode()
