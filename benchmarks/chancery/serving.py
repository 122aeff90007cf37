"""How Chancery is served while it is measured: as docs/settings.md says for production."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
