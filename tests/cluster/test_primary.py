"""The primary of three database nodes is killed while eight write and thirty-two read.

No acknowledged write is lost, readers read on, writes are back in time, and the change log has no gap.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cluster.nodes import NAMES, Cluster, cluster, missing, patroni_version
from tests.drills.serving import MEETING, ROOT, manage, served, until

pytestmark = pytest.mark.cluster

WRITERS, READERS = 8, 32
# How long it goes well before the primary is killed, and after writes are back; how soon they have to be back.
BEFORE, AFTER, BACK = 10.0, 5.0, 30.0
CHANGES = "/api/v1/changes?limit=200&collection=sources&after="


@dataclass
class Reading:
    """What readers were answered."""

    port: int
    answers: list[tuple[float, float, int, bool, int]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    followed: list[tuple[int, str]] = field(default_factory=list)

    def read(self, number: int) -> None:
        paths = [MEETING, "/api/v1/events?limit=20", "/api/v1/sources?limit=5", "/api/v1/meetings/counts?by=year"]
        while not self.stopped.is_set():
            self.ask(paths[number % len(paths)])
            self.stopped.wait(0.25)

    def follow(self) -> None:
        """Follow the change log, as a program does: what came after the last that it knows."""
        while not self.stopped.is_set():
            body = self.ask(f"{CHANGES}{self.followed[-1][0] if self.followed else 0}")
            self.followed += [(one["sequence"], one["slug"]) for one in json.loads(body)["results"]] if body else []
            self.stopped.wait(0.1)

    def ask(self, path: str) -> bytes:
        connection, begun = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20), time.time()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            status, again, age = answer.status, bool(answer.headers["Retry-After"]), int(answer.headers["Age"] or -1)
        except (OSError, http.client.HTTPException):
            body, status, again, age = b"", 0, False, -1
        finally:
            connection.close()
        self.answers.append((begun, time.time() - begun, status, again, age))
        return body if status == 200 else b""


def written(folder: Path) -> list[tuple[float, str, str]]:
    """Return when what was done, or failed, and how."""
    lines = [line.split(maxsplit=2) for path in folder.glob("writer-*") for line in path.read_text().splitlines()]
    return sorted((float(at), slug, end) for at, slug, end in lines)


def all_changes(port: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    reading = Reading(port)
    while True:
        page = json.loads(reading.ask(f"{CHANGES}{found[-1][0] if found else 0}") or b"{}")
        found += [(one["sequence"], one["slug"]) for one in page["results"]]
        if not page["next"]:
            return found


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    if lacking := missing():
        print(f"The cluster drill needs {', '.join(lacking)}.")
        pytest.skip(f"needs {', '.join(lacking)}: apt-get install etcd-server haproxy pgbouncer patroni postgresql")


def environment(nodes: Cluster, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": nodes.url("pgbouncer"), "DATABASE_REPLICA_URLS": ",".join(map(nodes.url, NAMES)),
        "PREPARED_STATEMENTS": "false", "DJANGO_SETTINGS_MODULE": "config.settings.development", "RATE_LIMIT": "0",
        "RATE_LIMIT_FILE": str(folder / "rates"), "WRITTEN": str(folder),
    }  # fmt: skip


@pytest.mark.parametrize("run", range(int(os.environ.get("RUNS") or 1)))
def test_the_primary_is_killed(tmp_path: Path, run: int) -> None:
    with cluster() as nodes:
        set_up = environment(nodes, tmp_path)
        for command in ("migrate", "load_reference", "load_sample"):
            manage(command, environment=set_up | {"DATABASE_URL": nodes.url(nodes.primary()), "DATABASE_REPLICA_URLS": ""})
        with served(tmp_path, set_up, is_well=lambda found: Reading(found.port).ask(MEETING) != b"") as server:
            figures = _drilled(nodes, server.port, tmp_path, set_up)
    print(f"\nrun {run + 1}, Patroni {'.'.join(map(str, patroni_version()))}: {json.dumps(figures)}")
    assert figures["lost"] == 0
    assert figures["writes stood still, s"] < BACK
    assert figures["reads failed"] == figures["of them 503 with Retry-After"]
    assert figures["reads failed"] <= 0.01 * figures["reads"]
    assert figures["the log has gaps"] is figures["the follower missed"] is False


def test_a_replica_is_frozen(tmp_path: Path) -> None:
    with cluster() as nodes:
        set_up = environment(nodes, tmp_path)
        for command in ("migrate", "load_reference", "load_sample"):
            manage(command, environment=set_up | {"DATABASE_URL": nodes.url(nodes.primary()), "DATABASE_REPLICA_URLS": ""})
        with served(tmp_path, set_up, is_well=lambda found: Reading(found.port).ask(MEETING) != b"") as server:
            reading = Reading(server.port)
            threads = [threading.Thread(target=reading.read, args=(number,)) for number in range(8)]
            for thread in threads:
                thread.start()
            time.sleep(3)
            frozen = time.time()
            with nodes.freezing(nodes.standbys()):
                time.sleep(10)
            reading.stopped.set()
            for thread in threads:
                thread.join()
    later = sorted(took for begun, took, *_ in reading.answers if begun > frozen + 4)
    figures = _of_reads(reading, frozen) | {"longest read from the fourth second on, s": round(later[-1], 2)}
    print(f"\nboth standbys frozen: {json.dumps(figures)}")
    assert figures["reads failed"] == 0
    assert figures["longest read, s"] < 6
    assert figures["longest read from the fourth second on, s"] < 1


def _drilled(nodes: Cluster, port: int, folder: Path, set_up: dict[str, str]) -> dict[str, Any]:
    script = (ROOT / "tests/cluster/writing.py").open()
    writing = subprocess.Popen([sys.executable, "manage.py", "shell"], cwd=ROOT, env=os.environ | set_up, stdin=script)
    reading = Reading(port)
    threads = [threading.Thread(target=reading.read, args=(number,)) for number in range(READERS - 1)]
    threads.append(threading.Thread(target=reading.follow))
    try:
        assert until(lambda: len(written(folder)) > WRITERS, 30)
        for thread in threads:
            thread.start()
        time.sleep(BEFORE)
        killed, dead = time.time(), nodes.primary()
        nodes.kill_node(dead)

        def back() -> bool:
            return any(at > killed + 2 and end == "done" for at, _, end in written(folder))

        assert until(back, 60), nodes.logs()
        time.sleep(AFTER)
        (folder / "stop").touch()
        writing.wait(30)
        rejoining = time.time()
        nodes.start_node(dead)
        assert until(lambda: dead in nodes.standbys(), 60), nodes.logs()
        rejoined = time.time() - rejoining
        # The follower catches up.
        last = written(folder)[-1][0]
        until(lambda: time.time() > last + 3, 5)
    finally:
        (folder / "stop").touch()
        reading.stopped.set()
        for thread in threads:
            if thread.ident:
                thread.join()
        writing.wait(60)
        script.close()
    return {
        **_of_writes(nodes, folder, killed),
        **_of_reads(reading, killed),
        **_of_log(reading, port),
        "rejoined, s": round(rejoined, 1),
    }


def _of_writes(nodes: Cluster, folder: Path, killed: float) -> dict[str, Any]:
    told = written(folder)
    done = [slug for _, slug, end in told if end == "done"]
    moments = [at for at, _, end in told if end == "done"]
    with psycopg.connect(nodes.url("haproxy")) as server:
        logged = {slug for (slug,) in server.execute("SELECT slug FROM record_logentry WHERE slug LIKE 'drill-%'")}
        stored = {
            slug
            for (slug,) in server.execute("SELECT slug FROM sources_source WHERE slug LIKE 'drill-%' AND state = 'published'")
        }
        entries, first, last = server.execute(
            "SELECT count(*), min(sequence), max(sequence) FROM record_logentry"
        ).fetchone() or (0, 0, 0)
    errors = sorted({end.split()[0] for _, _, end in told if end != "done"})
    return {
        "writes": len(done),
        "lost": len(set(done) - (logged & stored)),
        "written but not told": len(logged - set(done)),
        "writes stood still, s": round(max(b - a for a, b in pairwise(moments)), 1),
        "write errors": sum(end != "done" for _, _, end in told),
        "their kinds": errors,
        "the log has gaps": entries != last - first + 1,
    }


def _of_reads(reading: Reading, killed: float) -> dict[str, Any]:
    failed = [one for one in reading.answers if one[2] != 200]
    starts = sorted(begun + took for begun, took, status, *_ in reading.answers if status == 200)
    waits = sorted(took for _, took, *_ in reading.answers)
    return {
        "reads": len(reading.answers),
        "reads failed": len(failed),
        "of them 503 with Retry-After": sum(status == 503 and again for _, _, status, again, _ in failed),
        "longest time without an answer, s": round(max(b - a for a, b in pairwise(starts)), 2),
        "read p99, s": round(waits[int(len(waits) * 0.99)], 2),
        "longest read, s": round(waits[-1], 2),
        "of replicas": sum(age >= 0 for *_, age in reading.answers),
        "greatest Age": max(age for *_, age in reading.answers),
    }


def _of_log(reading: Reading, port: int) -> dict[str, Any]:
    whole = all_changes(port)
    return {"changes": len(whole), "followed": len(reading.followed), "the follower missed": whole != reading.followed}
