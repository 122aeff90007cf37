"""What many tests need."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.fixture
def sample(db: None) -> None:
    """The reference data and the sample record."""
    call_command("load_reference", verbosity=0)
    call_command("load_sample", verbosity=0)
    # Nobody else can count rows that are not committed; without it PostgreSQL plans as for empty tables. The tables are
    # named, because its own are shared: tests beside this one would wait for it.
    tables = ", ".join(connection.introspection.django_table_names()) if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
