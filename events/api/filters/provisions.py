"""Filters by when agreements end, and by when provisions are in effect, due and overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from config.api.parameters.base import Branch, Condition, Values
from config.api.parameters.types import CERTAIN_ONLY, AsOf, Day, Flag, certainly

IN_FORCE_HELP: Final = (
    "An agreement is in force from in_force_on to ended_on. If in_force_on is unknown, it can be in force from its start, unless "
    "its stage is proposed, initialled or rejected: then it is never in force. A suspended agreement is in force, but on no day "
    "for certain, because the date of suspension is not recorded."
)


class InForce(AsOf):
    """The day on which an agreement was in force.

    Most agreements enter into force after they are made: those that can have been in force on a day began by then. The others
    are few, and have an index of their own.
    """

    is_partitioned = True

    def __init__(self) -> None:
        super().__init__("in_force_on", "agreements in force", IN_FORCE_HELP)

    def partitions(self, value: Any) -> Sequence[Q]:
        return [
            Q(in_force_on_earliest__gte=F("start_earliest"), start_earliest__lte=value),
            Q(in_force_on_earliest__lt=F("start_earliest")),
        ]


class Ended(AsOf):
    """The day by which an agreement had ceased to be in force."""

    def __init__(self) -> None:
        super().__init__("ended_by", "")
        self.help_text = (
            "Only agreements whose last day in force, as defined by `as_of`, is on or before this day. `date_match` sets how "
            "partial and unknown dates match."
        )


def _today_or(values: Values) -> date:
    asked: date = values.get("as_of") or timezone.now().date()
    return asked


class Overdue(Flag):
    """Whether a provision is overdue on the day in `as_of`, or today."""

    def cacheable(self, value: Any) -> bool:
        # Without as_of, tomorrow is another day.
        return False

    def __init__(self) -> None:
        super().__init__(
            help_text="Whether the provision is overdue on the day in `as_of`, by default today (UTC): its deadline has passed, "
            "and no review by that day has the status fulfilled or lapsed. On the day of the deadline it is not overdue. A "
            "conditional deadline expires when its condition is recorded as met. `date_match` sets how partial and unknown "
            "dates match."
        )

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        day = _today_or(values)
        provisions: Any = queryset
        method = provisions.overdue_on if value else provisions.not_overdue_on
        chosen: QuerySet[Any] = method(day, certain=certainly(values))
        return chosen


class InEffect(AsOf):
    """The day on which a provision was in effect; with `overdue`, the day on which that is evaluated."""

    def __init__(self) -> None:
        super().__init__(
            "in_effect_on",
            "provisions in effect",
            "A provision is in effect while its agreement is in force, as defined by `as_of` of agreements, and until its own "
            "end; until a condition without a known date, it is in effect on no day for certain. With `overdue`, the day on "
            "which that is evaluated.",
        )

    def narrow(self, queryset: QuerySet[Any], value: Any, values: Values) -> QuerySet[Any]:
        return queryset if "overdue" in values else super().narrow(queryset, value, values)


class Within(Day):
    """One end of a range of days; `possible` and `certain` are the lookups of what can lie within it, and of what must.

    `given` is what else has to hold.
    """

    def __init__(self, possible: str, certain: str, what: str, given: Q | None = None, of: Branch | None = None) -> None:
        self.possible, self.certain, self.given = possible, certain, given or Q()
        super().__init__(possible, of=of, help_text=f"{what}{CERTAIN_ONLY}")

    def condition_among(self, value: Any, values: Values) -> Condition:
        return Q(**{self.certain if certainly(values) else self.possible: value}) & self.given
