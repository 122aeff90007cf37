"""How PostgreSQL keeps documents: as they are read, not compressed."""

from __future__ import annotations

import pytest
from django.db import connection

from config.record.documents.registry import DOCUMENT_TYPES


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compresses nothing.")
@pytest.mark.parametrize("model", DOCUMENT_TYPES, ids=lambda model: model.__name__)
def test_documents_are_not_compressed(model: type) -> None:
    table = model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone() == (["toast_tuple_target=8160"],)
