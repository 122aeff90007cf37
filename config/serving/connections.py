"""Closes connections that stand still: silent ones, idle ones, and readers that do not read.

The server (granian) has no such limits, and a thread that waits for a reader cannot be interrupted from Python. But the
kernel knows of each connection how much has come and gone, and whoever shuts a connection down from beside wakes the server.
"""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import stat
import struct
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple

# How often connections are looked at, in seconds.
PERIOD: Final = 2.0
# How long a connection may be open without a word, or stay open after one request and before the next.
SILENT: Final = 10.0
# A reader takes at least so many bytes of what waits for it, in the time that it may stand still.
LEAST: Final = 64_000
# In struct tcp_info (linux/tcp.h): milliseconds since data went and came, bytes acknowledged and received.
_TIMES: Final = struct.Struct("=44xI4xI")
_BYTES: Final = struct.Struct("=120xQQ")

logger = logging.getLogger(__name__)


class Activity(NamedTuple):
    """What was last seen of a connection to move, and when."""

    acknowledged: int
    since: float


# Clients, as host and port, whose connections are to be shut down, and since when: the answer has to be on its way before.
_refused: dict[tuple[str, int], float] = {}
_ANSWERED: Final = 0.5


def disconnect(client: str) -> None:
    """Have the connection of a client (`192.0.2.1:50000`) shut down: it was answered before it had sent all of its request."""
    host, _, port = client.rpartition(":")
    _refused[host.strip("[]"), int(port)] = time.monotonic()


class Watch:
    """Looks at the connections of this process to one port."""

    def __init__(self, port: int, *, idle: float, stalled: float) -> None:
        self._port, self._idle, self._stalled = port, idle, stalled
        self._seen: dict[int, Activity] = {}

    def start(self) -> None:
        """Look after the connections for as long as the process lives."""
        threading.Thread(target=self._run, name="connections", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(PERIOD)
            try:
                self.look(time.monotonic())
            except Exception:
                logger.exception("Connections could not be looked at.")

    def look(self, now: float) -> None:
        """Shut down what stands still."""
        seen: dict[int, Activity] = {}
        refused = {client for client, since in list(_refused.items()) if now - since > _ANSWERED}
        for number, connection in _connections(self._port):
            last = self._seen.get(number)
            kept = None if connection.getpeername()[:2] in refused else self._kept(connection, last, now)
            if kept is None:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            else:
                seen[number] = kept
        for client in refused:
            _refused.pop(client, None)
        self._seen = seen

    def _kept(self, connection: socket.socket, last: Activity | None, now: float) -> Activity | None:
        """Return what is seen of a connection now; None where it has to go."""
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        sent, came = (milliseconds / 1000 for milliseconds in _TIMES.unpack_from(info))
        acknowledged, received = _BYTES.unpack_from(info)
        waits = struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0] > 0
        if last is None or (waits and acknowledged - last.acknowledged >= LEAST) or (not waits and received):
            last = Activity(acknowledged, now)
        if waits:
            return last if now - last.since < self._stalled else None
        if not received:
            return last if now - last.since < SILENT else None
        return last if min(sent, came) < self._idle else None


def _connections(port: int) -> Iterator[tuple[int, socket.socket]]:
    """Yield the established connections of this process to its `port`, each with the number of its inode."""
    for open_file in Path("/proc/self/fd").iterdir():
        try:
            own = os.dup(int(open_file.name))
        except OSError:
            continue
        try:
            number = os.fstat(own)
            found = socket.socket(fileno=own) if stat.S_ISSOCK(number.st_mode) else None
        except OSError:
            found = None
        if found is None:
            os.close(own)
            continue
        with closing(found), suppress(OSError):
            if found.family in (socket.AF_INET, socket.AF_INET6) and found.getsockname()[1] == port and _is_connected(found):
                yield number.st_ino, found


def _is_connected(found: socket.socket) -> bool:
    try:
        found.getpeername()
    except OSError:
        return False
    return True
