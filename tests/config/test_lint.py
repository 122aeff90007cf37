"""The house's rules that no behaviour shows: style, types, layers, migrations, and what may stand in the repository."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.lint


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_code_is_in_the_house_style() -> None:
    run(str(BIN / "ruff"), "check", "--no-cache", ".")
    run(str(BIN / "ruff"), "format", "--no-cache", "--check", ".")


def test_the_types_agree() -> None:
    run(str(BIN / "mypy"))


def test_imports_go_downwards() -> None:
    run(str(BIN / "lint-imports"), "--no-cache")


def test_the_migrations_make_the_models() -> None:
    run(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")


def test_lock_files_have_hashes_and_no_address() -> None:
    for lock in tracked("requirements*.txt"):
        text = lock.read_text()
        assert "://" not in text, lock.name
        pins = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).strip())
        assert pins
        assert [pin for pin in pins if "--hash=sha256:" not in pin] == [], lock.name


def test_nothing_names_a_machine_or_a_registry() -> None:
    # Put together here, so that this file does not name them either.
    forbidden = ["/" + home + "/" for home in ("work", "root", "home")] + [
        "pythonhosted" + ".org",
        "pypi" + ".org",
        "index" + "-url =",
    ]
    for path in tracked():
        text = path.read_text(errors="replace")
        assert [word for word in forbidden if word in text] == [], path.name


def test_no_room_is_a_drawer_for_everything() -> None:
    assert [path.name for path in tracked("*.py") if path.name in ("utils.py", "helpers.py", "signals.py", "common.py")] == []
