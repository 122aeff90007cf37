"""Rendering of actors, offices and tenures as documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf

from actors.choices import ActorKind
from actors.models import Actor, ActorRelation, Office, Tenure
from config.record.documents.registry import DocumentType
from config.record.documents.rendering import (
    Grouped,
    Rendering,
    citations_of,
    date_columns,
    grouped,
    identifiers_of,
    names_of,
    number,
    partial_date,
    ref,
    ref_columns,
)
from config.record.documents.row_source import DATABASE_ROWS, Row, RowSource
from config.record.values.choices import CurationState
from config.sources.models import Source

TENURE_TITLE = Coalesce(NullIf(F("title_held"), Value("")), F("office__name"))

_COUNTRY = ("official_name", "status", "m49_region", "m49_subregion", "capital")
_ACTOR = (
    "slug", "kind", "name", "description", "organization_type", "latitude", "longitude", *_COUNTRY,
    *date_columns("start", "end"), *ref_columns("country"),
)  # fmt: skip


def _render_actors(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> dict[int, Rendering]:
    names, identifiers = names_of(row_source, Actor, ids), identifiers_of(row_source, Actor, ids)
    relations, citations = _relations_of(row_source, ids), citations_of(row_source, Actor, ids)
    renderings = {}
    for row in row_source.records(Actor, ids, _ACTOR):
        key = row["pk"]
        body = {name: row[name] or None for name in ("slug", "kind", "name")} | {
            "names": names.get(key, []),
            "description": row["description"] or None,
            **_OF_KIND[row["kind"]](row),
            "relations": relations.get(key, []),
            "identifiers": identifiers.get(key, []),
            "citations": citations.get(key, []),
        }
        texts = [row["name"], row["official_name"], row["description"], row["capital"], *_texts(names.get(key, []))]
        renderings[key] = Rendering(row["kind"], row["slug"], row["name"], body, texts)
    return renderings


def _texts(names: Sequence[Row]) -> list[str]:
    return [name["text"] for name in names]


def _country(row: Row) -> Row:
    plain = {key: row[key] or None for key in _COUNTRY}
    place = {"latitude": number(row["latitude"]), "longitude": number(row["longitude"])}
    return plain | place | partial_date(row, "start") | partial_date(row, "end")


def _organization(row: Row) -> Row:
    belongs = {"type": row["organization_type"], "country": ref(row, "country")}
    return belongs | partial_date(row, "start") | partial_date(row, "end")


def _official(row: Row) -> Row:
    return {"nationality": ref(row, "country")} | partial_date(row, "start", "born") | partial_date(row, "end", "died")


_OF_KIND: dict[str, Callable[[Row], Row]] = {
    ActorKind.COUNTRY: _country,
    ActorKind.ORGANIZATION: _organization,
    ActorKind.OFFICIAL: _official,
}


def _relations_of(row_source: RowSource, ids: Sequence[int]) -> Grouped:
    columns = ["type", "note", *ref_columns("object"), *date_columns("start", "end")]
    public = {"object__state": CurationState.PUBLISHED}
    rows = row_source.parts(ActorRelation, "subject", ids, columns, order=["start_earliest"], **public)
    return grouped(rows, "subject_id", _relation)


def _relation(row: Row) -> Row:
    return {
        "type": row["type"],
        "object": ref(row, "object"),
        **partial_date(row, "start"),
        **partial_date(row, "end"),
        "note": row["note"] or None,
    }


def _render_offices(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> dict[int, Rendering]:
    citations = citations_of(row_source, Office, ids)
    plain = ("slug", "name", "rank", "seats", "description")
    renderings = {}
    for row in row_source.records(Office, ids, [*plain, *ref_columns("body"), *ref_columns("accredited_to")]):
        body = {
            "slug": row["slug"], "kind": "office", "name": row["name"], "body": ref(row, "body"),
            "accredited_to": ref(row, "accredited_to"), "rank": row["rank"], "seats": row["seats"],
            "description": row["description"] or None, "citations": citations.get(row["pk"], []),
        }  # fmt: skip
        texts = [row["name"], row["description"], row["body__name"]]
        renderings[row["pk"]] = Rendering("office", row["slug"], row["name"], body, texts)
    return renderings


_TENURE = (
    "slug", "status", "is_acting", "title_held", "office__rank", *date_columns("start", "end"),
    *ref_columns("official"), *ref_columns("office", kind=False), *ref_columns("office__body"),
)  # fmt: skip


def _render_tenures(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> dict[int, Rendering]:
    citations = citations_of(row_source, Tenure, ids)
    renderings = {}
    for row in row_source.records(Tenure, ids, _TENURE):
        name = row["title_held"] or row["office__name"]
        body: dict[str, Any] = {
            "slug": row["slug"], "kind": "tenure", "name": name, "official": ref(row, "official"),
            "office": ref(row, "office", "office"), "body": ref(row, "office__body"), "rank": row["office__rank"],
            **partial_date(row, "start"), **partial_date(row, "end"), "status": row["status"],
            "is_acting": row["is_acting"], "title_held": row["title_held"] or None,
            "citations": citations.get(row["pk"], []),
        }  # fmt: skip
        texts = [name, row["office__name"], row["official__name"], row["office__body__name"]]
        renderings[row["pk"]] = Rendering("tenure", row["slug"], name, body, texts)
    return renderings


DOCUMENT_TYPES = (
    DocumentType(
        model=Actor,
        collection="actors",
        render=_render_actors,
        references={Actor: ("country", "relations__object"), Source: ("citations__source",)},
        optional=frozenset({"relations__object"}),
        kinds={"country": ActorKind.COUNTRY},
    ),
    DocumentType(
        model=Office,
        collection="offices",
        followed=True,
        render=_render_offices,
        references={Actor: ("body", "accredited_to"), Source: ("citations__source",)},
    ),
    DocumentType(
        model=Tenure,
        collection="tenures",
        followed=True,
        render=_render_tenures,
        references={Actor: ("official", "office__body"), Office: ("office",), Source: ("citations__source",)},
        title=TENURE_TITLE,
        kinds={"official": ActorKind.OFFICIAL},
    ),
)
