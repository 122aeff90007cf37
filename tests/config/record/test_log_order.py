"""Numbers of the log become visible in their order, however many write at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from config.record.curation import transitions
from config.record.models import LogEntry
from config.sources.models import Source

WRITERS, ROUNDS = 3, 15


def write_sources(writer: int) -> None:
    try:
        for turn in range(ROUNDS):
            source = Source.objects.create(slug=f"source-{writer}-{turn}", name="A report")
            transitions.publish({Source: [source.pk]})
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_follower_never_sees_a_gap_that_is_filled_later() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one connection write at a time, and its database in memory has one connection.")
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write_sources, writer) for writer in range(WRITERS)]
        while not all(writer.done() for writer in writers):
            seen = list(LogEntry.objects.values_list("sequence", flat=True))
            assert seen == list(range(1, len(seen) + 1))
        for writer in writers:
            writer.result()
    assert LogEntry.objects.count() == WRITERS * ROUNDS
