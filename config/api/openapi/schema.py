"""Schema classes and extensions of drf-spectacular that make the OpenAPI document."""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import orjson
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.permissions import AllowAny, IsAuthenticatedOrReadOnly
from rest_framework.serializers import ListSerializer

from config.api.collections import tags
from config.api.openapi.components import quoted, share_enums, share_parameters
from config.api.openapi.responses import GONE, HEADERS, NAMES, components, error_of, headers, problem_content, response_of
from config.api.serializers import CountsSerializer, GoneProblemSerializer, ProblemSerializer, RequestedSerializer

JSON: Final = "application/json"
CLOSED: Final = ("ActorKind", "EventKind")
GROWS: Final = "New values can be added: ignore unknown ones."
MAX_RECORDS: Final = 200
MAX_REQUESTED: Final = 100
VERSIONS: Final = "list_source_versions"
OK: Final = "200"
# What any address takes: a key, or nothing.
OPTIONAL_KEY: Final[list[dict[str, Any]]] = [{"apiKey": []}, {}]
# The permissions that every reader has.
OPEN: Final = (AllowAny, IsAuthenticatedOrReadOnly)
ANSWERS: Final = Path(__file__).parent.parent / "answers.json"


# The order of the members of an operation.
MEMBERS: Final = ("operationId", "tags", "summary", "description", "parameters", "responses")


class ViewSchema(AutoSchema):
    """Schema of an operation. `@extend_schema` on a view or one of its methods overrides it.

    Besides, an operation has the parameters of the filterset of its view, the headers and errors that all answers have, and its
    answer on the sample record.
    """

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> dict[str, Any] | None:
        """Return one operation of the document; None for an address that is left out."""
        operation: dict[str, Any] | None = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        return {name: operation.pop(name, []) for name in MEMBERS} | operation

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """Return the docstring of the class of the view; those of its methods are for developers."""
        return documentation(type(self.view))

    def get_auth(self) -> list[dict[str, Any]]:
        """Return the security requirements, where they differ from those of the whole document."""
        auth = self._auth()
        return [] if auth == OPTIONAL_KEY else auth

    def _auth(self) -> list[dict[str, Any]]:
        auth: list[dict[str, Any]] = super().get_auth()
        return auth if {} in auth or self._is_restricted() else [*auth, {}]

    def _is_restricted(self) -> bool:
        """Return whether the view declares permissions that not every reader has."""
        return any(not isinstance(one, OPEN) for one in self.view.get_permissions())

    def _refusals(self) -> dict[str, Any]:
        """Return the 401 and the 403 of a view that declares permissions or authentication of its own.

        As Django REST framework has it, 401 needs an authenticator that names its scheme; the 401 of others is a 403.
        """
        scheme, is_restricted = self.view.get_authenticate_header(self.view.request), self._is_restricted()
        found = {}
        if scheme:
            about = "Credentials missing or invalid." if is_restricted else "Invalid credentials."
            named = HEADERS["WWW-Authenticate"] | {"description": f"Authentication scheme: {scheme.split()[0]}."}
            found["401"] = {
                "description": about,
                "headers": headers("401") | {"WWW-Authenticate": named},
                "content": problem_content("401"),
            }
        if is_restricted or (self.view.get_authenticators() and not scheme):
            about = "Permission denied." if scheme else "Credentials missing or invalid, or permission denied."
            found["403"] = {"description": about, "headers": headers("403"), "content": problem_content("403")}
        return found

    def path_parameters(self) -> list[dict[str, Any]]:
        """Return the parameters in the path."""
        return [*getattr(self.view, "path_parameters", ())]

    def query_parameters(self) -> list[dict[str, Any]]:
        """Return the parameters in the query."""
        filterset = getattr(self.view, "filterset_class", None)
        return list(filterset.described()) if filterset else []

    def _get_parameters(self) -> list[dict[str, Any]]:
        described = {(one["name"], one["in"]): one for one in (*self.path_parameters(), *self.query_parameters())}
        for key, parameter in self._process_override_parameters().items():  # type: ignore[no-untyped-call]
            described.pop(key, None)
            if parameter is not None:
                described[key] = parameter
        return list(described.values())

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        """Return the responses that the view declares, and those of every endpoint."""
        problems = {self.ref(one)["$ref"] for one in (ProblemSerializer, GoneProblemSerializer)}
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        responses = {status: response_of(status) for status in self._bodiless()}
        responses |= {status: error_of(status) for status in NAMES if status != GONE}
        if self._auth() != OPTIONAL_KEY:
            del responses["401"]
            responses |= self._refusals()
        for status, response in bodies.items():
            schemas = [one["schema"].get("$ref", "") for one in response.get("content", {}).values()]
            if schemas and problems.issuperset(schemas) and status in NAMES:
                responses.setdefault(status, error_of(status))
            else:
                responses[status] = self._completed(status, response)
        return dict(sorted(responses.items()))

    def _bodiless(self) -> list[str]:
        return ["304", "308"] if "{" in self.path else ["304"]

    def _completed(self, status: str, response: dict[str, Any]) -> dict[str, Any]:
        """Return a response with its headers and an example."""
        content = response.get("content", {})
        # The versions of all records look alike: one example does for all.
        name = self.get_operation_id()
        name = VERSIONS if name.endswith("_versions") else name
        for media in content.values():
            if status == OK and name in answers() and "examples" not in media:
                media["example"] = answers()[name]
        paged = ["Link"] if any(one["schema"].get("$ref", "").endswith("Page") for one in content.values()) else []
        own = response.get("headers", {})
        return {
            "description": response["description"] or "Successful response.",
            "headers": headers(status, paged) | own,
            "content": content,
        }

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Return whether a response is a list: its serializer has `many`."""
        return isinstance(serializer, ListSerializer)

    def _get_paginator(self) -> Any:
        return _Pages()

    def get_paginated_name(self, serializer_name: str) -> str:
        """Return the name of the component of a page."""
        return f"{serializer_name}Page"

    def page(self, item: dict[str, Any], *, requested: bool = False) -> dict[str, Any]:
        """Return the reference to the component of a page whose records have the schema `item`.

        With `requested`, it tells which of the slugs that were asked for were found.
        """
        name = item["$ref"].rpartition("/")[2] + "Page"
        schema = page_schema(item)
        if requested:
            names = {"type": "array", "items": self.ref(RequestedSerializer), "maxItems": MAX_REQUESTED}
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


class _Pages:
    """What drf-spectacular asks of a paginator."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page of an array."""
        return page_schema(schema["items"])


class KeyExtension(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the keys of the API."""

    target_class = "config.api.server.throttling.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the component."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Key that raises the rate limit; no request requires one. The operator of the server issues keys.",
        }


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
    """Schema of a kind that has one fixed value."""

    target_class = "config.api.serializers.KindField"

    def get_name(self) -> str:
        """Return the name of the component."""
        return f"{self.target.kind.title()}Kind"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """Return the schema of the field."""
        return {"type": "string", "enum": [self.target.kind], "description": "Kind of the record."}


def documentation(of: type) -> str:
    """Return the docstring of a class itself, without the indentation that Python before 3.13 leaves in it."""
    return inspect.cleandoc(of.__doc__ or "")


def enum_schema(vocabulary: Any) -> dict[str, Any]:
    """Return the schema of a vocabulary, with what each value means."""
    meanings = "\n".join(f"- `{value}`: {label}" for value, label in vocabulary.choices)
    values = vocabulary.values
    kind: dict[str, Any] = {"type": "string"}
    if isinstance(values[0], int):
        kind = {"type": "integer", "minimum": min(values), "maximum": max(values), "x-enum-varnames": list(vocabulary.names)}
    description = f"{documentation(vocabulary)}\n\n{meanings}"
    # Unions of documents are distinguished by their kinds, which no client can take more of.
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
                "maxItems": MAX_RECORDS,
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


def finish(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Say what drf-spectacular leaves out, when all is described: how long whole numbers are, what unions are for, errors."""
    result["security"] = [*reversed(OPTIONAL_KEY)]
    # Those of the settings are of addresses that no app registers.
    result["tags"] = [*tags(), *result["tags"]]
    result["components"]["responses"] = components()
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
