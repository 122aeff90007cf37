"""Questions that PostgreSQL has planned before are answered like any others."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.models import Actor
from config.api.database import prepared
from config.api.database.connection import fetched
from tests.factories import CountryFactory, published

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's driver keeps plans by itself.")

VALUES = ("Çavuşoğlu’s 100 %", 2**62, -1, True, None, date(2020, 10, 27))
TYPES = ("text", "bigint", "smallint", "boolean", "text", "date")
SQL = "SELECT " + ", ".join(f"%({number})s::{kind}" for number, kind in enumerate(TYPES, 1))


def _plans() -> int:
    return len(prepared.fetched(connection, "SELECT name FROM pg_prepared_statements WHERE name LIKE 'chancery%%'", []))


@pytest.mark.django_db
def test_values_come_back_as_they_were_handed_over() -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL, {str(number): value for number, value in enumerate(VALUES, 1)})
        assert prepared.fetched(connection, SQL, VALUES) == cursor.fetchall() == [VALUES]


@pytest.mark.django_db
def test_a_column_of_fixed_length_is_text_and_a_document_is_bytes() -> None:
    """CHAR(n) of any app is read as Django reads it, though the read path has documents cast to the same type."""
    published(CountryFactory(slug="UTO", name="Çatalhöyük"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE fixed (code char(3) NOT NULL, document text NOT NULL)")
        cursor.execute("INSERT INTO fixed VALUES ('ÇAV', 'Çavuşoğlu')")
        cursor.execute("SELECT code FROM fixed")
        assert cursor.fetchall() == [("ÇAV",)]
    sql = "SELECT code, document::bpchar, document, NULL::bpchar FROM fixed WHERE code = %(1)s"
    expected = [("ÇAV", "Çavuşoğlu".encode(), "Çavuşoğlu", None)]
    for planned in (True, False):
        assert prepared.fetched(connection, sql, ["ÇAV"], planned=planned) == expected
    # While queries are watched they go through Django's cursors.
    with CaptureQueriesContext(connection):
        assert fetched(sql, ["ÇAV"]) == expected
    [document] = Actor.objects.filter(slug="UTO").values_list("document__utf8", flat=True)
    assert (type(document), document.decode()) == (bytes, Actor.objects.get(slug="UTO").document)


@pytest.mark.django_db
def test_a_moment_is_the_one_that_django_reads() -> None:
    published(CountryFactory(slug="UTO"))
    [(moment,)] = prepared.fetched(connection, "SELECT published_at FROM actors_actor WHERE slug = %(1)s", ["UTO"])
    assert moment == Actor.objects.get(slug="UTO").published_at
    assert moment.utcoffset().total_seconds() == 0


@pytest.mark.django_db
def test_a_question_is_planned_once_and_few_plans_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        assert prepared.fetched(connection, "SELECT 1 + %(1)s::int", [1]) == [(2,)]
    before = _plans()
    assert _plans() == before
    monkeypatch.setattr(prepared, "MAX_PLANS", before)
    assert prepared.fetched(connection, "SELECT 2 + %(1)s::int", [1]) == [(3,)]
    assert _plans() == 2


@pytest.mark.django_db(transaction=True)
def test_a_plan_is_kept_whatever_is_asked_beside_it() -> None:
    sql = "SELECT slug FROM actors_actor WHERE slug >= %(1)s AND slug < %(2)s ORDER BY slug LIMIT 5"
    for number in range(8):
        assert prepared.fetched(connection, sql, [f"U{number}", "V"]) == []
        # This one is planned for its value.
        assert prepared.fetched(connection, "SELECT %(1)s::int", [number], planned=False) == [(number,)]
    told = "SELECT generic_plans::int, custom_plans::int FROM pg_prepared_statements WHERE statement LIKE 'SELECT slug FROM%%'"
    assert prepared.fetched(connection, told, []) == [(8, 0)]
    assert prepared.fetched(connection, "SHOW plan_cache_mode", [], planned=False) == [("auto",)]


@pytest.mark.django_db
def test_a_question_that_is_wrong_is_an_error_as_anywhere() -> None:
    with pytest.raises(ProgrammingError):
        fetched("SELECT nothing", [])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_opened_anew(client: Client) -> None:
    published(CountryFactory(slug="UTO"))
    assert client.get("/api/v1/countries/UTO").status_code == 200
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"], autocommit=True
    ) as other:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        other.execute(f"SELECT pg_terminate_backend(pid) {others}")
    with pytest.raises(OperationalError):
        prepared.fetched(connection, "SELECT 1", [])
    assert client.get("/api/v1/countries/UTO").status_code == 200
