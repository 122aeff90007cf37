"""A picture of what the record holds: topics down, months across, the darker the more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from math import log
from typing import Final, NamedTuple

LEVELS: Final = 5
# In units of the picture, which is drawn as wide as it is shown on a screen of 1280 pixels.
LABELS, STEP, CELL, ROW, HEAD = 216, 15, 13, 22, 24
LONGEST_LABEL: Final = 32
MARK: Final = 30


class Topic(NamedTuple):
    """A row of the picture."""

    name: str
    # The page of the topic; empty for what has none.
    href: str
    counts: Sequence[int]


class Cell(NamedTuple):
    """A month of a topic in which there is something."""

    x: int
    level: int
    title: str


class Line(NamedTuple):
    """A topic as it is drawn."""

    topic: Topic
    label: str
    y: int
    middle: int
    cells: list[Cell]
    # How many in each year.
    years: list[int]
    total: int


@dataclass(frozen=True)
class Coverage:
    """How many records there are by topic and month."""

    months: Sequence[date]
    topics: Sequence[Topic]

    @cached_property
    def most(self) -> int:
        """The most there is in one month of one topic."""
        return max((max(topic.counts) for topic in self.topics), default=0)

    def level(self, count: int) -> int:
        """Return how dark a count is drawn, from 1 to `LEVELS`: few are told apart better than many."""
        return 1 + round((LEVELS - 1) * log(count) / log(self.most)) if self.most > 1 else LEVELS

    @property
    def legend(self) -> list[tuple[int, str]]:
        """The levels that counts can have, each with these counts."""
        ranges: dict[int, list[int]] = {}
        for count in range(1, self.most + 1):
            ranges.setdefault(self.level(count), []).append(count)
        ends = ((level, counts[0], counts[-1]) for level, counts in ranges.items())
        return [(level, f"{low}" if low == high else f"{low}–{high}") for level, low, high in ends]

    @property
    def years(self) -> list[tuple[int, int]]:
        """The years, each with the index where it begins."""
        return [(month.year, LABELS + index * STEP) for index, month in enumerate(self.months) if index == 0 or month.month == 1]

    @property
    def marks(self) -> list[tuple[int, int]]:
        """Those of the years that have room for their number."""
        return [one for one, after in pairwise([*self.years, (0, self.width)]) if after[1] - one[1] > MARK]

    @property
    def lines(self) -> list[Line]:
        """The topics as they are drawn."""
        years = [year for year, _ in self.years]
        lines = []
        for index, topic in enumerate(self.topics):
            cells = [
                Cell(LABELS + at * STEP, self.level(count), f"{topic.name}, {month:%B %Y}: {count}")
                for at, (month, count) in enumerate(zip(self.months, topic.counts, strict=True))
                if count
            ]
            of_years = [
                sum(count for month, count in zip(self.months, topic.counts, strict=True) if month.year == year) for year in years
            ]
            y = HEAD + index * ROW
            cut = topic.name if len(topic.name) <= LONGEST_LABEL else f"{topic.name[: LONGEST_LABEL - 1].rstrip()}…"
            lines.append(Line(topic, cut, y, y + CELL, cells, of_years, sum(topic.counts)))
        return lines

    @property
    def width(self) -> int:
        """How wide the picture is."""
        return LABELS + len(self.months) * STEP

    @property
    def grid(self) -> tuple[int, int]:
        """Where the months begin, and how much room they take."""
        return LABELS, len(self.months) * STEP - (STEP - CELL)

    @property
    def height(self) -> int:
        """How high it is."""
        return HEAD + len(self.topics) * ROW

    @property
    def total(self) -> int:
        """How many there are in all. What has several topics is counted in each."""
        return sum(sum(topic.counts) for topic in self.topics)


# Whoever has events tells of them: what returns None has nothing to show.
COVERAGE: Final[list[Callable[[], Coverage | None]]] = []
