"""The machine, as far as somebody must know it to compare figures."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from django.db import connection

from benchmarks.load import generator


def described() -> dict[str, str]:
    """Return what the machine is, and what runs on it."""
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.machine(),
        "processors": str(os.cpu_count()),
        "memory": f"{int(_line('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": version("django"),
        "granian": version("granian"),
        "database": _database(),
        "load": generator(),
    }


def _line(path: str, key: str) -> str:
    lines = Path(path).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def _database() -> str:
    number = ".".join(str(part) for part in connection.get_database_version())
    return f"{connection.display_name} {number}"
