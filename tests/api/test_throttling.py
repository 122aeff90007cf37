"""How often one reader may ask, with and without a key."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from config.api.models import ApiKey
from config.api.server import rate_stores
from config.api.server.rate_stores import BUCKETS, FileStore, Reader
from tests.people import person

pytestmark = pytest.mark.django_db
READER = Reader("203.0.113.7", "anonymous", 60)


@pytest.fixture(autouse=True)
def limited(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests a minute, counted apart from those of other tests, while the clock stands still."""
    settings.RATE_LIMIT = 3
    settings.RATE_LIMIT_FILE = str(tmp_path / "rates")
    monkeypatch.setattr(rate_stores.time, "time", lambda: 1_800_000_000.0)


def test_an_answer_says_what_is_left(client: Client) -> None:
    answers = [client.get("/api/v1") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit"] for answer in answers] == [
        '"anonymous";r=2;t=20',
        '"anonymous";r=1;t=40',
        '"anonymous";r=0;t=60',
        '"anonymous";r=0;t=60',
    ]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"anonymous";q=3;w=60'}
    refused = answers[-1]
    assert (refused["Retry-After"], refused["Content-Type"]) == ("20", "application/problem+json")
    assert refused.json()["errors"][0]["code"] == "too_many_requests"
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit" in refused["Access-Control-Expose-Headers"].split(", ")


def test_the_allowance_comes_back_with_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        client.get("/api/v1")
    monkeypatch.setattr(rate_stores.time, "time", lambda: 1_800_000_020.0)
    assert [client.get("/api/v1").status_code for _ in range(2)] == [200, 429]
    # Nobody is shut out by a clock that was set back.
    monkeypatch.setattr(rate_stores.time, "time", lambda: 1_700_000_000.0)
    assert client.get("/api/v1")["Retry-After"] == "20"


def test_a_made_up_address_does_not_help(client: Client, settings: Any) -> None:
    def ask(**headers: str) -> int:
        return client.get("/api/v1", headers=headers).status_code

    assert [ask(**{"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(4)] == [200, 200, 200, 429]

    settings.TRUSTED_PROXIES = 1
    assert [ask(**{"X-Forwarded-For": f"198.51.100.{n}, 192.0.2.1"}) for n in range(4)] == [200, 200, 200, 429]
    assert ask(**{"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}) == 200
    assert ask(**{"X-Forwarded-For": "::ffff:192.0.2.1"}) == 429
    assert [ask(**{"X-Forwarded-For": f"2001:db8::{n}"}) for n in range(4)] == [200, 200, 200, 429]
    assert [ask(**{"X-Forwarded-For": f"no address {n}"}) for n in range(4)] == [200, 200, 200, 429]


def test_only_the_api_is_counted_and_preflights_are_not(client: Client) -> None:
    assert {client.options("/api/v1/events").status_code for _ in range(5)} == {204}
    assert {client.get("/.well-known/security.txt").status_code for _ in range(5)} == {200}
    assert client.get("/api/v1")["RateLimit"].startswith('"anonymous";r=2;')


def test_no_limit(client: Client, settings: Any) -> None:
    settings.RATE_LIMIT = 0
    assert {client.get("/api/v1").status_code for _ in range(5)} == {200}
    assert "RateLimit" not in client.get("/api/v1").headers


WORKER = """
import sys, django
django.setup()
from config.api.server.rate_stores import FileStore, Reader
store, reader = FileStore(sys.argv[1]), Reader("203.0.113.7", "anonymous", 60)
print(sum(store.take(reader, 1_800_000_000.0).wait == 0 for _ in range(40)))
"""


@pytest.mark.any_database
def test_workers_count_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path / "together")]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(worker.communicate()[0]) for worker in workers) == READER.rate


@pytest.mark.any_database
def test_threads_count_together(tmp_path: Path) -> None:
    store, waits = FileStore(tmp_path / "together"), []
    threads = [
        threading.Thread(target=lambda: waits.extend(store.take(READER, 1_800_000_000.0).wait for _ in range(40)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(0) == READER.rate


@pytest.mark.any_database
def test_a_full_bucket_gives_way_to_whoever_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_stores, "BUCKETS", 1)
    store = FileStore(tmp_path / "one")
    for number in range(20):
        count = store.take(Reader(f"reader {number}", "anonymous", 60), 1_800_000_000.0 + number)
        assert count.remaining == 59
    assert store.take(Reader("reader 19", "anonymous", 60), 1_800_000_019.0).remaining == 58


@pytest.mark.parametrize("after", ["truncated", "deleted", "deleted with its folder"])
def test_whatever_becomes_of_the_file_readers_are_answered(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    path = Path(settings.RATE_LIMIT_FILE).parent / "folder" / "rates"
    path.parent.mkdir()
    settings.RATE_LIMIT_FILE = str(path)
    assert [client.get("/api/v1").status_code for _ in range(4)] == [200, 200, 200, 429]
    if after == "truncated":
        os.truncate(path, 0)
    else:
        path.unlink()
    if after == "deleted with its folder":
        path.parent.rmdir()
    later = time.monotonic() + 60
    monkeypatch.setattr(rate_stores.time, "monotonic", lambda: later)
    answers = [client.get("/api/v1") for _ in range(4)]
    counted = after != "deleted with its folder"
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429 if counted else 200]
    assert ["RateLimit" in answer.headers for answer in answers] == [counted] * 4


def test_a_file_that_cannot_be_made_counts_nobody_until_it_can(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(settings.RATE_LIMIT_FILE).parent / "missing"
    settings.RATE_LIMIT_FILE = str(folder / "rates")
    assert [client.get("/api/v1").status_code for _ in range(5)] == [200] * 5
    assert [(record.levelname, "Requests are not counted" in record.message) for record in caplog.records] == [("ERROR", True)]
    folder.mkdir()
    later = time.monotonic() + 60
    monkeypatch.setattr(rate_stores.time, "monotonic", lambda: later)
    assert [client.get("/api/v1").status_code for _ in range(4)] == [200, 200, 200, 429]


FULL = """
import resource, sys, time
import django
django.setup()
from pathlib import Path
from config.api.server.rate_stores import FailOpenStore, FileStore, Reader
# The kernel refuses each write beyond it, as it does on a disk that is full.
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = FailOpenStore(sys.argv[1], lambda: FileStore(Path(sys.argv[1])))
print([store.take(Reader(str(number), "anonymous", 60), time.time()) for number in range(3)])
"""


@pytest.mark.any_database
def test_a_full_disk_ends_no_worker(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path / "rates")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[None, None, None]\n")
    assert done.stderr.count("Requests are not counted") == 1


@pytest.mark.any_database
def test_the_file_has_its_blocks_from_the_start(tmp_path: Path) -> None:
    FileStore(tmp_path / "rates")
    reported = (tmp_path / "rates").stat()
    assert reported.st_size == BUCKETS * 128 <= reported.st_blocks * 512


@pytest.mark.any_database
def test_the_file_of_somebody_else_is_not_written(tmp_path: Path) -> None:
    target = tmp_path / "theirs"
    target.write_text("theirs")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(OSError, match="link"):
        FileStore(tmp_path / "link")
    assert target.read_text() == "theirs"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("superuser", "boss"))
    return client


def _issued(boss: Client) -> str:
    page = boss.post("/admin/api/apikey/add/", {"name": "An app", "rate": "5"})
    assert "no-store" in page["Cache-Control"]
    secret: str = page.context["key"].secret
    assert page.content.decode().count(secret) == 2
    return secret


def test_a_key_has_a_rate_of_its_own(boss: Client) -> None:
    secret = _issued(boss)
    answers = [Client().get("/api/v1", headers={"Authorization": f"Bearer {secret}"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"key";q=5;w=60'
    assert answers[0]["RateLimit"] == '"key";r=4;t=12'
    assert Client().get("/api/v1").status_code == 200


def test_a_key_is_shown_once_and_kept_as_a_hash(boss: Client) -> None:
    secret = _issued(boss)
    key = ApiKey.objects.get()
    assert secret not in str(vars(key))
    assert (key.last_used_at, key.issued_by and key.issued_by.username) == (None, "boss")
    for page in ("", f"{key.pk}/change/", f"{key.pk}/history/"):
        text = boss.get(f"/admin/api/apikey/{page}").content.decode()
        assert "An app" in text
        assert secret not in text
    Client().get("/api/v1", headers={"Authorization": f"Bearer {secret}"})
    assert ApiKey.objects.get().last_used_at is not None


def test_a_revoked_key_opens_nothing(boss: Client) -> None:
    secret = _issued(boss)
    key = ApiKey.objects.get()
    boss.post("/admin/api/apikey/", {"action": "revoke", "_selected_action": [key.pk]})
    answer = Client().get("/api/v1", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["errors"][0]["code"] == "unknown_key"
    assert boss.post(f"/admin/api/apikey/{key.pk}/delete/", {"post": "yes"}).status_code == 403


def test_trying_keys_costs_the_allowance_of_the_address(client: Client) -> None:
    statuses = [client.get("/api/v1", headers={"Authorization": f"Bearer chancery_{n}"}).status_code for n in range(4)]
    assert statuses == [401, 401, 401, 429]


def test_a_key_without_a_database_is_told_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_secret: str) -> None:
        raise OperationalError

    monkeypatch.setattr(ApiKey.objects, "opened_by", lost)
    answer = client.get("/api/v1", headers={"Authorization": "Bearer chancery_x"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
