"""A public document in a few lines that are quickly read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from config.record.values import edtf
from config.record.values.date_wording import reading, span


@dataclass(frozen=True)
class Line:
    """One thing that a document says: what it is called, and its values."""

    label: str
    values: list[str]


_LEFT_OUT: Final = frozenset({"slug", "kind", "name", "statement", "agreement", "dataset", "external_id"})
_POSITIONS: Final = {-2: "rejects", -1: "doubts", 0: "neutral or mixed", 1: "supports", 2: "endorses"}
_DERIVED: Final = ("_earliest", "_latest")
_PREFIXES: Final = {"due": "due", "lasts_until": "in effect until", "on_behalf_of": "for", "capacity": "as"}

# What the form calls a key: of one kind of documents, or of all.
_LABELS: Final[dict[str | tuple[str, str], str]] = {
    "held_state": "Status", "due": "Deadline", "lasts_until": "In effect until", "bound_actors": "Obligated parties",
    "bound_wording": "Obligated parties as worded", ("official", "start"): "Date of birth", ("official", "end"): "Date of death",
}  # fmt: skip


def summary(document: Mapping[str, Any]) -> list[Line]:
    """Return what `document` says, without what it leaves open."""
    lines = [Line(str(document["kind"]).capitalize(), [str(document["name"])])]
    for key, value in document.items():
        if key in _LEFT_OUT or key.endswith(_DERIVED) or value in (None, [], ""):
            continue
        values = [_formatted(key, one) for one in (value if isinstance(value, list) else [value])]
        label = _LABELS.get((document["kind"], key)) or _LABELS.get(key) or key.replace("_", " ").capitalize()
        lines.append(Line(label, [one for one in values if one]))
    return [line for line in lines if line.values]


_FORMATTERS: Final[dict[str, Callable[[Any], str]]] = {
    "position": lambda value: _POSITIONS.get(value, str(value)),
    "quote": "“{}”".format,
    "wording": "“{}”".format,
    **dict.fromkeys(("start", "end", "date", "in_force_on", "ended_on", "condition_met_on", "valid_from", "valid_to"), reading),
}


def _formatted(key: str, value: Any) -> str:
    """Return a value as people say it."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list):
        return ", ".join(_formatted(key, one) for one in value)
    if isinstance(value, bool):
        return key.removeprefix("is_") if value else ""
    if key in _FORMATTERS:
        return _FORMATTERS[key](value)
    return str(value).replace("_", " ") if str(value).islower() else str(value)


def _mapping(value: Mapping[str, Any]) -> str:
    if value.keys() == {"slug", "kind", "name"}:
        return str(value["name"])
    if "earliest" in value:
        return _deadline(value)
    return " · ".join(filter(None, _parts(value)))


def _parts(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a row of a list says; what it repeats of the record, and who holds a stance, stands above."""
    repeated = {"name", "date", "holders"} if "statement" in value else {"name"} if "text" in value else set()
    for key, one in value.items():
        if key in (_LEFT_OUT - {"name"}) | repeated or key.endswith(_DERIVED) or one in (None, []):
            continue
        said = _formatted(key, one)
        if said:
            yield f"{_PREFIXES[key]} {said}" if key in _PREFIXES else said


def _deadline(value: Mapping[str, Any]) -> str:
    """Say when a deadline falls, and until a condition is met, what it waits for."""
    if value["kind"] == "none":
        return ""
    low, high = value["earliest"], value["latest"]
    if value["kind"] == "conditional" and not value["condition_met_on"]:
        return f"a condition is met: {value['condition']}"
    return span(date.fromisoformat(low) if low else edtf.EARLIEST, date.fromisoformat(high) if high else edtf.LATEST)
