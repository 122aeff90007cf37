"""EXISTS and primary keys of several querysets in one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, QuerySet, Value
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE


def which_exist(querysets: Sequence[QuerySet[Any]], using: str = "") -> list[bool]:
    """Return, for each of the querysets, whether it has a row; in the database `using`, if that is not the usual one.

    `which_exist([names, codes])` is `SELECT EXISTS(SELECT 1 FROM names …), EXISTS(SELECT 1 FROM codes …)`.
    """
    if not querysets:
        return []
    # Of no table, as Django's own checks are.
    query = Query(None)
    for number, rows in enumerate(querysets):
        query.add_annotation(Exists(rows), f"exists_{number}")
    row = query.get_compiler(using=using or connection.alias).execute_sql(SINGLE)
    return [bool(one) for one in row]


def keys_of(querysets: Sequence[QuerySet[Any]]) -> list[set[int]]:
    """Return the primary keys of the rows of each of the querysets: `SELECT 0, id FROM … UNION ALL SELECT 1, id FROM …`."""
    keys: list[set[int]] = [set() for _ in querysets]
    numbered = [rows.order_by().values_list(Value(number), "pk") for number, rows in enumerate(querysets)]
    if numbered:
        first, *others = numbered
        for number, pk in first.union(*others, all=True) if others else first:
            keys[number].add(pk)
    return keys
