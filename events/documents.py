"""Rendering of events, provisions, stances and topics as documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import orjson
from django.db.models import F

from actors.choices import ActorKind
from actors.models import Actor, Office, Tenure
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
    part_citations,
    partial_date,
    ref,
    ref_columns,
    source_columns,
    source_ref,
)
from config.record.documents.row_source import DATABASE_ROWS, Row, RowSource
from config.record.values import edtf
from config.record.values.choices import CurationState
from config.sources.models import Source
from events.choices import EventKind, ParticipationRole
from events.indexes import EVENT_ACTORS, EVENT_TOPICS, EVENT_WORDS, STANCE_HOLDERS
from events.models import (
    Event,
    EventCode,
    EventRelation,
    EventTopic,
    Participation,
    PartyAction,
    Provision,
    ProvisionReview,
    Stance,
    Topic,
)
from events.resolution import set_capacities, set_deadlines


def _render_topics(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> dict[int, Rendering]:
    names, identifiers, citations = (
        names_of(row_source, Topic, ids),
        identifiers_of(row_source, Topic, ids),
        citations_of(row_source, Topic, ids),
    )
    concerned = row_source.parts(Topic.countries.through, "topic", ids, ref_columns("country"), order=["country__slug"])
    countries = grouped(concerned, "topic_id", lambda row: ref(row, "country"))
    renderings = {}
    plain = ("slug", "name", "type", "description")
    for row in row_source.records(Topic, ids, [*plain, *ref_columns("parent", kind=False)]):
        key = row["pk"]
        body = {
            "slug": row["slug"], "kind": "topic", "name": row["name"], "names": names.get(key, []), "type": row["type"],
            "parent": ref(row, "parent", "topic"), "description": row["description"] or None,
            "countries": countries.get(key, []), "identifiers": identifiers.get(key, []),
            "citations": citations.get(key, []),
        }  # fmt: skip
        texts = [row["name"], row["description"], *(name["text"] for name in names.get(key, []))]
        renderings[key] = Rendering("topic", row["slug"], row["name"], body, texts)
    return renderings


_DEADLINE = ("kind", "date", "offset", "anchor", "condition", "condition_met_on", "earliest", "latest")
_PROVISION = (
    "slug", "order", "locator", "text", "category", "bound_wording", "agreement_id", *ref_columns("agreement"),
    *(f"{prefix}_{column}" for prefix in ("due", "lasts_until") for column in _DEADLINE),
    *ref_columns("due_anchor_event"), *ref_columns("lasts_until_anchor_event"),
)  # fmt: skip


def _render_provisions(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> dict[int, Rendering]:
    parties = row_source.parts(Provision.bound_actors.through, "provision", ids, ref_columns("actor"), order=["actor__slug"])
    bound = grouped(parties, "provision_id", lambda row: ref(row, "actor"))
    reviews = _reviews_of(row_source, ids)
    rows = list(row_source.records(Provision, ids, _PROVISION))
    citations = citations_of(row_source, Event, list({row["agreement_id"]: None for row in rows}))
    renderings = {}
    for row in rows:
        body = {
            "slug": row["slug"], "kind": "provision", "name": row["text"], "agreement": ref(row, "agreement"),
            "order": row["order"], "locator": row["locator"] or None, "text": row["text"], "category": row["category"],
            "bound_actors": bound.get(row["pk"], []), "bound_wording": row["bound_wording"] or None,
            "due": _deadline(row, "due"), "lasts_until": _deadline(row, "lasts_until"),
            "reviews": reviews.get(row["pk"], []),
            "citations": part_citations(citations[row["agreement_id"]], f"provisions/{row['slug']}", "agreement"),
        }  # fmt: skip
        texts = [row["text"], row["bound_wording"], row["agreement__name"]]
        renderings[row["pk"]] = Rendering("provision", row["slug"], row["text"], body, texts)
    return renderings


def _deadline(row: Row, prefix: str) -> Row:
    """Return a deadline as it was fixed, and the days that it resolves to."""
    return {
        **{key: row[f"{prefix}_{key}"] or None for key in ("kind", "date", "offset", "anchor")},
        "anchor_event": ref(row, f"{prefix}_anchor_event"),
        "condition": row[f"{prefix}_condition"] or None,
        "condition_met_on": row[f"{prefix}_condition_met_on"] or None,
        **{key: edtf.shown(row[f"{prefix}_{key}"]) for key in ("earliest", "latest")},
    }


def _reviews_of(row_source: RowSource, ids: Sequence[int]) -> Grouped:
    plain = ("status", "quote", "locator", "note")
    columns = [*plain, *date_columns("date"), *source_columns("source")]
    return grouped(
        row_source.parts(ProvisionReview, "provision", ids, columns, order=["date_earliest"]),
        "provision_id",
        lambda row: {
            "status": row["status"],
            **partial_date(row, "date"),
            "source": source_ref(row, "source"),
            **{key: row[key] or None for key in plain[1:]},
        },
    )


_TARGETS = {"target_event": "", "target_topic": "topic", "target_actor": "", "target_provision": "provision"}
_STANCE = (
    "slug", "position", "explicitness", "note", "statement_id", *ref_columns("statement"),
    *(f"statement__{column}" for column in date_columns("start")),
    *ref_columns("target_event"), *ref_columns("target_actor"), *ref_columns("target_topic", kind=False),
    *ref_columns("target_provision", kind=False, name="text"),
)  # fmt: skip


def _render_stances(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> dict[int, Rendering]:
    rows = list(row_source.records(Stance, ids, _STANCE))
    statements = list({row["statement_id"]: None for row in rows})
    holders, citations = _holders_of(row_source, statements), citations_of(row_source, Event, statements)
    renderings = {}
    for row in rows:
        target = next(filter(None, (_target(row, column, kind) for column, kind in _TARGETS.items())))
        dates = {column: row[f"statement__{column}"] for column in date_columns("start")}
        body = {
            "slug": row["slug"], "kind": "stance", "name": row["statement__name"],
            "statement": ref(row, "statement"), **partial_date(dates, "start", "date"),
            "holders": holders.get(row["statement_id"], []), "target": target, "position": row["position"],
            "explicitness": row["explicitness"], "note": row["note"] or None,
            "citations": part_citations(citations[row["statement_id"]], f"stances/{row['slug']}", "statement"),
        }  # fmt: skip
        texts = [row["statement__name"], target["name"], row["note"]]
        renderings[row["pk"]] = Rendering("stance", row["slug"], row["statement__name"], body, texts)
    return renderings


def _target(row: Row, column: str, kind: str) -> Row | None:
    return ref(row, column, kind, name="text" if column == "target_provision" else "name")


def _holders_of(row_source: RowSource, statements: Sequence[int]) -> Grouped:
    """Return the holders of the stances of statements: the speakers, and those they represent."""
    columns = [*ref_columns("actor"), *ref_columns("on_behalf_of")]
    spoken = row_source.parts(Participation, "event", statements, columns, role=ParticipationRole.SPEAKER)
    pairs = grouped(spoken, "event_id", lambda row: [ref(row, "actor"), ref(row, "on_behalf_of")])
    return {
        statement: list({one["slug"]: one for pair in spoken_by for one in pair if one}.values())
        for statement, spoken_by in pairs.items()
    }


_PLAIN = (
    "slug", "kind", "name", "description", "place_name", "latitude", "longitude", "dataset", "external_id",
    "mode", "held_state", "agreement_type", "stage", "number", "text_url", "text", "form", "language", "medium",
    "attribution", "action_type", *date_columns("start", "end", "in_force_on", "ended_on"), *ref_columns("country"),
)  # fmt: skip


def _render_events(ids: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> dict[int, Rendering]:
    lists: dict[str, Grouped] = {
        "names": names_of(row_source, Event, ids), "topics": _topics_of(row_source, ids),
        "participations": _participations_of(row_source, ids), "party_actions": _party_actions_of(row_source, ids),
        "provisions": _parts_of(row_source, Provision, "agreement", ids),
        "stances": _parts_of(row_source, Stance, "statement", ids),
        "relations": _relations_of(row_source, ids), "codes": _codes_of(row_source, ids),
        "identifiers": identifiers_of(row_source, Event, ids), "citations": citations_of(row_source, Event, ids),
    }  # fmt: skip
    renderings = {}
    for row in row_source.records(Event, ids, _PLAIN):
        nested = {name: rows.get(row["pk"], []) for name, rows in lists.items()}
        texts = [row["name"], row["description"], row["text"], row["place_name"], row["number"]]
        texts += [name["text"] for name in nested["names"]] + [cited["quote"] for cited in nested["citations"]]
        renderings[row["pk"]] = Rendering(row["kind"], row["slug"], row["name"], _event(row, nested), texts)
    return renderings


def _event(row: Row, nested: dict[str, list[Any]]) -> Row:
    return {
        "slug": row["slug"], "kind": row["kind"], "name": row["name"], "names": nested["names"],
        "description": row["description"] or None, **partial_date(row, "start"), **partial_date(row, "end"),
        "place": _place(row), "topics": nested["topics"], "participations": nested["participations"],
        **_OF_KIND[row["kind"]](row, nested),
        "relations": nested["relations"], "codes": nested["codes"], "identifiers": nested["identifiers"],
        "dataset": row["dataset"] or None, "external_id": row["external_id"] or None, "citations": nested["citations"],
    }  # fmt: skip


def _place(row: Row) -> Row | None:
    """Return the place of an event; None if nothing is known."""
    place = {
        "name": row["place_name"] or None,
        "country": ref(row, "country"),
        "latitude": number(row["latitude"]),
        "longitude": number(row["longitude"]),
    }
    return place if any(value is not None for value in place.values()) else None


def _meeting(row: Row, nested: dict[str, list[Any]]) -> Row:
    return {"mode": row["mode"], "held_state": row["held_state"]}


def _agreement(row: Row, nested: dict[str, list[Any]]) -> Row:
    return {
        "type": row["agreement_type"], "stage": row["stage"], "number": row["number"] or None,
        "text_url": row["text_url"] or None, **partial_date(row, "in_force_on"), **partial_date(row, "ended_on"),
        "party_actions": nested["party_actions"], "provisions": nested["provisions"],
    }  # fmt: skip


def _statement(row: Row, nested: dict[str, list[Any]]) -> Row:
    plain = ("text", "form", "language", "medium", "attribution")
    return {key: row[key] or None for key in plain} | {"stances": nested["stances"]}


def _action(row: Row, nested: dict[str, list[Any]]) -> Row:
    return {"type": row["action_type"]}


_OF_KIND: dict[str, Callable[[Row, dict[str, list[Any]]], Row]] = {
    EventKind.MEETING: _meeting,
    EventKind.AGREEMENT: _agreement,
    EventKind.STATEMENT: _statement,
    EventKind.ACTION: _action,
}


def _topics_of(row_source: RowSource, ids: Sequence[int]) -> Grouped:
    rows = row_source.parts(EventTopic, "event", ids, ref_columns("topic", kind=False))
    return grouped(rows, "event_id", lambda row: ref(row, "topic", "topic"))


def _participations_of(row_source: RowSource, ids: Sequence[int]) -> Grouped:
    columns = [
        "role", "wording", "capacity__title_held", "capacity__slug", "capacity__office__name",
        *ref_columns("actor"), *ref_columns("on_behalf_of"),
    ]  # fmt: skip
    return grouped(row_source.parts(Participation, "event", ids, columns), "event_id", _participation)


def _participation(row: Row) -> Row:
    capacity = row["capacity__slug"] and {
        "slug": row["capacity__slug"],
        "kind": "tenure",
        "name": row["capacity__title_held"] or row["capacity__office__name"],
    }
    return {
        "actor": ref(row, "actor"),
        "role": row["role"],
        "on_behalf_of": ref(row, "on_behalf_of"),
        "wording": row["wording"] or None,
        "capacity": capacity,
    }


def _party_actions_of(row_source: RowSource, ids: Sequence[int]) -> Grouped:
    columns = ["type", "note", *date_columns("date"), *ref_columns("actor")]
    return grouped(
        row_source.parts(PartyAction, "agreement", ids, columns, order=["date_earliest"]), "agreement_id",
        lambda row: {
            "actor": ref(row, "actor"), "type": row["type"], **partial_date(row, "date"), "note": row["note"] or None,
        },
    )  # fmt: skip


def _relations_of(row_source: RowSource, ids: Sequence[int]) -> Grouped:
    public = {"object__state": CurationState.PUBLISHED}
    return grouped(
        row_source.parts(EventRelation, "subject", ids, ["type", "note", *ref_columns("object")], **public),
        "subject_id",
        lambda row: {"type": row["type"], "object": ref(row, "object"), "note": row["note"] or None},
    )


def _codes_of(row_source: RowSource, ids: Sequence[int]) -> Grouped:
    codes = grouped(
        row_source.parts(EventCode, "event", ids, ["scheme", "code"]),
        "event_id",
        lambda row: {"scheme": row["scheme"], "code": row["code"]},
    )
    # Sorted here, because databases sort text by rules of their own.
    return {event: sorted(rows, key=itemgetter("scheme", "code")) for event, rows in codes.items()}


def _parts_of(row_source: RowSource, model: type[Provision | Stance], parent: str, ids: Sequence[int]) -> Grouped:
    """Return the stored documents of the parts, as they are."""
    order = ("order",) if model is Provision else ()
    parts = row_source.parts(model, parent, ids, ["document"], order=order, state=CurationState.PUBLISHED)
    return grouped(parts, f"{parent}_id", lambda row: orjson.Fragment(row["document"]))


DOCUMENT_TYPES = (
    DocumentType(
        model=Topic,
        collection="topics",
        render=_render_topics,
        references={Topic: ("parent",), Actor: ("countries",), Source: ("citations__source",)},
        kinds={"countries": ActorKind.COUNTRY},
    ),
    DocumentType(
        model=Provision,
        collection="provisions",
        render=_render_provisions,
        references={
            Event: ("agreement", "due_anchor_event", "lasts_until_anchor_event"),
            Actor: ("bound_actors",),
            Source: ("reviews__source", "agreement__citations__source"),
        },
        compute_derived=set_deadlines,
        part_of="agreement",
        title=F("text"),
        kinds={"agreement": EventKind.AGREEMENT},
    ),
    DocumentType(
        model=Stance,
        collection="stances",
        render=_render_stances,
        references={
            Event: ("statement", "target_event"),
            Actor: ("statement__participations__actor", "statement__participations__on_behalf_of", "target_actor"),
            Topic: ("target_topic",),
            Provision: ("target_provision",),
            Source: ("statement__citations__source",),
        },
        part_of="statement",
        projections=(STANCE_HOLDERS,),
        title=F("statement__name"),
        kinds={"statement": EventKind.STATEMENT},
    ),
    DocumentType(
        model=Event,
        collection="events",
        render=_render_events,
        references={
            Actor: ("country", "participations__actor", "participations__on_behalf_of", "party_actions__actor"),
            Tenure: ("participations__capacity",),
            Office: ("participations__capacity__office",),
            Topic: ("topics",),
            Event: ("relations__object",),
            Source: ("citations__source",),
        },
        compute_derived=set_capacities,
        projections=(EVENT_ACTORS, EVENT_TOPICS, EVENT_WORDS),
        optional=frozenset({"relations__object", "participations__capacity", "participations__capacity__office"}),
        kinds={"country": ActorKind.COUNTRY, "participations__capacity__official": ActorKind.OFFICIAL},
    ),
)
