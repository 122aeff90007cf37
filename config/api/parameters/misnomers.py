"""Suggestions for unknown parameters: names that other APIs use, and near misses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from config.api.errors import ErrorItem

# Alternatives, each of one name or several. The first of which an address has all is meant.
Alternatives = tuple[tuple[str, ...], ...]

_DAY: Final[Alternatives] = (("date_after", "date_before"), ("as_of",), ("due_after", "due_before"), ("known_at",))
_SINCE: Final[Alternatives] = (("date_after",), ("due_after",), ("as_of",), ("updated_after",), ("after",))
_UNTIL: Final[Alternatives] = (("date_before",), ("due_before",), ("as_of",), ("updated_before",))
_WHO: Final[Alternatives] = (("participant",), ("holder",), ("official",), ("bound_actor",), ("related_to",))
_WHERE: Final[Alternatives] = (("country", "participant_country"), ("country",), ("nationality",), ("body",), ("slug",))
_MEANT: Final[dict[str, Alternatives]] = {
    **dict.fromkeys(("date", "day", "when", "on", "period", "date_range"), _DAY),
    **dict.fromkeys(("start", "from", "since", "start_date", "date_from", "from_date", "date_start", "date_min"), _SINCE),
    **dict.fromkeys(("end", "to", "until", "end_date", "date_to", "to_date", "date_end", "date_max"), _UNTIL),
    **dict.fromkeys(("actor", "actors", "participants", "who", "person", "member"), _WHO),
    **dict.fromkeys(("country_code", "countries", "nation", "state", "iso", "iso2", "iso3"), _WHERE),
    **dict.fromkeys(("search", "query", "keyword", "keywords", "text", "term"), (("q",),)),
    **dict.fromkeys(("sort", "sort_by", "order_by", "orderby", "ordering"), (("order",),)),
    **dict.fromkeys(("per_page", "page_size", "pagesize", "size", "rows", "max_results"), (("limit",),)),
    **dict.fromkeys(("select", "columns", "field"), (("fields",),)),
    **dict.fromkeys(("id", "ids", "slugs", "identifier"), (("slug",),)),
    **dict.fromkeys(("group_by", "groupby", "facet", "dimension"), (("by",),)),
    **dict.fromkeys(("location", "bbox"), (("near",), ("country",))),
    "role": (("participant_role",),),
    "rank": (("participant_rank",),),
    "office": (("participant_office",),),
    "target": (("about",),),
    "modified": (("updated_after", "updated_before"),),
    "modified_since": (("updated_after",),),
    "lang": (("language",),),
}
# What has no parameter, and how to do it instead.
_DONE_OTHERWISE: Final = {
    **dict.fromkeys(
        ("page", "offset", "skip", "page_number"), "Pagination uses cursors: follow the URL in next of the last page."
    ),
    **dict.fromkeys(("format", "output"), "Responses are JSON; /api/v1/exports/ serves whole lists as JSON Lines."),
    **dict.fromkeys(("include", "expand", "embed"), "Records in a document are references: fetch each by its slug."),
    **dict.fromkeys(("speaker", "speakers"), "Speakers are participants: use participant=… with participant_role=speaker."),
    **dict.fromkeys(
        ("key", "api_key", "apikey", "token"), "Reading requires no key; send a key in the header Authorization: Bearer …"
    ),
}


def unknown_parameter(name: str, declared: Iterable[str]) -> ErrorItem:
    """Return the error item that an address has no parameter of this name, with what to write instead."""
    known = sorted(declared)
    meant = next((names for names in _MEANT.get(name.lower(), ()) if set(names) <= set(known)), ())
    if suggestions := meant or get_close_matches(name, known, n=1, cutoff=0.6):
        return _no_such(name, f"Did you mean {' or '.join(suggestions)}?", suggestions)
    if name.lower() in _DONE_OTHERWISE and known:
        return _no_such(name, _DONE_OTHERWISE[name.lower()])
    return _no_such(name, f"Known parameters: {', '.join(known)}." if known else "This endpoint takes none.")


def _no_such(name: str, instead: str, suggestions: Sequence[str] = ()) -> ErrorItem:
    return ErrorItem("unknown_parameter", f"Unknown parameter. {instead}", name, tuple(suggestions))
