"""Names in a request: the records that the values of parameters mean, and what to write instead of a name that nobody has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import reduce
from itertools import chain, islice
from operator import or_
from typing import Any, Final

from django.db.models import Model, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast

from config.api.engine import sql_cache
from config.api.errors import ErrorItem
from config.api.parameters.base import FilterSet, Keys, Parameter, Values
from config.api.parameters.references import AmbiguousNameError, Reference, by_code, has_names, is_slug, spellings
from config.record.database.search import Terms
from config.record.documents.registry import DOCUMENT_TYPES, document_type_of
from config.record.models import LogEntry, Redirect
from config.record.values.choices import CurationState
from config.record.values.folding import fold

MAX_NEAREST: Final = 3
# How many names one request may give, each of which can take several questions to the database.
MAX_NAMES: Final = 200
# For how many of the names that nobody has the nearest ones are looked for.
MAX_SUGGESTED: Final = 3
# How many names with the same beginning are compared with one that nobody has.
MAX_COMPARED: Final = 300
# How alike two names are, from 0 to 1, that could be taken for each other.
_LIKE: Final = 0.6
# What a likeness to a word of a name counts, of one to the whole.
_OF_A_WORD: Final = 0.9
_LAST: Final = "\U0010ffff"


def resolve(
    filterset: type[FilterSet], model: type[Model], values: Values, *, batch: bool = False
) -> tuple[Values, list[ErrorItem]]:
    """Return `values` with the keys of the records that they name, and an error item for each name that nobody has.

    With `batch`, several slugs may name records that there are not: the answer tells which (`Keys.requested`).
    """
    parameters = filterset.parameters()
    if not any(parameters[name].names or parameters[name].known_by_rows for name in values):
        return values, []
    given = {name: list(_flat(values[name])) for name in values if parameters[name].names or parameters[name].known_by_rows}
    if sum(map(len, given.values())) > MAX_NAMES:
        longest = max(given, key=lambda name: len(given[name]))
        return values, [ErrorItem("too_many_values", f"At most {MAX_NAMES} names in all parameters together.", longest)]
    models = {name: _models(name, parameters[name], model) for name in given if parameters[name].names}
    names = _Names({name: (models[name], given[name]) for name in models})
    resolved: dict[str, Any] = dict(values)
    error_items: list[ErrorItem] = []
    for name, those in models.items():
        resolved[name] = names.keyed(those, values[name], repeated=parameters[name].repeatable)
        if not (batch and name == "slug" and len(values[name]) > 1):
            error_items += names.error_items(name, those, given[name])
    for name, texts in given.items():
        if parameters[name].known_by_rows:
            error_items += _unknown(filterset, model, name, parameters[name], texts)
    return resolved, error_items


def _models(name: str, parameter: Parameter, model: type[Model]) -> Sequence[type[Model]]:
    """Return the models whose records a parameter names: slugs of a list are those of its own kind."""
    return (model,) if name in ("slug", "exclude_slug") else parameter.names


class _Names:
    """The records that the parameters of one request name: found by slug with one query, by code one by one."""

    def __init__(self, asked: Mapping[str, tuple[Sequence[type[Model]], Sequence[str]]]) -> None:
        self._ambiguous: dict[str, str] = {}
        wanted: dict[type[Model], dict[str, None]] = {}
        for models, texts in asked.values():
            for model in models:
                wanted.setdefault(model, {}).update(dict.fromkeys(texts))
        found = by_slug(wanted, as_typed=True)
        # A slug is taken before a former slug or a code, of whichever model: what has it is not looked for any further.
        found |= by_slug(_missing(asked.values(), found))
        self._found: dict[tuple[type[Model], str], Reference | None] = {**found}
        for model, texts in _missing(asked.values(), found).items():
            for text in texts:
                self._found[model, text] = self._by_code(model, text)

    def _by_code(self, model: type[Model], text: str) -> Reference | None:
        try:
            return by_code(model, text)
        except AmbiguousNameError as error:
            self._ambiguous[text] = str(error)
            return None

    def keyed(self, models: Sequence[type[Model]], value: Any, *, repeated: bool) -> Any:
        """Return the keys in place of the names in a value: of each model in turn, where they can be of several."""
        if repeated:
            return [self._keys(models[0], texts) for texts in value]
        return self._keys(models[0], value) if len(models) == 1 else [self._keys(model, value) for model in models]

    def _keys(self, model: type[Model], texts: Sequence[str]) -> Keys:
        references = {text: self._found.get((model, text)) for text in texts}
        keys = Keys(dict.fromkeys(one.key for one in references.values() if one))
        keys.requested = [(text, one and one.slug) for text, one in references.items()]
        return keys

    def error_items(self, parameter: str, models: Sequence[type[Model]], texts: Iterable[str]) -> Iterator[ErrorItem]:
        """Yield what is wrong with the names in one parameter."""
        wrong = [text for text in dict.fromkeys(texts) if not any(self._found.get((model, text)) for model in models)]
        for index, text in enumerate(wrong):
            if text in self._ambiguous:
                yield ErrorItem("ambiguous_value", self._ambiguous[text], parameter)
            else:
                yield unknown(models, text, parameter, suggest=index < MAX_SUGGESTED)


def _missing(
    asked: Iterable[tuple[Sequence[type[Model]], Sequence[str]]], found: Mapping[tuple[type[Model], str], Reference]
) -> dict[type[Model], list[str]]:
    """Return the texts of each model that name no record of any of the models of their parameter."""
    missing: dict[type[Model], list[str]] = {}
    for models, texts in asked:
        for text in dict.fromkeys(texts):
            if not any((model, text) in found for model in models):
                for model in models:
                    missing.setdefault(model, []).append(text)
    return missing


def find(model: Any, text: str) -> Reference | None:
    """Return the public record of `model` that `text` names in any way; raise `AmbiguousNameError` where several do.

    A slug is taken before a former slug, and both before a code. Case does not matter.
    """
    return by_slug({model: [text]}).get((model, text)) or by_code(model, text)


def by_slug(wanted: Mapping[Any, Iterable[str]], *, as_typed: bool = False) -> dict[tuple[Any, str], Reference]:
    """Return the public records of each model that have one of its slugs, or had it before, asked for in one query.

    Slugs `as_typed` are neither former ones nor in another case.

    `{Topic: ["libya"]}` asks for the public topics with a slug among libya and LIBYA, and for those that the redirects from these
    lead to:

        SELECT 0 AS index, id, slug, slug FROM events_topic WHERE state = 'published' AND slug IN ($1, $2)
        UNION ALL SELECT 0 AS index, (SELECT id FROM events_topic WHERE slug = new_slug AND …), new_slug, old_slug
            FROM record_redirect WHERE collection = 'topics' AND old_slug IN ($1, $2)
    """
    # Several models may be asked for one text.
    spelt = {
        text: [text] if as_typed else spellings(text)
        for text in dict.fromkeys(chain.from_iterable(wanted.values()))
        if is_slug(text)
    }
    slugs = {model: [text for text in texts if text in spelt] for model, texts in wanted.items()}
    padded = {model: sql_cache.padded([one for text in texts for one in spelt[text]]) for model, texts in slugs.items() if texts}
    if not padded:
        return {}

    def built(arguments: Sequence[str]) -> QuerySet[Any]:
        rest = iter(arguments)
        given = {model: [next(rest) for _ in texts] for model, texts in padded.items()}
        ways = [way for model, texts in given.items() for way in islice(_ways(model, texts), number)]
        first, *others = (rows.annotate(index=Value(index)).values_list("index", *of) for index, (rows, *of) in enumerate(ways))
        union: QuerySet[Any] = first.union(*others, all=True) if others else first
        return union

    number = 1 if as_typed else 2
    models, key = list(padded), ("names", as_typed, *((model, len(texts)) for model, texts in padded.items()))
    called: dict[tuple[Any, str], list[tuple[bool, Reference]]] = {}
    for index, found, slug, name in sql_cache.compiled_query(key, list(chain.from_iterable(padded.values())), built).rows():
        model, was = divmod(index, number)
        if found is not None:
            called.setdefault((models[model], name), []).append((bool(was), Reference(found, slug)))
    references = {}
    for model, texts in slugs.items():
        for text in texts:
            if known := [one for spelling in spelt[text] for one in called.get((model, spelling), ())]:
                # Uppercase comes first in the order of characters, and after it the same word as it was typed.
                _, references[model, text] = min(known, key=lambda one: (one[0], one[1].slug != text, one[1].slug))
    return references


def _ways(model: Any, texts: Sequence[str]) -> Iterator[tuple[QuerySet[Any], str, str, str]]:
    """Yield the public records with one of the slugs `texts`, then those that had one before; key, slug and that name of each."""
    public = model._default_manager.public().order_by()
    yield public.filter(slug__in=texts), "pk", "slug", "slug"
    moved = Redirect.objects.filter(collection=document_type_of(model).collection, old_slug__in=texts)
    yield moved.annotate(found=public.filter(slug=OuterRef("new_slug")).values("pk")), "found", "new_slug", "old_slug"


def _flat(value: Any) -> Iterator[str]:
    for one in [value] if isinstance(value, str) else value:
        yield from [one] if isinstance(one, str) else one


def unknown(models: Sequence[type[Model]], text: str, parameter: str = "", *, suggest: bool = True) -> ErrorItem:
    """Return the error item for a name that no record of `models` has: what became of it or, with `suggest`, the nearest."""
    what = " or ".join(str(model._meta.verbose_name) for model in models)
    message = f"No {what} is named “{text}”." if text.isprintable() else f"No {what} has this name."
    for model in models:
        if gone := _gone(model, text):
            return ErrorItem("unknown_value", f"“{text}” was {gone.operation} on {gone.at:%Y-%m-%d}.", parameter)
    if not suggest:
        return ErrorItem("unknown_value", message, parameter)
    near = sorted(chain.from_iterable(nearest(model, text) for model in models), reverse=True)[:MAX_NEAREST]
    also = f" Nearest: {', '.join(f'{slug} ({name})' for _, slug, name in near)}." if near else ""
    return ErrorItem("unknown_value", message + also, parameter, tuple(slug for _, slug, _ in near))


def _gone(model: type[Model], text: str) -> LogEntry | None:
    """Return the last entry of the log on a record that was public and is no more."""
    if not is_slug(text):
        return None
    entries = LogEntry.objects.filter(collection=document_type_of(model).collection, slug__in=spellings(text))
    last = entries.order_by("-sequence").first()
    return last if last and last.document is None else None


def nearest(model: Any, text: str) -> list[tuple[float, str, str]]:
    """Return the public records of `model` whose names are most like `text`: how like from 0 to 1, slug and name."""
    folded = fold(text)
    if not folded:
        return []
    public, title = model._default_manager.public(), Cast(document_type_of(model).title, TextField())

    def listed(rows: QuerySet[Any]) -> dict[str, str]:
        return dict(rows.order_by().annotate(called=title).values_list("slug", "called")[:MAX_COMPARED])

    if named := reduce(or_, (listed(public.filter(**{path: folded})) for path in _paths(model))):
        return [(1.0, slug, name) for slug, name in list(named.items())[:MAX_NEAREST]]
    rows: dict[str, str] = {}
    for begin in dict.fromkeys((folded, folded[:3], folded[:1])):
        for path in _paths(model):
            rows |= listed(public.filter(**{f"{path}__gte": begin, f"{path}__lt": begin + _LAST}))
    for word in folded.split()[:MAX_NEAREST]:
        rows |= listed(public.filter(search_text__words=Terms.of(f"{word[:4]}*")))
    spellings: dict[str, str] = {}
    for slug, name in rows.items():
        words = [word for word in fold(name).split() if len(word) >= len(folded) - 2]
        for spelling in (fold(slug), fold(name), *words):
            spellings.setdefault(spelling, slug)
    found: dict[str, float] = {}
    for spelling in get_close_matches(folded, spellings, n=2 * MAX_NEAREST, cutoff=_LIKE):
        like = SequenceMatcher(a=folded, b=spelling).ratio()
        # A word of a name is not quite the name.
        slug = spellings[spelling]
        found.setdefault(slug, like if spelling in (fold(slug), fold(rows[slug])) else like * _OF_A_WORD)
    return [(like, slug, rows[slug]) for slug, like in found.items()][:MAX_NEAREST]


def _paths(model: Any) -> list[str]:
    """Return the columns in which the folded names of records stand, the slug of those that have none."""
    columns = {field.name for field in model._meta.concrete_fields}
    named = ["name_folded"] if "name_folded" in columns else ["slug"]
    return [*named, "names__text_folded"] if has_names(model) else named


def _unknown(
    filterset: type[FilterSet], model: Any, name: str, parameter: Parameter, texts: Iterable[str]
) -> Iterator[ErrorItem]:
    """Yield an error item for each of `texts` that no public record has as the parameter asks for it."""
    rows, column = _having(model, parameter)

    def built(arguments: Sequence[str]) -> QuerySet[Any]:
        return rows.filter(**{column: arguments[0]}).order_by().values_list("pk")[:1]

    key = ("known", filterset, name)
    wrong = [text for text in texts if not sql_cache.compiled_query(key, [text], built, planned=False).rows()]
    for index, text in enumerate(wrong):
        near = _nearest_values(rows, column, text) if index < MAX_SUGGESTED else []
        also = f" Nearest: {', '.join(near)}." if near else ""
        yield ErrorItem("unknown_value", f"No record in this list has the value “{text}”.{also}", name, tuple(near))


def _having(model: Any, parameter: Any) -> tuple[QuerySet[Any], str]:
    """Return the public rows in which the values of a parameter stand, and their column there."""
    parameter = getattr(parameter, "opposite", parameter)
    branch, path = parameter.branch, str(parameter.select)
    table: Any = branch.rows(model).model if branch else model._meta.concrete_model
    *steps, column = path.split("__")
    for step in steps:
        table = table._meta.get_field(step).related_model
    if table in DOCUMENT_TYPES:
        # Of columns that one kind alone has, the indexes hold that kind.
        own = model if table is model._meta.concrete_model else table
        return own._default_manager.public(), column
    public = {f"{branch.record}__state": CurationState.PUBLISHED} if branch else {}
    return table._default_manager.filter(**public), column


def _nearest_values(rows: QuerySet[Any], column: str, text: str) -> list[str]:
    """Return the values of a column that are most like `text`, among those that begin like it in any case."""
    known: dict[str, str] = {}
    for length in (len(text), 3, 1):
        begin = text[:length]
        for start in dict.fromkeys((begin, begin.lower(), begin.upper(), begin.capitalize())):
            between = rows.filter(**{f"{column}__gte": start, f"{column}__lt": start + _LAST})
            values = between.order_by(column).values_list(column, flat=True)[:MAX_COMPARED]
            known |= {fold(one): one for one in values if one}
    close = get_close_matches(fold(text), known, n=MAX_NEAREST, cutoff=_LIKE)
    longer = [one for folded, one in known.items() if folded.startswith(fold(text))]
    return list(dict.fromkeys([*(known[one] for one in close), *longer]))[:MAX_NEAREST]
