"""A record of many thousands, which the database makes by itself: what plans are tried on.

Of each column half of the rows have the same value, which `common_value` names; the others are many, or one. What the sample
record has besides is rare among them.
"""

from __future__ import annotations

from typing import Any, Final
from zlib import crc32

from django.db import connection
from django.db.models import Model

from actors.models import (
    ActorCitation,
    ActorName,
    ActorRelation,
    Country,
    Office,
    OfficeCitation,
    Official,
    Organization,
    Tenure,
    TenureCitation,
)
from config.record.models import Documented, LogEntry
from config.record.values.fields import derive_columns
from config.sources.models import Source
from events.models import (
    Action,
    Agreement,
    Event,
    EventCitation,
    EventCode,
    EventName,
    EventRelation,
    EventTopic,
    Meeting,
    Participation,
    PartyAction,
    Provision,
    ProvisionReview,
    Stance,
    Statement,
    Topic,
    TopicCitation,
)

# The keys of what is made here are higher than those of any sample.
FIRST: Final = 1_000_000
COUNTRIES: Final = 200
# Of whatever else there is, for each kind, unless told otherwise.
MANY: Final = 8_000
# How far the keys of kinds that share a table are apart.
APART: Final = 1_000_000
# Of the sample's documents of a table, one whose length is nearest to this stands for those of the others.
USUAL_LENGTH: Final = 1_750
# By parameter: a value that half of the rows have.
_COMMON: Final[dict[str, Any]] = {
    "about": "meeting-1", "accredited_to": "country-2", "body": "country-1", "bound_actor": "country-1", "cited_field": "name",
    "code": "040", "country": "country-1", "dataset": "common", "holder": "country-2", "language": "ru", "m49_region": "019",
    "m49_subregion": "021",
    "nationality": "country-1", "office": "office-1", "official": "official-1", "participant": "country-1",
    "participant_country": "country-1", "participant_office": "office-1", "participant_on_behalf_of": "country-2",
    "party": "country-1", "publisher": "Common Press", "q": "common", "related_to": "meeting-1", "source": "source-1",
    "topic": "topic-1", "year": "2010", "near": "0,0,20000", "updated_after": "2001-01-01", "updated_before": "2019-01-01",
}  # fmt: skip

# By collection, where the value of a parameter is another.
_COMMON_OF: Final[dict[str, dict[str, Any]]] = {
    **{name: {"related_to": "country-1"} for name in ("actors", "countries", "organizations", "officials")},
    "offices": {"holder": "official-1"},
}

_DAY: Final = "date '2000-01-01' + (n * 7919 % 7500)::int"
# In another order than the days.
_UPDATE: Final = "date '2000-01-01' + (n * 104729 % 7500)::int"
_COUNTRY: Final = f"{FIRST} + n % {COUNTRIES} + 1"
_ONE, _TWO = f"{FIRST} + 1", f"{FIRST} + 2"
_EVENTS: Final = f"events_event WHERE id > {FIRST}"


def common_value(collection: str, parameter: str) -> Any:
    """Return a value of a parameter that half of the rows of a collection have; None where none has been made up."""
    return _COMMON_OF.get(collection, {}).get(parameter, _COMMON.get(parameter))


def external_id(collection: str) -> str:
    """Return what one event of a collection is called in the dataset that half of the events are from."""
    place = ("meetings", "agreements", "statements", "actions").index(collection) if collection != "events" else 0
    return f"{FIRST + place * APART}-1"


def run(sql: str) -> None:
    """Have the database do something."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def half(common: str, other: str, by: str = "") -> str:
    """Return the SQL of a value that half of the rows `n` have in common: another half for each value, or that of `by`."""
    return f"CASE WHEN hashint8extended(n, {crc32((by or common).encode())}) & 1 = 0 THEN {common} ELSE {other} END"


def insert(row: Model, over: str | int, **columns: str) -> None:
    """Insert `row` once for each number `n` of `over` (each `parent` of a table), with the SQL of some of its `columns`."""
    derive_columns(row)
    if isinstance(over, int):
        rows = f"generate_series(1, {over}::bigint) AS made(n)"
    else:
        rows = f"(SELECT row_number() OVER (ORDER BY id), id FROM {over}) AS made(n, parent)"
    fields = [field for field in row._meta.concrete_fields if not field.primary_key or field.attname in columns]
    given = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields if field.attname not in columns]
    made = ", ".join(columns.get(field.attname, "%s") for field in fields)
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {row._meta.db_table} ({names}) SELECT {made.replace(' % ', ' %% ')} FROM {rows}"
        cursor.execute(sql, given)


def lasting(end: str) -> dict[str, str]:
    """Return the columns of what began on some day and ended on `end`."""
    start = {"start": f"({_DAY})::text", "start_earliest": _DAY, "start_latest": _DAY}
    return start | {"end": f"({end})::text", "end_earliest": end, "end_latest": end}


def _usual_document(row: Documented) -> str:
    """Return the SQL of a document of the sample, of a usual length, of the same kind as `row`."""
    kind = f"AND kind = '{row.kind}' " if hasattr(row, "kind") else ""
    nearest = f"ORDER BY abs(length(document) - {USUAL_LENGTH}) LIMIT 1"
    return f"(SELECT document FROM {row._meta.db_table} WHERE id < {FIRST} AND document <> '' {kind}{nearest})"


def make(many: int = MANY, *, documents: bool = False) -> None:
    """Make a record with `many` of each kind: with empty documents, or with such as the sample has, which must be there then."""
    _World(many, documents=documents).make()


class _World:
    """The record, as large and with documents as long as is asked for."""

    def __init__(self, many: int, *, documents: bool) -> None:
        self.many = many
        self.documents = documents

    def _publish(self, row: Documented, word: str, over: str | int | None = None, /, **columns: str) -> None:
        """Insert published records whose slugs are `word` and a number."""
        row.state, row.version, row.document, row.document_hash = "published", 1, "{}", "0" * 64
        named = {"name": f"'{word} ' || n", "name_folded": "chr(97 + (n % 26)::int) || n"} if hasattr(row, "name") else {}
        common = {"id": f"{FIRST} + n", "slug": f"'{word}-' || n", "search_text": "'common w' || n", "updated_at": _UPDATE}
        document = {"document": _usual_document(row)} if self.documents else {}
        insert(row, self.many if over is None else over, **common | {"published_at": _DAY} | named | document | columns)

    def _prove(self, citation: type[Model], over: str) -> None:
        """Cite sources for the records of a table."""
        sources, fields = half(_ONE, f"{FIRST} + n % {self.many} + 1"), half("'name'", "'place'")
        columns = {"record_id": "parent", "source_id": sources, "field": fields}
        insert(citation(role="supports"), over, **columns)

    def make(self) -> None:
        """Make it all, and have the database count it."""
        self._make_sources()
        self._make_actors()
        self._make_topics()
        self._make_events()
        self._make_parts()
        self._make_stances()
        self._make_counts()
        self._make_log()
        # What autovacuum does elsewhere.
        gin = "pg_index JOIN pg_class ON oid = indexrelid WHERE relname LIKE '%_search'"
        run(f"SELECT gin_clean_pending_list(indexrelid) FROM {gin}")
        run("ANALYZE")

    def _make_sources(self) -> None:
        days = {"date": f"({_DAY})::text", "date_earliest": _DAY, "date_latest": _DAY, "spread": "0"}
        publisher = half("'Common Press'", "'Press ' || n")
        self._publish(Source(), "source", publisher=publisher, language=half("'ru'", "'ar'"), **days)

    def _make_actors(self) -> None:
        ended = lasting(f"{_DAY} + 400")
        latitude, longitude = "n * 37 % 1200 / 10.0 - 60", "n * 91 % 3600 / 10.0 - 180"
        place = {
            "latitude": latitude,
            "longitude": longitude,
            "m49_region": half("'019'", "'142'"),
            "m49_subregion": half("'021'", "'030'"),
        }
        self._publish(Country(status="state"), "country", COUNTRIES, **ended, **place)
        belonging = {"country_id": half(_ONE, _COUNTRY)} | ended
        types = half("'government'", "'ngo'")
        self._publish(Organization(), "organization", id=f"{2 * FIRST} + n", organization_type=types, **belonging)
        self._publish(Official(), "official", id=f"{3 * FIRST} + n", **belonging)
        actors = f"actors_actor WHERE id > {FIRST}"
        insert(ActorName(kind="alias"), actors, record_id="parent", text="'Alias ' || n", text_folded="'alias ' || n")
        relation = {"object_id": half(_ONE, _COUNTRY), "type": half("'member_of'", "'part_of'")} | ended
        insert(ActorRelation(), f"{actors} AND kind <> 'country'", subject_id="parent", **relation)
        ranks, bodies = half("'minister'", "'envoy'"), half(_ONE, f"{2 * FIRST} + n")
        self._publish(Office(), "office", rank=ranks, body_id=bodies, accredited_to_id=half(_TWO, "NULL"))
        people = {
            "official_id": half(f"{3 * FIRST} + 1", f"{3 * FIRST} + n", "held"),
            "office_id": half(f"{FIRST} + n", _ONE, "held"),
        }
        self._publish(Tenure(status="ended"), "tenure", is_acting=half("false", "true"), **people, **ended)
        self._prove(ActorCitation, actors)
        self._prove(OfficeCitation, f"actors_office WHERE id > {FIRST}")
        self._prove(TenureCitation, f"actors_tenure WHERE id > {FIRST}")

    def _make_topics(self) -> None:
        self._publish(Topic(), "topic", type=half("'issue'", "'process'"), parent_id=f"{FIRST} + nullif(n / 10, 0)")
        topics = f"events_topic WHERE id > {FIRST}"
        insert(Topic.countries.through(), topics, topic_id="parent", country_id=half(_ONE, _COUNTRY))
        self._prove(TopicCitation, topics)

    def _make_events(self) -> None:
        days = lasting(f"{_DAY} + CASE WHEN n % 10 = 0 THEN 20 ELSE 0 END") | {"spread": "CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END"}
        latitude, longitude = "n * 37 % 1200 / 10.0 - 60", "n * 91 % 3600 / 10.0 - 180"
        place = {
            "country_id": half(_ONE, f"CASE WHEN n % 3 = 0 THEN {_COUNTRY} END"),
            "latitude": half(latitude, "NULL", "place"),
            "longitude": half(longitude, "NULL", "place"),
            "dataset": half("'common'", "''", "dataset"),
        }

        def events(row: Event, place_of: int, **columns: str) -> None:
            first = FIRST + place_of * APART
            imported = {"external_id": half(f"'{first}-' || n", "''", "dataset")}
            self._publish(row, str(row.kind), id=f"{first} + n", **days, **place, **imported, **columns)

        events(Meeting(), 0, mode=half("'bilateral'", "'visit'"), held_state=half("'held'", "'postponed'"))
        ended = half("date '9999-12-31'", f"{_DAY} + 1000", "ended")
        force = {"in_force_on": f"({_DAY})::text", "in_force_on_earliest": _DAY, "in_force_on_latest": _DAY}
        force |= {
            "ended_on": half("'..'", f"({_DAY} + 1000)::text", "ended"),
            "ended_on_earliest": ended,
            "ended_on_latest": ended,
        }
        stage = half("'signed'", "'adopted'")
        events(Agreement(), 1, agreement_type=half("'treaty'", "'protocol'"), stage=stage, number="'N-' || n", **force)
        fields = {"form": half("'quote'", "'paraphrase'"), "language": half("'ru'", "'ar'")}
        fields |= {"medium": half("'interview'", "'speech'"), "attribution": half("'direct'", "'reported'")}
        events(Statement(text="Something."), 2, **fields)
        events(Action(), 3, action_type=half("'aid'", "'sanction'"))

    def _make_parts(self) -> None:
        country = {"actor_id": half(_ONE, _COUNTRY), "role": half("'participant'", "'host'")}
        insert(Participation(), _EVENTS, event_id="parent", **country)
        official = {"actor_id": f"{3 * FIRST} + n % {self.many} + 1", "on_behalf_of_id": half(_TWO, _COUNTRY)}
        official |= {"capacity_id": f"{FIRST} + n / 2 % {self.many} + 1", "role": "'speaker'"}
        insert(Participation(), _EVENTS, event_id="parent", **official)
        insert(EventTopic(), _EVENTS, event_id="parent", topic_id=half(_ONE, f"{FIRST} + n % {self.many} + 1"))
        insert(EventCode(scheme="cameo"), _EVENTS, event_id="parent", code=half("'040'", "n::text"))
        insert(EventName(kind="alias"), _EVENTS, record_id="parent", text="'Alias ' || n", text_folded="'alias ' || n")
        types = half("'follows'", "'part_of'")
        related = {"subject_id": "parent", "object_id": half(_ONE, f"{FIRST} + n % {self.many - 1} + 2"), "type": types}
        insert(EventRelation(), _EVENTS, **related)
        self._prove(EventCitation, _EVENTS)
        agreements = f"{_EVENTS} AND kind = 'agreement'"
        acted = {"agreement_id": "parent", "actor_id": half(_ONE, _COUNTRY), "type": half("'signature'", "'ratification'")}
        insert(PartyAction(), agreements, **acted)
        due = {
            f"{name}_{column}": sql
            for name in ("due", "lasts_until")
            for column, sql in {
                "kind": half("'absolute'", "'none'", name),
                "date": half(f"({_DAY})::text", "''", name),
                "earliest": half(_DAY, "date '9999-12-31'", name),
                "latest": half(_DAY, "date '9999-12-31'", name),
            }.items()
        }
        category = half("'economy'", "'territory'")
        self._publish(Provision(order=1, text="Peace."), "provision", agreements, agreement_id="parent", category=category, **due)
        provisions = f"events_provision WHERE id > {FIRST}"
        insert(Provision.bound_actors.through(), provisions, provision_id="parent", actor_id=half(_ONE, _COUNTRY))
        days = {"date": f"({_DAY})::text", "date_earliest": _DAY, "date_latest": _DAY}
        judged = {"status": half("'fulfilled'", "'breached'"), "source_id": f"{FIRST} + n"}
        insert(ProvisionReview(), provisions, provision_id="parent", **judged, **days)

    def _make_stances(self) -> None:
        statements = f"{_EVENTS} AND kind = 'statement'"
        day = "(SELECT start_earliest FROM events_event WHERE id = parent)"
        taken = {"position": half("1", "-1"), "explicitness": half("'explicit'", "'inferred'"), "note": "'Why.'"}
        targets = {
            "target_event_id": half(_ONE, f"{FIRST} + n"),
            "target_topic_id": half(_ONE, f"{FIRST} + n"),
            "target_actor_id": half(_ONE, _COUNTRY),
        }
        for number, (target, sql) in enumerate(targets.items()):
            key, columns = f"{FIRST + number * APART} + n", {target: sql, "statement_id": "parent", "start_earliest": day}
            self._publish(Stance(), f"stance-{number}", statements, id=key, **columns, **taken)
        run(
            "INSERT INTO events_eventactorindex (event_id, actor_id, country_id, kind, spread, start_earliest) "
            "SELECT e.id, acting.actor, CASE WHEN a.kind = 'country' THEN a.id WHEN acting.itself THEN a.country_id END, "
            "e.kind, e.spread, e.start_earliest FROM events_event e "
            "JOIN (SELECT event_id, actor, bool_or(itself) AS itself FROM ("
            "SELECT event_id, actor_id AS actor, true AS itself FROM events_participation UNION ALL "
            "SELECT event_id, on_behalf_of_id, false FROM events_participation WHERE on_behalf_of_id IS NOT NULL) one "
            f"GROUP BY 1, 2) acting ON acting.event_id = e.id JOIN actors_actor a ON a.id = acting.actor WHERE e.id > {FIRST}"
        )
        run(
            "INSERT INTO events_eventtopicindex (event_id, topic_id, kind, spread, start_earliest) "
            "WITH RECURSIVE above(low, up) AS (SELECT id, id FROM events_topic UNION SELECT above.low, t.parent_id FROM above "
            "JOIN events_topic t ON t.id = above.up WHERE t.parent_id IS NOT NULL) "
            "SELECT DISTINCT e.id, above.up, e.kind, e.spread, e.start_earliest FROM events_event e JOIN events_eventtopic t "
            f"ON t.event_id = e.id JOIN above ON above.low = t.topic_id WHERE e.id > {FIRST}"
        )
        run(
            "INSERT INTO events_stanceholderindex (stance_id, actor_id, position, target, start_earliest) "
            "SELECT s.id, acting.actor, s.position, COALESCE(s.target_event_id * 4, s.target_topic_id * 4 + 1, "
            "s.target_actor_id * 4 + 2, s.target_provision_id * 4 + 3), s.start_earliest FROM events_stance s JOIN ("
            "SELECT event_id, actor_id AS actor FROM events_participation WHERE role = 'speaker' UNION "
            "SELECT event_id, on_behalf_of_id FROM events_participation WHERE role = 'speaker' AND on_behalf_of_id IS NOT NULL"
            f") acting ON acting.event_id = s.statement_id WHERE s.id > {FIRST}"
        )
        run(
            "INSERT INTO events_eventsearchindex (event_id, kind, spread, start_earliest, search_text) "
            f"SELECT id, kind, spread, start_earliest, search_text FROM {_EVENTS}"
        )

    def _make_counts(self) -> None:
        run("DELETE FROM record_indexcount")
        for table, kind, value, record in (
            ("events_eventactorindex", "kind", "actor_id", "event_id"),
            ("events_eventactorindex", "kind", "country_id", "event_id"),
            ("events_eventtopicindex", "kind", "topic_id", "event_id"),
            ("events_stanceholderindex", "''", "actor_id", "stance_id"),
        ):
            run(
                "INSERT INTO record_indexcount (index_table, value_column, kind, value, number) "
                f"SELECT '{table}', '{value}', {kind}, {value}, COUNT(DISTINCT {record}) FROM {table} "
                f"WHERE {value} IS NOT NULL GROUP BY 3, 4 "
                f"UNION ALL SELECT '{table}', '{value}', {kind}, 0, COUNT(DISTINCT {record}) FROM {table} "
                f"WHERE {value} IS NOT NULL GROUP BY 3"
            )

    def _make_log(self) -> None:
        head = "(SELECT sequence FROM record_loghead)"
        row = LogEntry(collection="events", version=1, operation="created", schema_version=1, document="{}", sha256="0" * 64)
        columns = {
            column: f"(SELECT {of} FROM events_event WHERE id = parent)"
            for column, of in {
                "kind": "kind", "slug": "slug", "at": "updated_at", "earliest": "start_earliest", "latest": "end_latest",
                **({"document": "document"} if self.documents else {}),
            }.items()
        }  # fmt: skip
        insert(row, _EVENTS, sequence=f"{head} + n", **columns)
