"""Slugs that move on: two records that turn out to be one, and a record that gets another slug.

Both leave a redirect, so that every address ever published still leads somewhere, and an entry in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction

from config.exceptions import RecordError
from config.record import documents
from config.record.appending import Change
from config.record.choices import CurationState, Operation
from config.record.models import Documented, Redirect, Transition
from config.record.shapes import SHAPES, Causes, Model

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def merge(model: Model, *, loser: int, winner: int, reason: str, by: User | None = None) -> None:
    """Make one record of two: what belonged to the loser belongs to the winner, and its slug leads there.

    Names, codes, proof and links move over; what the winner has already is dropped. Fields of the winner stay as
    they are. Raises `RecordError` where the two are one record, of different kinds, or not both published.
    """
    change = Change(reason)
    rows = {row.pk: row for row in model._default_manager.select_for_update().filter(pk__in=[loser, winner]).order_by("pk")}
    old, new = rows[loser], rows[winner]
    _require_mergeable(old, new)
    # What showed the loser shows the winner from now on, and says so as the cause.
    before: Causes = {
        shower: {pk: {(model, winner)} for pk in ids if (shower, pk) != (model, loser)}
        for shower, ids in documents.showing(model, [loser]).items()
    }
    _depart(model, old, f"{SHAPES[model].collection}:{new.slug}", change, by)
    _repoint(model, loser, winner)
    model._default_manager.filter(pk=loser).delete()
    _redirect(model, old.slug, new.slug)
    documents.write({model: {winner}}, change, before=before)


@transaction.atomic
def rename(model: Model, pk: int, slug: str, *, reason: str, by: User | None = None) -> None:
    """Give a record another slug; where it was public, the old one leads there."""
    change = Change(reason)
    row = model._default_manager.select_for_update().get(pk=pk)
    old = row.slug
    row.slug = slug
    row.clean_fields(exclude=[one.name for one in row._meta.concrete_fields if one.name != "slug"])
    if Redirect.objects.filter(collection=SHAPES[model].collection, old_slug=slug).exists():
        raise RecordError("This slug was another record's once:", [slug])
    row.slug = old
    if not row.version:
        model._default_manager.filter(pk=pk).update(slug=slug)
        return
    _depart(model, row, f"{SHAPES[model].collection}:{slug}", change, by)
    model._default_manager.filter(pk=pk).update(slug=slug)
    _redirect(model, old, slug)
    documents.write({model: {pk}}, change, publishing={model: {pk}})


def _require_mergeable(old: Documented, new: Documented) -> None:
    if old.pk == new.pk:
        raise RecordError("A record cannot be merged into itself:", [old.slug])
    if getattr(old, "kind", None) != getattr(new, "kind", None):
        raise RecordError("Records of different kinds cannot be merged:", [old.slug, new.slug])
    hidden = [row.slug for row in (old, new) if row.state != CurationState.PUBLISHED]
    if hidden:
        raise RecordError("Only published records are merged:", hidden)


def _depart(model: Model, row: Documented, target: str, change: Change, by: User | None) -> None:
    """Say in the log and in the history that a published slug goes elsewhere."""
    documents.withdraw({model: [row.pk]}, change, Operation.MERGED, cause=target)
    Transition.objects.create(
        collection=SHAPES[model].collection, slug=row.slug, record_id=row.pk, from_state=row.state,
        to_state=CurationState.RETRACTED, at=change.at, by=by, reason=change.reason,
    )  # fmt: skip


def _redirect(model: Model, old: str, new: str) -> None:
    """Lead `old`, and whatever led to it, to `new`: one step, never a chain."""
    moved = Redirect.objects.filter(collection=SHAPES[model].collection)
    moved.filter(new_slug=old).update(new_slug=new)
    moved.create(collection=SHAPES[model].collection, old_slug=old, new_slug=new)


def _repoint(model: Model, loser: int, winner: int) -> None:
    """Have every foreign key to the loser point to the winner; drop rows that would then stand twice."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        column, related = relation.field.name, relation.related_model  # type: ignore[union-attr]
        rows = related._default_manager.filter(**{column: loser})  # type: ignore[union-attr]
        if not _moved(rows, column, winner):
            if issubclass(related, Documented):  # type: ignore[arg-type]
                twice = sorted(rows.values_list("slug", flat=True))
                raise RecordError("The other record has such a part already; renumber or remove these first:", twice)
            for row in rows.order_by("pk"):
                one = related._default_manager.filter(pk=row.pk)  # type: ignore[union-attr]
                if not _moved(one, column, winner):
                    one.delete()


def _moved(rows: models.QuerySet[Any], column: str, winner: int) -> bool:
    """Point rows to the winner, all of them or, where one of them breaks a rule, none."""
    try:
        with transaction.atomic():
            rows.update(**{column: winner})
    except IntegrityError:
        return False
    return True
