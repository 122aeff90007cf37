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
