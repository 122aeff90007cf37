"""The sample record: the files in `fixtures/sample/`, read as rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from config.exceptions import LoadError


def sample_files() -> list[Path]:
    """Return the files of the sample, in a stable order."""
    return sorted((settings.BASE_DIR / "fixtures" / "sample").rglob("*.yaml"))


def sample_rows() -> Iterator[dict[str, Any]]:
    """Yield the rows of every file; raise `LoadError` for a file that is no list of mappings."""
    for path in sample_files():
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise LoadError("Not a list of mappings:", [path.name])
        yield from rows
