"""Appending to the log of documents, under its lock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Self

import orjson
from django.db.models import Max
from django.utils import timezone

from config.record.database.bulk import create_rows, update_rows
from config.record.database.columns import columns_of
from config.record.documents.registry import Cause, DocumentType, Key, document_type_of
from config.record.documents.rendering import Rendering
from config.record.documents.row_source import Row
from config.record.models import LogEntry, LogHead
from config.record.values import edtf
from config.record.values.choices import CurationState, Operation
from config.record.values.folding import words

SCHEMA_VERSION: Final = 1
DOCUMENT_COLUMNS: Final = ("document", "document_hash", "search_text", "version", "published_at", "updated_at")
# An entry of the log, as far as nothing else is said.
_ENTRY: Final[Row] = {
    "sequence": 0, "collection": "", "kind": "", "slug": "", "version": 0, "operation": "", "reason": "", "cause": "",
    "at": None, "schema_version": SCHEMA_VERSION, "sha256": "", "document": None,
    "earliest": edtf.EARLIEST, "latest": edtf.LATEST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """Why documents are written: what the log will say of each entry."""

    reason: str = ""
    at: datetime = field(default_factory=timezone.now)


class LogWriter:
    """Appends to the log under its lock, which is held until the commit."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.appended = 0
        self._labels: dict[Key, str] = {}

    def __enter__(self) -> Self:
        # Under the row lock nobody else can take a number until this transaction has ended, so numbers become visible in
        # their order and a follower of the feed misses nothing. On SQLite the transaction itself keeps others out.
        head = LogHead.objects.select_for_update().filter(pk=1)
        found = head.first()
        if found is None:
            LogHead.objects.get_or_create(pk=1)
            found = head.get()
        self.sequence = found.sequence
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None and self.appended:
            LogHead.objects.filter(pk=1).update(sequence=self.sequence)

    def append(self, entries: Iterable[Row]) -> None:
        """Append entries, numbering them."""
        create_rows(LogEntry, list(_ENTRY), map(self._numbered, entries))

    def _numbered(self, entry: Row) -> list[Any]:
        self.sequence += 1
        self.appended += 1
        complete = _ENTRY | entry
        complete["sequence"], complete["at"] = self.sequence, self.change.at
        return list(complete.values())

    def create(self, document_type: DocumentType, rows: Sequence[Row], renderings: Sequence[Rendering]) -> None:
        """Write new records with their documents, and append these."""
        last = self._last_versions(document_type, [one.slug for one in renderings])
        columns, at = columns_of(document_type.model), self.change.at

        def complete() -> Iterator[Sequence[Any]]:
            for row, one in zip(rows, renderings, strict=True):
                row.update(_columns(one, last.get(one.slug, 0) + 1, at, at))
                yield columns.values(row)

        create_rows(document_type.model, columns.every, complete())
        self.append(self._entry(document_type, one, row, Operation.CREATED) for row, one in zip(rows, renderings, strict=True))

    def render(
        self, document_type: DocumentType, ids: Sequence[int], direct: set[int], causes: Mapping[int, set[Cause]]
    ) -> list[int]:
        """Write the documents of `ids` that differ from the stored ones, and return which those are."""
        kept = document_type.model.DENORMALIZED
        public = document_type.model._default_manager.filter(pk__in=ids, state=CurationState.PUBLISHED)
        columns = ("document_hash", "version", "published_at", "updated_at", *kept.values())
        stamps = {row["pk"]: row for row in public.values("pk", *columns)}
        ids = [key for key in ids if key in stamps]
        renderings = document_type.render(ids)
        stale = [key for key in ids if _differs(stamps[key], renderings[key])]
        first = self._last_versions(document_type, [renderings[key].slug for key in stale if stamps[key]["version"] == 0])
        rows, entries = [], []
        for key in stale:
            rendering, old = renderings[key], stamps[key]
            operation = _operation(old, direct=key in direct)
            version = (old["version"] or first.get(rendering.slug, 0)) + 1
            held = _columns(rendering, version, *self._moments(old, operation))
            rows.append((*held.values(), *(old[path] for path in kept.values()), key))
            entries.append(self._entry(document_type, rendering, held, operation, causes.get(key, ())))
        update_rows(document_type.model, (*DOCUMENT_COLUMNS, *kept), rows)
        self.append(entries)
        for projection in document_type.projections if stale else ():
            projection.follow(stale)
        return stale

    def _entry(
        self, document_type: DocumentType, rendering: Rendering, held: Row, operation: Operation, causes: Iterable[Cause] = ()
    ) -> Row:
        refreshed = operation == Operation.REFRESHED
        return {
            "collection": document_type.collection, "kind": rendering.kind, "slug": rendering.slug, "version": held["version"],
            "operation": operation, "reason": "" if refreshed else self.change.reason,
            "cause": " ".join(sorted(self.labels(causes))) if refreshed else "",
            "sha256": held["document_hash"], "document": held["document"], **_span(rendering.body),
        }  # fmt: skip

    def _moments(self, old: Row, operation: Operation) -> tuple[datetime, datetime]:
        """Return when a document first appeared, and when its content changed."""
        updated = old["updated_at"] if operation == Operation.REFRESHED else self.change.at
        return old["published_at"] or self.change.at, updated

    @staticmethod
    def _last_versions(document_type: DocumentType, slugs: Sequence[str]) -> dict[str, int]:
        """Return the last version that the log knows of each slug: a slug that comes back counts on."""
        return dict(
            LogEntry.objects.filter(collection=document_type.collection, slug__in=slugs)
            .values("slug").annotate(last=Max("version")).values_list("slug", "last")
        )  # fmt: skip

    def labels(self, causes: Iterable[Cause]) -> set[str]:
        """Return what the log calls the causes of a change."""
        return {one if isinstance(one, str) else self._label(one) for one in causes}

    def _label(self, key: Key) -> str:
        if key not in self._labels:
            model, pk = key
            self._labels[key] = f"{document_type_of(model).collection}:{model._default_manager.get(pk=pk).slug}"
        return self._labels[key]


def append(entries: Iterable[Row], change: Change) -> None:
    """Append entries of the caller's own making to the log."""
    with LogWriter(change) as log:
        log.append(entries)


def dump(document: Row) -> bytes:
    """Return the canonical bytes of a document: UTF-8, keys in the order of the schema, no spaces."""
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)


def _columns(rendering: Rendering, version: int, published_at: datetime, updated_at: datetime) -> Row:
    """Return the columns that hold a document on its row. Its last keys are its version, and since when it stands."""
    stamp = {"version": version, "published_at": published_at, "updated_at": updated_at}
    text = dump(rendering.body | stamp)
    digest = hashlib.sha256(text).hexdigest()
    return {"document": text.decode(), "document_hash": digest, "search_text": words(*rendering.texts), **stamp}


def _differs(old: Row, rendering: Rendering) -> bool:
    """Return whether the rendering differs from the stored document, stamps aside."""
    stamp = {key: old[key] for key in ("version", "published_at", "updated_at")}
    return not old["document_hash"] or hashlib.sha256(dump(rendering.body | stamp)).hexdigest() != old["document_hash"]


def _operation(old: Row, *, direct: bool) -> Operation:
    if not old["document_hash"]:
        return Operation.RESTORED if old["published_at"] else Operation.CREATED
    return Operation.UPDATED if direct else Operation.REFRESHED


def _span(body: Row) -> dict[str, date]:
    """Return the first and the last day of what a document tells: of when it happened or lasted."""
    first, last = body.get("start_earliest") or body.get("date_earliest"), body.get("end_latest") or body.get("date_latest")
    return {
        "earliest": date.fromisoformat(first) if first else edtf.EARLIEST,
        "latest": date.fromisoformat(last) if last else edtf.LATEST,
    }
