from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.record.checking import findings


class Command(BaseCommand):
    help = (
        "Check the whole record: every stored document against a fresh rendering, the log against the rows, "
        "derived columns, kinds and redirects. Changes nothing; exits with 1 where something does not agree."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for finding in findings():
            self.stdout.write(finding)
            count += 1
        if count:
            raise CommandError(f"{count} findings.")
        self.stdout.write(self.style.SUCCESS("The record agrees with itself."))
