"""Changes of records since their last public version, field by field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from config.desk.editorial import records
from config.desk.models import Revision
from config.record.curation.snapshots import EMPTY, Difference, RecordSnapshot, differences, snapshots
from config.record.documents.registry import DOCUMENT_TYPES, Model

# How a version says that the record was public; what people enter stands in JSON with its quotation marks escaped.
PUBLIC = '"state":"published"'


@dataclass(frozen=True)
class Changes:
    """The changes of a record since its last public version, or since nothing."""

    since: Revision | None
    found: list[Difference]
    snapshot: RecordSnapshot


def since_public(model: Model, ids: Iterable[int]) -> dict[int, Changes]:
    """Return what changed in records since they were last public, in a number of queries that does not grow with them."""
    now = snapshots(model, ids)
    before = last_public(model, now)
    return {
        pk: Changes(before.get(pk), visible(before[pk].snapshot if pk in before else _blank(one), one), one)
        for pk, one in now.items()
    }


def last_public(model: Model, ids: Collection[int] | Mapping[int, Any]) -> dict[int, Revision]:
    """Return the last version of each record in which it was public."""
    kept = Revision.objects.filter(collection=DOCUMENT_TYPES[model].collection, record_id__in=list(ids), content__contains=PUBLIC)
    newest = kept.order_by().values("record_id").annotate(newest=Max("pk")).values("newest")
    return {one.record_id: one for one in Revision.objects.filter(pk__in=newest).select_related("by")}


def visible(before: RecordSnapshot, after: RecordSnapshot) -> list[Difference]:
    """Return how two snapshots differ, less what a page says elsewhere or what nobody would see."""
    found = differences(before, after)
    return [one for one in found if one.column != "state" and (one.before or "") != (one.after or "")]


def _blank(one: RecordSnapshot) -> RecordSnapshot:
    """Return a record of which nothing is entered yet, for a comparison that names each field."""
    main = next(iter(one.rows), None)
    if main is None:
        return EMPTY
    return RecordSnapshot({main: {pk: dict.fromkeys(values) for pk, values in one.rows[main].items()}})


def page(request: HttpRequest, collection: str, pk: int) -> HttpResponse:
    """Show what changed in a record since it was last public."""
    model = records.table_or_404(collection)
    row = records.rows(model, [pk]).get(pk) if pk < 2**63 else None
    if row is None:
        raise Http404("There is no such record.")
    if not records.may(request.user, "view", type(row)):
        raise PermissionDenied
    context = admin.site.each_context(request) | {
        "title": f"Changes in {row}",
        "record": records.label(row),
        "opts": row._meta,
        "changes": since_public(model, [pk])[pk],
        "was_public": row.published_at is not None,
    }
    return TemplateResponse(request, "desk/review/changes.html", context)
