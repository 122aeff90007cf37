"""A request whose parameters have been read, as everything that answers it needs it."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from config.api.errors import InvalidParametersError
from config.api.parameters.base import FilterSet, Values
from config.api.parameters.query_string import Query


class ParsedRequest(NamedTuple):
    """A request, its query, and the values of its parameters."""

    request: HttpRequest
    query: Query
    values: Values

    @classmethod
    def of(cls, request: HttpRequest, filterset: type[FilterSet]) -> ParsedRequest:
        """Read the parameters of `request`; raise `InvalidParametersError`."""
        query = Query.of(request)
        values, error_items = filterset.read(query)
        if error_items:
            raise InvalidParametersError(*error_items)
        return cls(request, query, values)
