"""What a browser sends of the forms for new events."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def page(model: str, *more: Any) -> str:
    name, args = (more[0], more[1:]) if more else ("add", ())
    app = {"source": "sources", "topic": "events", "official": "actors"}.get(model, "events")
    return reverse(f"admin:{app}_{model}_{name}", args=args)


PARTS = ("participations", "citations", "relations", "names", "identifiers", "codes", "stances", "provisions", "party_actions")


def form(**values: Any) -> dict[str, Any]:
    """Return what a browser sends of a form for a new event, whose parts have as many rows as `values` name."""
    data: dict[str, Any] = {}
    for part in PARTS:
        rows = {name.split("__")[1] for name in values if name.startswith(f"{part}__")}
        data |= {f"{part}-TOTAL_FORMS": str(len(rows)), f"{part}-INITIAL_FORMS": "0"}
    return data | {name.replace("__", "-"): value for name, value in values.items()}


def meeting(**values: Any) -> dict[str, Any]:
    return form(**({"name": "A call", "start": "2020-10-27", "mode": "phone_call", "held_state": "held"} | values))


def statement(**values: Any) -> dict[str, Any]:
    begun = {"form": "paraphrase", "medium": "unknown", "attribution": "reported"}
    return form(**({"name": "A word", "start": "2020-10-27", "text": "So it is."} | begun | values))


def agreement(**values: Any) -> dict[str, Any]:
    begun = {"name": "A ceasefire", "start": "2020-10-23", "agreement_type": "ceasefire", "stage": "signed"}
    return form(**(begun | values))


def errors(answer: Any) -> str:
    return " ".join(str(one) for one in answer.context["errors"])
