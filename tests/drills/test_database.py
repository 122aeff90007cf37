"""A PostgreSQL that is frozen, or is gone for a while, and questions that are as dear as they come."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.drills.conftest import FILL
from tests.drills.serving import MEETING, WELL, Reader, Served, ask, children, manage, reading, served, until
from tests.postgresql import server as postgresql

# How long somebody waits at most for the word that the database does not answer, in seconds.
ANSWERED_WITHIN = 6.0
# The dearest questions of each kind.
DEAR = (
    "/api/v1/events?exclude_topic=libya,syria&order=-start",
    "/api/v1/events?" + "&".join(["participant=RUS,TUR"] * 50),
    "/api/v1/events/counts?by=participant,topic",
    "/api/v1/stances/counts?by=topic,position",
    "/api/v1/search?q=example*",
    "/api/v1/relations/RUS/TUR",
    "/api/v1/exports/sources",
    "/api/v1/sources?known_at=2020-01-01",
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A PostgreSQL for this module alone, whose processes may be stopped: its URL, and its folder."""
    folder = tmp_path_factory.mktemp("postgresql")
    for above in (folder, *list(folder.parents)[:3]):
        above.chmod(0o755)
    with postgresql({"fsync": "off"}, folder / "own") as url:
        address = url.removesuffix("chancery") + "postgres"
        with psycopg.connect(address, autocommit=True) as made:
            made.execute("CREATE DATABASE chancery")
        yield url, folder / "own" / "data"


@pytest.fixture(scope="module")
def on_its_own(own: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    found = {
        "DATABASE_URL": own[0],
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "RATE_LIMIT_FILE": str(folder / "rates"),
        "RATE_LIMIT": "1000000",
    }
    for command in ("migrate", "load_reference", "load_sample"):
        manage(command, environment=found)
    manage("shell", environment=found, text=FILL)
    with served(folder, found) as one:
        yield one


def _processes(data: Path) -> list[int]:
    """Return the postmaster of a folder, and its children."""
    postmaster = int((data / "postmaster.pid").read_text().split()[0])
    return [postmaster, *children(postmaster)]


@contextmanager
def _frozen(data: Path) -> Iterator[None]:
    """Have the server stand still."""
    stopped: list[int] = []
    try:
        # What was forked meanwhile is met in the second round.
        for _ in range(2):
            for pid in _processes(data):
                os.kill(pid, signal.SIGSTOP)
                stopped.append(pid)
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def _asked(port: int, path: str) -> tuple[int | str, float]:
    begun = time.monotonic()
    try:
        status: int | str = ask(port, path, 30)[0]
    except (OSError, http.client.HTTPException) as error:
        status = type(error).__name__
    return status, time.monotonic() - begun


@contextmanager
def _readers(port: int, number: int) -> Iterator[list[Reader]]:
    """Have several read all the while."""
    found = [Reader(port, 30) for _ in range(number)]
    threads = [threading.Thread(target=one.read) for one in found]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        for one in found:
            one.stop()
        for thread in threads:
            thread.join()


def test_postgresql_is_frozen(on_its_own: Served, own: tuple[str, Path]) -> None:
    with _readers(on_its_own.port, 6) as readers:
        time.sleep(1)
        with _frozen(own[1]):
            end = time.monotonic() + 20
            asked = [_asked(on_its_own.port, path) for path in (MEETING, "/api/v1/events/counts?by=topic")]
            at_the_desk = _asked(on_its_own.desk, "/admin/")
            while time.monotonic() < end:
                time.sleep(0.2)
        assert until(on_its_own.is_well, WELL)
        for one in readers:
            one.statuses.append("well")
        assert until(lambda: all(one.statuses[-1] == 200 for one in readers), WELL)
    assert {status for status, _ in asked} == {503}
    # The desk does without the database until it knows who asks.
    assert at_the_desk[0] in (302, 503)
    assert max(waited for _, waited in (*asked, at_the_desk)) < ANSWERED_WITHIN
    for one in readers:
        assert set(one.statuses) <= {200, 503, "well"}
        assert max(one.waits) < ANSWERED_WITHIN
        assert set(one.statuses[one.statuses.index("well") + 1 :]) == {200}


def test_postgresql_is_stopped_and_started(on_its_own: Served, own: tuple[str, Path]) -> None:
    data = own[1]
    postmaster = _processes(data)[0]
    control = Path(f"/proc/{postmaster}/exe").resolve().parent / "pg_ctl"
    with _readers(on_its_own.port, 4) as readers:
        time.sleep(1)
        os.kill(postmaster, signal.SIGINT)
        assert until(lambda: not (data / "postmaster.pid").exists(), WELL)
        status, waited = _asked(on_its_own.port, MEETING)
        assert (status, waited < ANSWERED_WITHIN) == (503, True)
        time.sleep(3)
        # As it was started before.
        command = [control, "-D", data, "-l", data.parent / "log", "-w", "restart"]
        subprocess.run(command, user=data.stat().st_uid if os.getuid() == 0 else None, check=True, stdout=subprocess.DEVNULL)
        assert until(on_its_own.is_well, WELL)
    for one in readers:
        assert set(one.statuses) == {200, 503}
        assert max(one.waits) < ANSWERED_WITHIN


def _over_and_over(ask_once: Callable[[], object], stopped: threading.Event) -> None:
    while not stopped.is_set():
        ask_once()


def test_dear_questions(on_its_own: Served) -> None:
    for path in DEAR:
        stopped = threading.Event()
        clients = [
            threading.Thread(target=_over_and_over, args=(lambda: _asked(on_its_own.port, path), stopped))  # noqa: B023 - joined below
            for _ in range(6)
        ]
        for client in clients:
            client.start()
        try:
            with reading(on_its_own.port):
                time.sleep(2)
        finally:
            stopped.set()
            for client in clients:
                client.join()
    assert until(on_its_own.is_well, WELL)
