"""Query parameters as they came: strictly decoded, and refused when nobody declared them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote_plus

from django.http import HttpRequest

from config.api.errors import Flaw, InvalidParametersError

MOST_PARAMETERS: Final = 100
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
        raw = request.META.get("QUERY_STRING", "")
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
            pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, encoding="latin-1")
        except ValueError as error:
            flaw = Flaw("too_many_parameters", f"At most {MOST_PARAMETERS} parameters are read.")
            raise InvalidParametersError(flaw) from error
        query = cls(tuple((_text(name), _text(value, _shown(name))) for name, value in pairs))
        if flaws := list(query._malformed()):
            raise InvalidParametersError(*flaws)
        return query

    def _malformed(self) -> Iterator[Flaw]:
        for name, value in self.pairs:
            if _CONTROL.search(name) or _CONTROL.search(value):
                yield Flaw("control_character", "Control characters are not text.", _CONTROL.sub("�", name))
            elif len(value) > LONGEST_VALUE:
                yield Flaw("too_long", f"At most {LONGEST_VALUE} characters.", name)

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


def misnamed(given: Mapping[str, Sequence[str]], declared: Mapping[str, bool]) -> Iterator[Flaw]:
    """Yield what is wrong with the names of parameters. `declared` tells of each whether it may be repeated."""
    for name, values in given.items():
        if name not in declared:
            yield Flaw("unknown_parameter", _suggestion(name, declared), name)
        elif len(values) > 1 and not declared[name]:
            yield Flaw("repeated_parameter", "Give this parameter once.", name)


def refuse_parameters(request: HttpRequest) -> None:
    """Raise `InvalidParametersError` for any parameter at all."""
    if flaws := list(misnamed(Query.of(request).values(), {})):
        raise InvalidParametersError(*flaws)


def _suggestion(name: str, declared: Iterable[str]) -> str:
    known = sorted(declared)
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"There is no such parameter. Did you mean {near[0]}?"
    if known:
        return f"There is no such parameter. There are: {', '.join(known)}."
    return "There is no such parameter. This address takes none."


def _quoted(text: str) -> str:
    return text if _SAFE.match(text) else quote_plus(text)


def _text(raw: str, parameter: str = "") -> str:
    try:
        return raw.encode("latin-1", "replace").decode()
    except UnicodeDecodeError as error:
        raise InvalidParametersError(Flaw("not_utf8", "This is not UTF-8.", parameter)) from error


def _shown(raw: str) -> str:
    return raw.encode("latin-1", "replace").decode(errors="replace")
