"""Runs the rules and stores their findings: adds new ones, deletes outdated ones, keeps dismissals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from config.desk.editorial.checks.rules import RULES, Found, Rule, subject_key
from config.desk.models import Finding
from config.record.database.bulk import chunks
from config.record.database.existence import which_exist
from config.record.documents.registry import DOCUMENT_TYPES, Model

Key = tuple[int, str]
Known = Mapping[Key, Finding]


@transaction.atomic(savepoint=False)
def inspect(touched: Mapping[Model, Iterable[int]]) -> None:
    """Run the rules for records that were changed, or are gone, and for those that have to do with them.

    It is part of the change: call it in its transaction, after all rows stand. It never refuses anything. The number of
    queries does not grow with what hangs on the records.
    """
    for model, ids in touched.items():
        table: Any = model._meta.concrete_model
        for chunk in chunks(sorted(set(ids))):
            _inspect(table, chunk)


def inspect_everything(report: Callable[[Rule, int], None] = lambda _rule, _count: None) -> None:
    """Run every rule for all records, each in its own transaction; `report` is called with the number of findings."""
    for rule in RULES:
        with transaction.atomic():
            known = {
                _key(one): one for one in Finding.objects.filter(rule=rule.code, collection=DOCUMENT_TYPES[rule.about].collection)
            }
            found = _by_key(rule.find(Q()))
            _keep(rule, known, found)
        report(rule, len(found))


def _inspect(model: Model, ids: list[int]) -> None:
    known: dict[tuple[str, str], dict[Key, Finding]] = defaultdict(dict)
    for one in Finding.objects.filter(_naming(model, ids)):
        known[one.rule, one.collection][_key(one)] = one
    suspected = _suspected(model, ids)
    for rule in RULES:
        if model in rule.through:
            reached, _ = rule.through[model]
            rows = _reached(rule, model, ids).values_list("pk", flat=True) if rule in suspected else ()
            # What is gone is reached from nowhere, and was found perhaps.
            _run(rule, reached, {*rows, *(ids if reached is model else ())})
        elif model in rule.involves:
            found = rule.find(rule.within(model, ids)) if rule in suspected else ()
            _apply(rule, model, ids, known[rule.code, DOCUMENT_TYPES[rule.about].collection], found)


def _suspected(model: Model, ids: list[int]) -> list[Rule]:
    """Return the rules that may find something about records: most changes give most rules nothing to find."""
    asked: list[tuple[Rule, QuerySet[Any]]] = []
    unknown: list[Rule] = []
    for rule in RULES:
        if model in rule.through:
            asked.append((rule, _reached(rule, model, ids)))
        elif model in rule.involves and rule.suspects:
            asked += [(rule, rows) for rows in rule.suspects(rule.within(model, ids))]
        elif model in rule.involves:
            unknown.append(rule)
    there = which_exist([rows for _, rows in asked])
    return [*unknown, *(rule for (rule, _), is_there in zip(asked, there, strict=True) if is_there)]


def _reached(rule: Rule, model: Model, ids: list[int]) -> QuerySet[Any]:
    """Return the records of another table on which some of this one bear."""
    reached, lookup = rule.through[model]
    return reached._default_manager.filter(**{f"{lookup}__in": ids})


def _run(rule: Rule, model: Model, ids: Iterable[int]) -> None:
    """Run one rule for records of one of the tables that it involves."""
    for chunk in chunks(ids):
        known = Finding.objects.filter(_naming(model, chunk), rule=rule.code, collection=DOCUMENT_TYPES[rule.about].collection)
        _apply(rule, model, chunk, {_key(one): one for one in known}, rule.find(rule.within(model, chunk)))


def _apply(rule: Rule, model: Model, ids: list[int], known: Known, found: Iterable[Found]) -> None:
    gone = _keep(rule, known, _by_key(found))
    if rule.about is model:
        # What was like one of these, and now is not, may still be like another.
        _run(rule, model, {one.record_id for one in gone} - set(ids))


def _naming(model: Model, ids: list[int]) -> Q:
    """Return the condition that a finding is about one of the records, or has one as its subject."""
    subjects = [subject_key(model, pk) for pk in ids]
    return Q(collection=DOCUMENT_TYPES[model].collection, record_id__in=ids) | Q(subject__in=subjects)


def _keep(rule: Rule, known: Known, found: Mapping[Key, Found]) -> list[Finding]:
    """Update the stored findings of a rule; return the deleted ones."""
    collection, now = DOCUMENT_TYPES[rule.about].collection, timezone.now()
    slugs = _slugs(rule.about, {pk for pk, _ in found})
    new, reworded = [], []
    for key, one in found.items():
        slug, before = slugs.get(one.record), known.get(key)
        if before is None and slug is not None:
            new.append(
                Finding(
                    collection=collection, record_id=one.record, slug=slug, rule=rule.code, subject=one.subject,
                    message=one.message, found_at=now,
                )
            )  # fmt: skip
        elif before and (before.message, before.slug) != (one.message, slug):
            before.message, before.slug = one.message, slug or before.slug
            reworded.append(before)
    gone = [one for key, one in known.items() if key not in found]
    # Two people can come upon the same at the same time.
    Finding.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    Finding.objects.bulk_update(reworded, ["message", "slug"], batch_size=200)
    for chunk in chunks(one.pk for one in gone):
        Finding.objects.filter(pk__in=chunk).delete()
    return gone


def _slugs(model: Model, ids: Iterable[int]) -> dict[int, str]:
    rows = (model._default_manager.filter(pk__in=chunk).values_list("pk", "slug") for chunk in chunks(sorted(ids)))
    return dict(chain.from_iterable(rows))


def _key(one: Finding) -> Key:
    return one.record_id, one.subject


def _by_key(found: Iterable[Found]) -> dict[Key, Found]:
    return {(one.record, one.subject): one for one in found}
