"""Derived columns of events: the capacity (office) of participants, and the days of deadlines.

Both are columns, so that lists can be filtered by them; both are recomputed whenever their sources change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from django.db.models import Q

from actors.choices import ActorKind
from actors.models import Office, Tenure
from config.record.database.bulk import chunks
from config.record.documents.registry import Causes, Key, Model
from config.record.documents.row_source import DATABASE_ROWS, Row, RowSource
from config.record.values import edtf
from config.record.values.choices import CurationState
from events.choices import DeadlineAnchor, DeadlineKind, PartyActionType
from events.indexes import follow_others
from events.models import Event, Participation, PartyAction, Provision

Bounds = tuple[date, date]

NEVER: Final[Bounds] = (edtf.LATEST, edtf.LATEST)
UNKNOWN: Final[Bounds] = (edtf.EARLIEST, edtf.LATEST)


def resolve(touched: Mapping[Model, set[int]], inserted: Mapping[Model, set[int]]) -> Causes:
    """Recompute columns that depend on changed records; return the other records that this changed."""
    follow_others(touched)
    neighbours: Causes = defaultdict(lambda: defaultdict(set))
    # What is counted from a new event, or held in one, is new itself.
    events, officials = touched.get(Event, set()), _officials_of(touched, inserted)
    for ids in chunks(sorted(officials)):
        for event, official in _set_capacities(DATABASE_ROWS, DATABASE_ROWS.parts(Participation, "actor", ids, _PARTICIPATION)):
            if event not in events:
                neighbours[Event][event] |= officials[official]
    anchors = _anchored_elsewhere(events)
    for ids in chunks(sorted(anchors)):
        for provision in set_deadlines(ids):
            neighbours[Provision][provision].add((Event, anchors[provision]))
    return neighbours


def set_capacities(events: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> None:
    """Set the capacities in which officials take part in `events`."""
    _set_capacities(row_source, row_source.parts(Participation, "event", events, _PARTICIPATION))


def _officials_of(*changed: Mapping[Model, set[int]]) -> dict[int, set[Key]]:
    """Return the officials whose offices may have changed, each with the tenures or offices that did."""
    officials: dict[int, set[Key]] = defaultdict(set)
    tenures, offices = (sorted(set().union(*(one.get(model, ()) for one in changed))) for model in (Tenure, Office))
    for ids in chunks(tenures):
        for tenure, official in Tenure.objects.filter(pk__in=ids).values_list("pk", "official_id"):
            officials[official].add((Tenure, tenure))
    for ids in chunks(offices):
        for office, official in Tenure.objects.filter(office__in=ids).values_list("office_id", "official_id"):
            officials[official].add((Office, office))
    return officials


_PARTICIPATION: Final = (
    "event_id", "actor_id", "actor__kind", "on_behalf_of_id", "capacity_id", "event__start_earliest", "event__start_latest",
)  # fmt: skip


def _set_capacities(row_source: RowSource, participations: Iterable[Row]) -> list[tuple[int, int]]:
    """Set the capacity of each of `participations`; return the event and the official where that changed one."""
    rows = [row for row in participations if row["actor__kind"] == ActorKind.OFFICIAL]
    tenures = _tenures_of({row["actor_id"] for row in rows})
    fitting = ((_capacity(row, tenures.get(row["actor_id"], ())), row) for row in rows)
    changed = [(capacity, row) for capacity, row in fitting if capacity != row["capacity_id"]]
    row_source.set_columns(Participation, ["capacity"], [(capacity, row["pk"]) for capacity, row in changed])
    return [(row["event_id"], row["actor_id"]) for _, row in changed]


def _tenures_of(officials: Iterable[int]) -> dict[int, list[Row]]:
    """Return the published tenures of each official."""
    tenures: dict[int, list[Row]] = defaultdict(list)
    columns = ("start_earliest", "end_latest", "office__body_id", "office__body__country_id")
    for ids in chunks(sorted(officials)):
        for row in DATABASE_ROWS.parts(Tenure, "official", ids, columns, state=CurationState.PUBLISHED):
            tenures[row["official_id"]].append(row)
    return tenures


def _capacity(participation: Row, tenures: Sequence[Row]) -> int | None:
    """Return the one tenure that fits the day, or that of those which fit whose body was represented."""
    held = [
        tenure
        for tenure in tenures
        if tenure["start_earliest"] <= participation["event__start_latest"]
        and tenure["end_latest"] >= participation["event__start_earliest"]
    ]
    if len(held) > 1:
        body = participation["on_behalf_of_id"]
        held = [tenure for tenure in held if body and body in (tenure["office__body_id"], tenure["office__body__country_id"])]
    return held[0]["pk"] if len(held) == 1 else None


def _anchored_elsewhere(events: set[int]) -> dict[int, int]:
    """Return the provisions of other agreements that are counted from one of `events`, each with that event."""
    found = {}
    for ids in chunks(sorted(events)):
        anchored = Provision.objects.filter(Q(due_anchor_event__in=ids) | Q(lasts_until_anchor_event__in=ids))
        for pk, due, last in anchored.values_list("pk", "due_anchor_event_id", "lasts_until_anchor_event_id"):
            found[pk] = due if due in events else last
    return found


_DEADLINE: Final = ("kind", "date", "offset", "anchor", "condition_met_on", "earliest", "latest")
_PROVISION: Final = (
    "agreement_id",
    *(f"agreement__{column}_{edge}" for column in ("start", "in_force_on") for edge in ("earliest", "latest")),
    *(
        f"{prefix}_{column}"
        for prefix in ("due", "lasts_until")
        for column in (*_DEADLINE, "anchor_event__start_earliest", "anchor_event__start_latest")
    ),
)


def set_deadlines(provisions: Sequence[int], row_source: RowSource = DATABASE_ROWS) -> list[int]:
    """Resolve the deadlines of `provisions` to days; return where that changed one."""
    rows = list(row_source.records(Provision, provisions, _PROVISION))
    signed = _signed(row_source, list({row["agreement_id"]: None for row in rows}))
    changed = []
    for row in rows:
        resolved = [*_resolved(row, "due", signed), *_resolved(row, "lasts_until", signed)]
        if resolved != [row[column] for column in _RESOLVED]:
            changed.append((*resolved, row["pk"]))
    row_source.set_columns(Provision, _RESOLVED, changed)
    return [pk for *_, pk in changed]


_RESOLVED: Final = ("due_earliest", "due_latest", "lasts_until_earliest", "lasts_until_latest")


def _signed(row_source: RowSource, agreements: Sequence[int]) -> dict[int, Bounds]:
    """Return when each agreement was signed by the last of those whose signature has a date of its own."""
    signed: dict[int, Bounds] = {}
    columns = ("agreement_id", "date", "date_earliest", "date_latest")
    for row in row_source.parts(PartyAction, "agreement", agreements, columns, type=PartyActionType.SIGNATURE):
        if row["date"]:
            low, high = signed.get(row["agreement_id"], (edtf.EARLIEST, edtf.EARLIEST))
            signed[row["agreement_id"]] = (max(low, row["date_earliest"]), max(high, row["date_latest"]))
    return signed


def _resolved(row: Row, prefix: str, signed: Mapping[int, Bounds]) -> Bounds:
    """Return the days on which a deadline can fall; never, where it is not fixed.

    Of a condition no day of which is on record, nobody knows whether it was met. What hangs on it can have come to its end, but
    is not taken to be due.
    """
    kind, met_on = row[f"{prefix}_kind"], row[f"{prefix}_condition_met_on"]
    if kind == DeadlineKind.ABSOLUTE:
        day = edtf.bounds(row[f"{prefix}_date"])
        return day.earliest, day.latest
    if kind == DeadlineKind.CONDITIONAL and met_on:
        day = edtf.bounds(met_on)
        return day.earliest, day.latest
    if kind == DeadlineKind.CONDITIONAL and prefix == "lasts_until":
        return UNKNOWN
    if kind == DeadlineKind.RELATIVE:
        return _later(_anchor(row, prefix, signed), row[f"{prefix}_offset"])
    return NEVER


def _anchor(row: Row, prefix: str, signed: Mapping[int, Bounds]) -> Bounds:
    anchor = row[f"{prefix}_anchor"]
    if anchor == DeadlineAnchor.EVENT:
        return row[f"{prefix}_anchor_event__start_earliest"], row[f"{prefix}_anchor_event__start_latest"]
    if anchor == DeadlineAnchor.ENTRY_INTO_FORCE:
        return row["agreement__in_force_on_earliest"], row["agreement__in_force_on_latest"]
    started = row["agreement__start_earliest"], row["agreement__start_latest"]
    return signed.get(row["agreement_id"], started)


def _later(day: Bounds, offset: str) -> Bounds:
    """Return the days so much later; what is unknown stays unknown."""
    duration = edtf.Duration.parse(offset)
    low = day[0] if day[0] == edtf.EARLIEST else duration.after(day[0])
    return low, duration.after(day[1])
