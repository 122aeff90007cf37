"""The panel of data checks at the top of a record's page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse

from config.desk.editorial.checks.records import DUPLICATE
from config.desk.editorial.checks.rules import explanations, labels, subject_key
from config.desk.models import Finding
from config.desk.models.base import table_of
from config.desk.pages.links import page_of
from config.record.documents.registry import DOCUMENT_TYPES, Model, document_type_of, parts_of


@dataclass(frozen=True)
class Line:
    """A finding as the page shows it."""

    finding: Finding
    label: str
    explanation: str
    # The record that it is about, where that is not the one whose page it is; and the other one that it is about.
    about: Link | None
    other: Link | None
    # Where the two can be merged.
    merge: str


@dataclass(frozen=True)
class Link:
    """A record to go to."""

    collection: str
    pk: int
    name: str


class FindingsPanelMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # made for many models
    """Admin mixin: the panel of data checks on a record's change page."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """Add the findings of the record."""
        record = options.get("obj")
        if record is not None and not context.get("is_popup"):
            lines = lines_of(record)
            context |= {
                "findings": [line for line in lines if line.finding.dismissed_at is None],
                "answered": [line for line in lines if line.finding.dismissed_at is not None],
                "may_answer": self.has_change_permission(request),
                "findings_of": (document_type_of(self.model).collection, record.pk),
            }
        return super().render_change_form(request, context, *args, **options)


def lines_of(record: Any) -> list[Line]:
    """Return what was found about a record, its parts, and others together with it."""
    table = document_type_of(type(record)).model
    concerned = Q(collection=DOCUMENT_TYPES[table].collection, record_id=record.pk) | Q(subject=subject_key(table, record.pk))
    for document_type in parts_of(table):
        parts = document_type.model._default_manager.filter(**{document_type.part_of: record.pk})
        concerned |= Q(collection=document_type.collection, record_id__in=parts.values("pk"))
    findings = list(Finding.objects.filter(concerned).select_related("dismissed_by").order_by("rule", "id"))
    names, rules, meanings = names_of(findings), labels(), explanations()
    own = (DOCUMENT_TYPES[table].collection, record.pk)
    return [
        Line(
            one,
            rules.get(one.rule, one.rule),
            meanings.get(one.rule, ""),
            about=_link((one.collection, one.record_id), names, own),
            other=_link(subject_of(one), names, own),
            merge=_merge(record, one, own) if one.rule == DUPLICATE else "",
        )
        for one in findings
    ]


def subject_of(finding: Finding) -> tuple[str, int] | None:
    """Return the other record that a finding is about, if any."""
    collection, _, key = finding.subject.partition("/")
    known = any(document_type.collection == collection for document_type in DOCUMENT_TYPES.values())
    return (collection, int(key)) if known and key.isdecimal() else None


def names_of(findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """Return what the records are called that findings speak of; those that share a name also show their slugs."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in findings:
        for collection, pk in filter(None, ((one.collection, one.record_id), subject_of(one))):
            wanted[collection].add(pk)
    return {
        (collection, pk): str(name) if name == slug else f"{name} ({slug})"
        for collection, ids in wanted.items()
        for pk, slug, name in _rows(table_of(collection), ids)
    }


def _rows(model: Model, ids: set[int]) -> Any:
    return model._default_manager.filter(pk__in=ids).values_list("pk", "slug", _title(model))


def _title(model: Model) -> Combinable:
    """Return the expression of a name: of a tenure, the person and the office."""
    named_by = [F(f"{other}__name") for other in getattr(model, "NAMED_BY", ())]
    return Concat(named_by[0], Value(", "), *named_by[1:]) if named_by else DOCUMENT_TYPES[model].title


def _link(key: tuple[str, int] | None, names: Mapping[tuple[str, int], str], own: tuple[str, int]) -> Link | None:
    return Link(*key, names[key]) if key and key != own and key in names else None


def _merge(record: Any, finding: Finding, own: tuple[str, int]) -> str:
    """Return where the record of the page is merged with the other one; nothing where that cannot be done."""
    subject = subject_of(finding)
    other = finding.record_id if subject == own else subject and subject[1]
    return page_of(record, "merge", **{"with": other}) if other else ""
