from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup import BackupError, restore


class Command(BaseCommand):
    help = (
        "Make the database what a backup holds. The backup is verified first, the record afterwards, as check_record does; exits "
        "with 1 where something does not agree. Stop the server before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="What `backup` wrote.")
        parser.add_argument("--replace", action="store_true", help="Put it in the place of a database that is not empty.")

    def handle(self, *args: Any, **options: Any) -> None:
        disagreements = 0
        try:
            for disagreement in restore(options["folder"], replace=options["replace"]):
                self.stdout.write(disagreement)
                disagreements += 1
        except BackupError as error:
            raise CommandError(str(error)) from error
        if disagreements:
            raise CommandError(f"The restored database is inconsistent, or differs from its backup: {disagreements} differences.")
        self.stdout.write(self.style.SUCCESS("Restored. The database is consistent and matches its backup."))
