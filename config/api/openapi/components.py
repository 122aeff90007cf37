"""Moves what the operations of the OpenAPI document repeat into its components, and quotes what YAML readers disagree on."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import yaml

Schema = dict[str, Any]

# What YAML 1.2 reads as a number (its core schema) or as YAML 1.1 reads a boolean, and PyYAML writes without quotes.
_NUMBER: Final = re.compile(r"[-+]?(\d+|(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?)\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z|[yYnN]\Z", re.ASCII)


class Quoted(str):
    """A text that YAML 1.1 and YAML 1.2 read as the same text only when it stands in quotes: `019`, `1e5`."""

    __slots__ = ()


def _written(dumper: Any, text: Quoted) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="'")


yaml.CSafeDumper.add_representer(Quoted, _written)


def quoted(value: Any) -> Any:
    """Return `value` with every text in it marked that YAML has to quote."""
    if isinstance(value, dict):
        return {key: quoted(one) for key, one in value.items()}
    if isinstance(value, list):
        return [quoted(one) for one in value]
    return Quoted(value) if isinstance(value, str) and _NUMBER.match(value) else value


def share_enums(result: Schema) -> None:
    """Make a schema of each set of words that a parameter takes, named by its title or by the tag and the parameter."""
    schemas, named = result["components"]["schemas"], dict[str, str]()
    for operation, parameter in _parameters(result):
        schema = parameter["schema"]
        words = schema.get("items", schema)
        if "enum" not in words:
            continue
        tag, name = operation["tags"][0], parameter["name"].removeprefix("exclude_")
        title = words.pop("title", None) or named.setdefault(f"{tag} {words}", _pascal(tag, name))
        # Clients choose from the words they know: whatever comes later breaks none of them.
        described = {"description": f"Values of `{name}`.", "x-asked": True}
        if schemas.setdefault(title, words | described) != words | described:
            raise ValueError(f"Two sets of words are called {title}.")
        reference = {"$ref": f"#/components/schemas/{title}"}
        parameter["schema"] = schema | {"items": reference} if "items" in schema else reference
    result["components"]["schemas"] = dict(sorted(schemas.items()))


def share_parameters(result: Schema) -> None:
    """Make a component of each parameter that several operations have alike."""
    uses = Counter(_key(parameter) for _, parameter in _parameters(result))
    names = _names(result, uses)
    shared: Schema = {}
    for operations in result["paths"].values():
        for operation in operations.values():
            for index, parameter in enumerate(operation["parameters"]):
                if name := names.get(_key(parameter)):
                    shared[name] = parameter
                    operation["parameters"][index] = {"$ref": f"#/components/parameters/{name}"}
    result["components"]["parameters"] = dict(sorted(shared.items()))


def _names(result: Schema, uses: Counter[str]) -> dict[str, str]:
    """Return the names of the repeated parameters: plain for the one that most operations have, else with its first tag."""
    found: dict[str, dict[str, str]] = {}
    for operation, parameter in _parameters(result):
        if uses[_key(parameter)] > 1:
            name = f"path_{parameter['name']}" if parameter["in"] == "path" else parameter["name"]
            found.setdefault(name, {}).setdefault(_key(parameter), operation["tags"][0])
    names: dict[str, str] = {}
    for name, variants in found.items():
        most = max(variants, key=lambda key: uses[key])
        names |= {key: _pascal(name) if key == most else _pascal(tag, name) for key, tag in variants.items()}
    if len(set(names.values())) < len(names):
        raise ValueError("Two parameters have one name.")
    return names


def _parameters(result: Schema) -> Iterator[tuple[Schema, Schema]]:
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                yield operation, parameter


def _key(parameter: Schema) -> str:
    return json.dumps(parameter, sort_keys=True)


def _pascal(*names: str) -> str:
    return "".join(word.title() for name in names for word in name.split("_"))
