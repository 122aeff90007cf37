"""Load: as many requests as a server answers over a few connections that stay open.

`wrk` makes it where the machine has it, and else a small program of our own, which takes more of the machine for itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONNECTIONS: Final = 8
_SCRIPT: Final = Path(__file__).parent / "addresses.lua"


@dataclass(frozen=True)
class Load:
    """What became of the requests: how many in how many seconds, with how many bytes, and how many failed."""

    requests: int
    seconds: float
    bytes: int
    failed: int
    # Milliseconds within which half and nearly all were answered.
    median: float
    slow: float


def generator() -> str:
    """Return the name of what makes the load."""
    return "wrk" if shutil.which("wrk") else "sockets"


def started(port: int, addresses: Path, headers: Mapping[str, str], seconds: float, first: int = 0) -> subprocess.Popen[str]:
    """Start to ask for the lines of a file in turn, from the line `first` on."""
    given = [option for name, value in headers.items() for option in ("-H", f"{name}: {value}")]
    if generator() == "wrk":
        command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{max(1, round(seconds))}s", "--timeout", "60s", *given]
        command += ["-s", str(_SCRIPT), f"http://127.0.0.1:{port}"]
    else:
        command = [sys.executable, "-m", "benchmarks.load.sockets", str(port), str(CONNECTIONS), str(seconds), *given]
    environment = os.environ | {"ADDRESSES": str(addresses), "FIRST": str(first)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> Load:
    """Wait until the load is over, and return what became of it."""
    output, _ = process.communicate()
    return Load(**json.loads(output.splitlines()[-1]))


def load(port: int, addresses: Path, headers: Mapping[str, str], seconds: float, first: int = 0) -> Load:
    """Ask for the lines of a file in turn for some seconds."""
    return ended(started(port, addresses, headers, seconds, first))
