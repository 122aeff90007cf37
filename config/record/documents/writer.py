"""Writer of documents: rendered once when a record changes, stored on its row and appended to the log.

An app registers a `DocumentType` for each table of documented records (`config.record.documents.registry`): how to render many of
them at once, which other records stand in their documents, and which parts they consist of. `write` does the rest, in the
transaction of the change: it renders what changed and what shows it, and appends only where bytes differ.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import orjson
from django.db import transaction
from django.db.models import F, Q

from config.record.database.bulk import chunks, create_rows
from config.record.database.existence import keys_of, which_exist
from config.record.database.locking import lock_rows
from config.record.documents.log_writer import Change, LogWriter, dump
from config.record.documents.registry import (
    DOCUMENT_TYPES,
    RESOLVERS,
    Cause,
    Causes,
    DocumentType,
    Model,
    Touched,
    has_kind,
    parent_of,
    parts_of,
)
from config.record.models import PendingDocument
from config.record.values.choices import CurationState, Operation
from config.record.values.folding import words

# How many documents that show a changed record are rendered in its transaction. More of them are rendered in the background.
MAX_AT_ONCE: Final = 500
# How many of these are rendered in one transaction, which keeps others from publishing while it writes.
PART: Final = 200


def write(  # noqa: PLR0913 - all that a write can be about
    touched: Mapping[Model, Iterable[int]],
    change: Change,
    *,
    publishing: Mapping[Model, Iterable[int]] | None = None,
    before: Causes | None = None,
    inserted: Mapping[Model, Iterable[int]] | None = None,
    check: Callable[[], None] | None = None,
) -> int:
    """Bring the documents of the records in `touched`, and of all that show them, up to date.

    Published records and those in `publishing` get a document; the log gets an entry for each that differs from
    before. Call it in the transaction of the write, after the rows stand. `before` are records that showed what
    has gone since, `inserted` are new ones that have their documents; `check` raises where somebody else's commit forbids the
    write. Returns the number of entries appended.

    Where very many documents embed a changed name, they are queued as pending and served unchanged
    until `render_pending` has rendered them.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Documents are written in the transaction of the change.")
    # What a resolver has changed once it finds right the next time.
    resolved: Causes = _copied(before or {})
    deferred: Causes = {}

    def render() -> None:
        nonlocal deferred
        new = with_parts({model: set(ids) for model, ids in (publishing or {}).items()})
        direct = _with_family(_union(touched, new))
        _add_new_parts(direct, new)
        _open(new)
        compute_derived(_union(direct, with_parts(_union(before or {}))))
        for resolver in RESOLVERS:
            _merge(resolved, resolver(_union(direct, before or {}), _union(inserted or {})))
        neighbours, outdated = _copied(resolved), _outdated(direct)
        deferred = {
            model: {key: causes for key, causes in rows.items() if key not in direct[model] and key not in neighbours[model]}
            for model, rows in outdated.items()
        }
        if sum(map(len, deferred.values())) <= MAX_AT_ONCE:
            deferred = {}
            _merge(neighbours, outdated)
        _render(log, direct, neighbours)

    with LogWriter(change) as log:
        log.settle(render, check)
        _queue(deferred, log)
        return log.appended


@transaction.atomic
def render_pending(limit: int = PART) -> int:
    """Render up to `limit` pending documents, and return how many there were. One at a time may do this."""
    with LogWriter(Change()) as log:
        pending = list(PendingDocument.objects.order_by("pk")[:limit])
        PendingDocument.objects.filter(pk__in=[one.pk for one in pending]).delete()
        models = {document_type.collection: model for model, document_type in DOCUMENT_TYPES.items()}
        because: Causes = defaultdict(lambda: defaultdict(set))
        for one in pending:
            because[models[one.collection]][one.record_id].add(one.cause)
        log.settle(lambda: _render(log, defaultdict(set), _copied(because)), refreshing=True)
    return len(pending)


def _render(log: LogWriter, direct: Touched, because: Causes) -> None:
    """Render the records in `direct`, and those that follow from others: parts first, then what embeds them."""
    for model, document_type in DOCUMENT_TYPES.items():
        for ids in chunks(sorted(direct[model] | because[model].keys())):
            changed = log.render(document_type, ids, direct[model], because[model])
            _mark_parents(document_type, changed, direct, because)


def _queue(outdated: Causes, log: LogWriter) -> None:
    """Queue documents to be rendered in the background."""
    columns = ("collection", "record_id", "cause")
    for model, rows in outdated.items():
        collection = DOCUMENT_TYPES[model].collection
        pending = [(collection, key, label) for key, causes in rows.items() for label in sorted(log.labels(causes))]
        create_rows(PendingDocument, columns, pending)


def lock(records: Mapping[Model, Iterable[int]]) -> None:
    """Lock rows until the commit, for parts those of the records that they belong to: before the log, as `LogWriter` does."""
    wanted = _union(records, owners(records))
    for model, document_type in DOCUMENT_TYPES.items():
        if not document_type.part_of:
            lock_rows(model, wanted[model])


def compute_derived(touched: Touched) -> None:
    """Compute the derived columns of the records in `touched`."""
    for model, document_type in DOCUMENT_TYPES.items():
        for ids in chunks(sorted(touched.get(model, ()))):
            if document_type.compute_derived:
                document_type.compute_derived(ids)


def _open(new: Touched) -> None:
    """Publish records before anything is rendered, so that those of one write can embed each other."""
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


def _copied(causes: Mapping[Model, Mapping[int, set[Cause]]]) -> Causes:
    copy: Causes = defaultdict(lambda: defaultdict(set))
    _merge(copy, causes)
    return copy


def _merge(causes: Causes, more: Mapping[Model, Mapping[int, set[Cause]]]) -> None:
    for model, rows in more.items():
        for key, because in rows.items():
            causes[model][key] |= because


def _with_family(touched: Touched) -> Touched:
    """Add the parts of each record and the owner of each part: they are edited as one."""
    return with_parts(_union(touched, owners(touched)))


def owners(records: Mapping[Model, Iterable[int]]) -> Touched:
    """Return the owners of those of `records` that are parts."""
    found: Touched = defaultdict(set)
    for document_type in [document_type for document_type in DOCUMENT_TYPES.values() if document_type.part_of]:
        for ids in chunks(records.get(document_type.model, ())):
            parts = document_type.model._default_manager.filter(pk__in=ids)
            found[parent_of(document_type)] |= set(parts.values_list(f"{document_type.part_of}_id", flat=True))
    return found


def with_parts(touched: Touched) -> Touched:
    """Add the parts of each record."""
    family = _union(touched)
    for model, ids in touched.items():
        kinds = list(parts_of(model))
        for chunk in chunks(sorted(ids)):
            parts = [one.model._default_manager.filter(**{f"{one.part_of}__in": chunk}) for one in kinds]
            for document_type, keys in zip(kinds, keys_of(parts), strict=True):
                family[document_type.model] |= keys
    return family


def _add_new_parts(direct: Touched, new: Touched) -> None:
    """Have the parts published that were added to a published record."""
    for document_type in [document_type for document_type in DOCUMENT_TYPES.values() if document_type.part_of]:
        for ids in chunks(sorted(direct[document_type.model])):
            added = document_type.model._default_manager.filter(
                ~Q(state=CurationState.PUBLISHED), pk__in=ids, **{f"{document_type.part_of}__state": CurationState.PUBLISHED}
            )
            new[document_type.model] |= set(added.values_list("pk", flat=True))


def _outdated(direct: Touched) -> Causes:
    """Return the published records whose references to a touched one are out of date, or that show it for the first time."""
    found: Causes = defaultdict(lambda: defaultdict(set))
    for model in list(direct):
        for ids in chunks(sorted(direct[model])):
            _merge(found, showing(model, _referred_to_otherwise(model, ids)))
    return found


def _referred_to_otherwise(model: Model, ids: Sequence[int]) -> list[int]:
    """Return those of `ids` of which references hold something else than their document, or that have none yet."""
    columns = DOCUMENT_TYPES[model].reference_columns
    rows = model._default_manager.filter(pk__in=ids).values_list("pk", "document", "slug", DOCUMENT_TYPES[model].title, *columns)
    changed = []
    for key, document, *shown in rows:
        old = orjson.loads(document) if document else {}
        if [old.get(name) for name in ("slug", "name", *columns)] != [value or None for value in shown]:
            changed.append(key)
    return changed


def showing(model: Model, ids: Sequence[int], *, needed: bool = False) -> Causes:
    """Return the published records whose documents embed one of the records `ids`, each with those.

    With `needed`, only those that could not do without.
    """
    found: Causes = defaultdict(lambda: defaultdict(set))
    if not ids:
        return found
    paths = [
        (document_type.model, path)
        for document_type in DOCUMENT_TYPES.values()
        for path in document_type.references.get(model, ())
        if not (needed and path in document_type.optional)
    ]
    rows = [shower._default_manager.filter(Q(**{f"{path}__in": ids}), state=CurationState.PUBLISHED) for shower, path in paths]
    for (shower, path), showing_rows, is_there in zip(paths, rows, which_exist(rows), strict=True):
        for key, shown in showing_rows.values_list("pk", path) if is_there else ():
            found[shower][key].add((model, shown))
    return found


def showing_any(records: Touched) -> Causes:
    """Return the published records whose documents show one of `records`."""
    found: Causes = defaultdict(lambda: defaultdict(set))
    for model, ids in records.items():
        for chunk in chunks(sorted(ids)):
            _merge(found, showing(model, chunk))
    return found


def shown_by(records: Touched, *, unpublished: bool = False) -> Touched:
    """Return the records that the documents of `records` require."""
    shown: Touched = defaultdict(set)
    for model, ids in records.items():
        document_type = DOCUMENT_TYPES[model]
        paths = [
            (target, path)
            for target, paths in document_type.references.items()
            for path in paths
            if path not in document_type.optional and path != document_type.part_of
        ]
        for chunk in chunks(sorted(ids)):
            rows = model._default_manager.filter(pk__in=chunk)
            targets = [target._default_manager.filter(pk__in=rows.values(path)) for target, path in paths]
            if unpublished:
                targets = [found.exclude(state=CurationState.PUBLISHED) for found in targets]
            for (target, _), keys in zip(paths, keys_of(targets), strict=True):
                shown[target] |= keys
    return shown


def _mark_parents(document_type: DocumentType, changed: Sequence[int], direct: Touched, because: Causes) -> None:
    """Mark the owner of a changed part for rendering."""
    if not (document_type.part_of and changed):
        return
    parent = parent_of(document_type)
    pairs = document_type.model._default_manager.filter(pk__in=changed).values_list("pk", f"{document_type.part_of}_id")
    for part, owner in pairs:
        if owner not in direct.get(parent, ()):
            because[parent][owner] |= because[document_type.model][part]


def withdraw(touched: Mapping[Model, Iterable[int]], change: Change, operation: Operation, *, cause: str = "") -> None:
    """Remove the documents of published records and log it. The caller updates the documents that embed them."""
    with LogWriter(change) as log:
        # There is nothing to render, and the numbers of projections are changed under the lock alone.
        log.lock()
        for model, ids in touched.items():
            document_type = DOCUMENT_TYPES[model]
            for chunk in chunks(sorted(ids)):
                published = model._default_manager.filter(pk__in=chunk, state=CurationState.PUBLISHED)
                gone = list(published.order_by("pk").values("pk", "slug", "version", *(["kind"] if has_kind(model) else [])))
                log.append(
                    {
                        "collection": document_type.collection, "kind": row.get("kind") or model._meta.model_name,
                        "slug": row["slug"], "version": row["version"] + 1, "operation": operation,
                        "reason": change.reason, "cause": cause,
                    }
                    for row in gone
                )  # fmt: skip
                model._default_manager.filter(pk__in=[row["pk"] for row in gone]).update(
                    state=CurationState.RETRACTED, document=None, document_hash="", search_text="",
                    version=F("version") + 1, updated_at=change.at,
                )  # fmt: skip
                for projection in document_type.projections:
                    projection.follow(chunk)


def stale_documents() -> Iterator[tuple[Model, str]]:
    """Yield each published record whose stored document is not what a fresh rendering gives, and not pending either."""
    for model, document_type in DOCUMENT_TYPES.items():
        published = model._default_manager.filter(state=CurationState.PUBLISHED).order_by("pk")
        columns = ("pk", "slug", "document", "document_hash", "search_text", "version", "published_at", "updated_at")
        for rows in chunks(published.values(*columns).iterator(chunk_size=1000)):
            fresh = document_type.render([row["pk"] for row in rows])
            waiting = PendingDocument.objects.filter(collection=document_type.collection, record_id__in=fresh)
            pending = set(waiting.values_list("record_id", flat=True))
            for row in [row for row in rows if row["pk"] not in pending]:
                rendering = fresh[row["pk"]]
                text = dump(rendering.body | {key: row[key] for key in columns[-3:]})
                current = (row["document"], row["document_hash"], row["search_text"])
                if current != (text.decode(), hashlib.sha256(text).hexdigest(), words(*rendering.texts)):
                    yield model, row["slug"]
