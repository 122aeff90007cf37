"""A small load generator: `python -m benchmarks.load.sockets PORT CONNECTIONS SECONDS [-H 'Name: value']…`.

It asks for the lines of the file ADDRESSES in turn, from the line FIRST on, and prints what became of it as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from typing import Final

_PART: Final = 1 << 18
_OK: Final = b"HTTP/1.1 2"


@dataclass
class Connection:
    """One connection, with what has arrived of the answer that it waits for."""

    socket: socket.socket
    since: float = 0.0
    size: int = 0
    # How long the answer is, once its head says so.
    whole: int | None = None
    head: bytes = b""

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self.since, self.size, self.whole, self.head = time.monotonic(), 0, None, b""
        self.socket.sendall(request)

    def take(self) -> bool:
        """Take what has arrived, and return whether the answer is complete."""
        part = self.socket.recv(_PART)
        if not part:
            raise ConnectionError("The server closed a connection.")
        self.size += len(part)
        if self.whole is None:
            self.head += part
            head, end, _ = self.head.partition(b"\r\n\r\n")
            if end:
                self.whole = len(head) + len(end) + _length(head)
        return self.size == self.whole


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("An answer does not say how long it is.")


def run(port: int, connections: int, seconds: float, requests: Iterator[bytes]) -> dict[str, float]:
    """Ask for `seconds`, and return what became of it."""
    times: list[float] = []
    size = failed = 0
    start = time.monotonic()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = Connection(socket.create_connection(("127.0.0.1", port)))
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(next(requests))
        while (now := time.monotonic()) < start + seconds:
            for key, _ in selector.select(1):
                if not key.data.take():
                    continue
                times.append(time.monotonic() - key.data.since)
                size += key.data.size
                failed += not key.data.head.startswith(_OK)
                key.data.ask(next(requests))
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    slowest = quantiles(times, n=100)
    results = {"requests": len(times), "seconds": now - start, "bytes": size, "failed": failed}
    return results | {"median": slowest[49] * 1e3, "slow": slowest[98] * 1e3}


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.sockets", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("-H", dest="headers", action="append", default=[])
    arguments = parser.parse_args()
    headers = "".join(f"{line}\r\n" for line in ("Host: 127.0.0.1", *arguments.headers))
    addresses = Path(os.environ["ADDRESSES"]).read_text().split()
    requests = [f"GET {address} HTTP/1.1\r\n{headers}\r\n".encode() for address in addresses]
    in_turn = islice(cycle(requests), int(os.environ["FIRST"]), None)
    print(json.dumps(run(arguments.port, arguments.connections, arguments.seconds, in_turn)))


if __name__ == "__main__":
    main()
