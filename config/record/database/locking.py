"""Row locks of records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from config.record.database.bulk import chunks


def lock_rows(model: Any, ids: Iterable[int]) -> list[int]:
    """Lock the rows with the keys `ids` until the commit (SELECT FOR NO KEY UPDATE), and return those that there are.

    They are locked in the order of their keys, so that two transactions take turns. Others may still refer to the rows: whoever
    commits a reference under the lock of the log would wait for them otherwise.
    """
    rows = model._default_manager.select_for_update(no_key=True).order_by("pk")
    return [key for chunk in chunks(sorted(set(ids))) for key in rows.filter(pk__in=chunk).values_list("pk", flat=True)]
