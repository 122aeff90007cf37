"""The answers and headers that every address of the API has, in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

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


def headers(status: str, more: Sequence[str] = ()) -> dict[str, Any]:
    """Return the headers of the answers of a status."""
    names = [*SPECIAL.get(status, []), *more, "RateLimit", "RateLimit-Policy"]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def response_of(status: str) -> dict[str, Any]:
    """Return the reference to an answer without a body."""
    return {"$ref": f"#/components/responses/{BODILESS[status][0]}"}


def error_of(status: str) -> dict[str, Any]:
    """Return the reference to an error that any address can answer."""
    return {"$ref": f"#/components/responses/{NAMES[status]}"}


def problem_content(status: str) -> dict[str, Any]:
    """Return the content of an error: a problem, by its schema."""
    schema = "GoneProblem" if status == GONE else "Problem"
    return {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def components() -> dict[str, Any]:
    """Return the components of the answers that every address has."""
    errors = {
        name: {"description": ERRORS[status], "headers": headers(status), "content": problem_content(status)}
        for status, name in NAMES.items()
    }
    return errors | {
        name: {"description": description, "headers": headers(status)} for status, (name, description) in BODILESS.items()
    }
