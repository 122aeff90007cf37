"""What takes too long is stopped and answered 503, whoever asked for it; the connection serves the next request."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client

from config.api.database.connection import fetched
from config.api.engine import sql_cache
from config.limits import watchdog
from config.limits.requests import Kind, Limited, current, each_limited, limit_as
from tests.people import person

pytestmark = pytest.mark.django_db(transaction=True)

POSTGRESQL: Final = connection.vendor == "postgresql"
# Takes minutes.
SLOW: Final = (
    "SELECT pg_sleep(120)"
    if POSTGRESQL
    else "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n"
)
SECONDS: Final = 0.3
SAVED: Final = {"slug": "UTO", "name": "Utopia"}


@pytest.fixture(autouse=True)
def limits(settings: Any) -> Iterator[None]:
    settings.TIME_LIMITS = dict.fromkeys(Kind, 60.0)
    yield
    if not connection.in_atomic_block:
        # The limits of these tests are not those of others.
        connection.close()


def _running() -> int:
    """Return how many of the slow statements the server is at."""
    if not POSTGRESQL:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)%' AND pid <> pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _slowly(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Have something slow in place of what the desk asks of its records."""
    return execute(SLOW, None, many, context) if "actors_actor" in sql else execute(sql, params, many, context)


@pytest.mark.parametrize(
    ("kind", "path"),
    [(Kind.READ, "countries"), (Kind.COUNT, "countries/counts?by=status"), (Kind.EXPORT, "exports/countries")],
)
def test_readers(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, kind: Kind, path: str) -> None:
    settings.TIME_LIMITS[kind] = SECONDS
    began = time.monotonic()
    with monkeypatch.context() as patched:
        patched.setattr(sql_cache, "fetched", lambda *_, **__: fetched(SLOW, []))
        answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [one["code"] for one in answer.json()["errors"]] == ["too_slow"]
    assert f"{SECONDS:g} s" in answer.json()["detail"]
    assert time.monotonic() - began < 5
    assert _running() == 0
    # The connection is the same, and well; there is room for another export.
    for _ in range(2):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200
        text = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert text


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "method"), [(Kind.PAGE, "get"), (Kind.SAVE, "post")])
def test_the_desk(client: Client, settings: Any, kind: Kind, method: str) -> None:
    client.force_login(person("superuser"))
    client.raise_request_exception = False
    settings.TIME_LIMITS[kind] = SECONDS
    with transaction.atomic(), connection.execute_wrapper(_slowly):
        answer = getattr(client, method)("/admin/actors/country/add/" if method == "post" else "/admin/actors/country/", SAVED)
        transaction.set_rollback(True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "try again in a moment" in answer.content.decode()
    assert _running() == 0
    assert client.get("/admin/actors/country/").status_code == 200


@pytest.mark.django_db
def test_an_import(client: Client, settings: Any) -> None:
    client.force_login(person("superuser"))
    client.raise_request_exception = False
    settings.TIME_LIMITS[Kind.IMPORT] = SECONDS
    sheet = SimpleUploadedFile("country.csv", b"slug,name,status\nUTO,Utopia,state\n")
    with transaction.atomic(), connection.execute_wrapper(_slowly):
        answer = client.post("/admin/actors/country/upload/", {"sheet": sheet})
        transaction.set_rollback(True)
    assert answer.status_code == 503
    assert _running() == 0


def test_what_is_stopped_in_a_change_undoes_all_of_it(settings: Any) -> None:
    settings.TIME_LIMITS[Kind.SAVE] = SECONDS
    with Limited(Kind.SAVE):
        with pytest.raises(OperationalError):
            _change_slowly()
        assert not User.objects.exists()


@transaction.atomic
def _change_slowly() -> None:
    User.objects.create_user("ada")
    with transaction.atomic():
        fetched(SLOW, [])


def test_each_part_of_a_stream_has_its_own_time(settings: Any) -> None:
    settings.TIME_LIMITS[Kind.EXPORT] = SECONDS

    def parts() -> Iterator[float]:
        for _ in range(3):
            limited = current()
            assert limited
            yield limited.deadline

    moments = list(each_limited(Kind.EXPORT, parts()))
    assert moments == sorted(set(moments))
    assert current() is None


def test_commands_have_no_limit(settings: Any) -> None:
    settings.TIME_LIMITS[Kind.READ] = 0.0001
    with Limited(Kind.READ):
        pass
    connection.close()
    if POSTGRESQL:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)
    else:
        # Long enough for many looks at the clock.
        assert fetched(SLOW.replace("2000000000", "300000"), []) == [(300000,)]


@pytest.mark.skipif(not POSTGRESQL, reason="SQLite works in this process.")
class TestPostgreSQL:
    def test_it_is_told_where_the_kind_changes_alone(self, settings: Any) -> None:
        settings.TIME_LIMITS |= {Kind.READ: 4, Kind.COUNT: 8}
        connection.close()
        reported: list[str] = []
        for kind in (Kind.READ, Kind.READ, Kind.COUNT, Kind.READ):
            with Limited(kind), connection.cursor() as cursor:
                cursor.execute("SHOW statement_timeout")
                reported.append(cursor.fetchone()[0])
        assert reported == ["4s", "4s", "8s", "4s"]
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            assert cursor.fetchone() == ("9s",)
            cursor.execute("SHOW client_connection_check_interval")
            assert cursor.fetchone() == ("1s",)

    def test_a_limit_that_was_rolled_back_is_told_again(self, settings: Any) -> None:
        settings.TIME_LIMITS |= {Kind.PAGE: 30, Kind.SAVE: 120}
        connection.close()
        with Limited(Kind.PAGE), transaction.atomic():
            User.objects.exists()
            limit_as(Kind.SAVE)
            transaction.set_rollback(True)
        with Limited(Kind.SAVE), connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("2min",)

    def test_a_change_waits_for_another_only_so_long(self, settings: Any) -> None:
        settings.LOCK_WAIT = 2.5
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("2500ms",)
        settings.LOCK_WAIT = 0
        connection.close()

    def test_behind_a_pooler_nothing_is_told(self, settings: Any) -> None:
        settings.PREPARED_STATEMENTS = False
        settings.LOCK_WAIT = 2.5
        connection.close()
        with Limited(Kind.READ), connection.cursor() as cursor:
            for name in ("statement_timeout", "lock_timeout", "client_connection_check_interval"):
                cursor.execute(f"SHOW {name}")
                assert cursor.fetchone() == ("0",)

    def test_what_the_server_does_not_stop_is_ended(self, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """As behind a pooler, or where many statements together take too long."""
        settings.PREPARED_STATEMENTS = False
        settings.TIME_LIMITS[Kind.READ] = 1
        connection.close()
        with monkeypatch.context() as patched:
            patched.setattr(sql_cache, "fetched", lambda *_, **__: fetched(SLOW, []))
            answer = client.get("/api/v1/countries")
        assert answer.status_code == 503
        assert answer.json()["errors"][0]["code"] == "too_slow"
        # Nobody has told the server to look whether the client is still there.
        fetched("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = %(1)s", [SLOW])
        assert client.get("/api/v1/countries").status_code == 200

    def test_while_it_is_silent_nobody_waits_for_it(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        assert client.get("/api/v1/countries").status_code == 200
        monkeypatch.setattr(watchdog, "SUSPECT", 0.2)
        monkeypatch.setattr(watchdog, "answers", lambda: False)
        with monkeypatch.context() as patched:
            patched.setattr(sql_cache, "fetched", lambda *_, **__: fetched(SLOW, []))
            began = time.monotonic()
            assert client.get("/api/v1/countries").status_code == 503
            assert time.monotonic() - began < 5
        assert watchdog.is_silent()
        answer = client.get("/api/v1/countries")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        monkeypatch.setattr(watchdog, "answers", lambda: True)
        spoke = threading.Event()
        for _ in range(100):
            if not watchdog.is_silent():
                spoke.set()
                break
            threading.Event().wait(0.05)
        assert spoke.is_set()
        assert client.get("/api/v1/countries").status_code == 200
