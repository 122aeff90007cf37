from typing import Any

from django.core.management.base import BaseCommand

from actors.importers.countries import reference_rows, reference_sources, relation_rows
from actors.importers.rows import LOADABLES
from config.record.loading.loader import load


class Command(BaseCommand):
    help = (
        "Load the reference data: the countries of ISO 3166-1, states that ended, de facto states, and the organizations "
        "everybody refers to, with their members. Loading it again changes nothing; what people have edited is left alone."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        relations: dict[str, list[dict[str, str]]] = {}
        for relation in relation_rows():
            relations.setdefault(relation["subject"], []).append({key: relation[key] for key in relation if key != "subject"})
        sources = [{"kind": "source", **row} for row in reference_sources()]
        actors = [row | {"relations": relations.get(row["slug"], [])} for row in reference_rows()]
        outcome = load([*sources, *actors], LOADABLES, reason="Reference data")
        self.stdout.write(f"Reference data: {outcome}.")
