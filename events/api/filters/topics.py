"""The filter by topics."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, Final

from config.api.parameters.base import Branch, Condition, Values
from config.api.parameters.dimensions import Dimension
from config.api.parameters.types import Related
from config.record.models.querysets import Among, AmongKeys
from events.models import Topic
from events.querysets import topics_within

# How many topics may stand below those that one parameter names; and for how many seconds all topics are counted once.
MAX_TOPICS: Final = 20_000
COUNTED_FOR: Final = 60


class AboutFilter(Related):
    """A topic; those below it count as it."""

    def __init__(self, of: Branch) -> None:
        text = "Topic, including its subtopics."
        super().__init__(Topic, "topic", of=of, repeatable=True, help_text=text)

    def dimension(self) -> Dimension:
        return Dimension(self, ("topic",), Topic, is_tree=True)

    def keys(self, value: Any) -> Any:
        return topics_within(Topic.objects.filter(pk__in=value))

    def too_broad(self, value: Any) -> str:
        # No tree has more topics than there are.
        if _topics(int(time.monotonic() // COUNTED_FOR)) * len(value) <= MAX_TOPICS:
            return ""
        left = MAX_TOPICS
        for one in value:
            left -= Topic.objects.filter(pk__in=self.keys(one)).order_by()[: left + 1].count()
            if left < 0:
                return f"More than {MAX_TOPICS} subtopics in total. Give narrower topics."
        return ""

    def condition(self, value: Any) -> Condition:
        return AmongKeys("topic", self.keys(value))

    def condition_met(self, value: Any, values: Values) -> Condition:
        return Among("topic", topics_within(Topic.objects.filter(pk__in=value), few=False))


@lru_cache(maxsize=1)
def _topics(_moment: int) -> int:
    """Return how many topics there are, counted anew in each of the stretches of time that `_moment` numbers."""
    return Topic.objects.count()
