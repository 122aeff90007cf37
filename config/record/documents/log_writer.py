"""Writer of documents and of the public log: renders first, then numbers and appends under the lock of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Self

import orjson
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from config.record.database.bulk import create_rows, update_rows
from config.record.database.columns import columns_of
from config.record.database.locking import lock_rows
from config.record.documents.registry import DOCUMENT_TYPES, Cause, DocumentType, Key, document_type_of
from config.record.documents.rendering import Rendering
from config.record.documents.row_source import Row, RowSource, WithDocuments
from config.record.models import LogEntry, LogHead
from config.record.values import edtf
from config.record.values.choices import CurationState, Operation
from config.record.values.folding import words

SCHEMA_VERSION: Final = 1
# Of how many entries of others it is looked for whether documents show what they are of, rather than rendering again.
MAX_COMPARED: Final = 20
DOCUMENT_COLUMNS: Final = ("document", "document_hash", "search_text", "version", "published_at", "updated_at")
# Defaults of a log entry.
_ENTRY: Final[Row] = {
    "sequence": 0, "collection": "", "kind": "", "slug": "", "version": 0, "operation": "", "reason": "", "cause": "",
    "at": None, "schema_version": SCHEMA_VERSION, "sha256": "", "document": None,
    "earliest": edtf.EARLIEST, "latest": edtf.LATEST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """The reason of a write: columns that each log entry gets."""

    reason: str = ""
    at: datetime = field(default_factory=timezone.now)


@dataclass(frozen=True, slots=True)
class _Rendered:
    """Documents of one table that are still to be written on the rows of their records: each row ends in its primary key."""

    document_type: DocumentType
    rows: Sequence[Sequence[Any]]

    @property
    def ids(self) -> list[int]:
        """The primary keys of the records."""
        return [row[-1] for row in self.rows]


class LogWriter:
    """Collects documents and entries, and writes them at its end, under the lock of the log, which is held until the commit.

    What takes long, rendering, comes before the lock. Whoever has appended meanwhile may have changed what was read: `settle` has
    it rendered again then, under the lock. So no document shows a neighbour as it was before a commit that the log has already.

    Rows are locked before the log: whoever has the lock of the log waits for nobody who has locked a record and waits for that
    lock.
    """

    def __init__(self, change: Change) -> None:
        self.change = change
        # Documents that are still to be written: others embed them.
        self._bodies: dict[Key, str] = {}
        self._rendered: list[_Rendered] = []
        self._projected: list[Callable[[], None]] = []
        self._entries: list[Row] = []
        self._labels: dict[Key, str] = {}
        self._sequence: int | None = None

    def __enter__(self) -> Self:
        self._seen = LogHead.last_sequence()
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None and self._entries:
            self.lock()
            self._write()

    @property
    def appended(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    def append(self, entries: Iterable[Row]) -> None:
        """Append entries, which are numbered under the lock."""
        self._entries += entries

    def lock(self) -> bool:
        """Take the lock of the log, and return whether nobody has appended since this writer began."""
        if self._sequence is None:
            self._sequence = lock_log()
        return self._sequence == self._seen

    def is_overtaken(self) -> bool:
        """Take the lock, and return whether others have appended meanwhile what the documents to be written show.

        Ask this where no record is changed that others show: of such, they may have shown the old one for the first time.
        """
        if self.lock():
            return False
        followed = {one.collection for one in DOCUMENT_TYPES.values() if one.followed}
        others = set(LogEntry.objects.filter(sequence__gt=self._seen).values_list("collection", "slug"))
        if len(others) > MAX_COMPARED or any(collection in followed for collection, _ in others):
            return True
        named = [f'"slug":"{slug}"' for _, slug in others]
        return any(name in (entry["document"] or "") for entry in self._entries for name in named)

    def settle(self, render: Callable[[], None], check: Callable[[], None] | None = None, *, refreshing: bool = False) -> None:
        """Take the lock after `render` has collected documents.

        Where others have appended meanwhile, `check` may refuse what they have made impossible, and all is rendered again;
        when only `refreshing`, where it is of something that the documents show.
        """
        render()
        self._lock_records()
        if self._entries and (self.is_overtaken() if refreshing else not self.lock()):
            self._bodies, self._rendered, self._entries = {}, [], []
            if check:
                check()
            render()

    def _lock_records(self) -> None:
        """Lock the records of which the documents are to be written, in the order in which they are rendered.

        Their parts are not locked: whoever changes one locks the record that it is a part of.
        """
        if self._sequence is not None or not connection.features.has_select_for_update:
            return
        for one in self._rendered:
            if not one.document_type.part_of:
                lock_rows(one.document_type.model, one.ids)

    def _write(self) -> None:
        for one in self._rendered:
            update_rows(one.document_type.model, (*DOCUMENT_COLUMNS, *one.document_type.model.DENORMALIZED), one.rows)
        create_rows(LogEntry, list(_ENTRY), map(self._numbered, self._entries))
        for one in self._rendered:
            for projection in one.document_type.projections:
                projection.follow(one.ids)
        for project in self._projected:
            project()
        LogHead.objects.filter(pk=1).update(sequence=self._sequence)

    def _numbered(self, entry: Row) -> list[Any]:
        assert self._sequence is not None  # noqa: S101 - numbers are given under the lock
        self._sequence += 1
        complete = _ENTRY | entry
        complete["sequence"], complete["at"] = self._sequence, self.change.at
        return list(complete.values())

    def create(
        self, document_type: DocumentType, rows: Sequence[Row], renderings: Sequence[Rendering], row_source: RowSource
    ) -> None:
        """Write new records with their documents, and append these; their projections come under the lock."""
        last = self._last_versions(document_type, [one.slug for one in renderings])
        columns, at = columns_of(document_type.model), self.change.at

        def complete() -> Iterator[Sequence[Any]]:
            for row, one in zip(rows, renderings, strict=True):
                row.update(_columns(one, last.get(one.slug, 0) + 1, at, at))
                yield columns.values(row)

        create_rows(document_type.model, columns.every, complete())
        self.append(self._entry(document_type, one, row, Operation.CREATED) for row, one in zip(rows, renderings, strict=True))
        ids = [row["id"] for row in rows]
        for projection in document_type.projections:
            self._projected.append(partial(projection.create, sorted(projection.rows(ids, row_source))))

    def render(
        self, document_type: DocumentType, ids: Sequence[int], direct: set[int], causes: Mapping[int, set[Cause]]
    ) -> list[int]:
        """Render the documents of `ids`, and return of which they differ from the stored ones: these are written at the end."""
        kept = document_type.model.DENORMALIZED
        public = document_type.model._default_manager.filter(pk__in=ids, state=CurationState.PUBLISHED)
        columns = ("document_hash", "version", "published_at", "updated_at", *kept.values())
        stamps = {row["pk"]: row for row in public.values("pk", *columns)}
        ids = [key for key in ids if key in stamps]
        renderings = document_type.render(ids, WithDocuments(self._bodies))
        stale = [key for key in ids if _differs(stamps[key], renderings[key])]
        first = self._last_versions(document_type, [renderings[key].slug for key in stale if stamps[key]["version"] == 0])
        rows = []
        for key in stale:
            rendering, old = renderings[key], stamps[key]
            operation = _operation(old, direct=key in direct)
            version = (old["version"] or first.get(rendering.slug, 0)) + 1
            held = _columns(rendering, version, *self._moments(old, operation))
            rows.append((*held.values(), *(old[path] for path in kept.values()), key))
            self._bodies[document_type.model, key] = held["document"]
            self._entries.append(self._entry(document_type, rendering, held, operation, causes.get(key, ())))
        if stale:
            self._rendered.append(_Rendered(document_type, rows))
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
            .values("slug")
            .annotate(last=Max("version"))
            .values_list("slug", "last")
        )

    def labels(self, causes: Iterable[Cause]) -> set[str]:
        """Return what the log calls the causes of a change."""
        return {one if isinstance(one, str) else self._label(one) for one in causes}

    def _label(self, key: Key) -> str:
        if key not in self._labels:
            model, pk = key
            self._labels[key] = f"{document_type_of(model).collection}:{model._default_manager.get(pk=pk).slug}"
        return self._labels[key]


def lock_log() -> int:
    """Take the lock of the log until the commit, and return the last number given.

    Nobody else can take a number until then, so that numbers become visible in their order and a follower of the feed misses
    nothing. On SQLite the transaction itself keeps others out.
    """
    head = LogHead.objects.select_for_update().filter(pk=1)
    found = head.first()
    if found is None:
        LogHead.objects.get_or_create(pk=1)
        found = head.get()
    return found.sequence


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
