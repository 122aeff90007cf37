"""What the OpenAPI document says of each address. Views describe themselves; serializers become its components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

from config.api.serializers import ProblemSerializer

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
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
RETRY_AFTER: Final = {
    "description": "After how many seconds to ask again.",
    "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What an address answers."""

    name: str
    tag: str
    summary: str
    description: str
    answer: dict[str, Any]
    parameters: Sequence[dict[str, Any]] = ()


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
        problem = self.ref(ProblemSerializer)
        answers: dict[str, Any] = {
            "200": {
                "description": "What was asked for.",
                "headers": {"ETag": {"description": "The version of the answer.", "schema": {"type": "string"}}},
                "content": {JSON: {"schema": operation.answer}},
            },
            "304": {"description": "The version named in If-None-Match is the current one."},
        }
        for status, meaning in ERRORS.items():
            later = {"headers": {"Retry-After": RETRY_AFTER}} if "Retry-After" in meaning else {}
            answers[status] = {"description": meaning, **later, "content": {PROBLEM: {"schema": problem}}}
        return {
            "operationId": operation.name, "tags": [operation.tag], "summary": operation.summary,
            "description": operation.description, "parameters": list(operation.parameters), "responses": answers,
        }  # fmt: skip

    def ref(self, serializer: Any) -> dict[str, Any]:
        """Return the reference to the component that `serializer` becomes."""
        reference: dict[str, Any] = self.resolve_serializer(serializer, "response").ref
        return reference


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


def finish(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Say what drf-spectacular leaves out, when all is described: how long whole numbers are, what unions are for."""
    for component in result["components"]["schemas"].values():
        if "discriminator" in component:
            kinds = ", ".join(component["discriminator"]["mapping"])
            component["description"] = f"A record of one of several kinds; kind says which: {kinds}."
        for schema in (component, *component.get("properties", {}).values()):
            if "integer" in schema.get("type", ""):
                schema.setdefault("format", "int64" if schema.get("maximum", 0) >= 2**31 else "int32")
    return result
