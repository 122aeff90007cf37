"""Data checks that several tables have alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from config.desk.editorial.checks.rules import Found, Rule, display_names, standing, subject_key
from config.record.documents.registry import Model
from config.record.values import edtf
from config.record.values.choices import CitationRole, CurationState

DUPLICATE: Final = "duplicate"
UNFINISHED: Final = (CurationState.DRAFT, CurationState.IN_REVIEW)


def proof_rule(model: Model) -> Rule:
    """Return the rule that finds the drafts of a table that no source supports."""

    def unproved(within: Q) -> QuerySet[Any]:
        meta: Any = model._meta
        supporting = meta.get_field("citations").related_model._default_manager.filter(
            record=OuterRef("pk"), role=CitationRole.SUPPORTS
        )
        return model._default_manager.filter(within, ~Exists(supporting), state__in=UNFINISHED)

    def find(within: Q) -> Iterator[Found]:
        for pk in unproved(within).values_list("pk", flat=True):
            yield Found(pk, "No supporting citation.")

    return Rule(
        code="missing_proof",
        label="Missing citation",
        explanation="A record needs a supporting citation before it can be published. Add one under Citations.",
        about=model,
        find=find,
        involves={model: ("pk",)},
        suspects=lambda within: [unproved(within)],
    )


def end_rule(
    model: Model,
    find_more: Callable[[Q], Iterator[Found]] | None = None,
    more_suspects: Callable[[Q], QuerySet[Any]] | None = None,
) -> Rule:
    """Return the rule that finds records of a table whose end most likely lies before their start."""

    def find(within: Q) -> Iterator[Found]:
        yield from reversed_periods(model._default_manager.filter(within, standing()), "pk")
        if find_more:
            yield from find_more(within)

    def suspects(within: Q) -> list[QuerySet[Any]]:
        own = overlapping_bounds(model._default_manager.filter(within, standing()))
        return [own, more_suspects(within)] if more_suspects else [own]

    return Rule(
        code="end_before_start",
        label="End before start",
        explanation="The dates are approximate, and the end is probably before the start. "
        "Enter more exact dates, or dismiss this.",
        about=model,
        find=find,
        involves={model: ("pk",)},
        suspects=suspects,
    )


def overlapping_bounds(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows whose end may lie before their start."""
    return rows.exclude(start="").exclude(end__in=("", edtf.OPEN)).filter(end_earliest__lt=F("start_latest"))


def reversed_periods(rows: QuerySet[Any], record: str, subject: str = "") -> Iterator[Found]:
    """Yield what lasts from `start` to `end`, where the middle of the latter lies before the middle of the former."""
    columns = (record, subject or record, "start", "end", "start_earliest", "start_latest", "end_earliest", "end_latest")
    for pk, other, start, end, *bounds in overlapping_bounds(rows).values_list(*columns):
        first, last, early, late = (day.toordinal() for day in bounds)
        if early + late < first + last:
            what = subject_key(rows.model._meta.get_field(subject.removesuffix("_id")).related_model, other) if subject else ""
            yield Found(pk, f"Its end ({end}) is probably before its start ({start}).", what)


def duplicate_rule(
    model: Model, find: Callable[[Q], Iterator[Found]], suspects: Callable[[Q], list[QuerySet[Any]]] | None = None
) -> Rule:
    """Return the rule that finds records of a table that are probably there twice."""
    return Rule(
        code=DUPLICATE,
        label="Possible duplicate",
        explanation="Two records may describe the same thing. If so, merge them: the slug of one then redirects to the other.",
        about=model,
        find=find,
        involves={model: ("pk",)},
        suspects=suspects,
    )


def link_rule(
    model: Model, find: Callable[[Q], Iterator[Found]], suspects: Callable[[Q], list[QuerySet[Any]]] | None = None
) -> Rule:
    """Return the rule that finds records of a table with a URL that nobody can follow."""
    return Rule(
        code="malformed_link",
        label="Invalid link",
        explanation="The URL is invalid. Correct it, or leave it empty.",
        about=model,
        find=find,
        involves={model: ("pk",)},
        suspects=suspects,
    )


def paired(model: Model, pairs: Sequence[tuple[int, int]], message: str) -> Iterator[Found]:
    """Yield a finding for each pair of records of a table; the second is its subject, and named in the message."""
    names = display_names(model, {earlier for _, earlier in pairs})
    for pk, earlier in pairs:
        yield Found(pk, message.format(names.get(earlier, "")), subject_key(model, earlier))
