"""What Linux knows of processes: the time they took, and the memory they hold."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
# Places of /proc/PID/stat after the name, which may hold anything.
_PARENT, _SESSION, _USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM = 1, 3, 11, 12, 13, 14


def _stat(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        # It has ended meanwhile.
        return []


def _having(index: int, value: int) -> list[int]:
    found = ((int(entry.name), _stat(int(entry.name))) for entry in PROC.iterdir() if entry.name.isdigit())
    return sorted(pid for pid, stat in found if stat and int(stat[index]) == value)


def session(leader: int) -> list[int]:
    """Return the processes of a session."""
    return _having(_SESSION, leader)


def children(parent: int) -> list[int]:
    """Return the children of a process."""
    return _having(_PARENT, parent)


def parent(pid: int) -> int:
    """Return the parent of a process; 0 where there is no such process."""
    stat = _stat(pid)
    return int(stat[_PARENT]) if stat else 0


def name(pid: int) -> str:
    """Return the name of a process."""
    try:
        return (PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def seconds(pids: Iterable[int], *, with_ended_children: bool = False) -> float:
    """Return the processor time that processes took."""
    indexes = (_USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM) if with_ended_children else (_USER, _SYSTEM)
    return sum(int(stat[index]) for stat in map(_stat, pids) if stat for index in indexes) / _TICKS


def resident(pid: int, *, peak: bool = False) -> float:
    """Return the memory that a process holds, or held at most since `forget_peak`, in MiB."""
    key = "VmHWM:" if peak else "VmRSS:"
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(key)), 0.0)


def forget_peak(pid: int) -> None:
    """Let the peak of a process's memory begin anew."""
    (PROC / str(pid) / "clear_refs").write_text("5")


class PostgreSQL:
    """The processor time of a server on this machine, found by one of its processes."""

    def __init__(self, backend: int) -> None:
        self._server = parent(backend)
        if name(self._server) != "postgres":
            raise LookupError("The database's server does not run on this machine, or is hidden from it.")

    def seconds(self) -> float:
        """Return how much it took so far, its ended processes included."""
        return seconds([self._server], with_ended_children=True) + seconds(children(self._server))
