import os
import socket
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

WHERE = """
  API     {home}/api/v1
  Docs    {home}/api/v1/docs
  Admin   {home}/admin/
          first staff user: .venv/bin/python manage.py createsuperuser

Ctrl+C stops the server.
"""


class Command(BaseCommand):
    help = "Make the database, load the reference data and the sample record, and serve it all on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        # Two servers would share the port without a word, each answering half of the requests.
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise CommandError(f"Port {port} is in use. Choose another: make run PORT={port + 1}")
        self.stdout.write("Database")
        call_command("migrate", verbosity=0)
        call_command("load_reference")
        call_command("load_sample")
        with connection.cursor() as cursor:
            # Databases choose their indexes by what they have counted, which SQLite does only when told.
            cursor.execute("ANALYZE")
        self.stdout.write(WHERE.format(home=f"http://127.0.0.1:{port}"))
        self.stdout.flush()
        server = "-m granian --interface wsgi config.wsgi:application --workers 2 --blocking-threads 2 --host 127.0.0.1 --port"
        os.execv(sys.executable, [sys.executable, *server.split(), str(port)])  # noqa: S606 - no shell is wanted
