"""Which view answers at an address, found by its segments instead of by trying one pattern after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import Any

from django.conf import settings
from django.urls import URLResolver, get_resolver
from django.urls.converters import StringConverter
from django.urls.resolvers import RoutePattern

from config.monitoring.context import template

View = Callable[..., Any]
# What an address consists of; None is a name, of a record say.
Segments = tuple[str | None, ...]


class Routes:
    """The addresses of a URL configuration whose segments are words and names. All others are left to Django."""

    def __init__(self, resolver: URLResolver) -> None:
        self._resolver = resolver
        found = _routes(resolver) if settings.FAST_PATH else ()
        self._views = {_segments(route): (view, _names(route)) for route, view in found}
        self._fixed = {f"/{'/'.join(map(str, parts))}": view for parts, (view, _) in self._views.items() if None not in parts}
        self._longest = max(map(len, self._views), default=0)
        self._templates = {view: template(route) for route, view in _routes(resolver)}

    def template(self, view: View) -> str:
        """Return the route that leads to `view` alone; blank where Django found it."""
        return self._templates.get(view, "")

    def find(self, path: str) -> tuple[View, dict[str, Any]]:
        """Return the view at `path`, and the names in it; raise `Resolver404` where there is none."""
        if fixed := self._fixed.get(path):
            return fixed, {}
        given = path.split("/")[1:]
        if all(given) and len(given) <= self._longest:
            # Words come before names: there is no meeting called counts.
            for segments in product(*((segment, None) for segment in given)):
                if found := self._views.get(segments):
                    view, names = found
                    return view, {name: given[index] for index, name in names}
        match = self._resolver.resolve(path)
        return match.func, match.kwargs


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, View]]:
    for one in resolver.url_patterns:
        if not isinstance(one.pattern, RoutePattern):
            continue
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one, route)
        elif all(type(converter) is StringConverter for converter in one.pattern.converters.values()):
            yield route, one.callback


def _segments(route: str) -> Segments:
    return tuple(None if part.startswith("<") else part for part in route.split("/"))


def _names(route: str) -> list[tuple[int, str]]:
    """Return the index of each parameter among the segments of a route, with its name."""
    parts = enumerate(route.split("/"))
    return [(index, part.strip("<>").rpartition(":")[2]) for index, part in parts if part.startswith("<")]


@cache
def routes() -> Routes:
    """Return the addresses of the API. Who answers these alone never loads what the pages of the desk need."""
    return Routes(get_resolver("config.api_urls"))
