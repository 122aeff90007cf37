"""What the OpenAPI document says of each address. Views describe themselves; serializers become its components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from config.api.serializers import ProblemSerializer

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
# What an answer is called whose documents lack the keys that `fields` did not ask for: it is not what their schema says.
PARTIAL: Final = "application/vnd.chancery.partial+json"
# What any address can answer besides what was asked for.
ERRORS: Final = {
    "400": "A parameter is unknown or has an impossible value; errors names each.",
    "401": "The key in Authorization is none; reading needs none.",
    "404": "There is no such record.",
    "405": "The method is not allowed; Allow names those that are.",
    "406": "None of the formats in Accept is served.",
    "429": "Too many requests; Retry-After says when to go on.",
    "500": "Something went wrong on the server.",
    "503": "The service is not ready; Retry-After says when to ask again.",
}
# The names of these answers as components.
NAMES: Final = {
    "400": "BadRequest", "401": "Unauthorized", "404": "NotFound", "405": "MethodNotAllowed", "406": "NotAcceptable",
    "429": "TooManyRequests", "500": "ServerError", "503": "Unavailable",
}  # fmt: skip
_LIMIT = {"type": "string", "maxLength": 200}
HEADERS: Final = {
    "ETag": {"description": "The version of the answer, for If-None-Match.", "schema": {"type": "string", "maxLength": 200}},
    "Link": {
        "description": "The next and the previous page, as in the body (RFC 8288).",
        "schema": {"type": "string", "maxLength": 8000},
    },
    "RateLimit": {"description": "What is left (r), and in how many seconds all is there again (t).", "schema": _LIMIT},
    "RateLimit-Policy": {"description": "How many requests (q) in how many seconds (w).", "schema": _LIMIT},
    "Retry-After": {
        "description": "After how many seconds to ask again.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400},
    },
    "Allow": {"description": "The methods that are allowed.", "schema": {"type": "string", "maxLength": 100}},
    "WWW-Authenticate": {"description": "Bearer.", "schema": {"type": "string", "maxLength": 100}},
}
# Which headers an answer has besides those that every one has.
SPECIAL: Final = {
    "200": ["ETag"], "304": ["ETag"], "401": ["WWW-Authenticate"], "405": ["Allow"],
    "429": ["Retry-After"], "503": ["Retry-After"],
}  # fmt: skip
PARTIAL_RECORD: Final = {
    "type": "object",
    "description": "A document with the keys that fields asked for, each as in the whole document.",
    "additionalProperties": True,
}
MOST_RECORDS: Final = 200
VERSIONS: Final = "list_source_versions"
ANSWERS: Final = Path(__file__).with_name("answers.json")


@dataclass(frozen=True, slots=True)
class Operation:
    """What an address answers."""

    name: str
    tag: str
    summary: str
    description: str
    answer: dict[str, Any]
    parameters: Sequence[dict[str, Any]] = ()
    media_type: str = JSON


class ViewSchema(AutoSchema):
    """Describes an operation as its view does."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> dict[str, Any] | None:
        """Return one operation of the document; None for an address that describes nothing."""
        self.registry, self.path, self.path_regex, self.path_prefix, self.method = (
            registry, path, path_regex, path_prefix, method,
        )  # fmt: skip
        if not hasattr(self.view, "describe"):
            return None
        operation: Operation = self.view.describe(self)
        self.ref(ProblemSerializer)
        content: dict[str, Any] = {"schema": operation.answer}
        # The versions of all records look alike: one example does for all.
        name = VERSIONS if operation.name.endswith("_versions") else operation.name
        if name in answers():
            content["example"] = answers()[name]
        media: dict[str, Any] = {operation.media_type: content}
        if operation.media_type == JSON and any(parameter["name"] == "fields" for parameter in operation.parameters):
            media[PARTIAL] = {"schema": self.partial(operation.answer)}
        paged = ["Link"] if operation.answer.get("$ref", "").endswith("Page") else []
        responses: dict[str, Any] = {
            "200": {"description": "What was asked for.", "headers": headers("200", paged), "content": media},
            "304": {"description": "The version named in If-None-Match is the current one.", "headers": headers("304")},
        }
        responses |= {status: {"$ref": f"#/components/responses/{name}"} for status, name in NAMES.items()}
        return {
            "operationId": operation.name, "tags": [operation.tag], "summary": operation.summary,
            "description": operation.description, "parameters": list(operation.parameters), "responses": responses,
        }  # fmt: skip

    def page(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return the reference to the component of a page whose records have the schema `item`."""
        name = item["$ref"].rpartition("/")[2] + "Page"
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, page_schema(item), name)  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(component)
        reference: dict[str, Any] = component.ref
        return reference

    def partial(self, whole: dict[str, Any]) -> dict[str, Any]:
        """Return what stands for `whole` where `fields` asked for some keys alone."""
        record = ResolvedComponent("PartialRecord", ResolvedComponent.SCHEMA, PARTIAL_RECORD, "PartialRecord")  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(record)
        reference: dict[str, Any] = record.ref
        return self.page(reference) if whole["$ref"].endswith("Page") else reference

    def ref(self, serializer: Any) -> dict[str, Any]:
        """Return the reference to the component that `serializer` becomes."""
        reference: dict[str, Any] = self.resolve_serializer(serializer, "response").ref
        return reference


@cache
def answers() -> dict[str, Any]:
    """Return what each operation answers on the sample record, by its name (`tests/api/test_answers.py` records it)."""
    recorded: dict[str, Any] = orjson.loads(ANSWERS.read_bytes())
    return recorded


def headers(status: str, more: Sequence[str] = ()) -> dict[str, Any]:
    """Return the headers of the answers of a status."""
    names = [*SPECIAL.get(status, []), *more, "RateLimit", "RateLimit-Policy"]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


class EnumExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Gives each vocabulary one component, named after it."""

    target_class = "config.api.serializers.EnumField"

    def get_name(self) -> str:
        """Return the name of the component."""
        name: str = self.target.vocabulary.__name__
        return name

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """Return the component."""
        return enum_schema(self.target.vocabulary)


class KindExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Tells the one value of a kind that is fixed."""

    target_class = "config.api.serializers.KindField"

    def get_name(self) -> str:
        """Return the name of the component."""
        return f"{self.target.kind.title()}Kind"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """Return the schema of the field."""
        return {"type": "string", "enum": [self.target.kind], "description": "The kind of the record."}


def enum_schema(vocabulary: Any) -> dict[str, Any]:
    """Return the schema of a vocabulary, with what each value means."""
    meanings = "\n".join(f"- `{value}`: {label}" for value, label in vocabulary.choices)
    values = vocabulary.values
    kind: dict[str, Any] = {"type": "string"}
    if isinstance(values[0], int):
        kind = {"type": "integer", "minimum": min(values), "maximum": max(values)}
    return {**kind, "enum": list(values), "description": f"{vocabulary.__doc__}\n\n{meanings}"}


def one_record(name: str, description: str, example: str) -> dict[str, Any]:
    """Return the description of a path parameter that names a record."""
    schema = {"type": "string", "minLength": 1, "maxLength": 300}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema, "example": example}


def page_schema(item: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of a page whose records have the schema `item`."""
    link = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "description": "One page of a list.",
        "required": ["results", "next", "previous"],
        "properties": {
            "results": {
                "type": "array",
                "items": item,
                "maxItems": MOST_RECORDS,
                "description": "The records of the page, in order.",
            },
            "next": link | {"description": "Where the list goes on; null on the last page."},
            "previous": link | {"description": "Where the list comes from; null on the first page."},
        },
    }


def finish(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Say what drf-spectacular leaves out, when all is described: how long whole numbers are, what unions are for, errors."""
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    result["components"]["responses"] = {
        name: {"description": ERRORS[status], "headers": headers(status), "content": problem} for status, name in NAMES.items()
    }
    result["components"]["headers"] = HEADERS
    for component in result["components"]["schemas"].values():
        if "discriminator" in component:
            kinds = ", ".join(component["discriminator"]["mapping"])
            component["description"] = f"A record of one of several kinds; kind says which: {kinds}."
        for schema in (component, *component.get("properties", {}).values()):
            if "integer" in schema.get("type", ""):
                schema.setdefault("format", "int64" if schema.get("maximum", 0) >= 2**31 else "int32")
    return result
