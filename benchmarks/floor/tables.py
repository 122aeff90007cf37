"""The floor's tables, beside Chancery's in the same database: the same world, plain and narrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import connection

from benchmarks.records import World
from config.record.database.bulk import chunks

Line = tuple[Any, ...]

TABLES: Final = {
    "floor_country": "id integer PRIMARY KEY, code text NOT NULL, name text NOT NULL",
    "floor_official": "id integer PRIMARY KEY, name text NOT NULL, country integer NOT NULL",
    "floor_topic": "id integer PRIMARY KEY, slug text NOT NULL, name text NOT NULL",
    "floor_meeting": (
        "id integer PRIMARY KEY, title text NOT NULL, format text NOT NULL, day date NOT NULL, place integer NOT NULL, "
        "summary text NOT NULL"
    ),
    "floor_participant": "meeting integer NOT NULL, official integer NOT NULL, country integer NOT NULL, role text NOT NULL",
    "floor_meeting_topic": "meeting integer NOT NULL, topic integer NOT NULL",
    "floor_agreement": "id integer PRIMARY KEY, title text NOT NULL, type text NOT NULL, signed date NOT NULL, in_force date",
    "floor_party": "agreement integer NOT NULL, country integer NOT NULL",
    "floor_statement": (
        "id integer PRIMARY KEY, speaker integer NOT NULL, country integer NOT NULL, day date NOT NULL, "
        "position integer NOT NULL, agreement integer, meeting integer, topic integer, quote text NOT NULL"
    ),
}
_INDEXES: Final = (
    "CREATE UNIQUE INDEX floor_country_code ON floor_country (code)",
    "CREATE UNIQUE INDEX floor_topic_slug ON floor_topic (slug)",
    "CREATE INDEX floor_meeting_day ON floor_meeting (day, id)",
    "CREATE INDEX floor_participant_meeting ON floor_participant (meeting)",
    "CREATE INDEX floor_participant_country ON floor_participant (country, meeting)",
    "CREATE INDEX floor_participant_official ON floor_participant (official, meeting)",
    "CREATE INDEX floor_meeting_topic_meeting ON floor_meeting_topic (meeting, topic)",
    "CREATE INDEX floor_meeting_topic_topic ON floor_meeting_topic (topic, meeting)",
    "CREATE INDEX floor_agreement_day ON floor_agreement (signed, id, in_force)",
    "CREATE INDEX floor_party_agreement ON floor_party (agreement, country)",
    "CREATE INDEX floor_party_country ON floor_party (country, agreement)",
    "CREATE INDEX floor_statement_day ON floor_statement (day, id)",
    "CREATE INDEX floor_statement_topic ON floor_statement (topic, position, day, id)",
    "CREATE INDEX floor_statement_country ON floor_statement (country, day, position)",
    "CREATE INDEX floor_statement_speaker ON floor_statement (speaker, day, id)",
)
_WORDS: Final = {
    "postgresql": ("CREATE INDEX floor_statement_words ON floor_statement USING gin (to_tsvector('simple', quote))",),
    "sqlite": (
        "CREATE VIRTUAL TABLE floor_words USING fts5(quote, content='floor_statement', content_rowid='id', columnsize=0)",
        "INSERT INTO floor_words(floor_words) VALUES ('rebuild')",
    ),
}


def fill(world: World) -> None:
    """Make the tables anew and load `world` into them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TABLE IF EXISTS floor_words")
        for table, columns in TABLES.items():
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(f"CREATE TABLE {table} ({columns})")
    _insert("floor_country", ((one.id, one.code, one.name) for one in world.countries()))
    _insert("floor_official", ((one.id, one.name, one.country) for one in world.officials()))
    _insert("floor_topic", world.topics())
    _insert("floor_meeting", (one[:6] for one in world.meetings()))
    _insert("floor_participant", ((one.id, *each) for one in world.meetings() for each in one.participants))
    _insert("floor_meeting_topic", ((one.id, topic) for one in world.meetings() for topic in one.topics))
    _insert("floor_agreement", (one[:5] for one in world.agreements()))
    _insert("floor_party", ((one.id, party.country) for one in world.agreements() for party in one.parties))
    _insert("floor_statement", (one[:9] for one in world.statements()))
    with connection.cursor() as cursor:
        for statement in (*_INDEXES, *_WORDS[connection.vendor]):
            cursor.execute(statement)


def _insert(table: str, lines: Iterable[Line]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
        else:
            for chunk in chunks(_texts(lines), 10_000):
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(chunk[0]))})", chunk)


def _texts(lines: Iterable[Line]) -> Iterator[Line]:
    """Return the lines with days as SQLite has them: as text."""
    return (tuple(value.isoformat() if hasattr(value, "isoformat") else value for value in line) for line in lines)
