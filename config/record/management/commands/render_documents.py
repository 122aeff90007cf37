from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand

from config.record.curation import transitions
from config.record.database.bulk import chunks
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.documents.writer import MAX_AT_ONCE, stale_documents

REASON = "Rendered after an upgrade"


class Command(BaseCommand):
    help = (
        "Render published documents again that differ from a fresh rendering, such as after an upgrade that changes documents. "
        "Each gets a new version in the log. Can be stopped and run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stale: dict[Any, list[str]] = defaultdict(list)
        for model, slug in stale_documents():
            stale[model].append(slug)
        for model in [model for model in DOCUMENT_TYPES if model in stale]:
            done = 0
            for slugs in chunks(stale[model], MAX_AT_ONCE):
                ids = list(model._default_manager.filter(slug__in=slugs).values_list("pk", flat=True))
                transitions.amend({model: ids}, reason=REASON)
                done += len(ids)
                self.stdout.write(f"{DOCUMENT_TYPES[model].collection}: {done} of {len(stale[model])} rendered.")
        if not stale:
            self.stdout.write("All documents are up to date.")
