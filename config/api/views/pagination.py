"""Pages of stored documents, walked by cursor.

A cursor says after (or before) which values of the order a page begins (`config.api.engine.keyset`); it is bound to the list, its
filters and its order, and opaque to whoever uses it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson

from config.api.engine.keyset import CursorPosition
from config.api.parameters.query_string import Query
from config.api.parameters.request import ParsedRequest
from config.api.views.base import JSONAnswer

# What RFC 8288 calls the links of a page.
RELATIONS: Final = {"next": "next", "previous": "prev"}

Links = dict[str, str | None]
# Each name that was asked for, and the slug of the record that has it, if any.
Requested = Sequence[tuple[str, str | None]]


class Page(NamedTuple):
    """A page of a list: its rows, each with its position in the order, and whether there are more on either side."""

    position: CursorPosition
    rows: list[tuple[Any, ...]]
    more: bool

    @classmethod
    def of(cls, position: CursorPosition, rows: list[tuple[Any, ...]]) -> Page:
        """Make a page of the rows of a position and one more, as they were read."""
        kept = rows[: position.limit]
        return cls(position, kept[::-1] if position.backwards else kept, len(rows) > position.limit)

    def cursor(self, direction: str) -> str | None:
        """Return the cursor of the page beside this one; None where there is none."""
        has_page = self.more if (direction == "previous") == self.position.backwards else self.position.key_values is not None
        if not (has_page and self.rows):
            return None
        row = self.rows[-1 if direction == "next" else 0]
        key_values = list(row[: len(self.position.ordering.columns)])
        text = base64.urlsafe_b64encode(orjson.dumps([self.position.check, direction, key_values]))
        return text.decode().rstrip("=")

    def links(self, parsed: ParsedRequest) -> Links:
        """Return the addresses of the pages beside this one."""
        request, query, _ = parsed
        following, preceding = self.cursor("next"), self.cursor("previous")
        if not (following or preceding):
            return {"next": None, "previous": None}
        rest = query.without("cursor").encoded()
        # The path of a list is words and slugs, in which nothing has to be escaped.
        before = f"{request.scheme}://{request.get_host()}{request.path}?{rest}{'&' if rest else ''}cursor="
        return {"next": following and before + following, "previous": preceding and before + preceding}


def page_etag(query: Query, links: Links, hashes: Sequence[str], requested: Requested = ()) -> str:
    """Return the entity tag of a page: made of the hashes of its records, so that no document is read for it."""
    told = [repr(query.pairs), *map(str, links.values()), *map(repr, requested), *hashes]
    return f'"{hashlib.sha256("|".join(told).encode()).hexdigest()}"'


def json_page(results: Sequence[bytes], links: Links, etag: str = "", requested: Requested = ()) -> JSONAnswer:
    """Join JSON texts and links to a page, with what became of the slugs that were asked for."""
    # What stands around the records is added to the first and the last, so that all of them are copied but once.
    first, *others = results or [b""]
    *others, last = [b'{"results":[' + first, *others]
    more = {"requested": [{"value": value, "slug": slug} for value, slug in requested]} if requested else {}
    body = b",".join([*others, last + b"]," + orjson.dumps({**links, **more})[1:]])
    return JSONAnswer(body, etag, link_header(links))


def link_header(links: Links) -> str:
    """Return the header that names the pages beside one (RFC 8288)."""
    return ", ".join([f'<{url}>; rel="{RELATIONS[name]}"' for name, url in links.items() if url and name in RELATIONS])
