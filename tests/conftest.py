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
    # Nobody else can count rows that are not committed; without it PostgreSQL plans as for empty tables.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
