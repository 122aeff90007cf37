"""Editorial transitions of a record: draft → in review → published → retracted.

Only these functions change a record's state. Each is one transaction, writes the documents that follow from it
and adds a row to the history with user, time and reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from config.exceptions import RecordError, StillShownError, TransitionError, UnprovedError, UnpublishedPartsError
from config.record.database.bulk import chunks, create_rows
from config.record.database.locking import lock_rows
from config.record.documents import writer
from config.record.documents.log_writer import Change, append
from config.record.documents.registry import DOCUMENT_TYPES, Model, Touched, parts_of
from config.record.models import LogEntry, Redirect, Transition
from config.record.values.choices import CitationRole, CurationState, Operation

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DRAFT, IN_REVIEW, PUBLISHED, RETRACTED = CurationState
STEPS: Final = frozenset(
    {
        (DRAFT, IN_REVIEW), (IN_REVIEW, DRAFT), (DRAFT, PUBLISHED), (IN_REVIEW, PUBLISHED), (PUBLISHED, PUBLISHED),
        (PUBLISHED, RETRACTED), (RETRACTED, PUBLISHED),
    }
)  # fmt: skip

_TRANSITION: Final = ("collection", "slug", "record_id", "from_state", "to_state", "at", "by", "reason")

Records = Mapping[Model, Iterable[int]]


@transaction.atomic
def submit(records: Records, *, by: User | None = None, reason: str = "") -> None:
    """Submit drafts for review."""
    _step(_locked(records), IN_REVIEW, by=by, change=Change(reason))


@transaction.atomic
def send_back(records: Records, *, reason: str, by: User | None = None) -> None:
    """Return records in review to their curators."""
    _step(_locked(records), DRAFT, by=by, change=Change(reason))


@transaction.atomic
def publish(records: Records, *, by: User | None = None, reason: str = "", along: bool = False) -> Touched:
    """Publish records, and return all that were published.

    What their documents show must be public: with `along` it is published too, else `UnpublishedPartsError` names
    it. A record without a supporting citation raises `UnprovedError`.
    """
    change = Change(reason)
    wanted = _locked(records)
    hidden = hidden_by(wanted)
    if any(hidden.values()) and not along:
        raise UnpublishedPartsError("Publish these first, or with it:", labels(hidden))
    for model, ids in hidden.items():
        wanted[model] |= ids
    _require_proof(wanted)
    _step(wanted, PUBLISHED, by=by, change=change, allowed=(DRAFT, IN_REVIEW))
    writer.write({}, change, publishing=wanted, check=partial(_require_shown, wanted))
    return wanted


@transaction.atomic
def amend(records: Records, *, by: User | None = None, reason: str = "", inserted: Records | None = None) -> int:
    """Publish the changes made to rows in this transaction; return how many entries the log got.

    Rows that are not published stay unchanged, but documents that embed them are updated. `arrived` are records that
    `config.record.loading.bulk_insert` has inserted meanwhile: others may follow from them.
    """
    change = Change(reason)
    touched = _locked(records)
    published = _only(touched, PUBLISHED)
    check = partial(_require_shown, published, "A published record cannot link to unpublished records:")
    check()
    _require_proof(published)
    _log_amended(published, by, change)
    return writer.write(touched, change, inserted=inserted, check=check)


@transaction.atomic
def retract(records: Records, *, reason: str, by: User | None = None) -> None:
    """Retract published records; raise `StillShownError` if published documents embed them."""
    change = Change(reason)
    wanted = _locked(records)
    _require_unneeded(wanted)
    _step(wanted, RETRACTED, by=by, change=change)
    family = writer.with_parts(wanted)
    before = writer.showing_any(family)
    writer.lock(before)
    writer.withdraw(family, change, Operation.RETRACTED)
    # Under the lock of the log: somebody may have published meanwhile what shows it.
    _require_unneeded(wanted)
    writer.write(family, change, before=before)


@transaction.atomic
def restore(records: Records, *, reason: str, by: User | None = None) -> None:
    """Publish retracted records again."""
    change = Change(reason)
    wanted = _locked(records)
    _step(wanted, PUBLISHED, by=by, change=change, allowed=(RETRACTED,))
    check = partial(_require_shown, wanted)
    check()
    _require_proof(wanted)
    writer.write({}, change, publishing=wanted, check=check)


@transaction.atomic
def remove_parts(model: Model, ids: Iterable[int], *, reason: str = "") -> None:
    """Delete parts (provisions, stances) of a record; the log keeps what was public. Amend their record afterwards."""
    parts = set(ids)
    _require_unneeded({model: parts})
    writer.withdraw({model: parts}, Change(reason), Operation.RETRACTED)
    model._default_manager.filter(pk__in=parts).delete()


@transaction.atomic
def erase(model: Model, pk: int, *, reason: str, by: User | None = None) -> None:
    """Remove every body of a record and of its parts from the log (a court order, privacy); hashes and the reason stay.

    So do those under slugs that lead to it, and those of parts that it has no more. The record itself is retracted
    before, so that nothing public shows it. Raises `RecordError` for what was never public.
    """
    change = Change(reason)
    record = _locked({model: [pk]})
    row = model._default_manager.get(pk=pk)
    if row.published_at is None:
        raise RecordError("It was never public; there is nothing to erase:", [row.slug])
    if row.state == PUBLISHED:
        retract(record, by=by, reason=reason)
    erased = _logged(model, row.slug)
    last = erased.values("collection", "kind", "slug").annotate(version=Max("version") + 1)
    entries = [{**one, "operation": Operation.ERASED, "reason": reason} for one in last.order_by("collection", "slug")]
    erased.filter(document__isnull=False).update(document=None)
    append(entries, change)
    for one in [DOCUMENT_TYPES[model], *parts_of(model)]:
        for entry in [entry for entry in entries if entry["collection"] == one.collection]:
            one.model._default_manager.filter(slug=entry["slug"]).update(version=entry["version"])


def _logged(model: Model, slug: str) -> QuerySet[LogEntry]:
    """Return the entries of a record in the log, under each slug it had, and those of all parts it ever had."""
    collection = DOCUMENT_TYPES[model].collection
    slugs = [slug, *Redirect.objects.filter(collection=collection, new_slug=slug).values_list("old_slug", flat=True)]
    which = Q(collection=collection, slug__in=slugs)
    for part in parts_of(model):
        # Documents name what they are a part of; their bytes are canonical.
        owned = [Q(document__contains=f'"{part.part_of}":{{"slug":"{one}",') for one in slugs]
        parts = LogEntry.objects.filter(reduce(or_, owned), collection=part.collection)
        which |= Q(collection=part.collection, slug__in=set(parts.values_list("slug", flat=True)))
    return LogEntry.objects.filter(which)


def _locked(records: Records) -> Touched:
    """Lock the rows of records until the commit, and return them."""
    locked: Touched = defaultdict(set)
    for model, ids in records.items():
        concrete: Any = model._meta.concrete_model
        locked[concrete] |= set(lock_rows(concrete, ids))
    return locked


def _only(records: Touched, state: CurationState) -> Touched:
    return {
        model: set(model._default_manager.filter(pk__in=ids, state=state).values_list("pk", flat=True))
        for model, ids in records.items()
    }


def _step(
    records: Touched,
    to: CurationState,
    *,
    by: User | None,
    change: Change,
    allowed: Iterable[str] = tuple(CurationState),
) -> None:
    """Check that each record may take the step and write its history; drafts and reviews change state here."""
    for model, ids in records.items():
        for chunk in chunks(sorted(ids)):
            rows = list(model._default_manager.filter(pk__in=chunk).values_list("pk", "slug", "state"))
            wrong = [f"{slug} ({state})" for _, slug, state in rows if (state, to) not in STEPS or state not in allowed]
            if wrong:
                raise TransitionError(f"Cannot become {to.label.lower()}:", wrong)
            remember(model, rows, to, by, change)
            if to in (DRAFT, IN_REVIEW):
                model._default_manager.filter(pk__in=chunk).update(state=to)


def _log_amended(records: Records, by: User | None, change: Change) -> None:
    for model, ids in records.items():
        for chunk in chunks(sorted(ids)):
            rows = model._default_manager.filter(pk__in=chunk).values_list("pk", "slug", "state")
            remember(model, list(rows), PUBLISHED, by, change)


def remember(model: Model, rows: Iterable[tuple[int, str, str]], to: CurationState, by: User | None, change: Change) -> None:
    """Add a `Transition` for each of `rows`: primary key, slug and the previous state."""
    collection, by_id = DOCUMENT_TYPES[model].collection, by and by.pk
    create_rows(
        Transition,
        _TRANSITION,
        [(collection, slug, pk, state, to.value, change.at, by_id, change.reason) for pk, slug, state in rows],
    )


def hidden_by(records: Touched) -> Touched:
    """Return the unpublished records that the documents of `records` would embed, recursively."""
    hidden: Touched = defaultdict(set)
    seen: Touched = defaultdict(set, {model: set(ids) for model, ids in records.items()})
    fresh = writer.with_parts(records)
    while any(fresh.values()):
        shown = writer.shown_by(fresh, unpublished=True)
        for model, ids in writer.owners(shown).items():
            shown[model] |= ids
        found: Touched = {model: ids - seen[model] for model, ids in shown.items() if not DOCUMENT_TYPES[model].part_of}
        for model, ids in found.items():
            seen[model] |= ids
            hidden[model] |= ids
        fresh = writer.with_parts(found)
    return hidden


def publication_blockers(records: Records) -> tuple[Touched, Touched]:
    """Return the records to publish along with `records`, and those of all of them without a supporting citation."""
    wanted: Touched = {model: set(ids) for model, ids in records.items()}
    hidden = hidden_by(wanted)
    every = {model: wanted.get(model, set()) | hidden.get(model, set()) for model in {**wanted, **hidden}}
    return hidden, unproved(every)


def unproved(records: Touched) -> Touched:
    """Return the records that need a supporting citation and have none."""
    found: Touched = defaultdict(set)
    for model, ids in records.items():
        if not DOCUMENT_TYPES[model].proved or DOCUMENT_TYPES[model].part_of:
            continue
        meta: Any = model._meta
        citations = meta.get_field("citations").related_model
        for chunk in chunks(sorted(ids)):
            proved = citations._default_manager.filter(record__in=chunk, role=CitationRole.SUPPORTS).values("record")
            rows = model._default_manager.filter(pk__in=chunk).exclude(Q(pk__in=proved))
            found[model] |= set(rows.values_list("pk", flat=True))
    return found


def _require_proof(records: Touched) -> None:
    for model, ids in unproved(records).items():
        if ids:
            slugs = model._default_manager.filter(pk__in=ids).order_by("slug").values_list("slug", flat=True)
            raise UnprovedError("No supporting citation:", list(slugs))


def needing(records: Touched) -> Touched:
    """Return the published records, other than these and their parts, whose documents require one of these."""
    family = writer.with_parts(records)
    shown: Touched = defaultdict(set)
    for model, ids in family.items():
        for chunk in chunks(sorted(ids)):
            for shower, rows in writer.showing(model, chunk, needed=True).items():
                shown[shower] |= rows.keys() - family.get(shower, set())
    return shown


def _require_shown(records: Touched, message: str = "Publish these first:") -> None:
    hidden = hidden_by(records)
    if any(hidden.values()):
        raise UnpublishedPartsError(message, labels(hidden))


def _require_unneeded(records: Touched) -> None:
    shown = labels(needing(records))
    if shown:
        raise StillShownError("Published records still link to it:", shown)


def labels(records: Touched) -> list[str]:
    """Return the records as error messages name them: collection and slug."""
    found: list[str] = []
    for model, ids in records.items():
        slugs = model._default_manager.filter(pk__in=ids).order_by("slug").values_list("slug", flat=True)
        found += [f"{DOCUMENT_TYPES[model].collection}/{slug}" for slug in slugs]
    return found
