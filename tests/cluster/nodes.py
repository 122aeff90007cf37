"""Three database nodes on this machine, as docs/scaling.md has them: etcd, Patroni, HAProxy and pgbouncer, from docs/deploy."""

from __future__ import annotations

import http.client
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.drills.serving import ROOT, children, until
from tests.postgresql import binaries, free_port

NAMES = ("n1", "n2", "n3")
PASSWORD = "change-me"
# A Patroni that is not the machine's own: the folder of its programs.
PATRONI = os.environ.get("PATRONI", "")


def missing() -> list[str]:
    """Return the programs that this machine lacks."""
    path = os.pathsep.join(part for part in (PATRONI, os.environ["PATH"], "/usr/sbin") if part)
    found = [name for name in ("etcd", "patroni", "haproxy", "pgbouncer", "setpriv") if not shutil.which(name, path=path)]
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        found.append("the user postgres")
    return found if os.getuid() == 0 else [*found, "root, who may become postgres"]


def program(name: str) -> str:
    path = os.pathsep.join(part for part in (PATRONI, os.environ["PATH"], "/usr/sbin") if part)
    return str(shutil.which(name, path=path))


def patroni_version() -> tuple[int, ...]:
    reported = subprocess.run([program("patroni"), "--version"], check=True, capture_output=True, text=True).stdout
    return tuple(map(int, re.findall(r"\d+", reported)))


@dataclass
class Cluster:
    """The nodes and what stands before them."""

    folder: Path
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def port(self, name: str) -> int:
        """Return the port of a name, which nobody else has."""
        if name not in self.ports:
            port = free_port()
            while port in self.ports.values():
                port = free_port()
            self.ports[name] = port
        return self.ports[name]

    def url(self, port: str, user: str = "chancery", name: str = "chancery") -> str:
        return f"postgres://{user}:{PASSWORD}@127.0.0.1:{self.port(port)}/{name}"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        shutil.chown(path, "postgres")
        path.chmod(0o600)
        return path

    def run(self, name: str, *command: str) -> None:
        """Start a program as the user postgres."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command],
                cwd=self.folder, stdout=log, stderr=log, start_new_session=True, env=_environment(),
            )  # fmt: skip

    def start(self) -> None:
        """Start everything, and wait for a primary with two standbys."""
        peers = ",".join(f"e{name}=http://127.0.0.1:{self.port(f'peer {name}')}" for name in NAMES)
        for name in NAMES:
            client, peer = (f"http://127.0.0.1:{self.port(f'{kind} {name}')}" for kind in ("etcd", "peer"))
            self.run(
                f"etcd-{name}", program("etcd"), "--name", f"e{name}", "--data-dir", str(self.folder / f"etcd-{name}.data"),
                "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--initial-cluster", peers, "--initial-cluster-state", "new",
                "--auto-compaction-retention", "1",
            )  # fmt: skip
        given = (ROOT / "docs/deploy/patroni.yml").read_text()
        for name in NAMES:
            self.write(f"{name}.yml", self._filled(given, name))
            self.start_node(name)
        self.write("haproxy.cfg", self._filled((ROOT / "docs/deploy/haproxy.cfg").read_text()))
        self.run("haproxy", program("haproxy"), "-db", "-f", "haproxy.cfg")
        self.write("userlist.txt", f'"chancery" "{PASSWORD}"\n')
        self.write("pgbouncer.ini", self._filled((ROOT / "docs/deploy/pgbouncer.ini").read_text()))
        self.run("pgbouncer", program("pgbouncer"), "pgbouncer.ini")
        assert until(lambda: self.primary() != "" and len(self.standbys()) == 2, 60), self.logs()

    def _filled(self, text: str, name: str = "n1") -> str:
        """Return a file of docs/deploy with the ports and folders of this cluster."""
        places = {f"127.0.0.1:{port}": f"etcd {node}" for port, node in zip((2379, 2479, 2579), NAMES, strict=True)}
        if "scope:" in text:
            places |= {"127.0.0.1:8011": f"rest {name}", "127.0.0.1:5501": name}
            text = text.replace("name: n1", f"name: {name}").replace("/var/lib/chancery/n1", str(self.folder / name))
            text = text.replace("/var/lib/chancery", str(self.folder))
            text = text.replace("/usr/lib/postgresql/15/bin", str(binaries(self.folder)))
            if patroni_version() < (4,):
                text = text.replace("synchronous_mode: quorum", "synchronous_mode: true")
        else:
            places |= {f"127.0.0.1:550{number}": node for number, node in enumerate(NAMES, 1)}
            text = re.sub(r"port 801(\d)", lambda found: f"port {self.port(f'rest n{found[1]}')}", text)
            text = text.replace("127.0.0.1:5000", f"127.0.0.1:{self.port('haproxy')}")
            text = text.replace("port=5000", f"port={self.port('haproxy')}").replace("6432", str(self.port("pgbouncer")))
        for place, port in places.items():
            text = text.replace(place, f"127.0.0.1:{self.port(port)}")
        return text

    def start_node(self, name: str) -> None:
        self.run(name, program("patroni"), f"{name}.yml")

    def says(self, name: str, path: str) -> bool:
        """Return whether Patroni answers 200 at `path`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port(f"rest {name}"), timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def primary(self) -> str:
        return next((name for name in NAMES if self.says(name, "/primary")), "")

    def standbys(self) -> list[str]:
        return [name for name in NAMES if self.says(name, "/replica")]

    def make_database(self) -> None:
        """Make Chancery's role and database at the primary."""
        with psycopg.connect(self.url(self.primary(), "postgres", "postgres"), autocommit=True) as server:
            server.execute(f"CREATE ROLE chancery LOGIN PASSWORD '{PASSWORD}'")
            server.execute("ALTER ROLE chancery SET lock_timeout = '5s'")
            server.execute("CREATE DATABASE chancery OWNER chancery")

    @contextmanager
    def freezing(self, names: list[str]) -> Iterator[None]:
        """Have the servers of nodes stand still until the block ends, with all their processes."""
        masters = [int((self.folder / name / "postmaster.pid").read_text().split()[0]) for name in names]
        frozen = [pid for master in masters for pid in (master, *children(master))]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in frozen:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def kill_node(self, name: str) -> None:
        """Kill a whole node at once: Patroni, the server and all its processes."""
        postmaster = int((self.folder / name / "postmaster.pid").read_text().split()[0])
        patroni = self.running.pop(name)
        doomed = [patroni.pid, postmaster, *children(postmaster)]
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        patroni.wait()

    def stop(self) -> None:
        """End everything that was started."""
        for name in NAMES:
            with suppress(OSError, ValueError, IndexError, KeyError):
                self.kill_node(name)
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()[-1500:]}" for path in sorted(self.folder.glob("*.log")))


def _environment() -> Mapping[str, str]:
    # Whatever is set for Python or PostgreSQL here is not meant for these.
    return {"PATH": f"{os.environ['PATH']}:/usr/sbin", "LANG": "C.UTF-8"}


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run three nodes until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="chancery-cluster-"))
    shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    found = Cluster(folder)
    try:
        found.start()
        found.make_database()
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)
