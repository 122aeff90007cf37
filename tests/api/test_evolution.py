"""The contract keeps its promises (docs/api-evolution.md): today's document breaks no client made from the released one."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.api.openapi.evolution import breaking
from config.api.views.documentation import DOCUMENT
from tests.api.document import document

pytestmark = pytest.mark.any_database

RELEASED = Path(DOCUMENT).with_name("released.yaml")
PATH = "/api/v1/meetings"
ADVICE = "Break the contract on purpose by `make release-contract`, as docs/api-evolution.md says."

Edit = Callable[[Any], Any]


def test_the_document_breaks_no_client_of_the_last_release() -> None:
    assert breaking(yaml.load(RELEASED.read_text(), yaml.CSafeLoader), document()) == [], ADVICE


def _changed(edit: Edit) -> list[str]:
    new = deepcopy(document())
    edit(new)
    return breaking(document(), new)


def _get(new: Any, path: str = PATH) -> Any:
    return new["paths"][path]["get"]


def _schema(new: Any, name: str) -> Any:
    return new["components"]["schemas"][name]


BREAKING: dict[str, tuple[Edit, str]] = {
    "address": (lambda new: new["paths"].pop(PATH), f"GET {PATH} is gone"),
    "operation id": (
        lambda new: _get(new).update(operationId="meetings"), f"GET {PATH} is called meetings instead of list_meetings"
    ),
    "parameter": (lambda new: _get(new)["parameters"].pop(), f"GET {PATH}: parameter exclude_held_state is gone"),
    "order of parameters": (lambda new: _get(new)["parameters"].reverse(), f"GET {PATH}: parameters stand in another order"),
    "parameter in between": (
        lambda new: _get(new)["parameters"].insert(0, {"name": "new", "in": "query", "schema": {}}),
        f"GET {PATH}: the new parameter new does not stand at the end",
    ),
    "new required parameter": (
        lambda new: _get(new)["parameters"].append({"name": "new", "in": "query", "required": True, "schema": {}}),
        f"GET {PATH}: the new parameter new is required",
    ),
    "required": (
        lambda new: new["components"]["parameters"]["Q"].update(required=True), f"GET {PATH}: parameter q is required now"
    ),
    "narrower parameter": (
        lambda new: new["components"]["parameters"]["Limit"]["schema"].update(maximum=100),
        f"GET {PATH}: parameter limit: maximum is 100 instead of 200",
    ),
    "kind of a parameter": (
        lambda new: new["components"]["parameters"]["Limit"]["schema"].update(type="string"),
        f"GET {PATH}: parameter limit is of another kind",
    ),
    "way of a parameter": (
        lambda new: new["components"]["parameters"]["Near"].update(explode=False),
        f"GET {PATH}: parameter near is written in another way",
    ),
    "status": (lambda new: _get(new)["responses"].pop("304"), f"GET {PATH}: status 304 is gone"),
    "media type": (
        lambda new: _get(new)["responses"]["200"]["content"].update({"text/csv": {}}),
        f"GET {PATH}: status 200 has other media types",
    ),
    "answer": (
        lambda new: _get(new)["responses"]["200"]["content"]["application/json"].update(
            schema={"$ref": "#/components/schemas/EventPage"}
        ),
        f"GET {PATH}: 200 is of another kind",
    ),
    "schema": (lambda new: new["components"]["schemas"].pop("Meeting"), "schema Meeting is gone"),
    "property": (lambda new: _schema(new, "Meeting")["properties"].pop("name"), "schema Meeting.name is gone"),
    "property that may be missing": (
        lambda new: _schema(new, "Meeting")["required"].remove("name"), "schema Meeting.name may be missing now"
    ),
    "property that may be null": (
        lambda new: _schema(new, "Meeting")["properties"]["name"].update(type=["string", "null"]),
        "schema Meeting.name is of another kind",
    ),
    "longer text": (
        lambda new: _schema(new, "Meeting")["properties"]["slug"].update(maxLength=500),
        "schema Meeting.slug: maxLength is 500 instead of 120",
    ),
    "value": (lambda new: _schema(new, "HeldState")["enum"].remove("held"), "schema HeldState: the value held is gone"),
    "closed vocabulary that grows": (
        lambda new: _schema(new, "MeetingKind")["enum"].append("new"),
        "schema MeetingKind: the value new is new, and the vocabulary is closed",
    ),
    "vocabulary that closes": (lambda new: _schema(new, "HeldState").pop("x-may-grow"), "schema HeldState may not grow any more"),
    "new kind": (
        lambda new: _schema(new, "Event")["oneOf"].append({"$ref": "#/components/schemas/Topic"}), "schema Event has other kinds"
    ),
    "keys": (lambda new: new.update(security=[]), "keys are sent in another way"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_is_told(name: str) -> None:
    edit, expected = BREAKING[name]
    assert expected in _changed(edit)


HARMLESS: dict[str, Edit] = {
    "address": lambda new: new["paths"].update({"/api/v1/new": deepcopy(new["paths"][PATH])}),
    "parameter at the end": lambda new: _get(new)["parameters"].append({"name": "new", "in": "query", "schema": {}}),
    "wider parameter": lambda new: new["components"]["parameters"]["Limit"]["schema"].update(maximum=1000),
    "schema": lambda new: new["components"]["schemas"].update(New={"type": "object"}),
    "property": lambda new: _schema(new, "Meeting")["properties"].update(new={"type": "string"}),
    "value": lambda new: _schema(new, "HeldState")["enum"].append("new"),
    "key to ask for": lambda new: _schema(new, "MeetingField")["enum"].append("new"),
    "property to count by": lambda new: _schema(new, "MeetingDimension")["enum"].append("new"),
    "status": lambda new: _get(new)["responses"].update({"410": {"description": "It is gone."}}),
    "texts": lambda new: _get(new).update(summary="Another", description="Another"),
    "example": lambda new: _get(new)["responses"]["200"]["content"]["application/json"].update(example={}),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_may_come_at_any_time_breaks_nothing(name: str) -> None:
    assert _changed(HARMLESS[name]) == []


def test_every_vocabulary_says_whether_it_may_grow() -> None:
    """Kinds are closed: they tell the schemas of a union apart. Whatever else an answer holds is open."""
    for name, schema in document()["components"]["schemas"].items():
        if "enum" in schema:
            asked, closed = schema.get("x-asked", False), name.endswith("Kind") and name not in ("NameKind", "DeadlineKind")
            assert schema.get("x-may-grow", False) is not (asked or closed), name
            assert ("New values can be added" in schema["description"]) is schema.get("x-may-grow", False), name
