from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup import BackupError, back_up


class Command(BaseCommand):
    help = (
        "Write the database and uploaded files into a new folder, with a manifest: versions, rows of each table, SHA-256 of each "
        "file. The server may go on meanwhile; the copy is of one moment."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="A folder that does not exist yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = back_up(options["folder"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        size = sum(file["bytes"] for file in manifest["files"].values())
        self.stdout.write(f"{options['folder']}: {sum(manifest['counts'].values())} rows, {size} bytes")
