"""Merging of two records, undoing a merge, and renaming a slug.

Merging and renaming leave a redirect, so that every published URL still resolves, and an entry in the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from config.exceptions import RecordError
from config.record.curation import transitions
from config.record.curation.snapshots import RecordSnapshot, Values, put_back, row_values, write_row
from config.record.database.bulk import chunks
from config.record.documents import writer
from config.record.documents.log_writer import Change
from config.record.documents.registry import DOCUMENT_TYPES, Causes, Model, derived_tables
from config.record.models import Documented, Redirect, Transition
from config.record.values.choices import CurationState, NameKind, Operation

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass
class Moved:
    """What a merge did to other rows, by which it can be undone."""

    # By `app.model.column`, the keys of the rows that pointed to the loser and point to the winner since.
    rows: dict[str, list[int]] = field(default_factory=dict)
    # Table, key and values of rows that were dropped, because the winner had such a row already.
    dropped: list[tuple[str, int, Values]] = field(default_factory=list)
    # The slugs that led to the loser before.
    redirects: list[str] = field(default_factory=list)


def merge(model: Model, *, loser: int, winner: int, reason: str, by: User | None = None) -> Moved:
    """Merge the loser into the winner: its rows move over, and its slug redirects.

    Names, codes, citations and links move over; duplicates are dropped. Names and codes
    that the winner lacks become its aliases. Fields of the winner stay as
    they are. A draft leaves no redirect. Raises `RecordError` if the two are the same record, of
    different kinds, or the winner is less public than the loser.
    """
    return join(model, (loser, winner), Change(reason), by=by)


@transaction.atomic
def join(
    model: Model, pair: tuple[int, int], change: Change, *, by: User | None = None, then: Callable[[], None] | None = None
) -> Moved:
    """Merge the first record of the pair into the second; `then` sets fields of it before its document is written."""
    loser, winner = pair
    rows = {row.pk: row for row in model._default_manager.select_for_update(no_key=True).filter(pk__in=pair).order_by("pk")}
    if len(rows) < len(set(pair)):
        raise RecordError("One of the two records no longer exists.")
    old, new = rows[loser], rows[winner]
    _require_mergeable(old, new)
    moved = Moved()
    # Documents that embedded the loser embed the winner from now on; the log names it as the cause.
    before: Causes = {
        shower: {pk: {(model, winner)} for pk in ids if (shower, pk) != (model, loser)}
        for shower, ids in writer.showing(model, [loser]).items()
    }
    writer.lock(before)
    if old.state == CurationState.PUBLISHED:
        _retract_merged(model, old, f"{DOCUMENT_TYPES[model].collection}:{new.slug}", change, by)
    # From here on nobody else may refer to the loser. Before the log was locked, whoever had its lock would have waited for this.
    list(model._default_manager.select_for_update().filter(pk=loser).values_list("pk"))
    _release(model, loser, winner)
    _repoint(model, loser, winner, moved)
    model._default_manager.filter(pk=loser).delete()
    if old.state == CurationState.PUBLISHED:
        moved.redirects = _redirect(model, old.slug, new.slug)
    if then:
        then()
    _keep_names(model, winner, (old, new))
    writer.write({model: {winner}}, change, before=before)
    return moved


@dataclass(frozen=True)
class MergedRecord:
    """A record that was merged into another: both keys, what it held, and since when it was public, if it was."""

    pk: int
    into: int
    snapshot: RecordSnapshot
    published_at: datetime | None
    moved: Moved

    @property
    def slug(self) -> str:
        """Its slug."""
        (row,) = (row for rows in self.snapshot.rows.values() for row in rows.values() if "slug" in row)
        return str(row["slug"])


@transaction.atomic
def part(
    model: Model, merged_record: MergedRecord, change: Change, *, by: User | None = None, then: Callable[[], None] | None = None
) -> None:
    """Undo a merge: move back the rows that were moved to the winner and still refer to it.

    `then` sets the winner back. Raises `RecordError` where something has happened since that forbids it.
    """
    loser, winner, was, moved = merged_record.pk, merged_record.into, merged_record.snapshot, merged_record.moved
    stays = model._default_manager.select_for_update(no_key=True).filter(pk=winner).first()
    if stays is None:
        raise RecordError("The record that they were merged into no longer exists. Undo its later merge or deletion first.")
    _delete_redirect(model, merged_record, stays)
    put_back(model, loser, was, reason=change.reason)
    _point_back(moved, loser, winner)
    for label, pk, values in moved.dropped:
        table: Any = apps.get_model(label)
        if not table._default_manager.filter(pk=pk).exists():
            _write_again(table, pk, values, was)
    if then:
        then()
    before = _neighbours(model, merged_record)
    if merged_record.published_at:
        model._default_manager.filter(pk=loser).update(state=CurationState.RETRACTED, published_at=merged_record.published_at)
        transitions.restore({model: [loser]}, reason=change.reason, by=by)
    writer.write({model: {winner}}, change, before=before)
    transitions.amend({model: [winner]}, reason=change.reason, by=by)


def _neighbours(model: Model, merged_record: MergedRecord) -> Causes:
    """Return the records whose documents change with the undone merge: those that embed the loser or the winner."""
    loser, winner = merged_record.pk, merged_record.into
    found: Causes = defaultdict(lambda: defaultdict(set))
    for shower, ids in writer.showing(model, [loser]).items():
        for pk in ids:
            if (shower, pk) != (model, loser):
                found[shower][pk].add((model, winner))
    for path in merged_record.moved.rows:
        label, _, column = path.rpartition(".")
        table: Any = apps.get_model(label)
        if table in DOCUMENT_TYPES:
            for pk in table._default_manager.filter(**{column: winner}).values_list("pk", flat=True):
                found[table][pk].add((model, winner))
    return found


def references(model: Model) -> Iterator[tuple[type[models.Model], str]]:
    """Yield every foreign key to a table, as a model and the name of its column."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.name  # type: ignore[misc, union-attr]


@transaction.atomic
def rename(model: Model, pk: int, slug: str, *, reason: str, by: User | None = None) -> None:
    """Change the slug of a record; if it was public, the old slug redirects."""
    change = Change(reason)
    row = model._default_manager.select_for_update(no_key=True).get(pk=pk)
    old = row.slug
    row.slug = slug
    row.clean_fields(exclude=[one.name for one in row._meta.concrete_fields if one.name != "slug"])
    if Redirect.objects.filter(collection=DOCUMENT_TYPES[model].collection, old_slug=slug).exists():
        raise RecordError("This slug is a former slug of another record:", [slug])
    row.slug = old
    if row.state == CurationState.RETRACTED:
        raise RecordError("A retracted record keeps its slug:", [old])
    if not row.version:
        model._default_manager.filter(pk=pk).update(slug=slug)
        return
    _retract_merged(model, row, f"{DOCUMENT_TYPES[model].collection}:{slug}", change, by)
    model._default_manager.filter(pk=pk).update(slug=slug)
    _redirect(model, old, slug)
    writer.write({model: {pk}}, change, publishing={model: {pk}})


def _require_mergeable(old: Documented, new: Documented) -> None:
    if old.pk == new.pk:
        raise RecordError("A record cannot be merged into itself:", [old.slug])
    if getattr(old, "kind", None) != getattr(new, "kind", None):
        raise RecordError("Records of different kinds cannot be merged:", [old.slug, new.slug])
    retracted = [row.slug for row in (old, new) if row.state == CurationState.RETRACTED]
    if retracted:
        raise RecordError("Retracted records cannot be merged:", retracted)
    if old.state == CurationState.PUBLISHED and new.state != CurationState.PUBLISHED:
        raise RecordError("A published record is merged only into a published one. Publish this first:", [new.slug])


def _retract_merged(model: Model, row: Documented, target: str, change: Change, by: User | None) -> None:
    """Log the retraction of a merged or renamed slug."""
    writer.withdraw({model: [row.pk]}, change, Operation.MERGED, cause=target)
    Transition.objects.create(
        collection=DOCUMENT_TYPES[model].collection, slug=row.slug, record_id=row.pk, from_state=row.state,
        to_state=CurationState.RETRACTED, at=change.at, by=by, reason=change.reason,
    )  # fmt: skip


def _redirect(model: Model, old: str, new: str) -> list[str]:
    """Redirect `old`, and the slugs that redirected to it, to `new`: one step, never a chain. Return those slugs."""
    moved = Redirect.objects.filter(collection=DOCUMENT_TYPES[model].collection)
    led = list(moved.filter(new_slug=old).order_by("pk").values_list("old_slug", flat=True))
    moved.filter(old_slug__in=led).update(new_slug=new)
    moved.create(collection=DOCUMENT_TYPES[model].collection, old_slug=old, new_slug=new)
    return led


def _delete_redirect(model: Model, merged_record: MergedRecord, stays: Documented) -> None:
    """Delete the redirect that a merge left."""
    if not merged_record.published_at:
        return
    led = Redirect.objects.filter(collection=DOCUMENT_TYPES[model].collection, new_slug=stays.slug)
    if not led.filter(old_slug=merged_record.slug).delete()[0]:
        raise RecordError("Its slug redirects elsewhere now:", [merged_record.slug])
    led.filter(old_slug__in=merged_record.moved.redirects).update(new_slug=merged_record.slug)


def _release(model: Model, loser: int, winner: int) -> None:
    """Clear foreign keys of the winner to the loser: they would become self-references."""
    for column in model._meta.concrete_fields:
        if column.is_relation and column.null and column.related_model is model:
            model._default_manager.filter(pk=winner, **{column.name: loser}).update(**{column.name: None})


def _repoint(model: Model, loser: int, winner: int, moved: Moved) -> None:
    """Update every foreign key to the loser to the winner; delete rows that would become duplicates.

    What is derived from documents follows them.
    """
    derived = derived_tables()
    for related, column in references(model):
        if related in derived:
            continue
        rows = related._default_manager.filter(**{column: loser})
        path, keys = f"{related._meta.label_lower}.{column}", list(rows.order_by("pk").values_list("pk", flat=True))
        if keys and not _moved(rows, column, winner):
            if issubclass(related, Documented):
                twice = sorted(rows.values_list("slug", flat=True))
                raise RecordError("The other record has such a part already; renumber or remove these first:", twice)
            keys = []
            for row in rows.order_by("pk"):
                one = related._default_manager.filter(pk=row.pk)
                if _moved(one, column, winner):
                    keys.append(row.pk)
                else:
                    moved.dropped.append((related._meta.label_lower, row.pk, row_values(row)))
                    one.delete()
        if keys:
            moved.rows[path] = keys


def _keep_names(model: Model, winner: int, both: tuple[Any, Any]) -> None:
    """Add the names of both as aliases of the winner, unless it has them."""
    table = next((one.related_model for one in model._meta.related_objects if one.name == "names"), None)
    if table is None:
        return
    named: Any = table
    records: Any = model
    called = records._default_manager.values_list("name", flat=True).get(pk=winner)
    known = {called, *named._default_manager.filter(record=winner).values_list("text", flat=True)}
    for row in both:
        if row.name not in known:
            known.add(row.name)
            named._default_manager.create(record_id=winner, text=row.name, kind=NameKind.ALIAS)


def _point_back(moved: Moved, loser: int, winner: int) -> None:
    """Move rows back to the loser, where they still refer to the winner."""
    try:
        with transaction.atomic():
            for path, keys in moved.rows.items():
                label, _, column = path.rpartition(".")
                table: Any = apps.get_model(label)
                for chunk in chunks(keys):
                    table._default_manager.filter(pk__in=chunk, **{column: winner}).update(**{column: loser})
    except IntegrityError as error:
        raise RecordError("The merge cannot be undone: moved rows would conflict with others.") from error


def _write_again(table: Any, pk: int, values: Values, of: RecordSnapshot) -> None:
    """Write a row again that a merge dropped; where what it belonged to is gone since, or has such a row, there is no need."""
    with suppress(RecordError, IntegrityError), transaction.atomic():
        write_row(table, pk, values, of)


def _moved(rows: models.QuerySet[Any], column: str, winner: int) -> bool:
    """Point rows to the winner, all of them or, where one of them breaks a rule, none."""
    try:
        with transaction.atomic():
            rows.update(**{column: winner})
    except IntegrityError:
        return False
    return True
