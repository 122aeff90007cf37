"""Renderers: what a view lists in `renderer_classes`, and Accept chooses from.

Documents are stored as JSON, and handlers answer with JSON as bytes. `JSONRenderer` sends it as it is; any other renderer of
Django REST framework is handed the values in it. A new format is one class:

    class CSVRenderer(BaseRenderer):
        media_type = "text/csv"
        format = "csv"

        def render(self, data, accepted_media_type=None, renderer_context=None):
            return ",".join(one["slug"] for one in data["results"])
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from rest_framework import renderers

JSON_LINES: Final = "application/x-ndjson"


class JSONRenderer(renderers.JSONRenderer):
    """JSON."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return `data` as JSON; bytes are JSON already."""
        return data if isinstance(data, bytes) else super().render(data, accepted_media_type, renderer_context)


class StreamingRenderer(renderers.BaseRenderer):
    """A format in which whole lists are exported, part by part."""

    @abstractmethod
    def render_part(self, documents: Iterable[bytes], total: int | None) -> bytes:
        """Return a part of an export. With the last one comes the `total` of documents in all parts."""


class JSONLinesRenderer(StreamingRenderer):
    """JSON Lines: a document per line. The last line of an export is none of them: without it the export broke off."""

    media_type = JSON_LINES
    format = "jsonl"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return a line for each record of a page, or one for anything else; where the next page is, the header Link says."""
        records = data["results"] if isinstance(data, Mapping) and "results" in data else [data]
        return b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in records)

    def render_part(self, documents: Iterable[bytes], total: int | None) -> bytes:
        end = b"" if total is None else b'{"complete": true, "count": %d}\n' % total
        return b"\n".join([*documents, end])
