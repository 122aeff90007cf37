"""What is likely wrong with actors and their tenures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from django.db.models import Q, QuerySet

from actors.models import Actor, ActorName, ActorRelation, Office, Tenure
from config.desk.editorial.checks.records import (
    duplicate_rule,
    end_rule,
    overlapping_bounds,
    paired,
    proof_rule,
    reversed_periods,
)
from config.desk.editorial.checks.rules import Found, Rule, alike, standing, subject_key
from config.record.models.querysets import PUBLIC
from config.record.values.choices import NameKind


def _relations(within: Q) -> Iterator[Found]:
    for one in reversed_periods(_relations_of(within), "subject_id", "object_id"):
        yield one._replace(message=f"Relation: {one.message[0].lower()}{one.message[1:]}")


def _relations_of(within: Q) -> QuerySet[ActorRelation]:
    return ActorRelation.objects.filter(subject__in=Actor.objects.filter(within, standing()).values("pk"))


def _overlapping(within: Q) -> Iterator[Found]:
    offices = Tenure.objects.filter(within).values("office")
    rows = Tenure.objects.filter(standing(), office__in=offices, office__seats=1, is_acting=False).exclude(end="")
    columns = ("office", "pk", "start_latest", "end_earliest", "official__name", "office__name")
    # In the order in which they surely had begun, each is held against the one before that surely lasted longest.
    in_order = rows.order_by("office", "start_latest", "pk").values_list(*columns)
    for _, group in groupby(in_order, key=lambda row: row[0]):
        before, *others = group
        for one in others:
            pk, begun, lasted, _, office = one[1:]
            other, first, last, holder, _ = before[1:]
            # One day of both is a handover.
            if first < lasted and begun < last:
                yield Found(pk, f"{holder} holds {office} at the same time; the office has one seat.", subject_key(Tenure, other))
            before = max(before, one, key=lambda row: row[3])


def _namesakes(within: Q) -> Iterator[Found]:
    actors = Actor.objects.filter(standing())
    names = ActorName.objects.filter(standing("record__")).exclude(kind=NameKind.ACRONYM)
    if within:
        touched = Actor.objects.filter(within, standing())
        wanted = {name for _, name, _ in _named([touched], names.filter(record__in=touched.values("pk")))}
        actors, names = actors.filter(name_folded__in=wanted), names.filter(text_folded__in=wanted)
    # Public records have one index of their names, and the others another.
    found = _named([actors.filter(state=PUBLIC), actors.exclude(state=PUBLIC)], names)
    pairs = alike(((kind, name), pk) for kind, name, pk in found if name)
    yield from paired(Actor, list(pairs), "It has the same name as {}, of the same kind.")


def _named(actors: Iterable[QuerySet[Actor]], names: QuerySet[ActorName]) -> Iterator[tuple[str, str, int]]:
    """Yield every folded name, with the kind and the key of its bearer."""
    for rows in actors:
        yield from rows.values_list("kind", "name_folded", "pk").iterator(chunk_size=2000)
    yield from names.values_list("record__kind", "text_folded", "record").iterator(chunk_size=2000)


RULES: Final = (
    proof_rule(Actor),
    proof_rule(Office),
    proof_rule(Tenure),
    end_rule(Actor, _relations, lambda within: overlapping_bounds(_relations_of(within))),
    end_rule(Tenure),
    Rule(
        code="overlapping_tenures",
        label="Overlapping tenures",
        explanation="The office has one seat, and two of its tenures overlap. Correct their dates, mark one as "
        "acting, or increase the number of seats.",
        about=Tenure,
        find=_overlapping,
        involves={Tenure: ("pk",)},
        through={Tenure: (Tenure, "office__tenures"), Office: (Tenure, "office")},
    ),
    duplicate_rule(Actor, _namesakes),
)
