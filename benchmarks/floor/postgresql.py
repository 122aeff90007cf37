"""The floor on PostgreSQL: what it asks, and how. Each answer but an export is one value: JSON, as bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from psycopg import AsyncClientCursor, AsyncConnection, AsyncRawCursor
from psycopg_pool import AsyncConnectionPool

_MEETING: Final = """json_build_object(
    'id', m.id, 'title', m.title, 'format', m.format, 'day', m.day, 'place', m.place, 'summary', m.summary,
    'participants', (
        SELECT json_agg(json_build_object(
            'role', p.role, 'official', json_build_object('id', o.id, 'name', o.name),
            'country', json_build_object('code', c.code, 'name', c.name)))
        FROM floor_participant p JOIN floor_official o ON o.id = p.official JOIN floor_country c ON c.id = p.country
        WHERE p.meeting = m.id),
    'topics', (
        SELECT json_agg(json_build_object('slug', t.slug, 'name', t.name))
        FROM floor_meeting_topic mt JOIN floor_topic t ON t.id = mt.topic WHERE mt.meeting = m.id))"""
_PLAIN: Final = "s.id, s.speaker, s.country, s.day, s.position, s.agreement, s.meeting, s.topic, s.quote"
_COUNTRY: Final = "(SELECT id FROM floor_country WHERE code = {})"
_TOPIC: Final = "(SELECT id FROM floor_topic WHERE slug = {})"
_BOTH: Final = (
    "SELECT one.{part} FROM floor_{parts} one JOIN floor_{parts} other USING ({part}) "
    "WHERE one.country = {a} AND other.country = {b}"
)
_A, _B = _COUNTRY.format("$1"), _COUNTRY.format("$2")
_MEETINGS_OF_BOTH: Final = _BOTH.format(part="meeting", parts="participant", a=_A, b=_B)
_AGREEMENTS_OF_BOTH: Final = _BOTH.format(part="agreement", parts="party", a=_A, b=_B)
# How many events two countries have in common.
_JOINT: Final = (
    "SELECT 'meeting' AS kind, extract(year FROM day)::int AS year, count(*) AS count FROM floor_meeting "
    f"WHERE id IN ({_MEETINGS_OF_BOTH}) GROUP BY 2 UNION ALL "
    "SELECT 'agreement', extract(year FROM signed)::int, count(*) FROM floor_agreement "
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


def _all(rows: str) -> str:
    return f"SELECT convert_to(coalesce(json_agg(row), '[]')::text, 'UTF8') FROM ({rows}) row"


def _meetings(keys: str) -> str:
    """Return the SQL of meetings whose keys are found first, from indexes alone."""
    return (
        f"SELECT convert_to(coalesce(json_agg({_MEETING} ORDER BY m.day DESC, m.id DESC), '[]')::text, 'UTF8') "
        f"FROM floor_meeting m JOIN ({keys}) found USING (id)"
    )


SQL: Final = {
    "meeting": f"SELECT convert_to({_MEETING}::text, 'UTF8') FROM floor_meeting m WHERE m.id = $1",
    "meetings": _meetings(
        "SELECT id FROM floor_meeting WHERE day BETWEEN $2 AND $3 AND EXISTS (SELECT 1 FROM floor_participant p "
        f"WHERE p.meeting = floor_meeting.id AND p.country = {_COUNTRY.format('$1')}) ORDER BY day DESC, id DESC LIMIT 50"
    ),
    "statements": _all(
        "SELECT s.id, s.day, s.position, s.topic, s.quote, json_build_object('id', o.id, 'name', o.name) AS speaker, "
        "json_build_object('code', c.code, 'name', c.name) AS country FROM floor_statement s "
        "JOIN floor_official o ON o.id = s.speaker JOIN floor_country c ON c.id = s.country "
        "WHERE s.topic = (SELECT id FROM floor_topic WHERE slug = $1) AND s.position = $2 AND s.day <= $3 "
        "ORDER BY s.day DESC, s.id DESC LIMIT 50"
    ),
    "words": _all(
        f"SELECT {_PLAIN} FROM floor_statement s WHERE to_tsvector('simple', s.quote) @@ plainto_tsquery('simple', $1) "
        "ORDER BY s.day DESC, s.id DESC LIMIT 20"
    ),
    "positions": _all(
        "SELECT extract(year FROM day)::int AS year, position, count(*) FROM floor_statement "
        f"WHERE country = {_COUNTRY.format('$1')} GROUP BY 1, 2"
    ),
    "after": _all(
        f"SELECT {_PLAIN} FROM floor_statement s WHERE (s.day, s.id) < ($1, $2) ORDER BY s.day DESC, s.id DESC LIMIT 50"
    ),
    "together": _all(
        "SELECT id, title, format, day, place FROM floor_meeting WHERE day BETWEEN $3 AND $4 AND id IN ("
        "SELECT a.meeting FROM floor_participant a JOIN floor_participant b USING (meeting) "
        f"WHERE a.country = {_COUNTRY.format('$1')} AND b.country = {_COUNTRY.format('$2')}) "
        "ORDER BY day DESC, id DESC LIMIT 200"
    ),
    "discussed": _all(
        "SELECT m.id, m.title, m.day, m.format FROM floor_meeting m WHERE m.day BETWEEN $3 AND $4 "
        f"AND m.id IN (SELECT d.meeting FROM floor_meeting_topic d JOIN floor_participant p USING (meeting) "
        f"WHERE d.topic = {_TOPIC.format('$2')} AND p.country = {_COUNTRY.format('$1')}) "
        "ORDER BY m.day DESC, m.id DESC LIMIT 50"
    ),
    "counted": _all(_JOINT),
    "stances": _all(
        f"SELECT {_PLAIN} FROM floor_statement s WHERE s.topic = {_TOPIC.format('$1')} AND s.position = $2 "
        "ORDER BY s.day DESC, s.id DESC LIMIT 50"
    ),
    "beginning": _all(
        f"SELECT {_PLAIN} FROM floor_statement s WHERE to_tsvector('simple', s.quote) @@ to_tsquery('simple', $1 || ':*') "
        "ORDER BY s.day DESC, s.id DESC LIMIT 20"
    ),
    "in_force": _all(
        "SELECT a.id, a.title, a.type, a.signed, a.in_force, ("
        "SELECT json_agg(json_build_object('code', c.code, 'name', c.name)) FROM floor_party p "
        "JOIN floor_country c ON c.id = p.country WHERE p.agreement = a.id) AS parties FROM floor_agreement a JOIN ("
        "SELECT id FROM floor_agreement WHERE in_force <= $1 OR in_force IS NULL AND signed <= $1 "
        "ORDER BY signed DESC, id DESC LIMIT 50) found USING (id) ORDER BY a.signed DESC, a.id DESC"
    ),
    "relations": (
        "SELECT convert_to(json_build_object("
        f"'events', (SELECT coalesce(json_agg(row), '[]') FROM ({_JOINT}) row), "
        f"'last', (SELECT coalesce(json_agg(row), '[]') FROM ({_LAST}) row), "
        f"'shared', (SELECT coalesce(json_agg(row), '[]') FROM ({_SHARED}) row))::text, 'UTF8')"
    ),
    "official": _all(
        "SELECT * FROM (SELECT 'meeting' AS kind, m.id, m.title, m.day FROM floor_participant p "
        "JOIN floor_meeting m ON m.id = p.meeting WHERE p.official = $1::int UNION ALL "
        "SELECT 'statement', s.id, s.quote, s.day FROM floor_statement s WHERE s.speaker = $1::int) event "
        "ORDER BY day DESC, kind DESC, id DESC LIMIT 50"
    ),
}
# Lines of JSON, of which COPY escapes nothing when its own marks are characters that JSON has not.
_EXPORT: Final = (
    f"COPY (SELECT row_to_json(line) FROM (SELECT {_PLAIN} FROM floor_statement s WHERE id BETWEEN %s AND %s ORDER BY id) line) "
    "TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
)
_CHUNK: Final = 1 << 16
_CONNECTIONS: Final = 8


class PostgreSQL:
    """A pool of connections. What is asked is text; the database knows of what type it must be."""

    def __init__(self, url: str) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            url, min_size=2, max_size=_CONNECTIONS, open=False, configure=_configure
        )

    async def open(self) -> None:
        """Connect."""
        await self._pool.open()

    async def value(self, name: str, asked: Sequence[str]) -> bytes | None:
        """Answer one question; None where there is no such record."""
        async with self._pool.connection() as connection:
            cursor = AsyncRawCursor(connection)
            await cursor.execute(SQL[name].encode(), asked, prepare=True, binary=True)
            row = await cursor.fetchone()
        return row[0] if row else None

    async def lines(self, asked: Sequence[str]) -> AsyncIterator[bytes]:
        """Yield an export, in chunks."""
        held, size = [], 0
        async with self._pool.connection() as connection, AsyncClientCursor(connection).copy(_EXPORT.encode(), asked) as copy:
            async for line in copy:
                held.append(bytes(line))
                size += len(line)
                if size >= _CHUNK:
                    yield b"".join(held)
                    held, size = [], 0
        yield b"".join(held)


async def _configure(connection: AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)
