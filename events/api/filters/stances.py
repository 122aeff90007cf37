"""Filters by what stances are about, and by their day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet

from actors.models import Actor
from config.api.parameters.base import Branch, Condition, DrivingTable, Values
from config.api.parameters.types import DateAfterFilter, Related
from config.record.models.querysets import PUBLIC
from events.choices import EventKind
from events.models import Event, Provision, Stance, Topic
from events.querysets import any_of

STANCES = Branch(lambda _: Stance.objects.public(), "statement")


TARGETS: dict[str, type[Model]] = {"event": Event, "topic": Topic, "actor": Actor, "provision": Provision}


class Target(Related):
    """What a stance is about, whatever it is. Its value is the primary keys of each of `TARGETS`."""

    def __init__(self, of: Branch | None = None) -> None:
        text = "Target of the stance: an event, topic, actor or provision."
        super().__init__(Event, "target", of=of, help_text=text)
        self.names = tuple(TARGETS.values())

    def dimension(self) -> None:
        # The slug of a target does not say of which sort it is.
        return None

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset.filter(self.condition(value))

    def condition(self, value: Any) -> Condition:
        conditions = self._conditions(value)
        # Stances on one target stand in an index in the order of the days.
        return conditions[0] if self._is_one(value) else any_of(Stance, *conditions)

    def condition_met(self, value: Any, values: Values) -> Condition:
        # As for `ActsForCountry`.
        return reduce(or_, self._conditions(value))

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        if self.branch is not STANCES or any(len(keys) > 1 for keys in value):
            return None
        taken = {f"{name}__in": values for name, values in siblings.items()} | {"state": PUBLIC}
        alternatives = [[{f"target_{name}": keys[0], **taken}] for name, keys in self._targets(value)]
        return DrivingTable("stances", "statement", Stance, alternatives, covers=frozenset({"about", *siblings}))

    def _conditions(self, value: Any) -> list[Q]:
        if self._is_one(value):
            return [Q(**{f"target_{name}": keys[0]}) for name, keys in self._targets(value)]
        return [Q(**{f"target_{name}__in": keys}) for name, keys in self._targets(value)]

    @staticmethod
    def _is_one(value: Sequence[Sequence[int]]) -> bool:
        return sum(map(len, value)) == 1

    @staticmethod
    def _targets(value: Sequence[Sequence[int]]) -> list[tuple[str, Sequence[int]]]:
        return [(name, keys) for name, keys in zip(TARGETS, value, strict=True) if keys]


class StanceDateAfterFilter(DateAfterFilter):
    """The `date_after` of stances, which have the day of their statement."""

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        # Redundant conditions, without which the partial indexes of statements are not used.
        stances = queryset.filter(statement__state=PUBLIC, statement__kind=EventKind.STATEMENT)
        return super().narrow(stances, value, values)
