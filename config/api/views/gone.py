"""Resolves names that are not a public slug: former slugs, records that are no longer public (410), or none (404).

Only the log knows whether a record was ever public. Drafts and unknown slugs are answered alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from config.api.engine.names import find
from config.api.errors import GoneError, NotFoundError
from config.api.parameters.references import AmbiguousNameError, has_code, has_identifiers, is_slug, spellings
from config.record.documents import log
from config.record.documents.registry import document_type_of
from config.record.models import LogEntry, Redirect
from config.record.values.choices import CurationState, Operation

# More records than one code can identify over time.
_MAX_RECORDS: Final = 5


def current_slug(model: Any, name: str) -> str:
    """Return the current slug of the record named `name`, public or not; `name` itself if nothing redirects it.

    Raises `NotFoundError` for a code of several records.
    """
    try:
        found = find(model, name)
    except AmbiguousNameError as error:
        raise NotFoundError(str(error)) from error
    if found is not None:
        return found.slug
    slug = _former(model, name) if is_slug(name) else name
    if slug != name or not has_identifiers(model):
        return slug
    once = _by_former_code(model, name)
    return once[0] if len(once) == 1 else name


def _former(model: Any, name: str) -> str:
    """Return the current or last slug of the record that once had the slug `name`."""
    document_type, spelt = document_type_of(model), spellings(name)
    moved = Redirect.objects.filter(collection=document_type.collection, old_slug__in=spelt)
    logged = set(log.versions(document_type).filter(slug__in=spelt).values_list("slug", flat=True).distinct())
    return moved.values_list("new_slug", flat=True).first() or next((one for one in spelt if one in logged), name)


def _by_former_code(model: Any, code: str) -> list[str]:
    """Return the slugs of retracted records whose last public document has the code."""
    document_type, carries = document_type_of(model), has_code(code)
    if carries is None:
        return []
    held: Any = model._meta.get_field("identifiers").related_model
    codes = held._default_manager.filter(carries, record__state=CurationState.RETRACTED)
    found = []
    for slug, *wanted in codes.order_by("record__slug").values_list("record__slug", "scheme", "value")[:_MAX_RECORDS]:
        documents = log.versions(document_type).filter(slug=slug, document__isnull=False).order_by("-version")
        document = orjson.loads(documents.values_list("document", flat=True).first() or "{}")
        if any([one["scheme"], one["value"]] == wanted for one in document.get("identifiers", ())):
            found.append(slug)
    return list(dict.fromkeys(found))


def gone(model: Any, names: Sequence[str], collection: str, moment: datetime | None = None) -> GoneError | None:
    """Return the error for a record that was public once, but is not, or was not at `moment`; None for all others.

    `names` are the requested name and its current slug, `collection` is the URL of the collection.
    """
    for slug in dict.fromkeys(names):
        entry = _departure(model, slug, moment) if is_slug(slug) else None
        if entry is not None:
            return GoneError(Operation(entry.operation), slug, entry.at, entry.reason, f"{collection}/{slug}/versions")
    return None


def _departure(model: Any, slug: str, moment: datetime | None) -> LogEntry | None:
    """Return the log entry that made a record non-public by `moment`, or by now."""
    document_type = document_type_of(model)
    entry = log.last_entry(document_type, slug, moment)
    if entry is not None and entry.operation not in (Operation.RETRACTED, Operation.ERASED, Operation.MERGED):
        # It was public then, and its body has been erased since.
        erased = log.versions(document_type).filter(slug=slug, operation=Operation.ERASED, version__gt=entry.version)
        entry = erased.order_by("version").first()
    return entry if entry and entry.operation != Operation.MERGED and _of_kind(model, entry) else None


def _of_kind(model: Any, entry: LogEntry) -> bool:
    kind = getattr(model, "KIND", None)
    return kind is None or entry.kind == kind
