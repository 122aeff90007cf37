"""Two writers at once: documents are rendered before the lock of the log is taken, and show no neighbour as it was."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from django.db import connection, transaction

from actors.models import Actor
from config.exceptions import StillShownError, UnpublishedPartsError
from config.record.curation import transitions
from config.record.curation.consistency import findings
from config.record.documents import writer
from config.record.documents.log_writer import LogWriter
from config.record.loading.loader import _Loader, load
from config.record.models import LogEntry, LogHead
from config.record.values.choices import CurationState
from config.sources.models import Source
from events.importers.rows import LOADABLES
from events.models import Event, Stance
from tests.factories import (
    CountryFactory,
    MeetingFactory,
    OfficialFactory,
    ParticipationFactory,
    StanceFactory,
    StatementFactory,
    TenureFactory,
    cited,
    published,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite one transaction writes at a time."),
]


def changed(model: Any, slug: str, **values: Any) -> None:
    """Change a published record, as a save does."""
    with transaction.atomic():
        row = model.objects.select_for_update(no_key=True).get(slug=slug)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        transitions.amend({model: [row.pk]}, reason="Test")


def over_its_own(work: Callable[[], object]) -> None:
    """Do `work` over the connection of a thread, to its commit; where locks keep it from that for long, it fails."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20s'")
        work()
    finally:
        connection.close()


def elsewhere(work: Callable[[], object]) -> None:
    """Do `work` over a connection of its own, to its commit."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(over_its_own, work).result()


@pytest.fixture
def before_lock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something committed by somebody else once, when the next writer has rendered and takes its locks."""

    def arrange(work: Callable[[], object]) -> None:
        steps = {name: getattr(LogWriter, name) for name in ("_lock_records", "lock")}

        def overtaken(name: str) -> Callable[[LogWriter], Any]:
            def step(log: LogWriter) -> Any:
                for one, real in steps.items():
                    monkeypatch.setattr(LogWriter, one, real)
                elsewhere(work)
                return steps[name](log)

            return step

        for name in steps:
            monkeypatch.setattr(LogWriter, name, overtaken(name))

    return arrange


@pytest.fixture
def call() -> Event:
    meeting = MeetingFactory(slug="call", name="A call")
    ParticipationFactory(event=meeting, actor=CountryFactory(slug="RUS", name="Russia"))
    published(meeting)
    # Whatever was there before the first entry is made by it.
    assert LogHead.last_sequence()
    return meeting  # type: ignore[return-value]


def document(slug: str = "call") -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(Event.objects.get(slug=slug).document)
    return body


def entries(slug: str) -> list[tuple[int, str]]:
    return list(LogEntry.objects.filter(slug=slug).order_by("version").values_list("version", "operation"))


def consistent() -> bool:
    """Return whether the record agrees with itself, and the log has no gap."""
    numbers = list(LogEntry.objects.order_by("sequence").values_list("sequence", flat=True))
    return not list(findings()) and numbers == list(range(1, len(numbers) + 1))


def test_a_save_shows_a_neighbour_that_was_renamed_while_it_was_rendered(call: Event, before_lock: Any) -> None:
    turkey = published(CountryFactory(slug="TUR", name="Turkey"))
    before_lock(lambda: changed(Actor, "TUR", name="Türkiye"))
    with transaction.atomic():
        Event.objects.select_for_update(no_key=True).get(slug="call")
        ParticipationFactory(event=call, actor=turkey)
        transitions.amend({Event: [call.pk]}, reason="Test")
    assert [one["actor"]["name"] for one in document()["participations"]] == ["Russia", "Türkiye"]
    assert entries("call") == [(1, "created"), (2, "updated")]
    assert consistent()


def waits() -> bool:
    """Return whether another connection waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
        return bool(cursor.fetchone()[0])


def test_whoever_waits_for_a_record_leaves_the_log_to_whoever_has_it_locked(call: Event) -> None:
    """A rename needs the row that is locked at the desk: were it to wait with the lock of the log, both would wait for ever."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Event.objects.select_for_update(no_key=True).get(slug="call")
            rename = pool.submit(over_its_own, lambda: changed(Actor, "RUS", name="Russian Federation"))
            while not waits():
                assert not rename.done()
            changed(Event, "call", description="More is known.")
        rename.result(30)
    assert document()["description"] == "More is known."
    assert document()["participations"][0]["actor"]["name"] == "Russian Federation"
    assert entries("call") == [(1, "created"), (2, "updated"), (3, "refreshed")]
    assert consistent()


def test_a_retraction_waits_for_a_record_before_it_takes_the_log(call: Event) -> None:
    later = published(MeetingFactory(slug="later"))
    call.relations.create(type="follows", object=later)
    transitions.amend({Event: [call.pk]}, reason="Test")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Event.objects.select_for_update(no_key=True).get(slug="call")
            retraction = pool.submit(over_its_own, lambda: transitions.retract({Event: [later.pk]}, reason="It was none."))
            while not waits():
                assert not retraction.done()
            changed(Event, "call", description="More is known.")
        retraction.result(30)
    assert (document()["description"], document()["relations"]) == ("More is known.", [])
    assert consistent()


def test_a_part_is_left_to_whoever_has_locked_what_it_is_a_part_of() -> None:
    """A part is written without a lock of its own: it would be held while the record that it is a part of is waited for."""
    country = CountryFactory(slug="RUS", name="Russia")
    statement = StatementFactory(slug="doubts")
    StanceFactory(slug="doubted", statement=statement, target_actor=country)
    published(statement)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Event.objects.select_for_update(no_key=True).get(slug="doubts")
            rename = pool.submit(over_its_own, lambda: changed(Actor, "RUS", name="Russian Federation"))
            while not waits():
                assert not rename.done()
            Stance.objects.update(note="For a reason")
            changed(Event, "doubts", description="More is known.")
        rename.result(30)
    stance = document("doubts")["stances"][0]
    assert (stance["note"], stance["target"]["name"]) == ("For a reason", "Russian Federation")
    assert consistent()


def test_a_rename_keeps_what_was_saved_while_it_was_rendered(call: Event, before_lock: Any) -> None:
    before_lock(lambda: changed(Event, "call", description="More is known."))
    changed(Actor, "RUS", name="Russian Federation")
    assert document()["description"] == "More is known."
    assert document()["participations"][0]["actor"]["name"] == "Russian Federation"
    assert entries("call") == [(1, "created"), (2, "updated"), (3, "refreshed")]
    assert consistent()


def test_a_rename_reaches_what_showed_the_record_for_the_first_time_meanwhile(call: Event, before_lock: Any) -> None:
    other = MeetingFactory(slug="other")
    published(other)

    def join() -> None:
        with transaction.atomic():
            ParticipationFactory(event=other, actor=Actor.objects.get(slug="RUS"))
            transitions.amend({Event: [other.pk]}, reason="Test")

    before_lock(join)
    changed(Actor, "RUS", name="Russian Federation")
    assert document("other")["participations"][0]["actor"]["name"] == "Russian Federation"
    assert consistent()


ROW: dict[str, Any] = {
    "kind": "meeting", "slug": "loaded", "name": "A meeting", "start": "2020", "mode": "talks", "held_state": "held",
}  # fmt: skip


def row_of(actor: str) -> dict[str, Any]:
    """Return the row of a meeting of an actor."""
    source = Source.objects.values_list("slug", flat=True).earliest("pk")
    return ROW | {
        "participations": [{"actor": actor, "role": "participant"}],
        "citations": [{"source": source, "role": "supports"}],
    }


def loaded(actor: str) -> dict[str, Any]:
    """Load a meeting of an actor, and return its document."""
    assert load([row_of(actor)], LOADABLES, reason="Test").created == 1
    return document("loaded")


def test_an_import_shows_a_neighbour_that_was_renamed_while_it_was_loaded(call: Event, before_lock: Any) -> None:
    before_lock(lambda: changed(Actor, "RUS", name="Russian Federation"))
    assert loaded("RUS")["participations"][0]["actor"]["name"] == "Russian Federation"
    assert entries("loaded") == [(1, "created")]
    assert consistent()


def test_an_import_knows_of_an_office_that_was_published_meanwhile(call: Event, before_lock: Any) -> None:
    official = OfficialFactory(slug="minister")
    published(official)
    tenure = TenureFactory(slug="minister-since-2015", official=official, start="2015")
    before_lock(lambda: published(tenure))
    assert loaded("minister")["participations"][0]["capacity"]["slug"] == "minister-since-2015"
    assert consistent()


def test_an_import_waits_for_a_record_before_it_takes_the_log(call: Event) -> None:
    published(CountryFactory(slug="TUR", name="Turkey"))
    loaded("RUS")
    rows = [row_of("TUR"), row_of("RUS") | {"slug": "new"}]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Event.objects.select_for_update(no_key=True).get(slug="loaded")
            loading = pool.submit(over_its_own, lambda: load(rows, LOADABLES, reason="Test"))
            while not waits():
                assert not loading.done()
            changed(Event, "loaded", description="More is known.")
        loading.result(30)
    assert document("loaded")["participations"][0]["actor"]["name"] == "Turkey"
    assert document("new")["participations"][0]["actor"]["name"] == "Russia"
    assert consistent()


def test_an_import_is_not_loaded_again_for_what_it_does_not_show(
    call: Event, before_lock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(CountryFactory(slug="TUR", name="Turkey"))
    attempts: list[bool] = []
    load_part = _Loader._load

    def counted(loader: _Loader, *arguments: Any, locked: bool) -> Any:
        attempts.append(locked)
        return load_part(loader, *arguments, locked=locked)

    monkeypatch.setattr(_Loader, "_load", counted)
    before_lock(lambda: changed(Actor, "TUR", name="Türkiye"))
    loaded("RUS")
    assert attempts == [False]
    assert consistent()


def test_a_refresh_shows_what_was_saved_while_it_was_rendered(
    call: Event, before_lock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_AT_ONCE", 0)
    changed(Actor, "RUS", name="Russian Federation")
    before_lock(lambda: changed(Event, "call", description="More is known."))
    assert writer.render_pending() == 1
    assert document()["description"] == "More is known."
    assert document()["participations"][0]["actor"]["name"] == "Russian Federation"
    assert entries("call") == [(1, "created"), (2, "updated")]
    assert consistent()


def test_a_refresh_keeps_the_name_that_a_neighbour_got_meanwhile(
    call: Event, before_lock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_AT_ONCE", 0)
    changed(Actor, "RUS", name="Russian Federation")
    before_lock(lambda: changed(Actor, "RUS", name="Russia again"))
    while writer.render_pending():
        pass
    assert document()["participations"][0]["actor"]["name"] == "Russia again"
    assert entries("call")[:2] == [(1, "created"), (2, "refreshed")]
    assert consistent()


@pytest.fixture
def second() -> Event:
    """A draft that shows a published country, which nothing else shows."""
    country = CountryFactory(slug="TUR", name="Turkey")
    published(country)
    meeting = MeetingFactory(slug="second", name="A second call")
    ParticipationFactory(event=meeting, actor=country)
    cited(meeting, source=Source.objects.get(state=CurationState.PUBLISHED))
    return meeting  # type: ignore[return-value]


def test_what_shows_a_record_that_was_retracted_meanwhile_is_not_published(second: Event, before_lock: Any) -> None:
    country = Actor.objects.get(slug="TUR")
    before_lock(lambda: transitions.retract({Actor: [country.pk]}, reason="It was another."))
    with pytest.raises(UnpublishedPartsError, match="actors/TUR"):
        transitions.publish({Event: [second.pk]})
    second.refresh_from_db()
    assert (second.state, second.document) == (CurationState.DRAFT, None)
    assert consistent()


def test_what_was_published_meanwhile_keeps_what_it_shows_from_being_retracted(second: Event, before_lock: Any) -> None:
    country = Actor.objects.get(slug="TUR")
    before_lock(lambda: transitions.publish({Event: [second.pk]}))
    with pytest.raises(StillShownError, match="events/second"):
        transitions.retract({Actor: [country.pk]}, reason="It was another.")
    assert document("second")["participations"][0]["actor"]["name"] == "Turkey"
    assert consistent()


def test_whoever_saves_does_not_wait_for_somebody_who_still_renders(call: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other save ends while this one has rendered, and before it asks for the lock."""
    order: list[str] = []
    settle = LogWriter.settle

    def settled(log: LogWriter, render: Callable[[], None], *more: Any) -> None:
        def rendered() -> None:
            render()
            if not order:
                order.append("rendered")
                elsewhere(lambda: changed(Actor, "RUS", description="Elsewhere"))
                order.append("saved elsewhere")

        settle(log, rendered, *more)

    monkeypatch.setattr(LogWriter, "settle", settled)
    changed(Event, "call", description="More is known.")
    assert order == ["rendered", "saved elsewhere"]
    assert consistent()
