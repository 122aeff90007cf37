"""Servers that run while they are measured."""

from __future__ import annotations

import gzip
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import proc
from tests.postgresql import free_port

ROOT: Final = Path(__file__).resolve().parent.parent
WORKERS: Final = 2
_PATIENCE: Final = 60


@dataclass(frozen=True)
class Server:
    """A server that runs, in a session of its own."""

    pid: int
    port: int
    headers: Mapping[str, str]

    def connection(self) -> http.client.HTTPConnection:
        """Return a new connection."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)

    def get(self, address: str) -> tuple[int, bytes]:
        """Return the status and the body that an address answers with, decompressed."""
        connection = self.connection()
        try:
            connection.request("GET", address, headers=dict(self.headers))
            response = connection.getresponse()
            body = response.read()
            return response.status, gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body
        finally:
            connection.close()

    def seconds(self) -> float:
        """Return the processor time that all its processes took."""
        return proc.seconds(proc.session(self.pid))

    def workers(self) -> list[int]:
        """Return the processes that answer."""
        return [pid for pid in proc.session(self.pid) if pid != self.pid and proc.parent(pid) == self.pid]

    def resident(self) -> list[float]:
        """Return the memory that each worker holds, in MiB."""
        return [proc.resident(pid) for pid in self.workers()]


@contextmanager
def served(
    application: str, options: Sequence[str], environment: Mapping[str, str], headers: Mapping[str, str], ready: str
) -> Iterator[Server]:
    """Serve `application` by granian until the block ends; wait first until the address `ready` answers."""
    port = free_port()
    command = [sys.executable, "-m", "granian", *options, "--workers", str(WORKERS), "--port", str(port), application]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | dict(environment), stdout=log, stderr=log, start_new_session=True
        )
        try:
            server = Server(process.pid, port, headers)
            if not _answers(server, process, ready):
                log.seek(0)
                raise RuntimeError(f"The server does not answer {ready}:\n{log.read()[-2000:]}")
            yield server
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE / 4)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(server: Server, process: subprocess.Popen[bytes], ready: str) -> bool:
    """Wait until a server answers, and return whether it does."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if server.get(ready)[0] == http.HTTPStatus.OK:
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False
