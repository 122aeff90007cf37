"""What many tests need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction


def _load() -> None:
    call_command("load_reference", verbosity=0)
    call_command("load_sample", verbosity=0)
    # Nobody else can count rows that are not committed; without it PostgreSQL plans as for empty tables. The tables are
    # named, because its own are shared: tests beside this one would wait for it.
    tables = ", ".join(connection.introspection.django_table_names()) if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _asks_for_the_sample(module: Any) -> bool:
    marks = getattr(module, "pytestmark", [])
    return any("sample" in mark.args for mark in (marks if isinstance(marks, list) else [marks]) if mark.name == "usefixtures")


@pytest.fixture(scope="module", autouse=True)
def sample_of_the_module(request: pytest.FixtureRequest) -> Iterator[bool]:
    """The sample, loaded once for a module all of whose tests ask for it. Each of them sees it as if it were its own."""
    if not _asks_for_the_sample(request.module):
        yield False
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock(), transaction.atomic():
        _load()
        yield True
        transaction.set_rollback(True)


@pytest.fixture
def sample(sample_of_the_module: bool, db: None) -> None:  # noqa: FBT001 - as pytest hands it over
    """The reference data and the sample record."""
    if not sample_of_the_module:
        _load()
