"""The log: numbers and versions of its entries, and the columns that hold a document on its row."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from actors.models import Actor
from config.record.documents.log_writer import Change, LogWriter, append, dump
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.models import LogEntry, LogHead
from config.record.values import edtf
from config.record.values.choices import CurationState
from config.sources.models import Source
from events.models import Event
from tests.factories import CountryFactory, MeetingFactory, SourceFactory, published

pytestmark = pytest.mark.django_db

AT = datetime(2020, 10, 27, 12, 30, tzinfo=UTC)
SOURCES = DOCUMENT_TYPES[Source]


def entry(slug: str = "a", version: int = 1, **more: Any) -> dict[str, Any]:
    return {"collection": "sources", "kind": "source", "slug": slug, "version": version, "operation": "created"} | more


def opened(**values: Any) -> Source:
    """Return a source that is public and has no document yet."""
    source = SourceFactory(**values)
    Source.objects.filter(pk=source.pk).update(state=CurationState.PUBLISHED, document="")
    return source  # type: ignore[return-value]


def rendered(*sources: Source, direct: bool = True, causes: Any = None, at: datetime = AT, reason: str = "Why") -> list[int]:
    """Render sources, and return which of them changed."""
    ids = [one.pk for one in sources]
    with LogWriter(Change(reason, at)) as log:
        return log.render(SOURCES, ids, set(ids) if direct else set(), causes or defaultdict(set))


class TestNumbers:
    """Numbers of entries."""

    def test_they_go_on_without_a_gap(self) -> None:
        append([entry("a"), entry("b")], Change())
        append([entry("c")], Change())
        assert list(LogEntry.objects.values_list("sequence", "slug")) == [(1, "a"), (2, "b"), (3, "c")]
        assert LogHead.last_sequence() == 3

    def test_the_first_writer_makes_the_head(self) -> None:
        LogHead.objects.all().delete()
        assert LogHead.last_sequence() == 0
        append([entry()], Change())
        assert (LogHead.objects.count(), LogHead.last_sequence()) == (1, 1)

    def test_the_lock_is_taken_before_the_number_is_read(self) -> None:
        append([entry()], Change())
        with CaptureQueriesContext(connection) as asked:
            append([entry("b")], Change())
        asked_for = [query["sql"] for query in asked]
        words = [re.search("SELECT|INSERT|UPDATE|COPY", sql)[0] for sql in asked_for]  # type: ignore[index]
        assert words == ["SELECT", "SELECT", "INSERT", "UPDATE"]
        # SQLite has one writer at a time, from the beginning of its transaction.
        assert connection.vendor == "sqlite" or asked_for[1].endswith("FOR UPDATE")

    def test_what_fails_gives_its_numbers_back(self) -> None:
        append([entry()], Change())
        with pytest.raises(ZeroDivisionError):
            self._fail_after(entry("b"))
        assert (LogHead.last_sequence(), LogEntry.objects.count()) == (1, 1)
        append([entry("c")], Change())
        assert LogEntry.objects.get(slug="c").sequence == 2

    @transaction.atomic
    def _fail_after(self, appended: dict[str, Any]) -> None:
        with LogWriter(Change()) as log:
            log.append([appended])
            raise ZeroDivisionError

    def test_a_writer_counts_what_it_appends(self) -> None:
        with LogWriter(Change()) as log:
            log.append([entry("a"), entry("b")])
            log.append(iter([entry("c")]))
            log.append([])
            assert log.appended == 3

    def test_nothing_is_written_or_locked_before_all_is_rendered(self) -> None:
        source = opened()
        with CaptureQueriesContext(connection) as asked, LogWriter(Change()) as log:
            log.render(SOURCES, [source.pk], {source.pk}, {})
            asked_for = [query["sql"] for query in asked]
        assert log.appended == 1
        assert all(sql.startswith("SELECT") and "FOR UPDATE" not in sql for sql in asked_for)

    def test_what_others_append_meanwhile_has_it_rendered_once_more(self) -> None:
        source, times = opened(), []
        with LogWriter(Change()) as log:

            def render() -> None:
                times.append(LogHead.last_sequence())
                log.render(SOURCES, [source.pk], {source.pk}, {})
                if len(times) == 1:
                    append([entry("b")], Change())

            log.settle(render)
        assert times == [0, 1]
        assert list(LogEntry.objects.values_list("sequence", "slug", "version")) == [(1, "b", 1), (2, source.slug, 1)]

    def test_what_is_not_said_of_an_entry(self) -> None:
        append([entry()], Change("Its own is said by the caller", AT))
        reported = LogEntry.objects.get()
        assert (reported.at, reported.reason, reported.cause, reported.sha256, reported.document) == (AT, "", "", "", None)
        assert (reported.earliest, reported.latest, reported.schema_version) == (edtf.EARLIEST, edtf.LATEST, 1)


class TestDocuments:
    """Documents on their rows, and in the log."""

    def test_a_document_is_bytes_in_one_order(self) -> None:
        moment = datetime(2020, 10, 27, 12, tzinfo=UTC)
        assert (
            dump({"b": "Çavuşoğlu", "a": None, "at": moment}) == '{"b":"Çavuşoğlu","a":null,"at":"2020-10-27T12:00:00Z"}'.encode()
        )

    def test_the_row_and_the_entry_hold_the_same(self) -> None:
        source = opened(slug="report", name="A report", publisher="SANA", date="2020-10")
        assert rendered(source) == [source.pk]
        source.refresh_from_db()
        reported = LogEntry.objects.get()
        assert reported.document == source.document
        assert reported.sha256 == source.document_hash == hashlib.sha256(source.document.encode()).hexdigest()
        assert (source.version, source.published_at, source.updated_at) == (1, AT, AT)
        assert (reported.version, reported.operation, reported.reason, reported.kind) == (1, "created", "Why", "source")
        assert "sana" in source.search_text
        # Its version and since when it stands are its last keys.
        assert list(orjson.loads(source.document))[-3:] == ["version", "published_at", "updated_at"]

    @pytest.mark.parametrize(
        ("day", "span"),
        [
            ("2020-10-27", (date(2020, 10, 27), date(2020, 10, 27))),
            ("2020", (date(2020, 1, 1), date(2020, 12, 31))),
            ("", (edtf.EARLIEST, edtf.LATEST)),
        ],
    )
    def test_the_days_of_an_entry_are_those_of_its_document(self, day: str, span: tuple[date, date]) -> None:
        rendered(opened(date=day))
        reported = LogEntry.objects.get()
        assert (reported.earliest, reported.latest) == span

    def test_an_event_lasts_to_its_end(self) -> None:
        published(MeetingFactory(start="2020-10", end="2020-11-03"))
        reported = LogEntry.objects.get(collection="events")
        assert (reported.earliest, reported.latest) == (date(2020, 10, 1), date(2020, 11, 3))

    def test_what_did_not_change_is_not_written(self) -> None:
        source = opened()
        rendered(source)
        assert rendered(source, at=AT + timedelta(days=1)) == []
        source.refresh_from_db()
        assert (source.version, source.updated_at, LogEntry.objects.count()) == (1, AT, 1)

    def test_only_those_that_changed_are_written(self) -> None:
        one, other = opened(slug="one"), opened(slug="other")
        rendered(one, other)
        Source.objects.filter(pk=other.pk).update(name="Another name")
        assert rendered(one, other) == [other.pk]
        assert [(reported.slug, reported.version, reported.operation) for reported in LogEntry.objects.all()] == [
            ("one", 1, "created"),
            ("other", 1, "created"),
            ("other", 2, "updated"),
        ]

    def test_a_refresh_names_its_cause_and_keeps_when_the_content_changed(self) -> None:
        source, country = opened(), CountryFactory(slug="RUS")
        rendered(source)
        Source.objects.filter(pk=source.pk).update(name="Another name")
        causes = {source.pk: {(Actor, country.pk), "topics:libya"}}
        assert rendered(source, direct=False, causes=causes, at=AT + timedelta(days=1)) == [source.pk]
        source.refresh_from_db()
        reported = LogEntry.objects.get(version=2)
        assert (reported.operation, reported.cause, reported.reason) == ("refreshed", "actors:RUS topics:libya", "")
        assert (reported.at, source.updated_at, source.published_at) == (AT + timedelta(days=1), AT, AT)

    def test_a_record_that_comes_back_is_restored_and_counts_on(self) -> None:
        source = opened()
        rendered(source)
        append([entry(source.slug, 2, operation="retracted")], Change())
        Source.objects.filter(pk=source.pk).update(document="", document_hash="", version=2)
        rendered(source, at=AT + timedelta(days=1))
        source.refresh_from_db()
        assert (source.version, source.published_at, source.updated_at) == (3, AT, AT + timedelta(days=1))
        assert LogEntry.objects.get(version=3).operation == "restored"

    def test_a_new_record_with_a_slug_that_was_there_counts_on(self) -> None:
        append([entry("report", version) for version in (1, 2)], Change())
        append([entry("report", 7, collection="topics")], Change())
        source = opened(slug="report")
        rendered(source)
        source.refresh_from_db()
        assert (source.version, LogEntry.objects.latest("sequence").version) == (3, 3)

    def test_drafts_and_what_is_gone_are_passed_over(self) -> None:
        draft, gone = SourceFactory(), SourceFactory()
        Source.objects.filter(pk=gone.pk).delete()
        assert rendered(draft, gone) == []  # type: ignore[arg-type]
        assert not LogEntry.objects.exists()

    def test_a_cause_is_looked_up_once(self) -> None:
        country, event = CountryFactory(slug="RUS"), MeetingFactory(slug="call")
        with LogWriter(Change()) as log:
            assert log.labels([(Actor, country.pk), (Event, event.pk), "sources:x"]) == {"actors:RUS", "events:call", "sources:x"}
            with CaptureQueriesContext(connection) as asked:
                assert log.labels([(Actor, country.pk)]) == {"actors:RUS"}
            assert len(asked) == 0

    def test_many_take_as_many_queries_as_few(self) -> None:
        append([entry("before")], Change())
        counts = []
        for some in ([opened()], [opened() for _ in range(20)]):
            with CaptureQueriesContext(connection) as asked:
                assert len(rendered(*some)) == len(some)
            counts.append(len([query for query in asked if query["sql"].startswith("SELECT")]))
        assert counts[0] == counts[1]
