from typing import Any

from django.core.management.base import BaseCommand

from actors.importers import rows as actors
from config.record.loading.loader import load
from events.importers import rows as events
from events.importers.sample import sample_rows


class Command(BaseCommand):
    help = (
        "Load the sample record: one news report of October 2020 and what surrounds it. Needs the reference data. "
        "Loading it again changes nothing; what people have edited is left alone."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = load(sample_rows(), [*actors.LOADABLES, *events.LOADABLES], reason="Sample record")
        self.stdout.write(f"Sample record: {outcome}.")
