"""Exports, read to their end or left before it."""

from __future__ import annotations

from typing import Any

import orjson


def whole(text: bytes) -> list[Any]:
    """Return the documents of an export whose last line says that these are all."""
    *documents, last = [orjson.loads(line) for line in text.splitlines()]
    assert last == {"complete": True, "count": len(documents)}
    return documents


def leave(answer: Any) -> None:
    """Do what the server does when the reader has gone; closing the whole response would end the test's connection too."""
    for close in answer._resource_closers:
        close()
