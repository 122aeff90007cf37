import os
import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.serving.services import die_with_parent
from config.tasks.worker import WorkerProcess


class Command(BaseCommand):
    help = (
        "Run background tasks until SIGTERM or Ctrl+C; those that run then are finished, or go on from their last checkpoint in "
        "another worker. Several may run, on PostgreSQL on several machines. `manage.py serve` starts one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=4, help="Tasks that run at a time.")

    def handle(self, *args: Any, **options: Any) -> None:
        die_with_parent()
        worker = WorkerProcess(options["threads"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        worker.start()
        if not worker.run():
            # Threads that cannot be ended end with the process; what they ran is taken up by another worker.
            sys.stdout.flush()
            os._exit(1)
