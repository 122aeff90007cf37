"""Merging two records that are one, field by field, and undoing the merge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from config.desk.choices import PUBLISH, RevisionAction
from config.desk.editorial import versions
from config.desk.editorial.comparison import reason_of
from config.desk.models import Revision
from config.desk.pages.versions.pages import History, number
from config.exceptions import ChanceryError
from config.record.curation import transitions
from config.record.curation.merging import MergedRecord, Moved, join, part, references
from config.record.curation.snapshots import RecordSnapshot, Values, columns, combined, put_back, shown, snapshot, snapshots
from config.record.database.locking import lock_rows
from config.record.documents.log_writer import Change
from config.record.documents.registry import Model, derived_tables, document_type_of
from config.record.values.choices import CurationState
from config.record.values.fields import DerivedField

SIDES = ("left", "right")
# What follows from which record stays.
FIXED = ("slug", "state", "kind")
# What a record is found by that has no further names.
NAMES = ("name", "title_held")


@dataclass(frozen=True)
class Choice:
    """One field of two records, of which one value is to stand."""

    name: str
    label: str
    left: str
    right: str
    chosen: str

    @property
    def differs(self) -> bool:
        """Return whether there is anything to choose."""
        return self.left != self.right


class MergesMixin(History):
    """Merges a record with another, and parts them again."""

    merge_template: ClassVar = "desk/versions/merge.html"

    def get_urls(self) -> Any:
        """Add the page of a merge."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<path:object_id>/merge/", view, name=name), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer to merge two records, but not two parts of records."""
        actions: dict[str, Any] = super().get_actions(request)
        if actions and not document_type_of(self.model).part_of and self.has_change_permission(request):
            actions["merge_two"] = (type(self).merge_two, "merge_two", "Merge …")
        return actions

    def merge_two(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Lead to the page where two records are merged."""
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(chosen) != len(SIDES):
            messages.error(request, "Choose exactly two records to merge.")
            return None
        return HttpResponseRedirect(self._address("merge", chosen[0]) + f"?with={chosen[1]}")

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show two records side by side, and merge them as is chosen."""
        one = self.get_object(request, str(number(object_id)))
        # No slug holds a NUL byte, and PostgreSQL takes none.
        asked = request.GET.get("with", "").replace("\0", "")
        rows = self.get_queryset(request)
        other = rows.filter(pk=int(asked)).first() if _is_key(asked) else rows.filter(slug=asked).first() if asked else None
        if one is None or document_type_of(self.model).part_of:
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        if other is None or other.pk == one.pk:
            return self._choose_records(request, one, asked)
        self._require_publisher(request, one, other)
        with transaction.atomic():
            problem = ""
            if request.method == "POST":
                problem = self._merge(request, one, other)
                if not problem:
                    stays = self._stays(request, one, other)[0]
                    return HttpResponseRedirect(self._address("history", stays.pk))
            return self._compare_records(request, (one, other), problem)

    def answer_to_history(self, request: HttpRequest, found: Any, revisions: Any) -> HttpResponse:
        """Undo a merge, where that is asked for."""
        if "part" not in request.POST:
            return super().answer_to_history(request, found, revisions)
        version = revisions.filter(number=number(request.POST["part"])).first()
        if version is None or "loser" not in version.detail:
            raise Http404
        problem = self._part(request, found, version)
        if problem:
            messages.error(request, problem)
            return HttpResponseRedirect(f"{request.path}?version={version.number}")
        messages.success(
            request, f"{version.detail['slug']} and {version.slug} are separate records again. The merge was undone."
        )
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", version.detail["loser"])

    def may_part(self, request: HttpRequest, found: Any, version: Revision) -> bool:
        """Return whether the user may undo the merge of a version: change records, and publish public ones."""
        if found is None or "loser" not in version.detail or not self.has_change_permission(request):
            return False
        return self.changes_alone(request, found) and (not version.detail["published_at"] or request.user.has_perm(PUBLISH))

    # Merging

    def _choose_records(self, request: HttpRequest, one: Any, asked: str) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": f"Merge {one} with another",
            "opts": self.opts,
            "original": one,
            "asked": asked,
        }
        return TemplateResponse(request, "desk/versions/which.html", context)

    def _compare_records(self, request: HttpRequest, pair: tuple[Any, Any], problem: str) -> HttpResponse:
        taken = snapshots(self.record, [row.pk for row in pair])
        left, right = (taken[row.pk] for row in pair)
        counts = _counts(self.record, pair)
        stays = self._stays(request, *pair)[0]
        choices = list(_choices(self.record, (left, right), request.POST, prefer="left" if stays is pair[0] else "right"))
        context = self.admin_site.each_context(request) | {
            "title": f"Merge two {self.opts.verbose_name_plural}", "opts": self.opts, "original": pair[0], "left": pair[0],
            "right": pair[1], "stays": "left" if stays is pair[0] else "right", "problem": problem, "counts": counts,
            "choices": choices, "named": any(one.name == "names" for one in self.record._meta.related_objects),
            "dropped_name": next((one.label for one in choices if one.name in NAMES and one.differs), ""),
            "seen": [left.digest, right.digest], "reason": request.POST.get("reason", ""),
            "published": any(row.state == CurationState.PUBLISHED for row in pair),
            "fixed": any(row.state == CurationState.PUBLISHED for row in pair)
            and not all(row.state == CurationState.PUBLISHED for row in pair),
        }  # fmt: skip
        return TemplateResponse(request, self.merge_template, context, status=409 if problem else 200)

    def _stays(self, request: HttpRequest, one: Any, other: Any) -> tuple[Any, Any]:
        """Return which of the two stays and which goes: as is chosen, or the public one, or the older."""
        asked = request.POST.get("stays", "")
        if asked not in SIDES:
            asked = "right" if other.state == CurationState.PUBLISHED != one.state else "left"
        return (one, other) if asked == "left" else (other, one)

    def _require_publisher(self, request: HttpRequest, *rows: Any) -> None:
        if not all(self.changes_alone(request, row) for row in rows):
            raise PermissionDenied

    def _merge(self, request: HttpRequest, one: Any, other: Any) -> str:
        """Merge the two; return why that cannot be, or nothing."""
        by: Any = request.user
        stays, goes = self._stays(request, one, other)
        reason = reason_of(request)
        if not reason:
            return "Enter a reason for the merge."
        locked = self.record._default_manager.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk")
        self._require_publisher(request, *locked)
        taken = snapshots(self.record, [one.pk, other.pk])
        seen = [taken[row.pk].digest if row.pk in taken else "" for row in (one, other)]
        if [request.POST.get(f"seen-{side}") for side in SIDES] != seen:
            return "One of the records was changed since this page was loaded. Check again."
        chosen = {
            one_field.name: request.POST.get(f"field-{one_field.name}", "")
            for one_field in _choices(self.record, (taken[one.pk], taken[other.pk]), request.POST)
        }
        wanted = {name: side for name, side in chosen.items() if side in SIDES}
        values = dict(zip(SIDES, (taken[one.pk], taken[other.pk]), strict=True))
        try:
            with transaction.atomic():
                versions.keep(self.record, [one.pk, other.pk], by=None, action=RevisionAction.FOUND)
                fields = {name: _main(self.record, values[side])[name] for name, side in wanted.items()}
                named = taken[one.pk].named | taken[other.pk].named

                def set_fields() -> None:
                    _set(self.record, stays.pk, goes.pk, fields, named)

                moved = join(self.record, (goes.pk, stays.pk), Change(reason), by=by, then=set_fields)
                # What came along must be public, too, and the record must be proved.
                transitions.amend({self.record: [stays.pk]}, by=by, reason=reason)
                attributes = {"by": by, "action": RevisionAction.MERGED, "reason": reason}
                self._add(goes.pk, taken[goes.pk], {"into": stays.pk, "winner": stays.slug}, attributes)
                detail = {
                    "loser": goes.pk,
                    "slug": goes.slug,
                    "snapshot": taken[goes.pk].dumps(),
                    "moved": asdict(moved),
                    "published_at": goes.published_at.isoformat() if goes.state == CurationState.PUBLISHED else None,
                }
                self._add(stays.pk, snapshot(self.record, stays.pk), detail, attributes)
        except ChanceryError as error:
            return str(error)
        messages.success(request, f"{goes.slug} was merged into {stays.slug}. You can undo the merge in its history.")
        return ""

    # Parting

    def _part(self, request: HttpRequest, found: Any, version: Revision) -> str:
        """Undo a merge; return why that cannot be, or nothing."""
        by: Any = request.user
        reason = reason_of(request)
        if not self.may_part(request, found, version):
            raise PermissionDenied
        if not reason:
            return "Enter a reason for undoing the merge."
        pk, detail = version.record_id, version.detail
        published_at = detail["published_at"] and datetime.fromisoformat(detail["published_at"])
        was = RecordSnapshot.loads(detail["snapshot"])
        merged_record = MergedRecord(detail["loser"], pk, was, published_at, Moved(**detail["moved"]))
        before = Revision.objects.get(collection=version.collection, record_id=pk, number=version.number - 1)
        try:
            with transaction.atomic():
                lock_rows(self.record, [pk])
                if version.number in self.undone(Revision.objects.filter(collection=version.collection, record_id=pk)):
                    return "The merge was undone already."
                versions.keep(self.record, [pk], by=None, action=RevisionAction.FOUND)

                def set_back() -> None:
                    now = snapshot(self.record, pk)
                    put_back(self.record, pk, combined(version.snapshot, now, before.snapshot), reason=reason)

                part(self.record, merged_record, Change(reason), by=by, then=set_back)
                attributes = {"by": by, "action": RevisionAction.UNMERGED, "reason": reason}
                for key in (merged_record.pk, pk):
                    self._add(key, snapshot(self.record, key), {"undoes": version.number} if key == pk else {}, attributes)
        except ChanceryError as error:
            return str(error)
        return ""

    def _add(self, pk: int, one: RecordSnapshot, detail: Values, attributes: Mapping[str, Any]) -> None:
        last = versions.latest(self.record, pk)
        versions.add(self.record, pk, one, number=last.number + 1 if last else 1, detail=detail, **attributes)

    def _address(self, page: str, pk: int) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[pk])


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len(str(2**63))


def _main(model: Model, of: RecordSnapshot) -> Values:
    (row,) = of.rows[model._meta.label_lower].values()
    return row


def _set(model: Model, pk: int, gone: int, fields: Values, named: dict[str, tuple[str, str]]) -> None:
    """Set fields of the record that stays; what led to one of the two would lead to itself."""
    now = snapshot(model, pk)
    row = _main(model, now)
    for column in columns(model):
        if column.name in fields:
            own = column.is_relation and column.related_model is model and fields[column.name] in {pk, gone}
            row[column.name] = None if own else fields[column.name]
    put_back(model, pk, RecordSnapshot(now.rows, named | now.named), reason="")


def _choices(
    model: Model, two: tuple[RecordSnapshot, RecordSnapshot], posted: Mapping[str, Any], prefer: str = "left"
) -> Iterator[Choice]:
    """Yield the fields of two records, each with the value that is to stand as long as nobody chooses."""
    left, right = (_main(model, one) for one in two)
    for column in columns(model):
        if column.name in FIXED or isinstance(column, DerivedField):
            continue
        values = {"left": shown(column, left[column.name], two[0]), "right": shown(column, right[column.name], two[1])}
        other = "right" if prefer == "left" else "left"
        default = prefer if values[prefer] or not values[other] else other
        if any(values.values()):
            chosen = posted.get(f"field-{column.name}", default)
            yield Choice(column.name, str(column.verbose_name).capitalize(), values["left"], values["right"], chosen)


def _counts(model: Model, pair: tuple[Any, Any]) -> list[tuple[str, int, int]]:
    """Return what points to each of the two, by table."""
    keys, counts = [row.pk for row in pair], []
    for table, column in references(model):
        if table in derived_tables():
            continue
        rows = table._default_manager.filter(**{f"{column}__in": keys}).order_by().values(column).annotate(count=Count("pk"))
        found = {row[column]: row["count"] for row in rows}
        if found:
            as_what: Any = table._meta.get_field(column)
            label = f"{table._meta.verbose_name_plural} ({as_what.verbose_name})".capitalize()
            counts.append((label, found.get(keys[0], 0), found.get(keys[1], 0)))
    return counts
