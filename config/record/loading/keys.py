"""Which primary keys the slugs in rows stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from config.exceptions import LoadError
from config.record.database.bulk import chunks
from config.record.documents.registry import Model, document_type_of
from config.record.models import Redirect


class Keys:
    """The primary keys of records by their slugs, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[Model, dict[str, int]] = defaultdict(dict)

    def add(self, model: Model, pairs: Iterable[tuple[str, int]]) -> None:
        """Take note of slugs and their primary keys."""
        self._known[model].update(pairs)

    def of(self, model: Model, slugs: set[str]) -> dict[str, int]:
        """Return what is known of a table, `slugs` among it; raise `LoadError` for a slug that is no record."""
        known = self._known[model]
        for chunk in chunks(sorted(slugs - known.keys())):
            known.update(model._default_manager.filter(slug__in=chunk).values_list("slug", "pk"))
        self._follow(model, slugs - known.keys())
        unknown = sorted(slugs - known.keys())
        if unknown:
            raise LoadError(f"No {model.__name__.lower()} has the slug", unknown)
        return known

    def _follow(self, model: Model, slugs: set[str]) -> None:
        """Take note of slugs that have moved on."""
        collection = document_type_of(model).collection
        for chunk in chunks(sorted(slugs)):
            moved = dict(Redirect.objects.filter(collection=collection, old_slug__in=chunk).values_list("old_slug", "new_slug"))
            if moved:
                found = self.of(model, set(moved.values()))
                self.add(model, [(old, found[new]) for old, new in moved.items()])
