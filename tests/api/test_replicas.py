"""Which database a public request reads, and what it is told of how old the answer is."""

from __future__ import annotations

import copy
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, InternalError, OperationalError, connection, connections, router
from django.test import Client

from config.api.database import replicas, replication
from config.api.database.connection import is_unavailable
from config.api.database.replicas import ReplicaRouter, Replicas, ServerState, read_from, reading_alias
from config.api.models import ApiKey
from config.api.server.fast_path import PublicAPIMiddleware
from config.monitoring import health
from config.serving import public
from config.settings import base
from events.models import Event
from tests.people import person

ALIASES = ["replica_1", "replica_2"]
MEETINGS = "/api/v1/meetings?limit=1"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pool(clock: Clock) -> Replicas:
    """Two replicas that have everything."""
    made = Replicas(ALIASES, 10, clock)
    made.update_primary(ServerState(clock.now, 500))
    for alias in ALIASES:
        made.update_replica(alias, ServerState(clock.now, 500))
    return made


def test_a_replica_has_all_that_was_committed_when_the_primary_was_where_it_is(pool: Replicas, clock: Clock) -> None:
    clock.now = 1001
    pool.update_primary(ServerState(1001, 700))
    pool.update_replica("replica_1", ServerState(1001, 650))
    pool.update_replica("replica_2", ServerState(1001, 700))
    assert pool.lags() == {"replica_1": 1, "replica_2": 0}
    clock.now = 1001.5
    assert [pool.age(pool.known()[alias]) for alias in ALIASES] == ["2", "1"]


def test_who_is_too_far_behind_silent_failed_or_no_standby_is_not_read(pool: Replicas, clock: Clock) -> None:
    assert pool.usable() == ("replica_1", "replica_2")
    clock.now = 1011
    pool.update_primary(ServerState(1011, 900))
    pool.update_replica("replica_1", ServerState(1011, 800))
    # The other has not said anything for eleven seconds.
    assert pool.usable() == ()
    pool.update_replica("replica_1", ServerState(1011, 900))
    assert pool.usable() == ("replica_1",)
    assert pool.fail("replica_1")
    assert pool.usable() == ()
    clock.now = 1011.5
    pool.update_replica("replica_1", ServerState(1011.4, 900))
    pool.update_replica("replica_2", ServerState(1011.4, 900, is_standby=False))
    assert pool.usable() == ("replica_1",)
    assert not pool.fail(DEFAULT_DB_ALIAS)


def test_without_a_primary_replicas_are_read_on_and_grow_old(pool: Replicas, clock: Clock) -> None:
    clock.now = 1020
    for alias in ALIASES:
        pool.update_replica(alias, ServerState(1020, 500))
    assert not pool.has_primary()
    assert pool.usable() == ("replica_1", "replica_2")
    assert pool.age(pool.known()["replica_1"]) == "20"
    # But one that was behind already stays so.
    pool.update_replica("replica_1", ServerState(1020, 400))
    assert pool.usable() == ("replica_2",)


def test_a_process_that_begins_without_a_primary_goes_by_the_last_commit(clock: Clock) -> None:
    pool = Replicas(ALIASES, 10, clock)
    pool.update_replica("replica_1", ServerState(1000, 500, last_commit=30.0))
    pool.update_replica("replica_2", ServerState(1000, 500))
    assert pool.usable() == ("replica_1", "replica_2")
    assert [pool.age(pool.known()[alias]) for alias in ALIASES] == ["30", "2147483648"]


def test_a_reader_keeps_to_one_replica_and_others_stay_where_one_goes(pool: Replicas) -> None:
    readers = [f"192.0.2.{number}" for number in range(100)]
    before = {reader: pool.choose(reader) for reader in readers}
    assert before == {reader: pool.choose(reader) for reader in readers}
    assert 20 < list(before.values()).count("replica_1") < 80
    pool.fail("replica_1")
    assert {pool.choose(reader) for reader in readers} == {"replica_2"}
    pool.fail("replica_2")
    assert pool.choose(readers[0]) == DEFAULT_DB_ALIAS


def test_who_wants_the_newest_reads_the_primary_while_there_is_one(pool: Replicas, clock: Clock) -> None:
    assert pool.choose("192.0.2.1", newest=True) == DEFAULT_DB_ALIAS
    clock.now = 1003
    for alias in ALIASES:
        pool.update_replica(alias, ServerState(1003, 500))
    assert pool.choose("192.0.2.1", newest=True) in ALIASES


@pytest.fixture
def asked(sample: None, pool: Replicas, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The servers that were asked, one for each query; the replicas are the same database under other names."""
    settings.REPLICAS = ALIASES
    monkeypatch.setattr(router, "routers", [ReplicaRouter()])
    monkeypatch.setattr(replicas, "replicas", lambda: pool)
    found: list[str] = []

    def noting(alias: str) -> Callable[..., Any]:
        def execute(run: Any, *given: Any) -> Any:
            found.append(alias)
            if alias in broken:
                raise OperationalError("server closed the connection unexpectedly")
            return run(*given)

        return execute

    broken: set[str] = set()
    monkeypatch.setattr(pool, "broken", broken, raising=False)
    for alias in ALIASES:
        one: Any = copy.copy(connections[DEFAULT_DB_ALIAS])
        one.alias, one.execute_wrappers, one.in_atomic_block = alias, [noting(alias)], False
        one.close, one.is_usable = (lambda: None), (lambda alias=alias: alias not in broken)
        setattr(connections._connections, alias, one)
    primary = noting(DEFAULT_DB_ALIAS)
    with connection.execute_wrapper(primary):
        yield found
    for alias in ALIASES:
        delattr(connections._connections, alias)


def test_public_requests_read_a_replica_and_are_told_how_old_the_answer_is(client: Client, asked: list[str]) -> None:
    for path in (
        MEETINGS,
        "/api/v1/meetings/counts?by=year",
        "/api/v1/changes",
        "/api/v1/search?q=syria",
        "/api/v1/meetings/none",
    ):
        answer = client.get(path, REMOTE_ADDR="192.0.2.1")
        assert answer["Age"] == "0"
        assert "Age" in answer["Access-Control-Expose-Headers"].split(", ")
    assert asked
    assert set(asked) == {replicas.replicas().choose("192.0.2.1")} <= set(ALIASES)


def test_what_a_replica_learns_during_a_request_makes_its_answer_no_younger(
    client: Client, asked: list[str], pool: Replicas, clock: Clock
) -> None:
    alias = pool.choose("192.0.2.1")

    def learning(run: Any, *given: Any) -> Any:
        clock.now = 1005
        pool.update_primary(ServerState(1005, 900))
        pool.update_replica(alias, ServerState(1005, 900))
        return run(*given)

    connections[alias].execute_wrappers.append(learning)
    assert client.get(MEETINGS, REMOTE_ADDR="192.0.2.1")["Age"] == "5"
    assert client.get(MEETINGS, REMOTE_ADDR="192.0.2.1")["Age"] == "0"
    assert set(asked) == {alias}


def test_the_desk_reads_what_it_has_written(client: Client, asked: list[str]) -> None:
    ada = person("superuser", "ada")
    client.get(MEETINGS)
    asked.clear()
    client.force_login(ada)
    answer = client.get("/admin/")
    assert "Age" not in answer
    assert set(asked) == {DEFAULT_DB_ALIAS}
    assert {router.db_for_read(Event), router.db_for_write(Event)} == {DEFAULT_DB_ALIAS}


def test_who_asks_past_all_caches_reads_the_primary(client: Client, asked: list[str]) -> None:
    answer = client.get(MEETINGS, headers={"Cache-Control": "no-cache"})
    assert "Age" not in answer
    assert set(asked) == {DEFAULT_DB_ALIAS}


def test_a_replica_that_fails_is_left_for_another_and_all_of_them_for_the_primary(
    client: Client, asked: list[str], pool: Any
) -> None:
    first = pool.choose("127.0.0.1")
    pool.broken.add(first)
    answer = client.get(MEETINGS)
    assert (answer.status_code, answer["Age"]) == (200, "0")
    assert list(dict.fromkeys(asked)) == [first, *(alias for alias in ALIASES if alias != first)]
    asked.clear()
    # It is not tried again by those who come next.
    client.get(MEETINGS)
    assert first not in asked
    pool.broken.update(ALIASES)
    answer = client.get(MEETINGS)
    assert (answer.status_code, "Age" in answer) == (200, False)
    assert asked[-1] == DEFAULT_DB_ALIAS


def test_when_nothing_answers_readers_are_told_when_to_come_back(client: Client, asked: list[str], pool: Any) -> None:
    pool.broken.update([*ALIASES, DEFAULT_DB_ALIAS])
    answer = client.get(MEETINGS)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_an_export_goes_on_elsewhere_where_its_replica_fails(
    client: Client, asked: list[str], pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.api.views.exports.AT_ONCE", 1)
    answer = client.get("/api/v1/exports/meetings")
    assert answer["Age"] == "0"
    parts: Any = iter(answer.streaming_content)
    lines = next(parts)
    first = asked[-1]
    assert (set(asked), reading_alias()) == ({first}, DEFAULT_DB_ALIAS)
    pool.broken.add(first)
    lines += b"".join(parts)
    assert lines.splitlines()[-1] == b'{"complete": true, "count": %d}' % (len(lines.splitlines()) - 1)
    assert asked[-1] in set(ALIASES) - {first}


def test_a_key_is_looked_up_at_the_replica_and_its_use_noted_at_the_primary(
    client: Client, asked: list[str], settings: Any, tmp_path: Any
) -> None:
    settings.RATE_LIMIT, settings.RATE_LIMIT_FILE = 600, str(tmp_path / "rates")
    key = ApiKey(name="app").issue()
    asked.clear()
    client.get(MEETINGS, headers={"Authorization": f"Bearer {key}"})
    assert ApiKey.objects.get().last_used_at
    assert {one for one in asked[:-1] if one != DEFAULT_DB_ALIAS}
    assert DEFAULT_DB_ALIAS in asked


def test_the_public_service_is_ready_as_long_as_it_can_read_anywhere(
    asked: list[str], pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_needed", list(health._needed))
    assert health.database() == "ok"
    assert set(asked) == {DEFAULT_DB_ALIAS}
    asked.clear()
    public.build()
    pool.broken.add(DEFAULT_DB_ALIAS)
    assert (health.database(), health.migrations()) == ("ok", "ok")
    assert set(asked) <= set(ALIASES)


def test_operators_see_how_far_replicas_are(asked: list[str], pool: Any) -> None:
    pool.fail("replica_1")
    assert pool.lags() == {"replica_1": 0, "replica_2": 0}
    assert replicas.in_use() == {"replica_1": 0, "replica_2": 1}


def test_without_replicas_nothing_stands_in_the_way(client: Client) -> None:
    assert "ReadReplicas" not in repr(vars(PublicAPIMiddleware(lambda request: None)))
    assert "Age" not in client.get("/api/v1")


def test_what_a_thread_reads_is_its_own() -> None:
    seen: list[str] = []
    with read_from("replica_1"):
        other = threading.Thread(target=lambda: seen.append(reading_alias()))
        other.start()
        other.join()
        seen.append(reading_alias())
    assert [*seen, reading_alias()] == [DEFAULT_DB_ALIAS, "replica_1", DEFAULT_DB_ALIAS]


def test_replicas_are_set_by_their_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_REPLICA_URLS", "postgres://a@one/x,postgres://a@two/x")
    found = base.replicas()
    assert {alias: one["HOST"] for alias, one in found.items()} == {"replica_1": "one", "replica_2": "two"}
    monkeypatch.setenv("DATABASE_REPLICA_URLS", "sqlite:///x")
    with pytest.raises(base.ImproperlyConfigured):
        base.replicas()


def test_a_server_that_was_made_a_standby_is_unavailable_not_broken() -> None:
    error = InternalError("cannot execute UPDATE in a read-only transaction")
    assert not is_unavailable(error)
    error.__cause__ = psycopg.errors.ReadOnlySqlTransaction()
    assert is_unavailable(error)
    assert is_unavailable(OperationalError(str(psycopg.errors.ProtocolViolation("server login has been failing"))))


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL alone has standbys")
def test_a_server_says_how_far_it_is() -> None:
    seen: list[ServerState] = []
    probe = replication.Probe(DEFAULT_DB_ALIAS, seen.append, lambda: None)
    probe.ask()
    probe._close()
    assert seen[0].position > 0
    assert not seen[0].is_standby


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL alone has standbys")
def test_who_waits_for_a_frozen_replica_is_woken(pool: Replicas) -> None:
    own = connections[DEFAULT_DB_ALIAS].copy("replica_1")
    failed: list[Exception] = []

    def wait() -> None:
        own.inc_thread_sharing()
        with closing(own), own.cursor() as cursor:
            started.set()
            try:
                cursor.execute("SELECT pg_sleep(60)")
            except OperationalError as error:
                failed.append(error)

    started = threading.Event()
    waiting = threading.Thread(target=wait)
    waiting.start()
    started.wait(5)
    probe = replication.Probe("replica_1", lambda seen: None, lambda: None)
    probe.waits_since = time.monotonic()
    replication.look(pool, [probe], probe.waits_since + 1)
    assert waiting.is_alive()
    replication.look(pool, [probe], probe.waits_since + 3)
    waiting.join(5)
    assert failed
    assert pool.usable() == ("replica_2",)
    # The server has not noticed that nobody waits.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL alone has standbys")
def test_a_commit_that_no_standby_has_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction  # noqa: PLC0415

    from config.postgresql.base import UnreplicatedCommitError  # noqa: PLC0415

    notice = "DO $$ BEGIN RAISE WARNING 'canceling wait' USING DETAIL = '%s'; END $$"
    told = "The transaction has already committed locally, but might not have been replicated to the standby."
    commit = type(connection.connection).commit if connection.connection else psycopg.Connection.commit

    def committed(server: Any) -> None:
        commit(server)
        server.add_notice_handler(lambda _: None)
        server.execute(notice % told)
        commit(server)

    connection.ensure_connection()
    monkeypatch.setattr(psycopg.Connection, "commit", committed)
    with pytest.raises(UnreplicatedCommitError), transaction.atomic():
        User.objects.create(username="ada")
    monkeypatch.undo()
    assert is_unavailable(UnreplicatedCommitError())
    assert math.isfinite(User.objects.count())
