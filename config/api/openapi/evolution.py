"""Tells what changes between two OpenAPI documents would break clients made from the older one (docs/api-evolution.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Document = dict[str, Any]
# What bounds the values of a schema: a higher minimum or a lower maximum takes less than before.
_LOWER = ("minimum", "minLength", "minItems")
_UPPER = ("maximum", "maxLength", "maxItems")
# What a value of a schema is, whatever its bounds.
_KIND = ("type", "format", "$ref", "allOf", "anyOf", "const", "pattern", "style", "explode")


def breaking(old: Document, new: Document) -> list[str]:
    """Return what a client made from `old` would break on with `new`, each in one line."""
    found = list(_operations(old, new))
    for name, schema in old["components"]["schemas"].items():
        now = new["components"]["schemas"].get(name)
        found += [f"schema {name} is gone"] if now is None else _schema(f"schema {name}", schema, now)
    if (old.get("security"), _schemes(old)) != (new.get("security"), _schemes(new)):
        found.append("keys are sent in another way")
    return found


def _schemes(document: Document) -> Any:
    return {
        name: {key: value for key, value in scheme.items() if key != "description"}
        for name, scheme in document["components"].get("securitySchemes", {}).items()
    }


def _operations(old: Document, new: Document) -> Iterator[str]:
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            where, now = f"{method.upper()} {path}", new["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{where} is gone"
                continue
            if now["operationId"] != operation["operationId"]:
                yield f"{where} is called {now['operationId']} instead of {operation['operationId']}"
            yield from _parameters(where, _resolved(old, operation["parameters"]), _resolved(new, now["parameters"]))
            yield from _responses(where, operation["responses"], now["responses"])


def _resolved(document: Document, parameters: Sequence[Document]) -> list[Document]:
    """Return parameters with the components that they refer to in their place."""
    shared = document["components"].get("parameters", {})
    return [shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in parameters]


def _parameters(where: str, old: Sequence[Document], new: Sequence[Document]) -> Iterator[str]:
    before, now = ({(one["in"], one["name"]): one for one in parameters} for parameters in (old, new))
    for key, parameter in before.items():
        if key not in now:
            yield f"{where}: parameter {key[1]} is gone"
            continue
        if now[key].get("required") and not parameter.get("required"):
            yield f"{where}: parameter {key[1]} is required now"
        if any(parameter.get(name) != now[key].get(name) for name in ("style", "explode")):
            yield f"{where}: parameter {key[1]} is written in another way"
        yield from _schema(f"{where}: parameter {key[1]}", parameter["schema"], now[key]["schema"], given=True)
    kept = [key for key in now if key in before]
    if kept != [key for key in before if key in now]:
        yield f"{where}: parameters stand in another order"
    for index, key in enumerate(now):
        if key not in before and any(later in before for later in list(now)[index + 1 :]):
            yield f"{where}: the new parameter {key[1]} does not stand at the end"
        if key not in before and now[key].get("required"):
            yield f"{where}: the new parameter {key[1]} is required"


def _responses(where: str, old: Document, new: Document) -> Iterator[str]:
    for status, response in old.items():
        if status not in new:
            yield f"{where}: status {status} is gone"
            continue
        before, now = response.get("content", {}), new[status].get("content", {})
        if list(before) != list(now):
            yield f"{where}: status {status} has other media types"
            continue
        for media, content in before.items():
            yield from _schema(f"{where}: {status}", content["schema"], now[media]["schema"])


def _schema(where: str, old: Document, new: Document, *, given: bool = False) -> Iterator[str]:
    """Yield what breaks between two schemas, of values that clients are given or, where `given`, that they give."""
    if any(old.get(key) != new.get(key) for key in _KIND):
        yield f"{where} is of another kind"
        return
    yield from _words(where, old, new)
    yield from _bounds(where, old, new, given=given)
    if not given:
        yield from _properties(where, old, new)
    if _kinds(old) != _kinds(new):
        yield f"{where} has other kinds"
    if "items" in old:
        yield from _schema(f"{where}[]", old["items"], new.get("items", {}), given=given)


def _words(where: str, old: Document, new: Document) -> Iterator[str]:
    if ("enum" in old) != ("enum" in new):
        yield f"{where} is of another kind"
    before, now = old.get("enum", []), new.get("enum", [])
    yield from (f"{where}: the value {word} is gone" for word in before if word not in now)
    if not (old.get("x-may-grow") or old.get("x-asked")):
        yield from (f"{where}: the value {word} is new, and the vocabulary is closed" for word in now if word not in before)
    if old.get("x-may-grow") and not new.get("x-may-grow"):
        yield f"{where} may not grow any more"


def _bounds(where: str, old: Document, new: Document, *, given: bool) -> Iterator[str]:
    for keys, sign in ((_LOWER, 1), (_UPPER, -1)):
        for key in keys:
            before, now = old.get(key), new.get(key)
            if before == now:
                continue
            # What takes less than before breaks those who give values, what gives more those who are given them.
            narrower = now is not None and (before is None or sign * now > sign * before)
            if narrower is given:
                yield f"{where}: {key} is {now} instead of {before}"


def _properties(where: str, old: Document, new: Document) -> Iterator[str]:
    now = new.get("properties", {})
    for name, schema in old.get("properties", {}).items():
        if name not in now:
            yield f"{where}.{name} is gone"
            continue
        if name in old.get("required", ()) and name not in new.get("required", ()):
            yield f"{where}.{name} may be missing now"
        yield from _schema(f"{where}.{name}", schema, now[name])


def _kinds(schema: Document) -> Any:
    return schema.get("oneOf"), schema.get("discriminator")
