"""Parts that fail while it runs: files, workers, services, and the end itself."""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.drills.serving import (
    EXPORT,
    LOGIN,
    MEETING,
    WELL,
    WHOLE,
    Reader,
    Served,
    ask,
    connected,
    reading,
    served,
    start,
    stop,
    until,
)


@contextmanager
def _disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """Mount a small disk on a folder; yield whether that was possible here."""
    size = f"size={kilobytes}k"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=False, capture_output=True)
    try:
        yield not mounted.returncode
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "-l", folder], check=True)


def _fill(file: Path) -> None:
    """Write to a file until its disk is full."""
    with suppress(OSError), file.open("wb", buffering=0) as filler:
        while filler.write(b"x" * 4096):
            pass


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A file on a disk that is full; a device that refuses each write where no disk may be mounted."""
    with _disk(tmp_path, 64) as mounted:
        if mounted:
            _fill(tmp_path / "filler")
        yield tmp_path / "rates" if mounted else Path("/dev/full")


def test_the_disk_of_the_rate_counter_is_full(
    environment: dict[str, str], full: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with served(
        tmp_path_factory.mktemp("full"), environment | {"RATE_LIMIT_FILE": str(full), "TMPDIR": str(full.parent)}
    ) as found:
        with reading(found.port):
            for number in range(200):
                assert ask(found.port, MEETING, **{"X-Forwarded-For": f"203.0.113.{number}"})[0] == 200
        assert "Requests are not counted" in found.log.read_text()


def test_the_rate_file_is_truncated(server: Served, environment: dict[str, str]) -> None:
    with reading(server.port):
        for _ in range(10):
            os.truncate(environment["RATE_LIMIT_FILE"], 0)
            time.sleep(0.1)
        Path(environment["RATE_LIMIT_FILE"]).unlink()
        time.sleep(1)
    assert until(server.is_well, WELL)


@pytest.mark.parametrize("service", ["public", "desk"])
def test_a_worker_is_killed(server: Served, service: str) -> None:
    reader = Reader(server.port)
    thread = threading.Thread(target=reader.read)
    thread.start()
    time.sleep(0.5)
    before = server.workers(service)
    os.kill(before[0], signal.SIGKILL)
    assert until(lambda: len(set(server.workers(service)) - set(before)) == 1 and server.is_well(), WELL)
    assert until(lambda: len(reader.waits) >= 400, 2 * WELL)
    reader.stop()
    thread.join()
    # At most what the killed worker had accepted is lost, and asked for again is answered by another.
    lost = [status for status in reader.statuses if status != 200]
    assert len(lost) <= 2
    assert set(lost) <= {"ConnectionResetError", "RemoteDisconnected"}
    assert reader.p99 < 1


@pytest.mark.parametrize("service", ["public", "desk"])
def test_a_whole_service_is_killed(server: Served, service: str) -> None:
    before = server.services()
    workers = server.workers(service)
    os.kill(before[service], signal.SIGKILL)
    # It begins from nothing, which takes longer than a worker that is forked.
    assert until(lambda: server.services().get(service, before[service]) != before[service] and server.is_well(), 3 * WELL)
    # None of the old workers stays behind.
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), WELL)


@pytest.mark.parametrize("after", [0.1, 0.5, 1.0, 1.5, 2.0, 3.0])
def test_it_is_told_to_stop_while_it_starts(environment: dict[str, str], tmp_path: Path, after: float) -> None:
    found = start(tmp_path, environment)
    time.sleep(after)
    stop(found.process, 10)
    assert until(lambda: not _group(found.process.pid), 5)


def _group(leader: int) -> list[int]:
    """Return the processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                reported = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(reported[3]) == leader and reported[0] != "Z":
                found.append(int(entry.name))
    return found


def test_what_is_on_its_way_is_finished(environment: dict[str, str], tmp_path: Path) -> None:
    with served(tmp_path, environment) as found:
        export = connected(found.port, f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        read = bytearray(export.recv(1 << 16))
        found.process.terminate()
        time.sleep(0.5)
        while part := export.recv(1 << 18):
            read += part
            time.sleep(0.01)
        export.close()
        assert WHOLE in read[-100:]
        assert found.process.wait(35) == 0


def _signed_in_with(server: Served, password: str) -> tuple[int, str, float]:
    """Return what a try to sign in is answered with, and after how long."""
    connection = http.client.HTTPConnection("127.0.0.1", server.desk, timeout=30)
    connection.request("GET", LOGIN)
    page = connection.getresponse()
    page.read()
    token = str(page.headers["Set-Cookie"]).partition("csrftoken=")[2].partition(";")[0]
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={token}", "X-CSRFToken": token}
    begun = time.monotonic()
    connection.request("POST", LOGIN, f"login=ada&password={quote(password)}", form)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, time.monotonic() - begun


def test_the_disk_of_the_database_is_full(environment: dict[str, str], tmp_path: Path) -> None:
    if not environment["DATABASE_URL"].startswith("sqlite"):
        pytest.skip("PostgreSQL has its own disk, which other tests need.")
    database = Path(environment["DATABASE_URL"].removeprefix("sqlite:///"))
    with _disk(tmp_path, database.stat().st_size // 1024 + 2048) as mounted:
        if not mounted:
            pytest.skip("No disk can be mounted here.")
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(tmp_path / "record.sqlite3")) as copy:
            source.backup(copy)
        filler = tmp_path / "filler"
        with served(tmp_path, environment | {"DATABASE_URL": f"sqlite:///{tmp_path / 'record.sqlite3'}"}) as found:
            with reading(found.port):
                _fill(filler)
                status, text, _ = _signed_in_with(found, "a quiet word at the door")
                assert (status, "try again in a moment" in text) == (503, True)
            filler.unlink()
            assert until(found.is_well, WELL)
            assert _signed_in_with(found, "a quiet word at the door")[0] == 302


@contextmanager
def _held(url: str) -> Iterator[None]:
    """Hold what every change needs, as a long import does."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE desk_cache IN EXCLUSIVE MODE")
        yield


def test_who_waits_for_an_import_is_told_so_soon(server: Served, environment: dict[str, str]) -> None:
    with reading(server.port), _held(environment["DATABASE_URL"]):
        status, text, waited = _signed_in_with(server, "a quiet word at the door")
        assert (status, "try again in a moment" in text) == (503, True)
        assert waited < 8
    assert until(server.is_well, WELL)
    assert _signed_in_with(server, "a quiet word at the door")[0] == 302
