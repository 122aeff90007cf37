"""Saves of what somebody else changed meanwhile: refused, with both versions side by side, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from config.desk.choices import RevisionAction
from config.desk.editorial import comparison, versions
from config.desk.editorial.comparison import reason_of, sent
from config.desk.models import Revision
from config.desk.pages.review.record import PROPOSED, ReviewMixin
from config.desk.pages.versions import submitted
from config.exceptions import ChanceryError
from config.record.curation.snapshots import EMPTY, RecordSnapshot, combined, put_back, snapshot, snapshots
from config.record.documents.registry import DOCUMENT_TYPES, Model
from config.record.models import Redirect
from config.record.values.choices import CurationState

# What a page that refuses adds to what was typed.
OURS = ("csrfmiddlewaretoken", "reason", "now")


class _Tried(Exception):  # noqa: N818 - not an error: it ends a trial
    """A trial is over; whatever it wrote is undone."""

    def __init__(self, outcome: RecordSnapshot | None) -> None:
        super().__init__()
        self.outcome = outcome


def trying(request: HttpRequest) -> bool:
    """Tell whether a form is saved only to see what the record would be, and undone again."""
    return getattr(request, "trying", False)


def refused(request: HttpRequest, model: Model, ids: Iterable[int]) -> HttpResponse | None:
    """Return the page that refuses what is asked for records, if one of them changed since the request's page was shown.

    That page sent along, as `seen-<pk>`, the digest of each record that it showed.
    """
    shown = {pk: sent(request, f"seen-{pk}") for pk in ids}
    now = snapshots(model, [pk for pk, digest in shown.items() if digest])
    stale = {pk: one for pk, one in now.items() if one.digest != shown[pk]}
    if not stale:
        return None
    records = []
    for pk, row in model._default_manager.in_bulk(sorted(stale)).items():
        before = comparison.seen(model, pk, shown[pk])
        changes = comparison.told(before.snapshot, stale[pk], before.since) if before else []
        records.append({"record": row, "places": changes, "known": before is not None})
    context = admin.site.each_context(request) | {
        "title": "Changed since this page was loaded", "records": records, "opts": model._meta, "back": request.get_full_path(),
    }  # fmt: skip
    return TemplateResponse(request, "desk/versions/outdated.html", context, status=409)


class StaleSavesMixin(ReviewMixin):
    """Refuses to save a form over what somebody else saved since the form was shown."""

    record: Model
    stale_template: ClassVar = "desk/versions/stale.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        """Have the form carry what the record held when the page was made."""
        form = super().get_form(request, obj, change=change, **options)
        form.shown = getattr(request, "shown", "")  # type: ignore[attr-defined]  # the form of a record
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Take the record as it is before the page is made; save only what still is as it was then."""
        if object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method != "POST":
            found = self.get_object(request, unquote(object_id))
            request.shown = snapshot(self.record, found.pk).digest if found else ""  # type: ignore[attr-defined]  # carried to get_form
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            answer = self._answer_to_stale(request, unquote(object_id))
            return answer or super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """End a trial once everything is saved."""
        super().save_related(request, form, formsets, change)
        if trying(request):
            raise _Tried(snapshot(self.record, form.instance.pk))

    def try_save(self, request: HttpRequest, pk: int, base: RecordSnapshot | None = None) -> RecordSnapshot | None:
        """Return what the record would be, had the form been saved on `base`; None where it cannot be. Nothing is kept."""
        posted = request.POST
        data = posted.copy()
        # A reason is asked for in the end.
        data["reason"] = posted.get("reason") or "-"
        request.POST = data  # type: ignore[assignment]  # Django makes it immutable
        request.trying = True  # type: ignore[attr-defined]  # see `trying`
        try:
            with transaction.atomic():
                if base is not None:
                    put_back(self.record, pk, base, reason="-")
                super().changeform_view(request, str(pk))
                transaction.set_rollback(True)
        except _Tried as trial:
            return trial.outcome
        except (ChanceryError, DatabaseError):
            return None
        finally:
            request.POST = posted
            request.trying = False  # type: ignore[attr-defined]  # as above
        return None

    def _answer_to_stale(self, request: HttpRequest, key: str) -> HttpResponse | None:
        if not self.has_change_permission(request):
            return None
        digest, found = sent(request, "seen"), self.get_object(request, key)
        if found is None:
            return self._gone(request, key)
        if not digest and not self.has_change_permission(request, found):
            return None
        # Whoever saves the same record waits here until the one before has committed.
        list(self.record._default_manager.select_for_update().filter(pk=found.pk).values_list("pk"))
        now = snapshot(self.record, found.pk)
        return None if now.digest == digest else self._compared(request, found, now)

    def _compared(self, request: HttpRequest, found: Any, now: RecordSnapshot) -> HttpResponse:
        """Show both versions; where the choices between them are sent, save what was chosen."""
        digest = sent(request, "seen")
        before = comparison.seen(self.record, found.pk, digest)
        base = before.snapshot if before else None
        mine = self.try_save(request, found.pk, base) if base else None
        if mine is None:
            base, mine = None, self.try_save(request, found.pk)
        if mine is None:
            return self._refuse(request, found, {"typed": submitted.values(self, request, found, now)})
        since = before.since if before else ()
        places = comparison.places(base or now, now, mine, since, request.POST if "now" in request.POST else None)
        problem = ""
        if request.POST.get("now") == now.digest:
            problem = self._settle(request, found, (base or now, now, mine), places)
            if not problem:
                return HttpResponseRedirect(request.path)
        elif "now" in request.POST:
            problem = "It was changed again in the meantime. Check your changes."
        return self._refuse(request, found, {"places": places, "known": base is not None, "now": now.digest, "problem": problem})

    def _settle(
        self,
        request: HttpRequest,
        found: Any,
        three: tuple[RecordSnapshot, RecordSnapshot, RecordSnapshot],
        places: list[comparison.Place],
    ) -> str:
        """Save what was chosen; return why it cannot be, or nothing."""
        base, now, mine = three
        reason = reason_of(request)
        if not self.has_change_permission(request, found):
            return "You may no longer change this record."
        if any(one.contested and one.chosen not in {"mine", "now"} for one in places):
            return "Choose a version for each conflict."
        if found.state == CurationState.PUBLISHED and not reason:
            return "Enter the reason for changing this published record."
        chosen = [one.key for one in places if one.name and one.chosen == "mine"]
        try:
            with transaction.atomic():
                wanted = combined(base, now, mine, keep_mine=chosen, only=chosen)
                held = self.take_over(request, found.pk, wanted, deed=RevisionAction.CHANGED, reason=reason)
        except ChanceryError as error:
            return str(error)
        messages.success(request, f"{found} was saved with your choices." if held else PROPOSED)
        return ""

    def _gone(self, request: HttpRequest, key: str) -> HttpResponse | None:
        """Show what was typed into the form of a record that is no longer there, and say where it went."""
        collection = DOCUMENT_TYPES[self.record].collection
        numeric = key.isascii() and key.isdigit() and len(key) < len(str(2**63))
        last = Revision.objects.filter(collection=collection, record_id=int(key)).first() if numeric else None
        if last is None:
            return None
        moved = Redirect.objects.filter(collection=collection, old_slug=last.slug).values_list("new_slug", flat=True).first()
        target = self.record._default_manager.filter(slug=moved).first() if moved else None
        context = {"typed": submitted.values(self, request, None, EMPTY), "gone": last, "target": target}
        return self._refuse(request, None, context)

    def _refuse(self, request: HttpRequest, found: Any, context: dict[str, Any]) -> HttpResponse:
        typed_in = [
            (name, value)
            for name, values in request.POST.lists() if name not in OURS and not name.startswith("place-")
            for value in values
        ]  # fmt: skip
        context = self.admin_site.each_context(request) | {
            "title": "Changed by somebody else" if found else "No longer exists", "opts": self.opts, "original": found,
            "sent": typed_in, "reason": request.POST.get("reason", ""),
            "may": found is not None and self.has_change_permission(request, found),
            "published": found is not None and found.state == CurationState.PUBLISHED, **context,
        }  # fmt: skip
        return TemplateResponse(request, self.stale_template, context, status=409)


class KeptWhenDeletedMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    """Keeps what a draft held that is deleted, so that it can be brought back."""

    record: Model

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Keep a last version."""
        by: Any = request.user
        last = versions.keep(self.record, [obj.pk], by=None, deed=RevisionAction.FOUND)[obj.pk]
        pk = obj.pk
        super().delete_model(request, obj)
        versions.add(self.record, pk, last.snapshot, number=last.number + 1, by=by, deed=RevisionAction.DELETED)
