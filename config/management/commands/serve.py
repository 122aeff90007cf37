import os
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.monitoring.metrics import forget_all
from config.serving.services import Supervisor, serve

SERVICES = ("public", "desk")
# How many seconds each waits for who holds what it would change. Readers change next to nothing.
LOCK_WAITS = {"public": "2", "desk": "5"}
WORKER = "worker"


class Command(BaseCommand):
    help = (
        "Serve the public API and the desk, and run background tasks, by processes of their own that are started again where "
        "they fail. With `public` or `desk` only one of the services."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("service", nargs="?", choices=SERVICES)
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen at: 127.0.0.1 as it comes.")
        parser.add_argument("--port", type=int, default=8000, help="The port of the public API: 8000 as it comes.")
        parser.add_argument("--desk-port", type=int, help="The port of the desk; as it comes the one above --port.")
        parser.add_argument("--workers", type=int, default=2, help="Processes for the public API: one a core. The desk has one.")
        parser.add_argument("--threads", type=int, default=8, help="Requests that each of them answers at a time.")
        parser.add_argument("--task-threads", type=int, default=4, help="Background tasks that run at a time.")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        ports = {"public": port, "desk": options["desk_port"] or port + 1}
        if service := options["service"]:
            if "LOCK_WAIT" not in os.environ:
                # Started by itself, as in a container. Its workers are forked, and find the same.
                settings.LOCK_WAIT = float(LOCK_WAITS[service])
            workers = options["workers"] if service == "public" else 1
            serve(service, host=host, port=ports[service], workers=workers, threads=options["threads"])
            return
        for taken in ports.values():
            refuse_taken(taken)
        forget_all()
        supervisor = Supervisor()
        for name in SERVICES:
            arguments = [f"--{option}={options[option]}" for option in ("host", "port", "workers", "threads")]
            arguments += [f"--desk-port={ports['desk']}"]
            supervisor.add(name, ["serve", name, *arguments], self._environment(name, host, ports))
        supervisor.add(WORKER, [WORKER, f"--threads={options['task_threads']}"])
        supervisor.run()

    @staticmethod
    def _environment(service: str, host: str, ports: dict[str, int]) -> dict[str, str]:
        """Return what a service finds in its environment where nothing else is said there."""
        found = {"LOCK_WAIT": LOCK_WAITS[service]}
        if host in ("127.0.0.1", "localhost"):
            # Each leads to the other, as long as both are on one's own machine.
            found |= {"DESK_URL": f"http://{host}:{ports['desk']}", "PUBLIC_URL": f"http://{host}:{ports['public']}"}
        return {name: value for name, value in found.items() if name not in os.environ}


def refuse_taken(port: int) -> None:
    """Raise `CommandError` where somebody listens at a port: two servers would share it without a word."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise CommandError(f"Port {port} is in use. Choose another: make run PORT={port + 2}")
