"""What a sheet would do, as people are shown it before it is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import orjson

NEW: Final = "new"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
STALE: Final = "stale"
ERROR: Final = "error"
# What people should look at first.
ORDER: Final = (ERROR, STALE, CHANGED, NEW)
# Told what is being done, how much of it is done, and of how much; None: not known.
ProgressCallback = Callable[[str, int, int | None], None]


@dataclass
class RowResult:
    """What a line of the sheet would do."""

    line: int
    status: str = UNCHANGED
    pk: int | None = None
    slug: str = ""
    name: str = ""
    # What the record holds now, by which is told later whether it still does.
    digest: str = ""
    # Column, what it says now, what the sheet says, and what it said when the sheet was downloaded, where that differs.
    changes: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Write:
    """The rows to be written for one line."""

    row: Any
    # Columns of the row itself that get another value.
    changed: set[str] = field(default_factory=set)
    # Lists that Django keeps itself, by name.
    several: dict[str, list[int]] = field(default_factory=dict)
    removed: list[tuple[Any, int]] = field(default_factory=list)
    # Rows of lists, new or changed, each with the name of its foreign key to the record and what the sheet says.
    parts: list[tuple[Any, str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not (self.changed or self.several or self.removed or self.parts)


@dataclass
class Plan:
    """What a whole sheet would do."""

    row_results: list[RowResult]
    writes: list[Write]
    unchanged: int

    @property
    def ids(self) -> list[int]:
        """The records that the sheet is about, as far as they are there."""
        return sorted(one.pk for one in self.row_results if one.pk is not None)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each sort."""
        found = Counter(one.status for one in self.row_results)
        return {status: found[status] for status in ORDER} | {UNCHANGED: self.unchanged}

    @property
    def refused(self) -> bool:
        """Whether any line keeps the sheet from being done."""
        return any(one.status in (ERROR, STALE) for one in self.row_results)

    @property
    def lines(self) -> int:
        """How many lines the sheet has."""
        return len(self.row_results) + self.unchanged

    @property
    def summary(self) -> str:
        """How many records are new, changed and unchanged, in words."""
        return ", ".join(f"{self.counts[status]:,} {status}" for status in (NEW, CHANGED, UNCHANGED))

    def dumps(self) -> str:
        """Return what people are shown, as JSON."""
        return orjson.dumps({"rows": [asdict(one) for one in self.row_results], "unchanged": self.unchanged}).decode()

    @classmethod
    def loads(cls, text: str) -> Plan:
        """Read what `dumps` wrote; the rows to be written are not kept."""
        kept = orjson.loads(text)
        return cls([RowResult(**one) for one in kept["rows"]], [], kept["unchanged"])


@dataclass(frozen=True)
class Rights:
    """What whoever brings the sheet may do."""

    may_add: bool
    may_change: Callable[[Any], bool]


def no_progress(phase: str, done: int, total: int | None) -> None:
    """Report no progress."""
