"""Chancery as a target of the peers' harness: the template beside this module, filled in."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from string import Template

from benchmarks.chancery.asking import cursor_check
from benchmarks.serving import ROOT


def target() -> str:
    """Return the target that stands for Chancery and its database in DATABASE_URL."""
    return Template((Path(__file__).parent / "chancery.toml").read_text()).substitute(
        python=sys.executable,
        root=ROOT,
        database=os.environ["DATABASE_URL"],
        rates=Path(tempfile.gettempdir()) / "chancery-rates-of-peers",
        check=cursor_check(),
    )
