"""Admin mixin: the history of a record, and restoring a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from config.desk.choices import RevisionAction
from config.desk.editorial import versions
from config.desk.editorial.comparison import few, reason_of, sent
from config.desk.models import Revision
from config.desk.models.base import as_kind, whole
from config.desk.pages.review.record import PROPOSED, ReviewMixin
from config.exceptions import ChanceryError
from config.record.curation.snapshots import EMPTY, Difference, RecordSnapshot, differences, snapshot
from config.record.database.locking import lock_rows
from config.record.documents.registry import DOCUMENT_TYPES, Model, has_kind
from config.record.models import Redirect, Transition
from config.record.values.choices import CurationState

PER_PAGE: Final = 25
# A step that somebody takes at the desk is followed by the version that it made, in the same transaction.
AT_ONCE: Final = timedelta(minutes=1)


class History(ReviewMixin):
    """The versions of a record, and what can be done with them."""

    record: Model
    history_template: ClassVar = "desk/versions/history.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show the history of a record, also where it is gone; one of its versions, or two beside each other."""
        pk = number(object_id)
        found = self.get_object(request, str(pk))
        owner, owners = whole(self.record, [pk])
        if owner is not self.record and owners:
            return _redirect_to(owner._default_manager.get(pk=owners.pop()))
        revisions = Revision.objects.filter(collection=DOCUMENT_TYPES[self.record].collection, record_id=pk).select_related("by")
        last = revisions.order_by("-number").first()
        if found is None and (last is None or not self._is_of_kind(last)):
            raise Http404
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "original": found, "record_id": pk, "slug": found.slug if found else last and last.slug,
            "last": last, "gone": found is None, **(extra_context or {}),
        }  # fmt: skip
        if request.method == "POST":
            return self.answer_to_history(request, found, revisions)
        if "version" in request.GET or "from" in request.GET:
            return self._compare(request, found, revisions, context)
        return self._timeline(request, found, revisions, context)

    def answer_to_history(self, request: HttpRequest, found: Any, revisions: Any) -> HttpResponse:
        """Restore a version, as the history page asks."""
        wanted = revisions.filter(number=number(request.POST.get("restore", ""))).first()
        if wanted is None:
            raise Http404
        problem = self._restore(request, found, wanted)
        if problem:
            messages.error(request, problem)
            return HttpResponseRedirect(f"{request.path}?version={wanted.number}")
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", wanted.record_id)

    def may_restore(self, request: HttpRequest, found: Any, last: Revision | None) -> bool:
        """Return whether the user may restore a version: change the record, or add it if it was deleted."""
        if found is not None:
            return self.has_change_permission(request, found)
        return last is not None and last.action == RevisionAction.DELETED and self.has_add_permission(request)

    def _restore(self, request: HttpRequest, found: Any, wanted: Revision) -> str:
        """Restore a version; return the error, or nothing."""
        pk, reason = wanted.record_id, reason_of(request)
        try:
            with transaction.atomic():
                lock_rows(self.record, [pk])
                last = versions.latest(self.record, pk)
                if not self.may_restore(request, found, last):
                    raise PermissionDenied
                if not reason:
                    return "Enter a reason for restoring this version."
                if sent(request, "seen") != (snapshot(self.record, pk).digest if found else ""):
                    return "The record was changed since this page was loaded. Check the changes again."
                if found:
                    versions.keep(self.record, [pk], by=None, action=RevisionAction.FOUND)
                held = self.take_over(
                    request,
                    pk,
                    wanted.snapshot,
                    action=RevisionAction.RESTORED,
                    reason=reason,
                    detail={"restored": wanted.number},
                )
        except ChanceryError as error:
            return str(error)
        messages.success(request, f"“{wanted.slug}” was restored to version {wanted.number}." if held else PROPOSED)
        return ""

    def _is_of_kind(self, version: Revision) -> bool:
        """Return whether a version is of a record that these pages are for."""
        if not has_kind(self.record):
            return True
        (row,) = version.snapshot.rows[self.record._meta.label_lower].values()
        return bool(row["kind"] == getattr(self.model, "KIND", None))

    def _timeline(self, request: HttpRequest, found: Any, revisions: Any, context: dict[str, Any]) -> HttpResponse:
        page = Paginator(_moments(self.record, context["record_id"]), PER_PAGE).get_page(request.GET.get("p"))
        moments = list(page)
        numbers = {row["pk"] for row in moments if row["is_version"]}
        shown = {one.pk: one for one in revisions.filter(pk__in=numbers)}
        steps = Transition.objects.select_related("by").in_bulk([row["pk"] for row in moments if not row["is_version"]])
        before = _before(revisions, shown.values())
        entries: list[dict[str, Any]] = [
            _version_entry(shown[row["pk"]], before) if row["is_version"] else {"step": steps[row["pk"]]} for row in moments
        ]
        undone = self.undone(revisions)
        for entry in entries:
            one = entry.get("version")
            entry["partable"] = one is not None and one.number not in undone and self.may_part(request, found, one)
        context |= {
            "title": f"History of {found or context['slug']}",
            "entries": entries,
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number),
            "newest": context["last"],
            "can_bring_back": found is None and self.may_restore(request, None, context["last"]),
            "target": None if found else _target(self.record, context["slug"]),
        }
        return TemplateResponse(request, self.history_template, context)

    def may_part(self, request: HttpRequest, found: Any, version: Revision) -> bool:
        """Return whether the user may undo the merge of a version."""
        raise NotImplementedError

    def undone(self, revisions: Any) -> set[int]:
        """Return the numbers of those merges among the versions of a record that were undone."""
        return {
            detail["undoes"]
            for detail in revisions.filter(action=RevisionAction.UNMERGED).values_list("detail", flat=True)
            if detail
        }

    def _compare(self, request: HttpRequest, found: Any, revisions: Any, context: dict[str, Any]) -> HttpResponse:
        """Show a version beside the one before and beside the record as it is now; or any two."""
        if "from" in request.GET:
            wanted = [number(request.GET.get(name, "")) for name in ("from", "to")]
            two = {one.number: one for one in revisions.filter(number__in=wanted)}
            if set(wanted) != two.keys():
                raise Http404
            old, new = (two[one] for one in wanted)
            context |= {
                "title": f"{found or context['slug']}: versions {old.number} and {new.number}",
                "old": old,
                "new": new,
                "left": f"Version {old.number}",
                "right": f"Version {new.number}",
                "changes": differences(old.snapshot, new.snapshot),
            }
            return TemplateResponse(request, "desk/versions/two.html", context)
        wanted_number = number(request.GET["version"])
        near = {one.number: one for one in revisions.filter(number__in=[wanted_number - 1, wanted_number, wanted_number + 1])}
        if wanted_number not in near:
            raise Http404
        version, before = near[wanted_number], near.get(wanted_number - 1)
        now = snapshot(self.record, version.record_id) if found else EMPTY
        context |= {
            "title": f"{found or version.slug}: version {version.number}", "version": version, "before": before,
            "after": near.get(wanted_number + 1), "changes": differences(_of(before), version.snapshot),
            "back": [one for one in differences(now, version.snapshot) if one.column != "state"],
            "seen": now.digest if found else "", "may_restore": self.may_restore(request, found, context["last"]),
            "published": found is not None and found.state == CurationState.PUBLISHED,
            "partable": version.number not in self.undone(revisions) and self.may_part(request, found, version),
        }  # fmt: skip
        return TemplateResponse(request, "desk/versions/version.html", context)


def deleted(request: HttpRequest) -> HttpResponse:
    """List the drafts that were deleted and can be brought back."""
    later = Revision.objects.filter(
        collection=OuterRef("collection"), record_id=OuterRef("record_id"), number__gt=OuterRef("number")
    )
    gone = Revision.objects.filter(~Exists(later), action=RevisionAction.DELETED).select_related("by").defer("detail")
    page = Paginator(gone.order_by("-pk"), PER_PAGE).get_page(request.GET.get("p"))
    rows = [row for row in map(_deleted_row, page) if row["page"].has_view_or_change_permission(request)]
    context = admin.site.each_context(request) | {
        "title": "Deleted drafts",
        "rows": rows,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
    }
    return TemplateResponse(request, "desk/versions/deleted.html", context)


def number(text: str) -> int:
    """Return the number in a URL; raise `Http404` if it is none."""
    if not (text.isascii() and text.isdigit() and len(text) < len(str(2**63))):
        raise Http404
    return int(text)


def _deleted_row(version: Revision) -> dict[str, Any]:
    table = version.table
    (values,) = version.snapshot.rows[table._meta.label_lower].values()
    model = type(as_kind(table(**({"kind": values["kind"]} if has_kind(table) else {}))))
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[version.record_id])
    return {
        "version": version,
        "name": values.get("name") or version.slug,
        "kind": model._meta.verbose_name,
        "address": address,
        "page": admin.site.get_model_admin(model),
    }


def _redirect_to(record: Any) -> HttpResponse:
    one = as_kind(record)
    return redirect(f"admin:{one._meta.app_label}_{one._meta.model_name}_history", one.pk)


def _target(model: Model, slug: str) -> Any:
    """Return the record into which another was merged."""
    moved = Redirect.objects.filter(collection=DOCUMENT_TYPES[model].collection, old_slug=slug).values("new_slug")
    found = model._default_manager.filter(slug__in=moved).first()
    return found and as_kind(found)


def _moments(model: Model, pk: int) -> Any:
    """Return when versions of a record were made, and steps taken that made none, newest first."""
    of_record = Q(collection=DOCUMENT_TYPES[model].collection, record_id=pk)
    columns = ("at", "is_version", "pk")
    made = Revision.objects.filter(of_record, by=OuterRef("by"), at__gte=OuterRef("at"), at__lte=OuterRef("at") + AT_ONCE)
    revisions = Revision.objects.filter(of_record).order_by().annotate(is_version=Value(1)).values(*columns)
    steps = Transition.objects.filter(~Exists(made), of_record).order_by().annotate(is_version=Value(0)).values(*columns)
    return revisions.union(steps, all=True).order_by("-at", "-is_version", "-pk")


def _before(revisions: Any, shown: Iterable[Revision]) -> dict[int, Revision]:
    """Return, by number, the versions shown and those before them."""
    numbers = {one.number for one in shown}
    missing = {one - 1 for one in numbers} - numbers
    return {one.number: one for one in [*shown, *revisions.filter(number__in=missing)]}


def _version_entry(version: Revision, known: Mapping[int, Revision]) -> dict[str, Any]:
    before = known.get(version.number - 1)
    changes: Sequence[Difference] = differences(before.snapshot, version.snapshot) if before else []
    first, more = few(changes)
    return {"version": version, "changes": first, "more": more, "count": len(changes), "first": before is None}


def _of(version: Revision | None) -> RecordSnapshot:
    return version.snapshot if version else EMPTY
