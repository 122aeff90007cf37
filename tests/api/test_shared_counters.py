"""Requests, tries and sessions that all web nodes count and keep together, in Valkey."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.contrib.sessions.models import Session
from django.test import Client

from config.api.database.connection import is_unavailable
from config.api.server import rate_stores
from config.desk.access.cache import LoudRedisCache
from tests.drills.serving import until
from tests.people import person
from tests.postgresql import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limited(settings: Any) -> None:
    settings.RATE_LIMIT = 3


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        pytest.skip("needs valkey-server or redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path_factory.mktemp("valkey"))
    try:
        with redis.Redis(port=port) as client:
            assert until(lambda: answers(client), 10)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def answers(client: Any) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def frozen() -> Iterator[str]:
    """A server that takes a connection and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_nodes_count_together(client: Client, settings: Any, valkey: str, tmp_path: Path) -> None:
    settings.CACHE_URL = valkey
    statuses = []
    for _ in range(4):
        # Another node: nothing is shared but the server.
        rate_stores.of_all_machines.cache_clear()
        answer = client.get("/api/v1", REMOTE_ADDR="192.0.2.1")
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 200, 429]
    assert answer["RateLimit"] == '"anonymous";r=0;t=60'
    assert 15 <= int(answer["Retry-After"]) <= 20
    assert client.get("/api/v1", REMOTE_ADDR="192.0.2.2")["RateLimit"].startswith('"anonymous";r=2;t=')
    assert rate_stores.check() == "ok"


def test_what_is_counted_is_forgotten_in_time_and_holds_no_address(client: Client, settings: Any, valkey: str) -> None:
    settings.CACHE_URL = valkey
    client.get("/api/v1", REMOTE_ADDR="192.0.2.9")
    with redis.Redis.from_url(valkey) as server:
        keys: Any = server.keys("chancery:rate:*")
        assert keys
        assert all(b"192" not in key and 0 < server.pttl(key) <= 62_000 for key in keys)


def test_a_dead_server_lets_readers_through_and_is_logged(client: Client, settings: Any, caplog: Any) -> None:
    settings.CACHE_URL = f"redis://:secret@127.0.0.1:{free_port()}/0"
    answers = [client.get("/api/v1") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0]
    assert caplog.text.count("Requests are not counted") == 1
    assert "secret" not in caplog.text
    assert rate_stores.check() == "requests are not counted; the log says why"


def test_a_frozen_server_holds_one_reader_up_for_a_moment_and_the_next_not_at_all(
    client: Client, settings: Any, frozen: str
) -> None:
    settings.CACHE_URL = frozen
    waits = []
    for _ in range(3):
        begun = time.monotonic()
        assert client.get("/api/v1").status_code == 200
        waits.append(time.monotonic() - begun)
    assert waits[0] < 1
    assert max(waits[1:]) < 0.15


def test_the_cache_is_loud_soon(frozen: str) -> None:
    begun = time.monotonic()
    with pytest.raises(redis.TimeoutError) as failed:
        LoudRedisCache(frozen, {}).get("tries")
    assert time.monotonic() - begun < 1
    assert is_unavailable(failed.value)


def test_sessions_are_kept_there_and_without_it_a_page_says_when_to_come_back(
    client: Client, settings: Any, valkey: str, frozen: str
) -> None:
    settings.SESSION_ENGINE = "config.desk.access.sessions"
    backend = "config.desk.access.cache.LoudRedisCache"
    there = settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": valkey, "KEY_PREFIX": "chancery"}}
    client.force_login(person("superuser"))
    assert client.get("/admin/").status_code == 200
    assert not Session.objects.exists()
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": frozen}}
    client.raise_request_exception = False
    page = client.get("/admin/")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    # Nobody is signed out by it.
    settings.CACHES = there
    assert client.get("/admin/").status_code == 200
