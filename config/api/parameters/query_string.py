"""Query parameters as they came: strictly decoded, and refused when nobody declared them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote_plus

from django.http import HttpRequest

from config.api.errors import ErrorItem, InvalidParametersError
from config.api.parameters.misnomers import unknown_parameter

MAX_PARAMETERS: Final = 100
LONGEST_VALUE: Final = 2000

# A short query string of at most a few parameters in which nothing is escaped.
_PLAIN = re.compile(r"[\w.~-]+=[\w.~:,*!-]*(?:&[\w.~-]+=[\w.~:,*!-]*){0,19}\Z", re.ASCII)
_SAFE = re.compile(r"[\w.~-]*\Z", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Query(NamedTuple):
    """The parameters of a request, in their order."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: HttpRequest) -> Query:
        """Read the parameters of `request`; raise `InvalidParametersError` where they are not text."""
        return cls.parsed(request.META.get("QUERY_STRING", ""))

    @classmethod
    def parsed(cls, raw: str) -> Query:
        """Read a query string, as WSGI hands it over."""
        if not raw:
            return _NOTHING
        return cls._plain(raw) if len(raw) <= LONGEST_VALUE and _PLAIN.match(raw) else cls._escaped(raw)

    @classmethod
    def _plain(cls, raw: str) -> Query:
        """Read parameters that say what they mean, as most do."""
        return cls(tuple([(name, value) for name, _, value in (part.partition("=") for part in raw.split("&"))]))

    @classmethod
    def _escaped(cls, raw: str) -> Query:
        try:
            # WSGI hands bytes over as Latin-1 text (PEP 3333); read as such, they stay what they were.
            pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=MAX_PARAMETERS, encoding="latin-1")
        except ValueError as error:
            error_item = ErrorItem("too_many_parameters", f"At most {MAX_PARAMETERS} parameters.")
            raise InvalidParametersError(error_item) from error
        query = cls(tuple((_text(name), _text(value, _shown(name))) for name, value in pairs))
        if error_items := list(query._malformed()):
            raise InvalidParametersError(*error_items)
        return query

    def _malformed(self) -> Iterator[ErrorItem]:
        for name, value in self.pairs:
            if _CONTROL.search(name) or _CONTROL.search(value):
                yield ErrorItem("control_character", "Control characters are not allowed.", _CONTROL.sub("�", name))
            elif len(value) > LONGEST_VALUE:
                yield ErrorItem("too_long", f"At most {LONGEST_VALUE} characters.", name)

    def values(self) -> dict[str, list[str]]:
        """Return the values of each parameter."""
        values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            values.setdefault(name, []).append(value)
        return values

    def without(self, *names: str) -> Query:
        """Return the query without some parameters."""
        return Query(tuple([pair for pair in self.pairs if pair[0] not in names]))

    def encoded(self, **more: str) -> str:
        """Return the query as a URL has it, with some parameters added."""
        pairs = [*self.pairs, *more.items()]
        return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


_NOTHING: Final = Query(())


def misnamed(given: Mapping[str, Sequence[str]], declared: Mapping[str, bool]) -> Iterator[ErrorItem]:
    """Yield what is wrong with the names of parameters. `declared` tells of each whether it may be repeated."""
    for name, values in given.items():
        if name not in declared:
            yield unknown_parameter(name, declared)
        elif len(values) > 1 and not declared[name]:
            yield ErrorItem("repeated_parameter", "Give this parameter once.", name)


def refuse_parameters(request: HttpRequest) -> None:
    """Raise `InvalidParametersError` for any parameter at all."""
    if error_items := list(misnamed(Query.of(request).values(), {})):
        raise InvalidParametersError(*error_items)


def _quoted(text: str) -> str:
    return text if _SAFE.match(text) else quote_plus(text)


def _text(raw: str, parameter: str = "") -> str:
    try:
        return raw.encode("latin-1", "replace").decode()
    except UnicodeDecodeError as error:
        raise InvalidParametersError(ErrorItem("not_utf8", "The value is not UTF-8.", parameter)) from error


def _shown(raw: str) -> str:
    return raw.encode("latin-1", "replace").decode(errors="replace")
