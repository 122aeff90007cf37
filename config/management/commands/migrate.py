from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections


class Command(migrate.Command):
    help = migrate.Command.help + (
        " On PostgreSQL a step waits for a lock no longer than --lock-timeout: whoever reads the table waits behind it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--lock-timeout", type=int, default=1000, help="Milliseconds; 0 waits for as long as it takes.")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{options['lock_timeout']}ms"])
        try:
            super().handle(*args, **options)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03":
                raise
            held = "Something else holds a table that the migration changes. Nothing is half done: run it again."
            raise CommandError(held) from error
        finally:
            if connection.connection is not None and not connection.in_atomic_block:
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
