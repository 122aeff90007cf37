"""Chancery as a target of the peers' harness: the template beside this module, filled in."""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from django.test import Client

from benchmarks.chancery.serving import ROOT


def target() -> str:
    """Return the target that stands for Chancery and its database in DATABASE_URL."""
    return Template((Path(__file__).parent / "chancery.toml").read_text()).substitute(
        python=sys.executable,
        root=ROOT,
        database=os.environ["DATABASE_URL"],
        rates=Path(tempfile.gettempdir()) / "chancery-rates-of-peers",
        check=_check(),
    )


def _check() -> str:
    """Return what every cursor of the list of statements begins with: it tells the list that the cursor belongs to."""
    page: dict[str, Any] = Client().get("/api/v1/statements", {"limit": 1}).json()
    (cursor,) = parse_qs(urlsplit(page["next"]).query)["cursor"]
    check: str = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    return check
