"""Registry of data checks: every app registers its rules when it starts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, Final, NamedTuple

from django.db import models
from django.db.models import Q

from config.record.documents.registry import DOCUMENT_TYPES, Model
from config.record.models import Documented
from config.record.values.choices import CurationState


class Found(NamedTuple):
    """A finding of a rule about one record."""

    record: int
    message: str
    # What it is about besides the record: another record, as `subject_key` names it, or words of the rule's own.
    subject: str = ""


@dataclass(frozen=True)
class Rule:
    """A data check. Several rules, each about another table, can share one code and label."""

    code: str
    label: str
    # What it means and what can be done about it, for the person who reads the finding.
    explanation: str
    # The table of the records that it speaks of.
    about: Model
    # Takes a condition that holds for what is to be looked at; an empty one means everything. A constant number of queries.
    find: Callable[[Q], Iterable[Found]]
    # The tables of the records that `find` reads, each with the lookups that lead to it from the rows that it filters. What
    # it finds is about a record of `about` or has one of the other tables as its subject.
    involves: Mapping[Model, Sequence[str]]
    # Tables whose records bear on those of another that is involved, each with that table and the lookup that leads from it.
    through: Mapping[Model, tuple[Model, str]] = field(default_factory=dict)
    # Brings up to date what `find` reads, by requests to other servers; takes a function that hears of each address. Takes time.
    refresh: Callable[[Callable[[str, str], None]], None] | None = None
    # Takes the condition that `find` takes, and returns querysets: where all are empty, `find` finds nothing and is not run.
    # Those of all rules are asked in one query.
    suspects: Callable[[Q], Sequence[models.QuerySet[Any]]] | None = None

    def within(self, model: Model, ids: Iterable[int]) -> Q:
        """Return the condition that narrows `find` to what some records of a table have to do with."""
        return reduce(or_, (Q(**{f"{lookup}__in": ids}) for lookup in self.involves[model]))


RULES: Final[list[Rule]] = []


def register(*rules: Rule) -> None:
    """Register rules."""
    RULES.extend(rules)


def labels() -> dict[str, str]:
    """Return what each rule is called, by its code."""
    return {rule.code: rule.label for rule in RULES}


def explanations() -> dict[str, str]:
    """Return what each rule means, by its code."""
    return {rule.code: rule.explanation for rule in RULES}


# What rules are made of


def subject_key(model: Model, pk: int) -> str:
    """Name a record as the subject of a finding, whatever its slug becomes."""
    return f"{DOCUMENT_TYPES[model].collection}/{pk}"


def not_retracted(path: str = "") -> Q:
    """Return the condition that a record is not retracted."""
    return ~Q(**{f"{path}state": CurationState.RETRACTED})


def alike(keyed: Iterable[tuple[Hashable, int]]) -> Iterator[tuple[int, int]]:
    """Yield each record that shares a key with an earlier one, and the first that has it."""
    first: dict[Hashable, int] = {}
    yielded: set[tuple[int, int]] = set()
    for key, pk in sorted(keyed, key=lambda one: one[1]):
        earlier = first.setdefault(key, pk)
        if earlier != pk and (pk, earlier) not in yielded:
            yielded.add((pk, earlier))
            yield pk, earlier


def gathered(rows: Iterable[tuple[int, Hashable]]) -> Iterator[tuple[int, frozenset[Hashable]]]:
    """Yield the values that stand together, where equal keys follow each other."""
    for pk, group in groupby(rows, key=lambda row: row[0]):
        yield pk, frozenset(value for _, value in group)


def display_names(model: Model, ids: Iterable[int]) -> dict[int, str]:
    """Return what the records are called."""
    rows: models.QuerySet[Documented] = model._default_manager.filter(pk__in=set(ids))
    return dict(rows.values_list("pk", DOCUMENT_TYPES[model].title))
