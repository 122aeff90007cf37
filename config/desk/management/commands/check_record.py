from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.desk.editorial.checks import Rule, inspect_everything
from config.desk.editorial.checks.rules import RULES
from config.desk.models import Finding
from config.record.curation.consistency import findings


class Command(BaseCommand):
    help = (
        "Check the database: every stored document against a fresh rendering, the log against the rows, derived columns, kinds "
        "and redirects; exits with 1 if there is a difference. Also updates the data checks of the desk and counts them. "
        "Records are not changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--links", action="store_true", help="Also check the links of all sources. Sends requests to their servers."
        )
        parser.add_argument("--strict", action="store_true", help="Also exit with 1 if there are open findings.")

    def handle(self, *args: Any, **options: Any) -> None:
        disagreements = 0
        for disagreement in findings():
            self.stdout.write(disagreement)
            disagreements += 1
        if not disagreements:
            self.stdout.write(self.style.SUCCESS("The database is consistent."))
        for rule in RULES if options["links"] else ():
            if rule.refresh:
                rule.refresh(self._print_link)
        inspect_everything(self._print_rule)
        standing = Finding.objects.filter(dismissed_at__isnull=True).count()
        self.stdout.write(f"{standing} open findings.")
        if disagreements:
            raise CommandError(f"The database is inconsistent: {disagreements} differences.")
        if options["strict"] and standing:
            raise CommandError(f"{standing} open findings.")

    def _print_rule(self, rule: Rule, count: int) -> None:
        table = rule.about._meta.verbose_name_plural
        self.stdout.write(f"{count:>8}  {rule.label} ({table})")

    def _print_link(self, address: str, wrong: str) -> None:
        self.stdout.write(f"{address}: {wrong or 'answers'}")
