"""What the OpenAPI document says of each address. Views describe themselves; serializers become its components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from config.api.collections import tags
from config.api.components import quoted, share_enums, share_parameters
from config.api.serializers import CountsSerializer, GoneProblemSerializer, ProblemSerializer, RequestedSerializer

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
# What any address can answer besides what was asked for.
ERRORS: Final = {
    "400": "Unknown parameter or invalid value; `errors` lists each.",
    "401": "Invalid or revoked key in Authorization. Reading requires no key.",
    "404": "Record not found.",
    "405": "Method not allowed; Allow lists the allowed methods.",
    "406": "Format not available: no format in Accept is supported.",
    "410": "Record retracted or erased. The problem states when and why.",
    "429": "Rate limit exceeded; Retry-After states the seconds to wait.",
    "500": "Internal server error.",
    "503": "Service unavailable, or time limit of the request exceeded; Retry-After states the seconds to wait.",
}
# The names of these answers as components.
NAMES: Final = {
    "400": "BadRequest", "401": "Unauthorized", "404": "NotFound", "405": "MethodNotAllowed", "406": "NotAcceptable",
    "410": "Gone", "429": "TooManyRequests", "500": "ServerError", "503": "Unavailable",
}  # fmt: skip
GONE: Final = "410"
_LIMIT = {"type": "string", "maxLength": 200}
HEADERS: Final = {
    "Age": {
        "description": "Maximum age of the response in seconds, if a replica of the database served it. "
        "`Cache-Control: no-cache` in a request selects the newest data.",
        "schema": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2**31},
    },
    "ETag": {"description": "Version of the response, for If-None-Match.", "schema": {"type": "string", "maxLength": 200}},
    "Link": {
        "description": "URLs of the next and the previous page, as in the body (RFC 8288).",
        "schema": {"type": "string", "maxLength": 8000},
    },
    "RateLimit": {"description": "Requests remaining (r) and seconds until the limit is fully restored (t).", "schema": _LIMIT},
    "RateLimit-Policy": {"description": "Requests allowed (q) in a window of seconds (w).", "schema": _LIMIT},
    "Retry-After": {
        "description": "Seconds to wait before the next request.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400},
    },
    "Location": {
        "description": "URL to request instead.",
        "schema": {"type": "string", "format": "uri-reference", "maxLength": 8000},
    },
    "Allow": {"description": "Methods allowed.", "schema": {"type": "string", "maxLength": 100}},
    "WWW-Authenticate": {"description": "Authentication scheme: Bearer.", "schema": {"type": "string", "maxLength": 100}},
}
# Which headers an answer has besides those that every one has.
SPECIAL: Final = {
    "200": ["ETag", "Age"], "304": ["ETag", "Age"], "308": ["Location"], "401": ["WWW-Authenticate"], "405": ["Allow"],
    "429": ["Retry-After"], "503": ["Retry-After"],
}  # fmt: skip
# Answers without a body, as components.
BODILESS: Final = {
    "304": ("NotModified", "Version in If-None-Match is current; the body is omitted."),
    "308": ("PermanentRedirect", "Record moved to another slug, or requested by a code; Location gives its URL."),
}
CLOSED: Final = ("ActorKind", "EventKind")
GROWS: Final = "New values can be added: ignore unknown ones."
MOST_RECORDS: Final = 200
MOST_REQUESTED: Final = 100
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
    # Whether it answers 410 for a record that was public once.
    can_be_gone: bool = False


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
        self.ref(GoneProblemSerializer)
        content: dict[str, Any] = {"schema": operation.answer}
        # The versions of all records look alike: one example does for all.
        name = VERSIONS if operation.name.endswith("_versions") else operation.name
        if name in answers():
            content["example"] = answers()[name]
        media: dict[str, Any] = {operation.media_type: content}
        paged = ["Link"] if operation.answer.get("$ref", "").endswith("Page") else []
        responses: dict[str, Any] = {
            "200": {"description": "Successful response.", "headers": headers("200", paged), "content": media},
            "304": response_of("304"),
        }
        if any(parameter["in"] == "path" for parameter in operation.parameters):
            responses["308"] = response_of("308")
        errors = {status: name for status, name in NAMES.items() if status != GONE or operation.can_be_gone}
        responses |= {status: {"$ref": f"#/components/responses/{name}"} for status, name in errors.items()}
        return {
            "operationId": operation.name, "tags": [operation.tag], "summary": operation.summary,
            "description": operation.description, "parameters": list(operation.parameters), "responses": responses,
        }  # fmt: skip

    def page(self, item: dict[str, Any], *, requested: bool = False) -> dict[str, Any]:
        """Return the reference to the component of a page whose records have the schema `item`.

        With `requested`, it tells which of the slugs that were asked for were found.
        """
        name = item["$ref"].rpartition("/")[2] + "Page"
        schema = page_schema(item)
        if requested:
            names = {"type": "array", "items": self.ref(RequestedSerializer), "maxItems": MOST_REQUESTED}
            about = "Record matched by each value of `slug`; present only with `slug`."
            schema["properties"]["requested"] = names | {"description": about}
        return self.component(name, schema)

    def counts(self, record: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        """Return the reference to the component of the counts of records; `values` are the schemas of their dimensions."""
        name = record["$ref"].rpartition("/")[2]
        whole = self._map_serializer(CountsSerializer, "response")  # type: ignore[no-untyped-call]
        whole["properties"]["groups"]["items"] = self.component(f"{name}Group", group_schema(values))
        return self.component(f"{name}Counts", whole)

    def component(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the reference to the component `name`, which is made of `schema`."""
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema, name)  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(component)
        reference: dict[str, Any] = component.ref
        return reference

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


def response_of(status: str) -> dict[str, Any]:
    """Return the reference to an answer without a body."""
    return {"$ref": f"#/components/responses/{BODILESS[status][0]}"}


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
        return {"type": "string", "enum": [self.target.kind], "description": "Kind of the record."}


def enum_schema(vocabulary: Any) -> dict[str, Any]:
    """Return the schema of a vocabulary, with what each value means."""
    meanings = "\n".join(f"- `{value}`: {label}" for value, label in vocabulary.choices)
    values = vocabulary.values
    kind: dict[str, Any] = {"type": "string"}
    if isinstance(values[0], int):
        kind = {"type": "integer", "minimum": min(values), "maximum": max(values), "x-enum-varnames": list(vocabulary.names)}
    description = f"{vocabulary.__doc__}\n\n{meanings}"
    # Unions of documents are told apart by their kinds, which no client can take more of.
    if vocabulary.__name__ in CLOSED:
        return {**kind, "enum": list(values), "description": description}
    return {**kind, "enum": list(values), "description": f"{description}\n\n{GROWS}", "x-may-grow": True}


def one_record(name: str, description: str, example: str) -> dict[str, Any]:
    """Return the description of a path parameter that names a record."""
    schema = {"type": "string", "minLength": 1, "maxLength": 300}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema, "example": example}


def page_schema(item: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of a page whose records have the schema `item`."""
    link = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "description": "Page of a list.",
        "required": ["results", "next", "previous"],
        "properties": {
            "results": {
                "type": "array",
                "items": item,
                "maxItems": MOST_RECORDS,
                "description": "Records of the page, in order.",
            },
            "next": link | {"description": "URL of the next page; null on the last."},
            "previous": link | {"description": "URL of the previous page; null on the first."},
        },
    }


def group_schema(values: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of a group of counts, whose dimensions have values of these schemas."""
    properties = {
        name: _or_null(schema) | {"description": f"Value of {name}, if grouped by it; null for records without one."}
        for name, schema in values.items()
    }
    count = {"type": "integer", "minimum": 1, "description": "Number of records with these values."}
    return {
        "type": "object",
        "description": "Group of records with the same values.",
        "required": ["count"],
        "properties": properties | {"count": count},
    }


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | {"type": [schema["type"], "null"]} if "type" in schema else {"oneOf": [schema, {"type": "null"}]}


def _problem(status: str) -> dict[str, Any]:
    schema = "GoneProblem" if status == GONE else "Problem"
    return {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def finish(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Say what drf-spectacular leaves out, when all is described: how long whole numbers are, what unions are for, errors."""
    result["security"] = [{}, {"apiKey": []}]
    # Those of the settings are of addresses that no app registers.
    result["tags"] = [*tags(), *result["tags"]]
    result["components"]["responses"] = {
        name: {"description": ERRORS[status], "headers": headers(status), "content": _problem(status)}
        for status, name in NAMES.items()
    }
    result["components"]["responses"] |= {
        name: {"description": description, "headers": headers(status)} for status, (name, description) in BODILESS.items()
    }
    result["components"]["headers"] = HEADERS
    share_enums(result)
    for component in result["components"]["schemas"].values():
        if "discriminator" in component:
            kinds = ", ".join(component["discriminator"]["mapping"])
            component["description"] = f"Record of one of these kinds, given by `kind`: {kinds}."
        for schema in (component, *component.get("properties", {}).values()):
            if "integer" in schema.get("type", ""):
                schema.setdefault("format", "int64" if schema.get("maximum", 0) >= 2**31 else "int32")
    share_parameters(result)
    return result


class DocumentGenerator(SchemaGenerator):
    """Makes the document so that every YAML reader reads the same texts in it."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:  # noqa: FBT001, FBT002 - as its base
        """Return the document."""
        return quoted(super().get_schema(request, public))  # type: ignore[no-untyped-call]
