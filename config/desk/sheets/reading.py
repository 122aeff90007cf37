"""Files as sheets: what CSV and XLSX hold, as lines of text, or a refusal that says what is wrong and where."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any, Final

from config.desk.sheets.writing import unescaped, unguarded
from config.exceptions import ChanceryError

BYTES: Final = 10_000_000
# What an XLSX file may unpack to.
UNPACKED: Final = 150_000_000
MEMBERS: Final = 1000
LINES: Final = 10_000
COLUMNS: Final = 100
_DELIMITERS: Final = (",", ";", "\t")
_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PIECE: Final = 1 << 20
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell[\s>/]")
_DECLARED: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class SheetError(ChanceryError):
    """A file is no sheet that can be read."""

    code = "sheet"


@dataclass(frozen=True)
class Line:
    """A line of a sheet, by its number as spreadsheets count."""

    number: int
    cells: list[str]
    # What is wrong with a cell, by its place.
    wrong: dict[int, str]


def read(file: IO[bytes]) -> list[Line]:
    """Return the lines of a file that say something, the header first; raise `SheetError` where it cannot be read."""
    content = file.read(BYTES + 1)
    if len(content) > BYTES:
        raise SheetError(f"The file is bigger than {BYTES // 1_000_000} MB. Bring it in parts.")
    if content.startswith(_OLD_EXCEL):
        raise SheetError("This is a file of an old Excel, or one with a password. Save it as XLSX without a password, or as CSV.")
    lines = _filled(_xlsx(content) if content.startswith(_ZIP) else _csv(content))
    if not lines:
        raise SheetError("The file is empty.")
    return lines


def _filled(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that say something."""
    filled = []
    for line in lines:
        while line.cells and not line.cells[-1].strip() and len(line.cells) - 1 not in line.wrong:
            line.cells.pop()
        if len(line.cells) > COLUMNS:
            raise SheetError(f"Line {line.number} has more than {COLUMNS} columns.")
        if line.cells:
            filled.append(line)
        if len(filled) > LINES + 1:
            raise SheetError(f"The file has more than {LINES} lines. Bring it in parts.")
    return filled


# CSV


def _csv(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    delimiter = ""
    if match := re.match(r'"?sep=(.)"?\r?\n', text):
        # Excel says so itself.
        delimiter, text = match[1], text[match.end() :]
    delimiter = delimiter or _delimiter(text)
    csv.field_size_limit(BYTES)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetError(f"Line {number}: the quotation marks do not match ({error}).") from error
        yield Line(number, [unguarded(cell) for cell in cells], _nul(cells))


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SheetError(
            f"The file is not in UTF-8: line {line} has a character of another encoding. "
            "In a spreadsheet, save it as “CSV UTF-8” or as XLSX."
        ) from error


def _delimiter(text: str) -> str:
    """Return what parts the names of the columns, in which none of the marks stands."""
    header = text[: re.search(r"[\r\n]|$", text).start()]  # type: ignore[union-attr]  # `$` is always found
    return max(_DELIMITERS, key=header.count)


def _nul(cells: list[str]) -> dict[int, str]:
    return {place: "has a character that cannot be kept (NUL)." for place, cell in enumerate(cells) if "\x00" in cell}


# XLSX


def _xlsx(content: bytes) -> Iterator[Line]:
    # Whoever only serves readers never opens a workbook.
    from openpyxl import load_workbook  # noqa: PLC0415

    _look_through(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        yield from _lines_of(content, book.worksheets)
    except SheetError:
        raise
    except Exception as error:
        # A file that is no workbook, or a broken one, fails in many ways.
        raise SheetError("The file cannot be read as XLSX. Save it anew in a spreadsheet, or as CSV.") from error


def _lines_of(content: bytes, sheets: list[Any]) -> Iterator[Line]:
    if not sheets:
        raise SheetError("The file has no sheet.")
    _refuse_merged(content, sheets[0]._worksheet_path)  # noqa: SLF001 - the reader does not tell of merged cells
    # What the file says of its size may be wrong.
    sheets[0].reset_dimensions()
    for number, row in enumerate(sheets[0].iter_rows(), 1):
        if number > LINES * 100:
            raise SheetError("The sheet goes on for too many empty lines.")
        cells, wrong = [], {}
        for place, cell in enumerate(row):
            try:
                cells.append(_text(cell))
            except ValueError as error:
                cells.append("")
                wrong[place] = str(error)
        yield Line(number, cells, wrong or _nul(cells))


def _look_through(content: bytes) -> None:
    """Refuse what unpacks to more than a sheet needs, and XML that declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            # No member gives more than it says here.
            is_big = len(members) > MEMBERS or sum(one.file_size for one in members) > UNPACKED
            parts = [one for one in members if not one.filename.startswith("xl/media/")]
            is_odd = not is_big and any(_declares(archive, one) for one in parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise SheetError("The file is damaged, or has a password. Save it anew in a spreadsheet, or as CSV.") from error
    if is_big:
        raise SheetError("The file unpacks to more than a sheet needs. Save only the sheet itself, or CSV.")
    if is_odd:
        raise SheetError("The file declares entities, which no spreadsheet does.")


def _declares(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    with archive.open(member) as part:
        tail = b""
        while piece := part.read(_PIECE):
            # In UTF-16 every other byte is nought.
            if _DECLARED.search((tail + piece).replace(b"\x00", b"")):
                return True
            tail = piece[-32:]
    return False


def _refuse_merged(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if _MERGED.search(archive.read(name)):
            raise SheetError("The sheet has merged cells, of which nobody can tell for which line they speak. Part them.")


def _text(cell: Any) -> str:
    """Return what a cell says, as text; raise `ValueError` where it says nothing of its own."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError("holds a formula. Paste its value instead.")
    if cell.data_type == "e":
        raise ValueError(f"holds the error {value}.")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unescaped(value) if isinstance(value, str) else str(value)
