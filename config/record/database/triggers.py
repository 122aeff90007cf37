"""Triggers of SQLite, which a migration loses: Django alters a table there by making it anew. They are put back after migrations.

What they do must never be missing unnoticed: they keep the full-text index, and refuse changes of the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections

# By database: the SQL of each trigger, by its name.
_before: dict[str, dict[str, str]] = {}


def remember(using: str, **_: Any) -> None:
    """Keep the triggers that there are before migrations run (`pre_migrate`)."""
    if connections[using].vendor == "sqlite":
        _before[using] = _triggers(using)


def put_back(using: str, plan: Sequence[tuple[Any, bool]] = (), **_: Any) -> None:
    """Make the triggers again that migrations lost (`post_migrate`). Going backwards, a migration drops its own on purpose."""
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
