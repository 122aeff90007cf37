"""Documents: what the public reads, rendered once when a record changes and kept in a log that only grows.

An app registers a `Shape` for each table of documented records (`config.record.shapes`): how to render many of them
at once, which other records stand in their documents, and which parts they consist of. `write` does the rest, in the
transaction of the change: it renders what changed and what shows it, and appends only where bytes differ.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson
from django.db import transaction
from django.db.models import F, Q

from config.record.appending import Change, LogWriter, dump
from config.record.bulk import chunks
from config.record.choices import CurationState, Operation
from config.record.folding import words
from config.record.shapes import RESOLVERS, SHAPES, Causes, Key, Model, Shape, Touched, has_kind, parent_of, parts_of


def write(
    touched: Mapping[Model, Iterable[int]],
    change: Change,
    *,
    publishing: Mapping[Model, Iterable[int]] | None = None,
    before: Causes | None = None,
    arrived: Mapping[Model, Iterable[int]] | None = None,
) -> int:
    """Bring the documents of the records in `touched`, and of all that show them, up to date.

    Published records and those in `publishing` get a document; the log gets an entry for each that differs from
    before. Call it in the transaction of the write, after the rows stand. `before` are records that showed what
    has gone since, `arrived` are new ones that have their documents. Returns the number of entries appended.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Documents are written in the transaction of the change.")
    with LogWriter(change) as log:
        new = with_parts({model: set(ids) for model, ids in (publishing or {}).items()})
        direct = _with_family(_union(touched, new))
        _add_new_parts(direct, new)
        _open(new)
        neighbours: Causes = defaultdict(lambda: defaultdict(set))
        _merge(neighbours, before or {})
        settle(_union(direct, with_parts(_union(before or {}))))
        for resolver in RESOLVERS:
            _merge(neighbours, resolver(_union(direct, before or {}), _union(arrived or {})))
        _add_neighbours(direct, neighbours)
        for model, shape in SHAPES.items():
            for ids in chunks(sorted(direct[model] | neighbours[model].keys())):
                changed = log.render(shape, ids, direct[model], neighbours[model])
                _tell_parents(shape, changed, direct, neighbours)
        return log.appended


def settle(touched: Touched) -> None:
    """Set what follows, in the records of `touched` themselves, from the record as a whole."""
    for model, shape in SHAPES.items():
        for ids in chunks(sorted(touched.get(model, ()))):
            if shape.settle:
                shape.settle(ids)


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
            found[parent_of(shape)] |= set(parts.values_list(f"{shape.part_of}_id", flat=True))
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
    parent = parent_of(shape)
    pairs = shape.model._default_manager.filter(pk__in=changed).values_list("pk", f"{shape.part_of}_id")
    for part, owner in pairs:
        if owner not in direct.get(parent, ()):
            neighbours[parent][owner] |= neighbours[shape.model][part]


def withdraw(touched: Mapping[Model, Iterable[int]], change: Change, operation: Operation, *, cause: str = "") -> None:
    """Take the documents of published records away and say so in the log. The caller sees to who showed them."""
    with LogWriter(change) as log:
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
                for index in shape.indexes:
                    index.follow(chunk)


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
