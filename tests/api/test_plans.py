"""Every documented order is that of an index: no list is sorted, however long it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from config.api.engine.index_scans import PageQuery
from config.api.engine.keyset import CursorPosition
from config.api.engine.sql_cache import cached_page
from config.api.parameters.base import Ordering
from config.api_urls import COLLECTIONS
from config.record.database.search import Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def plan(queryset: Any) -> str:
    """Return how the database would go about a query on tables of any size."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A few rows are sorted faster than an index is walked; of many rows it is the other way round.
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    explained: str = queryset.explain()
    return explained


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_order_has_an_index(name: str) -> None:
    view = COLLECTIONS[name]
    orders = view.filterset_class.parameters()["order"].orders  # type: ignore[attr-defined]
    for ordering in orders.values():
        sign = "-" if ordering.descending else ""
        queryset = view.queryset.all().order_by(*(sign + column for column in ordering.columns)).values_list("document")[:50]
        found = plan(queryset)
        assert "Sort" not in found, (ordering.name, found)
        assert "Seq Scan" not in found, (ordering.name, found)
        assert "TEMP B-TREE" not in found, (ordering.name, found)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite enters an index by the day alone.")
@pytest.mark.parametrize("descending", [False, True])
def test_a_page_begins_in_the_index_at_the_very_row(*, descending: bool) -> None:
    """A day may have more records than a page: those of the pages before are not met again."""
    view, ordering = COLLECTIONS["events"], Ordering("start", ("start_earliest", "pk"), descending)
    position = CursorPosition(ordering, 50, "", key_values=(date(2020, 10, 27), 2**40))
    found = plan(position.page_queryset(view.queryset.all(), "document"))
    side = "<" if descending else ">"
    assert f"Index Cond: (ROW(start_earliest, id) {side} ROW('2020-10-27'::date, '1099511627776'::bigint))" in found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks on buckets.")
@pytest.mark.parametrize("more", [{}, {"date_before": date(2020, 10, 27)}])
def test_what_has_the_words_is_put_in_order_by_an_index_alone(more: dict[str, Any]) -> None:
    view, ordering = COLLECTIONS["statements"], Ordering("-start", ("start_earliest", "pk"), descending=True)
    values, position = {"q": Terms.of("ceasefire"), **more}, CursorPosition(ordering, 20, "")
    question = cached_page(PageQuery(view.queryset, view.filterset_class, values, position, ("document",)))
    assert "USING COVERING INDEX events_event_search_by_start" in plan(question.built())
