"""The parameters of pages: where one begins, and how long it is."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

import orjson

from config.api.parameters.base import FilterSet, Parameter, UnreadableError
from config.api.parameters.types import Number

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200

_ALPHABET = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)


class CursorParameter(Parameter):
    """Where a page begins: taken from `next` or `previous` of another page."""

    value_schema = {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "^[A-Za-z0-9_-]+$"}  # noqa: RUF012 - as its base

    def __init__(self) -> None:
        super().__init__(help_text="Position of the page: the opaque cursor in `next` or `previous` of another page.")

    def read_one(self, text: str) -> tuple[str, str, Any]:
        """Return what the cursor holds: a check of the list it belongs to, its direction, its position."""
        if not _ALPHABET.match(text):
            raise BrokenCursorError
        try:
            check, direction, position = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, TypeError, binascii.Error) as error:
            raise BrokenCursorError from error
        if direction not in ("next", "previous") or not isinstance(check, str) or not isinstance(position, list):
            raise BrokenCursorError
        return check, direction, position


class BrokenCursorError(UnreadableError):
    """A cursor that no page of this list gave."""

    def __init__(self) -> None:
        super().__init__("invalid_cursor", "This cursor does not belong to this list. Start again without it.")


class Limit(Number):
    """How long a page is."""

    def __init__(
        self,
        most: int = MAX_LIMIT,
        usual: int = DEFAULT_LIMIT,
        help_text: str = f"Number of records per page, at most {MAX_LIMIT}.",
    ) -> None:
        super().__init__(least=1, most=most, default=usual, help_text=help_text)


class ListFilters(FilterSet):
    """The parameters that every list has."""

    limit = Limit()
    cursor = CursorParameter()
