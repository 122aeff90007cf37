"""Which record each line of a sheet is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from config.desk.editorial.sheets.layout import ID, SEEN, SLUG, Layout
from config.desk.editorial.sheets.plan import RowResult
from config.desk.editorial.sheets.reading import Line, SheetError
from config.record.database.bulk import chunks
from config.record.documents.registry import DOCUMENT_TYPES
from config.record.models import Redirect

Asked = list[tuple[RowResult, dict[str, str]]]


def header_of(layout: Layout, first: Line) -> list[str]:
    """Return the names of the columns; raise `SheetError` where one is unknown, stands twice or is missing."""
    names = [cell.strip().casefold().replace(" ", "_") for cell in first.cells]
    wrong = []
    for index, name in enumerate(names, 1):
        if name in layout.header:
            continue
        close = get_close_matches(name, layout.header, 1)
        hint = f" Is it “{close[0]}”?" if close else ""
        wrong.append(f"column {index} (“{first.cells[index - 1].strip()}”) is unknown.{hint}")
    wrong += [f"column “{name}” appears {count} times." for name, count in Counter(names).items() if count > 1 and name]
    if not {ID, SLUG}.intersection(names):
        wrong.append("a column “slug” or “id” is required.")
    if wrong:
        raise SheetError(f"Line {first.number}: {' '.join(wrong)}")
    return names


def cells_of(names: list[str], line: Line) -> dict[str, str]:
    """Return the cells of a line by the names of their columns."""
    cells = [*line.cells, *[""] * (len(names) - len(line.cells))]
    return dict(zip(names, cells, strict=False))


def unreadable(names: list[str], line: Line) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a line before it is compared with anything, each with the column."""
    for index, message in line.wrong.items():
        yield (names[index] if index < len(names) else str(index + 1)), message
    if len(line.cells) > len(names):
        yield str(len(names) + 1), "There are more cells than columns."


def match(layout: Layout, asked: Asked) -> None:
    """Set in the results which record each line is about; or an error, where it is about none."""
    rows = layout.model._default_manager
    numbers = {number for _, cells in asked if (number := _number(cells.get(ID, ""))) is not None}
    slugs = {slug for _, cells in asked if (slug := cells.get(SLUG, "").strip())}
    by_id = {pk for chunk in chunks(sorted(numbers)) for pk in rows.filter(pk__in=chunk).values_list("pk", flat=True)}
    by_slug: dict[str, int] = {}
    others: dict[str, int] = {}
    moved: dict[str, str] = {}
    for chunk in chunks(sorted(slugs)):
        by_slug |= dict(rows.filter(slug__in=chunk).values_list("slug", "pk"))
        others |= dict(layout.table._default_manager.filter(slug__in=chunk).values_list("slug", "pk"))
        gone = Redirect.objects.filter(collection=DOCUMENT_TYPES[layout.table].collection, old_slug__in=chunk)
        moved |= dict(gone.values_list("old_slug", "new_slug"))
    kind = layout.model._meta.verbose_name
    for row_result, cells in asked:
        entered, slug = cells.get(ID, "").strip(), cells.get(SLUG, "").strip()
        row_result.slug = slug
        if entered:
            number = _number(entered)
            row_result.pk = number if number in by_id else None
            if row_result.pk is None:
                row_result.errors.append((ID, f"There is no {kind} {entered}. Empty the cells id and seen to create a new one."))
        elif slug in by_slug:
            row_result.pk = by_slug[slug]
        elif not slug:
            row_result.errors.append((SLUG, "A slug or an id is required."))
        elif cells.get(SEEN, "").strip():
            row_result.errors.append((SLUG, f"There is no {kind} “{slug}”. Empty the cell seen to create a new one."))
        elif slug in others:
            row_result.errors.append((SLUG, f"“{slug}” is a record of another kind."))
        elif slug in moved:
            row_result.errors.append((SLUG, f"“{slug}” is a former slug and redirects to “{moved[slug]}”."))


def refuse_twice(asked: Asked) -> None:
    """Refuse lines that are about the same record as a line before."""
    first: dict[Any, int] = {}
    for row_result, cells in asked:
        keys: set[tuple[str, Any]] = {(SLUG, row_result.slug)} if row_result.slug else set()
        keys |= {(ID, row_result.pk)} if row_result.pk is not None else set()
        before = [first[key] for key in keys if key in first]
        if before:
            column = SLUG if SLUG in cells else ID
            row_result.errors.append((column, f"Line {min(before)} refers to the same record."))
        for key in keys:
            first.setdefault(key, row_result.line)


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004 - fits in a key
