"""Dismissals of data checks, with their reasons, and who may dismiss and see what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from config.desk.editorial.permissions import collections_seen_by
from config.desk.models import Finding
from config.desk.models.base import as_kind, table_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class AnswerForm(forms.Form):
    """The reason for dismissing a data check."""

    answer = forms.CharField(
        max_length=500, label="Reason for dismissing", error_messages={"required": "Enter a reason for dismissing."}
    )


@transaction.atomic
def answer(findings: Iterable[Finding], *, by: User, why: str) -> int:
    """Dismiss findings; they stay dismissed as long as they are found. Return how many were open."""
    open_ones = Finding.objects.filter(pk__in=[one.pk for one in findings], dismissed_at__isnull=True)
    return open_ones.update(dismissed_by=by, dismissed_at=timezone.now(), answer=why)


def ask_again(finding: Finding) -> None:
    """Reopen a dismissed finding."""
    Finding.objects.filter(pk=finding.pk).update(dismissed_by=None, dismissed_at=None, answer="")


def visible(user: Any) -> QuerySet[Finding]:
    """Return the findings about records that somebody may see."""
    return Finding.objects.filter(collection__in=collections_seen_by(user))


def changeable(user: Any, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield those of `findings` whose record somebody may change, drafts at least."""
    wanted: dict[str, set[int]] = defaultdict(set)
    findings = list(findings)
    for one in findings:
        wanted[one.collection].add(one.record_id)
    allowed = set()
    for collection, ids in wanted.items():
        for row in table_of(collection)._default_manager.filter(pk__in=ids):
            meta = as_kind(row)._meta
            if user.has_perm(f"{meta.app_label}.change_{meta.model_name}"):
                allowed.add((collection, row.pk))
    yield from (one for one in findings if (one.collection, one.record_id) in allowed)
