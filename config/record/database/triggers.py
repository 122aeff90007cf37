"""Restores SQLite triggers after migrations: Django alters a table there by recreating it, which drops its triggers.

The triggers maintain the full-text index and make the log append-only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections

# By database: the SQL of each trigger, by its name.
_before: dict[str, dict[str, str]] = {}


def remember(using: str, **_: Any) -> None:
    """Save the triggers that exist before migrations run (`pre_migrate`)."""
    if connections[using].vendor == "sqlite":
        _before[using] = _triggers(using)


def put_back(using: str, plan: Sequence[tuple[Any, bool]] = (), **_: Any) -> None:
    """Recreate the triggers that migrations dropped (`post_migrate`). A reversed migration drops its own on purpose."""
    before = _before.pop(using, {})
    if any(is_backwards for _migration, is_backwards in plan):
        return
    now = _triggers(using) if before else {}
    with connections[using].cursor() as cursor:
        for name in before.keys() - now.keys():
            cursor.execute(before[name])


def _triggers(using: str) -> dict[str, str]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())
