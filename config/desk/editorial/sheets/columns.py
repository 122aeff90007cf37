"""What the columns of a sheet hold: the fields of a record and its lists, written so that a spreadsheet can keep them.

A cell is made from a snapshot and nothing else. So whoever brings a sheet back is understood by comparison: a cell that says what
the record says changes nothing, however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Protocol

from django.core.exceptions import ValidationError
from django.db import models

from config.record.curation.snapshots import RecordSnapshot, Values
from config.record.database.bulk import chunks
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.models import Redirect
from config.record.values.folding import fold

_SUGGESTED: Final = 200
YES: Final = frozenset({"yes", "y", "true", "t", "1", "on", "x", "ja", "oui", "wahr", "vrai", "evet"})
NO: Final = frozenset({"no", "n", "false", "f", "0", "off", "nein", "non", "falsch", "faux", "hayır"})
_PIECE: Final = re.compile(r"(?:^|\|)((?:\\.|[^\\|]|\\$)*)")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+", re.ASCII)


class References:
    """The records that cells refer to by slug, looked up together."""

    def __init__(self, wanted: Mapping[Any, Iterable[str]]) -> None:
        self._found: dict[Any, dict[str, int]] = {}
        self._moved: dict[Any, dict[str, str]] = {}
        self._likely: dict[Any, dict[str, str]] = {}
        for column, slugs in wanted.items():
            model = column.related_model
            rows = model._default_manager.complex_filter(column.get_limit_choices_to())
            found = self._found.setdefault(column, {})
            for chunk in chunks(sorted(set(slugs))):
                found.update(rows.filter(slug__in=chunk).values_list("slug", "pk"))
            missing = set(slugs) - found.keys()
            self._likely[column] = _likely(rows, missing)
            moved = Redirect.objects.filter(collection=DOCUMENT_TYPES[model._meta.concrete_model].collection)
            self._moved[column] = {
                old: new for chunk in chunks(sorted(missing))
                for old, new in moved.filter(old_slug__in=chunk).values_list("old_slug", "new_slug")
            }  # fmt: skip

    def find(self, column: Any, slug: str) -> int:
        """Return the key of the record with this slug; raise `ValidationError` where there is none."""
        found = self._found.get(column, {})
        if slug in found:
            return found[slug]
        moved = self._moved.get(column, {}).get(slug)
        likely = self._likely.get(column, {}).get(fold(slug))
        hint = f" It is “{moved}” now." if moved else f" Is it “{likely}”?" if likely else _suggestion(slug, found)
        raise ValidationError(f"There is no {column.related_model._meta.verbose_name} with the slug “{slug}”.{hint}")


def _likely(rows: models.QuerySet[Any], missing: Iterable[str]) -> dict[str, str]:
    """Return the slugs of records that are called so, or would be with letters of the other case, by what was asked for."""
    some = sorted(missing)[:_SUGGESTED]
    if not some:
        return {}
    cases = {other for slug in some for other in (slug.lower(), slug.upper())}
    likely = {fold(slug): slug for slug in rows.filter(slug__in=cases).values_list("slug", flat=True)}
    if any(one.name == "name_folded" for one in rows.model._meta.concrete_fields):
        likely |= dict(rows.filter(name_folded__in=[fold(slug) for slug in some]).values_list("name_folded", "slug"))
    return likely


def _suggestion(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), 1)
    return f" Is it “{close[0]}”?" if close else ""


# One value


def written(column: Any, value: Any, of: RecordSnapshot) -> str:
    """Return a value as a cell says it: a record by its slug, a choice by its word."""
    if value is None:
        return ""
    if column.is_relation:
        return of.named.get(f"{column.related_model._meta.label_lower}:{value}", ("", ""))[0]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def understood(column: Any, text: str, references: References) -> Any:
    """Return the value that a cell means; raise `ValidationError` where it means none."""
    text = text.strip()
    if not text:
        return _nothing(column)
    if column.is_relation:
        return references.find(column, text)
    if isinstance(column, models.BooleanField):
        return _boolean(text)
    if column.choices:
        text = _choice(column, text)
    if isinstance(column, models.DecimalField) and _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    return column.clean(text, None)


def _nothing(column: Any) -> Any:
    if column.null and column.blank:
        return None
    if column.blank and column.empty_strings_allowed:
        return ""
    if isinstance(column, models.BooleanField):
        return column.get_default()
    raise ValidationError("A value is needed.")


def _boolean(text: str) -> bool:
    word = text.casefold()
    if word in YES or word in NO:
        return word in YES
    raise ValidationError(f"“{text}” is neither yes nor no.")


def _choice(column: Any, text: str) -> str:
    """Return the word of a choice, for its word or for what people read in its place."""
    words = {str(value).casefold(): str(value) for value, _ in column.flatchoices if value != ""}
    words |= {str(label).casefold(): str(value) for value, label in column.flatchoices if str(label).casefold() not in words}
    if text.casefold() in words:
        return words[text.casefold()]
    raise ValidationError(f"“{text}” is not one of: {_offered(column)}.{_suggestion(text, words)}")


# Columns


class Column(Protocol):
    """One column of a sheet."""

    @property
    def name(self) -> str:
        """What the first line of the sheet calls it."""

    @property
    def means(self) -> str:
        """The contents of the column, for whoever fills it in."""

    def cell(self, snapshot: RecordSnapshot, pk: int) -> str:
        """Return what the cell of a record says."""

    def mentions(self, text: str) -> Iterator[tuple[Any, str]]:
        """Yield the slugs in a cell, each with the field that refers by it."""


@dataclass(frozen=True)
class FieldColumn:
    """A field of the record's own row."""

    name: str
    field: Any
    # Whether a sheet only shows it.
    shown_only: bool = False

    @property
    def means(self) -> str:
        words = [_what(self.field)]
        if self.shown_only:
            words.append("Read-only.")
        return " ".join(filter(None, words))

    def cell(self, snapshot: RecordSnapshot, pk: int) -> str:
        (row,) = snapshot.rows[self.field.model._meta.label_lower].values()
        return written(self.field, row.get(self.field.name), snapshot)

    def mentions(self, text: str) -> Iterator[tuple[Any, str]]:
        if self.field.is_relation and text.strip():
            yield self.field, text.strip()


@dataclass(frozen=True)
class SlugsColumn:
    """A list of records without more: slugs, separated by semicolons."""

    name: str
    field: Any
    # The table whose rows are the list; None where it is a list that Django keeps itself.
    part: Any = None
    owner: str = ""

    @property
    def means(self) -> str:
        return f"{self.field.help_text} Slugs, separated by semicolons: one; another."

    def cell(self, snapshot: RecordSnapshot, pk: int) -> str:
        if self.part is None:
            (row,) = snapshot.rows[self.field.model._meta.label_lower].values()
            keys = row.get(self.field.name, [])
        else:
            keys = [values[self.field.name] for _, values in _rows(snapshot, self.part)]
        return "; ".join(written(self.field, key, snapshot) for key in keys)

    def mentions(self, text: str) -> Iterator[tuple[Any, str]]:
        yield from ((self.field, slug) for slug in self._slugs(text))

    def items(self, text: str, references: References) -> list[int]:
        """Return the keys of the records that a cell names."""
        keys = [references.find(self.field, slug) for slug in self._slugs(text)]
        if len(set(keys)) < len(keys):
            raise ValidationError("A record appears twice.")
        return keys

    @staticmethod
    def _slugs(text: str) -> list[str]:
        return [slug.strip() for slug in re.split(r"[;,\r\n]", text) if slug.strip()]


@dataclass(frozen=True)
class ListColumn:
    """A list of rows that belong to the record: a line for each, its values parted by bars."""

    name: str
    part: Any
    owner: str
    fields: Sequence[Any] = field(default_factory=tuple)

    @property
    def means(self) -> str:
        form = " | ".join(one.verbose_name for one in self.fields)
        chosen = [f"\n{one.verbose_name}: {_offered(one)}." for one in self.fields if one.choices]
        ends = "Omit empty values at the end of a line; write a bar within a value as \\|."
        return f"One line for each: {form}. {ends}{''.join(chosen)}"

    def cell(self, snapshot: RecordSnapshot, pk: int) -> str:
        return "\n".join(self.line(values, snapshot) for _, values in _rows(snapshot, self.part))

    def line(self, values: Values, of: RecordSnapshot) -> str:
        """Return the line of one row."""
        pieces = [_escaped(written(one, values.get(one.name), of)) for one in self.fields]
        while pieces and not pieces[-1]:
            pieces.pop()
        return " | ".join(pieces)

    def mentions(self, text: str) -> Iterator[tuple[Any, str]]:
        for line in lines(text):
            for one, piece in zip(self.fields, pieces(line), strict=False):
                if one.is_relation and piece:
                    yield one, piece

    def values(self, line: str, references: References) -> Values:
        """Return the values that a line gives; raise `ValidationError` where it gives none."""
        given = pieces(line)
        if len(given) > len(self.fields):
            raise ValidationError(f"“{line}” has more than {len(self.fields)} parts. Write a bar within a value as \\|.")
        given += [""] * (len(self.fields) - len(given))
        values = {}
        for one, piece in zip(self.fields, given, strict=True):
            try:
                values[one.name] = _default(one) if not piece and _default(one) else understood(one, piece, references)
            except ValidationError as error:
                raise ValidationError(f"“{line}”: {one.verbose_name}: {' '.join(error.messages)}") from error
        return values


def lines(text: str) -> list[str]:
    """Return the lines of a cell that say something."""
    return [line.strip() for line in re.split(r"\r\n|\r|\n", text) if line.strip()]


def pieces(line: str) -> list[str]:
    """Return the values of a line."""
    return [re.sub(r"\\(.)", _unescaped, piece.strip()) for piece in _PIECE.findall(line)]


def _unescaped(match: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r"}.get(match[1], match[1])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n").replace("\r", "\\r")


def _default(column: Any) -> Any:
    """Return what a new row has where nothing is given, as far as it is something."""
    return column.get_default() if column.has_default() and column.choices else ""


def _rows(snapshot: RecordSnapshot, part: Any) -> list[tuple[str, Values]]:
    rows = snapshot.rows.get(part._meta.label_lower, {})
    return sorted(rows.items(), key=lambda one: int(one[0]))


def _what(column: Any) -> str:
    words = [str(column.help_text)]
    if column.is_relation:
        words.append("The slug of the record.")
    if isinstance(column, models.BooleanField):
        words.append("yes or no.")
    return " ".join(filter(None, [*words, f"One of: {_offered(column)}." if column.choices else ""]))


def _offered(column: Any) -> str:
    return ", ".join(str(value) for value, _ in column.flatchoices if value != "")
