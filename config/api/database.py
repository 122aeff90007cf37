"""Asking the database when it may have gone away in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError, connection

# What Django raises when the database cannot be reached, or no longer over the connection there was.
LOST: Final = (OperationalError, InterfaceError)

Answer = TypeVar("Answer")


def has_lost_connection() -> bool:
    """Tell whether the connection there was leads nowhere; it is closed then, so that the next question opens another.

    Connections are kept between requests and not tried out before each: that would cost a question of its own.
    """
    if connection.in_atomic_block or connection.connection is None or connection.is_usable():
        return False
    connection.close()
    return True


def asked_again(ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` returns; where it fails because the connection was lost, ask over a new one, once."""
    try:
        return ask()
    except LOST:
        if not has_lost_connection():
            raise
        return ask()
