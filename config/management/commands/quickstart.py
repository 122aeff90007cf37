import os
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from config.management.commands.serve import refuse_taken

WHERE = """
  API     {home}/api/v1
  Docs    {home}/api/v1/docs
  Admin   {desk}/admin/
          first staff user: .venv/bin/python manage.py createsuperuser

Ctrl+C stops the server.
"""


class Command(BaseCommand):
    help = "Make the database, load the reference data and the sample record, and serve both services on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        refuse_taken(port)
        refuse_taken(port + 1)
        self.stdout.write("Database")
        call_command("migrate", verbosity=0)
        call_command("load_reference")
        call_command("load_sample")
        with connection.cursor() as cursor:
            # Query planners need statistics, which SQLite gathers only by ANALYZE.
            cursor.execute("ANALYZE")
        self.stdout.write(WHERE.format(home=f"http://127.0.0.1:{port}", desk=f"http://127.0.0.1:{port + 1}"))
        self.stdout.flush()
        os.execv(sys.executable, [sys.executable, sys.argv[0], "serve", f"--port={port}"])  # noqa: S606 - no shell is wanted
