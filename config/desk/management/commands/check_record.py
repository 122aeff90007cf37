from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.desk.findings import Rule, inspect_everything
from config.desk.findings.links import inspect_links
from config.desk.models import Finding
from config.record.checking import findings


class Command(BaseCommand):
    help = (
        "Check the whole record. That it agrees with itself: every stored document against a fresh rendering, the log against "
        "the rows, derived columns, kinds and redirects; exits with 1 where something does not agree. And what is likely wrong: "
        "the findings of the desk are brought up to date, and counted by rule. The record itself is not changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--links", action="store_true", help="Try the addresses of all sources, too. Asks their servers.")
        parser.add_argument("--strict", action="store_true", help="Exit with 1 also where findings stand that nobody answered.")

    def handle(self, *args: Any, **options: Any) -> None:
        disagreements = 0
        for disagreement in findings():
            self.stdout.write(disagreement)
            disagreements += 1
        if not disagreements:
            self.stdout.write(self.style.SUCCESS("The record agrees with itself."))
        if options["links"]:
            inspect_links(self._tell_link)
        inspect_everything(self._tell_rule)
        standing = Finding.objects.filter(dismissed_at__isnull=True).count()
        self.stdout.write(f"{standing} findings wait for an answer.")
        if disagreements:
            raise CommandError(f"In {disagreements} places the record does not agree with itself.")
        if options["strict"] and standing:
            raise CommandError(f"{standing} findings stand.")

    def _tell_rule(self, rule: Rule, count: int) -> None:
        table = rule.about._meta.verbose_name_plural
        self.stdout.write(f"{count:>8}  {rule.label} ({table})")

    def _tell_link(self, address: str, wrong: str) -> None:
        self.stdout.write(f"{address}: {wrong or 'answers'}")
