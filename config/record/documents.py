"""Documents: what the public reads, rendered once when a record changes and kept in a log that only grows.

An app registers a `Shape` for each table of documented records: how to render many of them at once, which other
records stand in their documents, and which parts they consist of. `write` does the rest, in the transaction of
the change: it renders what changed and what shows it, and appends only where bytes differ.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Self

import orjson
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.db.models.expressions import Combinable
from django.utils import timezone

from config.record import dates
from config.record.bulk import chunks, create_rows, update_rows
from config.record.choices import CurationState, Operation
from config.record.folding import words
from config.record.indexes import Index
from config.record.models import Documented, LogEntry, LogHead
from config.record.rendering import Rendering, Row

SCHEMA_VERSION: Final = 1

Model = type[Documented]
Key = tuple[Model, int]
Touched = dict[Model, set[int]]
Causes = dict[Model, dict[int, set[Key]]]
Resolver = Callable[[Mapping[Model, set[int]]], Causes]


@dataclass(frozen=True)
class Shape:
    """How the records of one table become documents."""

    model: Model
    collection: str
    render: Callable[[Sequence[int]], dict[int, Rendering]]
    # Which records stand in the document as references, and by which lookups they are reached from the row.
    shows: Mapping[Model, Sequence[str]] = field(default_factory=dict)
    # Those of `shows` that are left out of the document while they are not public, instead of holding it back.
    optional: frozenset[str] = frozenset()
    # The record that this one is a part of and follows in state, as the name of a foreign key.
    part_of: str = ""
    # What other records call this one.
    title: Combinable = field(default_factory=lambda: F("name"))
    # The kind that the record behind a foreign key must have, which the database cannot know.
    kinds: Mapping[str, str] = field(default_factory=dict)
    # The rows of another table that lists of these records are read from.
    index: Index | None = None
    # Whether a supporting citation of its own is needed for publication.
    proved: bool = True


SHAPES: Final[dict[Model, Shape]] = {}
RESOLVERS: Final[list[Resolver]] = []


def register(*shapes: Shape) -> None:
    """Make the shapes known, parts before what embeds their documents: they are rendered in this order."""
    SHAPES.update({shape.model: shape for shape in shapes})


def shape_of(model: type[models.Model]) -> Shape:
    """Return the shape of a model or of the table that a proxy model stands for."""
    return SHAPES[model._meta.concrete_model]  # type: ignore[index]


def parts_of(model: Model) -> Iterator[Shape]:
    """Yield the shapes of the parts of a record."""
    for shape in SHAPES.values():
        if shape.part_of and _parent(shape) is model:
            yield shape


@dataclass(frozen=True, slots=True)
class Change:
    """Why documents are written: what the log will say of each entry."""

    reason: str = ""
    at: datetime = field(default_factory=timezone.now)


def write(
    touched: Mapping[Model, Iterable[int]],
    change: Change,
    *,
    publishing: Mapping[Model, Iterable[int]] | None = None,
    before: Causes | None = None,
) -> int:
    """Bring the documents of the records in `touched`, and of all that show them, up to date.

    Published records and those in `publishing` get a document; the log gets an entry for each that differs from
    before. Call it in the transaction of the write, after the rows stand. `before` are records that showed what
    has gone since. Returns the number of entries appended.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Documents are written in the transaction of the change.")
    with _LogWriter(change) as log:
        new = with_parts({model: set(ids) for model, ids in (publishing or {}).items()})
        direct = _with_family(_union(touched, new))
        _add_new_parts(direct, new)
        _open(new)
        neighbours: Causes = defaultdict(lambda: defaultdict(set))
        _merge(neighbours, before or {})
        for resolver in RESOLVERS:
            _merge(neighbours, resolver(_union(direct, before or {})))
        _add_neighbours(direct, neighbours)
        for model, shape in SHAPES.items():
            for ids in chunks(sorted(direct[model] | neighbours[model].keys())):
                changed = log.render(shape, ids, direct[model], neighbours[model])
                _tell_parents(shape, changed, direct, neighbours)
        return log.appended


def _open(new: Touched) -> None:
    """Make records public before anything is rendered, so that those of one write can show each other."""
    for model, ids in new.items():
        for chunk in chunks(sorted(ids)):
            rows = model._default_manager.filter(~Q(state=CurationState.PUBLISHED), pk__in=chunk)
            rows.update(state=CurationState.PUBLISHED, document="")


def _union(*parts: Mapping[Model, Iterable[int]]) -> Touched:
    union: Touched = defaultdict(set)
    for part in parts:
        for model, ids in part.items():
            union[model] |= set(ids)
    return union


def _merge(causes: Causes, more: Mapping[Model, Mapping[int, set[Key]]]) -> None:
    for model, rows in more.items():
        for key, because in rows.items():
            causes[model][key] |= because


def _with_family(touched: Touched) -> Touched:
    """Add the parts of each record, and what each part belongs to: they are edited as one."""
    return with_parts(_union(touched, owners(touched)))


def owners(records: Mapping[Model, Iterable[int]]) -> Touched:
    """Return what those of `records` that are parts belong to."""
    found: Touched = defaultdict(set)
    for shape in [shape for shape in SHAPES.values() if shape.part_of]:
        for ids in chunks(records.get(shape.model, ())):
            parts = shape.model._default_manager.filter(pk__in=ids)
            found[_parent(shape)] |= set(parts.values_list(f"{shape.part_of}_id", flat=True))
    return found


def with_parts(touched: Touched) -> Touched:
    """Add the parts of each record."""
    family = _union(touched)
    for model, ids in touched.items():
        for shape in parts_of(model):
            for chunk in chunks(sorted(ids)):
                parts = shape.model._default_manager.filter(**{f"{shape.part_of}__in": chunk})
                family[shape.model] |= set(parts.values_list("pk", flat=True))
    return family


def _add_new_parts(direct: Touched, new: Touched) -> None:
    """Have the parts published that were added to a published record."""
    for shape in [shape for shape in SHAPES.values() if shape.part_of]:
        for ids in chunks(sorted(direct[shape.model])):
            added = shape.model._default_manager.filter(
                ~Q(state=CurationState.PUBLISHED), pk__in=ids, **{f"{shape.part_of}__state": CurationState.PUBLISHED}
            )
            new[shape.model] |= set(added.values_list("pk", flat=True))


def _parent(shape: Shape) -> Model:
    return shape.model._meta.get_field(shape.part_of).related_model  # type: ignore[return-value]


def _add_neighbours(direct: Touched, neighbours: Causes) -> None:
    """Add the published records that show a touched one by another name, slug or for the first time."""
    for model in list(direct):
        for ids in chunks(sorted(direct[model])):
            _merge(neighbours, showing(model, _renamed(model, ids)))


def _renamed(model: Model, ids: Sequence[int]) -> list[int]:
    """Return those of `ids` whose slug or name differs from what their document says, or that have none yet."""
    rows = model._default_manager.filter(pk__in=ids).values_list("pk", "slug", SHAPES[model].title, "document")
    changed = []
    for key, slug, title, document in rows:
        old = orjson.loads(document) if document else {}
        if (old.get("slug"), old.get("name")) != (slug, title):
            changed.append(key)
    return changed


def showing(model: Model, ids: Sequence[int], *, needed: bool = False) -> Causes:
    """Return the published records whose documents show one of the records `ids`, each with what it shows.

    With `needed`, only those that could not do without.
    """
    found: Causes = defaultdict(lambda: defaultdict(set))
    if not ids:
        return found
    for shape in SHAPES.values():
        for path in shape.shows.get(model, ()):
            if needed and path in shape.optional:
                continue
            rows = shape.model._default_manager.filter(Q(**{f"{path}__in": ids}), state=CurationState.PUBLISHED).values_list(
                "pk", path
            )
            for key, shown in rows.iterator(chunk_size=2000):
                found[shape.model][key].add((model, shown))
    return found


def showing_any(records: Touched) -> Causes:
    """Return the published records whose documents show one of `records`."""
    found: Causes = defaultdict(lambda: defaultdict(set))
    for model, ids in records.items():
        for chunk in chunks(sorted(ids)):
            _merge(found, showing(model, chunk))
    return found


def shown_by(records: Touched, *, unpublished: bool = False) -> Touched:
    """Return what the documents of `records` show and cannot do without."""
    shown: Touched = defaultdict(set)
    for model, ids in records.items():
        shape = SHAPES[model]
        paths = [(target, path) for target, paths in shape.shows.items() for path in paths]
        for target, path in paths:
            if path in shape.optional or path == shape.part_of:
                continue
            for chunk in chunks(sorted(ids)):
                rows = model._default_manager.filter(Q(pk__in=chunk, **{f"{path}__isnull": False}))
                targets = target._default_manager.filter(pk__in=set(rows.values_list(path, flat=True)))
                if unpublished:
                    targets = targets.exclude(state=CurationState.PUBLISHED)
                shown[target] |= set(targets.values_list("pk", flat=True))
    return shown


def _tell_parents(shape: Shape, changed: Sequence[int], direct: Touched, neighbours: Causes) -> None:
    """Have the record rendered again that embeds the document of a changed part."""
    if not (shape.part_of and changed):
        return
    parent = _parent(shape)
    pairs = shape.model._default_manager.filter(pk__in=changed).values_list("pk", f"{shape.part_of}_id")
    for part, owner in pairs:
        if owner not in direct.get(parent, ()):
            neighbours[parent][owner] |= neighbours[shape.model][part]


class _LogWriter:
    """Appends to the log under its lock, which is held until the commit."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.appended = 0
        self._labels: dict[Key, str] = {}

    def __enter__(self) -> Self:
        # The update takes the row lock: nobody else can take a number until this transaction has ended, so
        # numbers become visible in their order and a follower of the feed misses nothing.
        if not LogHead.objects.filter(pk=1).update(sequence=F("sequence")):
            LogHead.objects.get_or_create(pk=1)
            LogHead.objects.filter(pk=1).update(sequence=F("sequence"))
        self.sequence = LogHead.objects.get(pk=1).sequence
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            LogHead.objects.filter(pk=1).update(sequence=self.sequence)

    def append(self, entries: Iterable[dict[str, Any]]) -> None:
        """Append entries, numbering them."""
        rows = []
        for entry in entries:
            self.sequence += 1
            stamped = _ENTRY | entry | {"sequence": self.sequence, "at": self.change.at}
            rows.append(list(stamped.values()))
        create_rows(LogEntry, list(_ENTRY), rows)
        self.appended += len(rows)

    def render(self, shape: Shape, ids: Sequence[int], direct: set[int], causes: Mapping[int, set[Key]]) -> list[int]:
        """Write the documents of `ids` that differ from the stored ones, and return which those are."""
        kept = shape.model.KEPT
        columns = ("document_hash", "version", "published_at", "updated_at", *kept.values())
        public = shape.model._default_manager.filter(pk__in=ids, state=CurationState.PUBLISHED)
        stamps = {row["pk"]: row for row in public.values("pk", *columns)}
        ids = [key for key in ids if key in stamps]
        renderings = shape.render(ids)
        stale = {key: new for key in ids if (new := self._stale(stamps[key], renderings[key])) is not None}
        first = self._last_versions(shape, [renderings[key].slug for key in stale if stamps[key]["version"] == 0])
        rows, entries = [], []
        for key in stale:
            rendering, old = renderings[key], stamps[key]
            operation = _operation(old, direct=key in direct)
            version = (old["version"] or first.get(rendering.slug, 0)) + 1
            stamp = _stamp(old, version, self.change.at, operation)
            text = dump(rendering.body | stamp)
            digest = hashlib.sha256(text).hexdigest()
            document = text.decode()
            rows.append(
                (
                    document,
                    digest,
                    words(*rendering.texts),
                    version,
                    stamp["published_at"],
                    stamp["updated_at"],
                    *(old[path] for path in kept.values()),
                    key,
                )
            )
            entries.append(
                {
                    "collection": shape.collection, "kind": rendering.kind, "slug": rendering.slug, "version": version,
                    "operation": operation, "reason": "" if operation == Operation.REFRESHED else self.change.reason,
                    "cause": self._cause(causes.get(key, ())) if operation == Operation.REFRESHED else "",
                    "sha256": digest, "document": document, **_span(rendering.body),
                }
            )  # fmt: skip
        update_rows(shape.model, (*DOCUMENT_COLUMNS, *kept), rows)
        self.append(entries)
        if shape.index and stale:
            shape.index.follow(list(stale))
        return list(stale)

    @staticmethod
    def _stale(old: Row, rendering: Rendering) -> Rendering | None:
        """Return the rendering where it differs from the stored document, stamps aside."""
        if not old["document_hash"]:
            return rendering
        stamp = {key: old[key] for key in ("version", "published_at", "updated_at")}
        same = hashlib.sha256(dump(rendering.body | stamp)).hexdigest() == old["document_hash"]
        return None if same else rendering

    @staticmethod
    def _last_versions(shape: Shape, slugs: Sequence[str]) -> dict[str, int]:
        """Return the last version that the log knows of each slug: a slug that comes back counts on."""
        return dict(
            LogEntry.objects.filter(collection=shape.collection, slug__in=slugs)
            .values("slug").annotate(last=Max("version")).values_list("slug", "last")
        )  # fmt: skip

    def _cause(self, keys: Iterable[Key]) -> str:
        return " ".join(sorted({self._label(key) for key in keys}))

    def _label(self, key: Key) -> str:
        if key not in self._labels:
            model, pk = key
            self._labels[key] = f"{shape_of(model).collection}:{model._default_manager.get(pk=pk).slug}"
        return self._labels[key]


def append(entry: dict[str, Any], change: Change) -> None:
    """Append one entry of the caller's own making to the log."""
    with _LogWriter(change) as log:
        log.append([entry])


# An entry of the log, as far as nothing else is said.
_ENTRY: Final[dict[str, Any]] = {
    "sequence": 0, "collection": "", "kind": "", "slug": "", "version": 0, "operation": "", "reason": "", "cause": "",
    "at": None, "schema_version": SCHEMA_VERSION, "sha256": "", "document": None, "earliest": dates.EARLIEST, "latest": dates.LATEST,
}  # fmt: skip
DOCUMENT_COLUMNS: Final = ("document", "document_hash", "search_text", "version", "published_at", "updated_at")


def dump(document: Row) -> bytes:
    """Return the canonical bytes of a document: UTF-8, keys in the order of the schema, no spaces."""
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)


def _operation(old: Row, *, direct: bool) -> Operation:
    if not old["document_hash"]:
        return Operation.RESTORED if old["published_at"] else Operation.CREATED
    return Operation.UPDATED if direct else Operation.REFRESHED


def _span(body: Row) -> dict[str, date]:
    """Return the first and the last day of what a document tells: of when it happened or lasted."""
    first, last = body.get("start_earliest") or body.get("date_earliest"), body.get("end_latest") or body.get("date_latest")
    return {
        "earliest": date.fromisoformat(first) if first else dates.EARLIEST,
        "latest": date.fromisoformat(last) if last else dates.LATEST,
    }


def _stamp(old: Row, version: int, at: datetime, operation: Operation) -> Row:
    """Return the last keys of a document: its version, when it first appeared and when its content changed."""
    updated = old["updated_at"] if operation == Operation.REFRESHED else at
    return {"version": version, "published_at": old["published_at"] or at, "updated_at": updated}


def withdraw(touched: Mapping[Model, Iterable[int]], change: Change, operation: Operation, *, cause: str = "") -> None:
    """Take the documents of published records away and say so in the log. The caller sees to who showed them."""
    with _LogWriter(change) as log:
        for model, ids in touched.items():
            shape = SHAPES[model]
            for chunk in chunks(sorted(ids)):
                published = model._default_manager.filter(pk__in=chunk, state=CurationState.PUBLISHED)
                gone = list(published.order_by("pk").values("pk", "slug", "version", *(["kind"] if has_kind(model) else [])))
                log.append(
                    {
                        "collection": shape.collection, "kind": row.get("kind") or model._meta.model_name,
                        "slug": row["slug"], "version": row["version"] + 1, "operation": operation,
                        "reason": change.reason, "cause": cause,
                    }
                    for row in gone
                )  # fmt: skip
                model._default_manager.filter(pk__in=[row["pk"] for row in gone]).update(
                    state=CurationState.RETRACTED, document=None, document_hash="", search_text="",
                    version=F("version") + 1, updated_at=change.at,
                )  # fmt: skip
                if shape.index:
                    shape.index.follow(chunk)


def has_kind(model: type[models.Model]) -> bool:
    """Tell whether records of several kinds share the table."""
    return any(column.name == "kind" for column in model._meta.concrete_fields)


def stale_documents() -> Iterator[tuple[Model, str]]:
    """Yield each published record whose stored document is not what a fresh rendering gives."""
    for model, shape in SHAPES.items():
        published = model._default_manager.filter(state=CurationState.PUBLISHED).order_by("pk")
        columns = ("pk", "slug", "document", "document_hash", "search_text", "version", "published_at", "updated_at")
        for rows in chunks(published.values(*columns).iterator(chunk_size=1000)):
            fresh = shape.render([row["pk"] for row in rows])
            for row in rows:
                rendering = fresh[row["pk"]]
                text = dump(rendering.body | {key: row[key] for key in columns[-3:]})
                told = (row["document"], row["document_hash"], row["search_text"])
                if told != (text.decode(), hashlib.sha256(text).hexdigest(), words(*rendering.texts)):
                    yield model, row["slug"]
