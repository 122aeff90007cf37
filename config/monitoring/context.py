"""The request context of a thread: id, client address, route, and number of SQL queries."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.http import HttpRequest

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}\Z", re.ASCII)
_NAME: Final = re.compile(r"<(?:\w+:)?(\w+)>")
# Addresses that lead nowhere are many, and one route.
UNKNOWN: Final = "other"


class RequestContext:
    """The context of one request."""

    __slots__ = ("_route", "id", "queries", "request")

    def __init__(self, request: HttpRequest) -> None:
        given = request.META.get("HTTP_X_REQUEST_ID")
        self.id = given if given and _REQUEST_ID.match(given) else os.urandom(16).hex()
        self.request = request
        self.queries = 0
        self._route = ""

    @property
    def route(self) -> str:
        """The template that the address follows: `/api/v1/meetings/{slug}`."""
        if not self._route:
            match = self.request.resolver_match
            self._route = template(match.route) if match else UNKNOWN
        return self._route

    @route.setter
    def route(self, route: str) -> None:
        self._route = route


_current: ContextVar[RequestContext | None] = ContextVar("request", default=None)
_fields: ContextVar[Mapping[str, str] | None] = ContextVar("fields", default=None)


def begin(request: HttpRequest) -> RequestContext:
    """Make `request` the one that this thread answers. It stays until the next: a stream is read after its response is made."""
    context = RequestContext(request)
    _current.set(context)
    return context


def current() -> RequestContext | None:
    """Return the request that this thread answers, or answered last; None outside requests."""
    return _current.get()


@contextmanager
def log_fields(**fields: str) -> Iterator[None]:
    """Have each line that is logged in the block carry `fields`: which task is run, say."""
    token = _fields.set(fields)
    try:
        yield
    finally:
        _fields.reset(token)


def current_fields() -> Mapping[str, str]:
    """Return the fields of the block that this thread is in."""
    return _fields.get() or {}


def request_id() -> str:
    """Return the id of the request that this thread answers."""
    context = _current.get()
    return context.id if context else os.urandom(16).hex()


def set_route(route: str) -> None:
    """Say which template the address of the request follows, where Django has not looked it up."""
    context = _current.get()
    if context:
        context.route = route


@lru_cache(maxsize=2048)
def template(route: str) -> str:
    """Return a route as the OpenAPI document writes it."""
    return "/" + _NAME.sub(r"{\1}", route)


def add_query() -> None:
    """Count one SQL query."""
    context = _current.get()
    if context:
        context.queries += 1


def count_query(execute: Callable[..., Any], sql: str, params: Any, many: bool, details: Any) -> Any:  # noqa: FBT001 - as Django calls it
    """Count a query that goes through Django's cursors: an execute wrapper."""
    add_query()
    return execute(sql, params, many, details)


# The execute wrappers of a connection that nobody but the access log and the metrics looks at.
UNWATCHED: Final[tuple[list[Any], ...]] = ([], [count_query])


def count_queries() -> None:
    """Count the queries of this thread's connection from now on."""
    for database in connections.all():
        if count_query not in database.execute_wrappers:
            database.execute_wrappers.append(count_query)


def client_address(request: HttpRequest) -> str:
    """Return the address that asks: what the outermost trusted proxy saw, or else whoever connected."""
    seen: str = request.META.get("REMOTE_ADDR", "")
    if trusted := settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        seen = forwarded[-trusted] if len(forwarded) >= trusted else seen
    return seen
