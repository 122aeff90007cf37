"""Clients that want others not to be answered."""

from __future__ import annotations

import socket
import time

import pytest

from tests.drills.serving import EXPORT, LOGIN, MEETING, WELL, WHOLE, Served, ask, connected, is_closed, reading, until

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 60000\r\n\r\na="
)


@pytest.mark.parametrize("clients", [6, 20, 200])
def test_slow_forms(server: Served, clients: int) -> None:
    slow: list[socket.socket] = []
    with reading(server.port) as reader:
        for number in range(clients):
            both = (server.port, server.desk)
            slow += [connected(port, HEAD.format(path=LOGIN).encode(), f"127.0.{number % 50}.2") for port in both]
        for _ in range(5):
            for one in slow:
                try:
                    one.sendall(b"b")
                except OSError:
                    # The public service answers before it reads.
                    continue
            # Staff are answered, too, their forms included.
            assert ask(server.desk, LOGIN, 2)[0] == 200
            assert ask(server.desk, LOGIN, 2, "POST", "login=x&password=y")[0] == 403
            time.sleep(0.3)
    assert reader.p99 < 1
    for one in slow:
        one.close()
    assert until(server.is_well, WELL)


def test_forms_that_take_too_long_are_ended(server: Served) -> None:
    slow = connected(server.desk, HEAD.format(path=LOGIN).encode())
    with reading(server.port):
        assert until(lambda: is_closed(slow), 25)
    slow.close()


def test_large_forms_of_strangers_are_refused_before_they_are_sent(server: Served) -> None:
    head = HEAD.format(path=LOGIN).replace("60000", "9000000").encode()
    strange = connected(server.desk, head)
    assert strange.recv(1 << 16).startswith(b"HTTP/1.1 413 ")
    strange.close()
    chunked = head.replace(b"Content-Length: 9000000", b"Transfer-Encoding: chunked").removesuffix(b"a=")
    strange = connected(server.desk, chunked + b"fa00\r\n" + b"a" * 64000 + b"\r\n" + b"fa00\r\n" + b"a" * 64000 + b"\r\n")
    assert strange.recv(1 << 16).startswith(b"HTTP/1.1 413 ")
    strange.close()


def test_slow_headers_and_silent_connections(server: Served) -> None:
    with reading(server.port):
        slow = [connected(server.port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n") for _ in range(200)]
        slow += [connected(server.port, b"") for _ in range(400)]
        for _ in range(5):
            for one in slow[:200]:
                one.sendall(b"X-A: b\r\n")
            time.sleep(0.3)
        # None of them is kept.
        assert until(lambda: all(map(is_closed, slow)), 30)
    for one in slow:
        one.close()
    assert until(server.is_well, WELL)


@pytest.mark.parametrize("addresses", [1, 14])
def test_exports_that_nobody_reads(server: Served, addresses: int) -> None:
    request = f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    with reading(server.port):
        stalled = [connected(server.port, request, f"127.0.{number % addresses}.3", 4096) for number in range(14)]
        # Who asks for one at another address is served beside one attacker; beside fourteen as soon as they have been ended.
        assert until(lambda: ask(server.port, EXPORT)[1].endswith(WHOLE), 2 if addresses == 1 else WELL)
    for one in stalled:
        one.close()
    assert until(server.is_well, WELL)


def test_a_reader_who_is_slow_but_reads_gets_all(server: Served) -> None:
    reading_slowly = connected(server.port, f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(), "127.0.9.9")
    read, begun = bytearray(), time.monotonic()
    while not read.endswith(b"0\r\n\r\n"):
        read += reading_slowly.recv(1 << 17)
        time.sleep(0.03)
    assert WHOLE in read[-100:]
    # Longer than a reader may stand still.
    assert time.monotonic() - begun > 4
    reading_slowly.close()


def test_keep_alive_is_kept(server: Served) -> None:
    one = connected(server.port, f"GET {MEETING} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert one.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
    time.sleep(12)
    one.sendall(f"GET {MEETING} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert one.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
    one.close()
