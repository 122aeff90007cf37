"""The filter by topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.api.parameters.base import Branch, DrivingTable
from config.api.parameters.dimensions import Dimension
from config.api.parameters.types import Related
from events.models import EventTopicIndex, Topic

TOPICS = Branch(lambda _: EventTopicIndex.objects.all(), "event")


class AboutFilter(Related):
    """A topic; those below it count as it."""

    def __init__(self, of: Branch) -> None:
        text = "Topic, including its subtopics."
        super().__init__(Topic, "topic", of=of, repeatable=True, help_text=text)
        # By how many there are, what has topics through another record is found through these, or met in its order and looked up.
        self.needs_custom_plan = of is not TOPICS

    def dimension(self) -> Dimension:
        if self.branch is not TOPICS:
            return Dimension(self, ("topic",), Topic)
        return Dimension(self, ("topic",), Topic, index=(EventTopicIndex, "event", "topic"), kept=(EventTopicIndex, "topic_id"))

    def driving_table(self, value: Any, siblings: Mapping[str, Any]) -> DrivingTable | None:
        if self.branch is not TOPICS or any(len(one) > 1 for one in value):
            return None
        rows = [[{"topic": one[0]} for one in value]]
        return DrivingTable("topic_index", "event", EventTopicIndex, rows, spread=True, covers=frozenset({"topic"}))
