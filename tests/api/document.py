"""The committed OpenAPI document as most tests want it: each operation with its parameters written out."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from config.api.views.documentation import DOCUMENT


@cache
def document() -> Any:
    """Return the document, as it is committed."""
    return yaml.load(DOCUMENT.read_text(), yaml.CSafeLoader)


@cache
def operations() -> dict[str, Any]:
    """Return the operation of each path. Its parameters have their schemas in them, and an example wherever there is one."""
    return {path: one["get"] | {"parameters": list(_parameters(one["get"]))} for path, one in document()["paths"].items()}


def _parameters(operation: Any) -> Iterator[Any]:
    for reference in operation["parameters"]:
        parameter = deepcopy(resolved(reference))
        parameter["schema"] = schema = resolved(parameter["schema"])
        if "items" in schema:
            schema["items"] = resolved(schema["items"])
        if "examples" in schema:
            parameter.setdefault("example", schema["examples"][0])
        yield parameter


def resolved(schema: Any) -> Any:
    """Return what `schema` refers to, if it does."""
    while "$ref" in schema:
        _, _, section, name = schema["$ref"].split("/")
        schema = document()["components"][section][name]
    return schema


def needed(operation: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return examples of the parameters in the path of an operation, and of those in its query that it needs or counts by."""
    inside = {one["name"]: one["example"] for one in operation["parameters"] if one["in"] == "path"}
    asked = {one["name"]: one["example"] for one in operation["parameters"] if one["required"] or one["name"] == "by"}
    return inside, {name: value for name, value in asked.items() if name not in inside}


def values_of(parameter: Any) -> list[Any]:
    """Return what a test gives a parameter: each order, both answers to a question, else one value or one of each word."""
    schema = parameter["schema"]
    items = schema.get("items", {})
    given = parameter.get("example", schema.get("enum") or items.get("enum"))
    if parameter["name"] == "order":
        return list(schema["enum"])
    if parameter["name"] == "by":
        return list(items["enum"])
    if schema.get("type") == "boolean":
        return ["true", "false"]
    if given is None:
        return ["2020-10-27"] if schema.get("format") == "date" else []
    return [given]
