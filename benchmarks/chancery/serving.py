"""How Chancery is served while it is measured: as docs/settings.md says for production."""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from benchmarks.chancery.asking import ADDRESSES, HEADERS
from benchmarks.serving import Server, served

# Requests are counted, and nobody is sent away.
_RATE: Final = "1000000000"


def chancery(url: str, scratch: Path) -> AbstractContextManager[Server]:
    """Serve the record in the database `url`; `scratch` is a folder for its files."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "DATABASE_URL": url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        # The peers write none either.
        "ACCESS_LOG": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "RATE_LIMIT": _RATE,
        "RATE_LIMIT_FILE": str(scratch / "rates"),
    }
    options = ["--interface", "wsgi", "--blocking-threads", "2"]
    ready = ADDRESSES["Q1"].format(meeting=1)
    return served("config.wsgi:application", options, environment, HEADERS, ready)
