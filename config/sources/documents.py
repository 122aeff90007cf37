"""Rendering of sources as documents."""

from __future__ import annotations

from collections.abc import Sequence

from config.record.documents.registry import DocumentType
from config.record.documents.rendering import SOURCE_REF, Rendering, date_columns, partial_date
from config.record.documents.row_source import DATABASE_ROWS, Row, RowSource
from config.sources.models import Source

_PLAIN = ("publisher", "url", "language", "archive_url", "sha256", "licence", "description")


def _render(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> dict[int, Rendering]:
    rows = row_source.records(Source, ids, ["slug", "name", *_PLAIN, *date_columns("date")])
    return {row["pk"]: _document(row) for row in rows}


def _document(row: Row) -> Rendering:
    body = {"slug": row["slug"], "kind": "source", "name": row["name"], "publisher": row["publisher"] or None}
    body |= partial_date(row, "date") | {key: row[key] or None for key in _PLAIN[1:]}
    return Rendering("source", row["slug"], row["name"], body, [row["name"], row["publisher"], row["description"]])


DOCUMENT_TYPE = DocumentType(model=Source, collection="sources", render=_render, reference_columns=SOURCE_REF, proved=False)
