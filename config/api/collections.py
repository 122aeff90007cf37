"""Registry of the API's collections. Apps register theirs in a module `api/collections.py`, which is imported with the URLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from config.record.documents.registry import DOCUMENT_TYPES


@dataclass(frozen=True)
class Collection:
    """A collection of the API: a list of published documents with its own URLs."""

    name: str
    # The view set: a `DocumentViewSet`.
    view: Any
    # The description of its tag in the OpenAPI document.
    description: str
    # The slug of a record of the sample, which is the example of the OpenAPI document.
    example: str
    # Examples of parameters that differ from those of other collections; None: the sample has none.
    examples: Mapping[str, Any] = field(default_factory=dict)
    # Whether `/search` returns its records; a part is found by the record that it belongs to.
    is_searched: bool = False


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that is not a collection, with its own tag in the OpenAPI document."""

    name: str
    route: str
    view: Any
    description: str


COLLECTIONS: Final[dict[str, Collection]] = {}
ENDPOINTS: Final[dict[str, Endpoint]] = {}
# By name of a collection or endpoint: the place of its app in the documentation.
_ORDER: Final[dict[str, int]] = {}
# By name, without the exclude_ that it can have: a value of a parameter which the sample answers.
_EXAMPLES: Final[dict[str, Any]] = {}


def register(*entries: Collection | Endpoint, order: int = 100, examples: Mapping[str, Any] | None = None) -> None:
    """Register collections and endpoints in the order of their documentation, and examples of the parameters that they take.

    Apps are documented by `order`, lowest first; it need not be the order in which they are installed.
    """
    for entry in entries:
        known: dict[str, Any] = COLLECTIONS if isinstance(entry, Collection) else ENDPOINTS
        if entry.name in COLLECTIONS or entry.name in ENDPOINTS:
            raise ValueError(f"Two entries of the API are called {entry.name}.")
        known[entry.name], _ORDER[entry.name] = entry, order
    for name, value in (examples or {}).items():
        if _EXAMPLES.setdefault(name, value) != value:
            raise ValueError(f"The parameter {name} has two examples: {_EXAMPLES[name]} and {value}.")


def examples_of(collection: str) -> dict[str, Any]:
    """Return the examples of parameters that are of one collection alone, by their names."""
    found = COLLECTIONS[collection]
    return {"slug": found.example, **found.examples}


def example_of(parameter: str) -> Any:
    """Return the example of a parameter in the OpenAPI document; None where its schema says enough."""
    return _EXAMPLES.get(parameter.removeprefix("exclude_"))


def registered() -> list[Collection]:
    """Return the collections in the order in which they are documented."""
    return sorted(COLLECTIONS.values(), key=_order)


def _order(entry: Collection | Endpoint) -> int:
    return _ORDER[entry.name]


def tags() -> list[dict[str, str]]:
    """Return the tags of the OpenAPI document."""
    tagged: list[Collection | Endpoint] = [*registered(), *sorted(ENDPOINTS.values(), key=_order)]
    return [{"name": one.name, "description": one.description} for one in tagged]


def logged() -> tuple[str, ...]:
    """Return the names of the collections whose records the log has versions of."""
    tables = {document_type.collection for document_type in DOCUMENT_TYPES.values()}
    return tuple(one.name for one in registered() if one.name in tables)


def searched() -> tuple[str, ...]:
    """Return the names of the collections that the search over everything covers."""
    return tuple(one.name for one in registered() if one.is_searched)
