"""Finding a record by any of its names or codes, best first, with what tells it from others, or offering to draft it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, JsonResponse

from config.desk.pages.entry.drafting import NEW, draftables_for, kind_of
from config.exceptions import InvalidDateError
from config.record.values import edtf
from config.record.values.folding import fold

AT_ONCE: Final = 20
COLUMNS: Final = 6
SHORTEST_NAME: Final = 2
# What is searched as it is written, where a table has it.
_WRITTEN: Final = ("publisher", "url", "number", "text")
# Whom a record belongs to, where a table says so: it tells namesakes apart.
_OWNERS: Final = ("country", "body", "parent", "agreement", "statement")


def ranked(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    """Return those of `rows` that a name, a code or a slug of fits `term`: exact ones first, then those that begin so.

    A slug comes before the codes of others: AUS is Australia, although a list of states has it for Austria.
    """
    meta = rows.model._meta.concrete_model._meta
    columns = {column.name for column in meta.get_fields()}
    by_name = ("name_folded", "pk") if "name_folded" in columns else ("-pk",)
    folded, written = fold(term), term.replace("\x00", "").strip()
    words = folded.split()
    if not words:
        return rows.order_by(*by_name)
    slug = code = Q(slug__in={written, written.upper(), written.lower()})
    if "identifiers" in columns:
        value = written.rpartition(":")[2]
        codes = _related(meta, "identifiers").filter(value__in={written, value, value.upper(), value.lower()})
        code |= Q(Exists(codes))
    begins, within, exact = Q(), Q(), Q()
    for lookup, table in (("name_folded", None), ("text_folded", _related(meta, "names") if "names" in columns else None)):
        if lookup in columns or table is not None:
            exact |= _holds(table, Q(**{lookup: folded}))
            begins |= _holds(table, _all(words, (f"{lookup}__startswith", ""), (f"{lookup}__contains", " ")))
            within |= _holds(table, _all(words, (f"{lookup}__contains", "")))
    for column in columns.intersection(_WRITTEN):
        within |= Q(**{f"{column}__icontains": written})
    rank = Case(
        When(slug, then=Value(0)), When(code, then=Value(1)), *([When(exact, then=Value(2))] if exact else []),
        *([When(Q(name_folded__startswith=folded), then=Value(3))] if "name_folded" in columns else []),
        *([When(begins, then=Value(4))] if begins else []), default=Value(5), output_field=IntegerField(),
    )  # fmt: skip
    fitting: QuerySet[Any] = rows.filter(code | within).annotate(closeness=rank)
    return fitting.order_by("closeness", *by_name)


def _related(meta: Any, name: str) -> QuerySet[Any]:
    table: Any = meta.get_field(name).related_model
    rows: QuerySet[Any] = table._default_manager.filter(record=OuterRef("pk"))
    return rows


def _holds(table: QuerySet[Any] | None, condition: Q) -> Q:
    return condition if table is None else Q(Exists(table.filter(condition)))


def _all(words: Iterable[str], *lookups: tuple[str, str]) -> Q:
    """Return the condition that each word is there by one of `lookups`, each with what stands before the word."""
    every = Q()
    for word in words:
        one = Q()
        for lookup, before in lookups:
            one |= Q(**{lookup: f"{before}{word}"})
        every &= one
    return every


class Findable:
    """What admin pages say of the records that are found."""

    def described(self, rows: Sequence[Any], day: str) -> dict[int, dict[str, Any]]:
        """Return, for each of `rows`, what tells it from its namesakes: `about`, and more that a form can use."""
        return {row.pk: {"about": " · ".join(filter(None, (*_facts(row), row.get_state_display().lower())))} for row in rows}


def _facts(row: Any) -> Iterable[str]:
    columns = {column.name for column in row._meta.concrete_fields}
    yield kind_of(row)
    for column in ("organization_type", "rank", "mode", "agreement_type"):
        if column in columns and getattr(row, column):
            yield str(getattr(row, f"get_{column}_display")()).partition(":")[0].lower()
    for owner in _OWNERS:
        if owner in columns and getattr(row, f"{owner}_id"):
            yield str(getattr(row, owner))
    for column in ("publisher", "start", "date"):
        if column in columns and getattr(row, column) and kind_of(row) != "official":
            yield str(getattr(row, column))
    if "name" in columns and kind_of(row) == "country":
        yield row.slug


def day_of(text: str) -> tuple[date, date] | None:
    """Return the days that a date of the form can mean, as far as it is one."""
    try:
        bounds = edtf.bounds(text)
    except InvalidDateError:
        return None
    return (bounds.earliest, bounds.latest) if text not in (edtf.UNKNOWN, edtf.OPEN) else None


class FinderView(AutocompleteJsonView):
    """Answers what is typed into a field that finds records. Several columns of a row may be searched at once."""

    admin_site: Any

    def get(self, request: HttpRequest, *args: Any, **options: Any) -> JsonResponse:
        """Return the records that fit, and the drafts that may be made instead."""
        names = request.GET.get("field_name", "").split(",")[:COLUMNS]
        asked = request.GET.get("page", "")
        page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < COLUMNS and len(names) == 1 else 1
        found: list[tuple[int, dict[str, Any]]] = []
        drafts: list[dict[str, str]] = []
        more = False
        for name in names:
            several = len(names) > 1
            rows, column = self._rows(request, name)
            window = list(rows[(max(page, 1) - 1) * AT_ONCE :][: AT_ONCE + 1])
            more |= len(window) > AT_ONCE and not several
            prefix = f"{name}:" if several else ""
            found += self._shown(window[:AT_ONCE], prefix, request)
            drafts += self._offers(request, column, prefix)
        if len(names) > 1:
            found.sort(key=lambda one: one[0])
        return JsonResponse(
            {"results": [one for _, one in found[:AT_ONCE]], "drafts": [] if more else drafts, "pagination": {"more": more}}
        )

    def _rows(self, request: HttpRequest, name: str) -> tuple[QuerySet[Any], Any]:
        """Return what fits in a column."""
        asked = request.GET.copy()
        asked["field_name"] = name
        request.GET = asked  # type: ignore[assignment]  # Django lets it be replaced
        self.term, self.model_admin, self.source_field, _ = self.process_request(request)
        if not self.has_perm(request):
            raise PermissionDenied
        rows = self.model_admin.get_queryset(request).complex_filter(self.source_field.get_limit_choices_to())
        columns = {column.name for column in rows.model._meta.concrete_fields}
        rows = rows.select_related(*(owner for owner in _OWNERS if owner in columns))
        if "slug" in columns:
            return ranked(rows, self.term), self.source_field
        found, duplicates = self.model_admin.get_search_results(request, rows, self.term)
        return found.distinct() if duplicates else found, self.source_field

    def _shown(self, rows: Sequence[Any], prefix: str, request: HttpRequest) -> list[tuple[int, dict[str, Any]]]:
        if not hasattr(self.model_admin, "described"):
            return [(0, {"id": f"{prefix}{row.pk}", "text": str(row)}) for row in rows]
        described = self.model_admin.described(rows, request.GET.get("day", ""))
        shown = ({"id": f"{prefix}{row.pk}", "text": str(row), **described.get(row.pk, {})} for row in rows)
        return [(getattr(row, "closeness", 0), one) for row, one in zip(rows, shown, strict=True)]

    def _offers(self, request: HttpRequest, column: Any, prefix: str) -> list[dict[str, str]]:
        """Return the drafts that could be made of what was typed, what its name sounds like first."""
        name = " ".join(self.term.replace("\x00", "").split())
        if len(name) < SHORTEST_NAME:
            return []
        draftables = sorted(draftables_for(column, request, self.admin_site), key=lambda draftable: not draftable.fits(name))
        return [
            {
                "id": f"{prefix}{NEW}{draftable.word}:{name}",
                "text": name,
                "about": f"Create “{name}” as a draft {draftable.label}",
            }
            for draftable in draftables
        ]
