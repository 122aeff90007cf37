"""Sheets as files: CSV, line by line, and XLSX."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, Any, Final

from config.exceptions import RecordError

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What an XLSX cell and sheet can hold.
CELL_LENGTH: Final = 32_767
XLSX_LINES: Final = 200_000
# What a spreadsheet would count with; a negative number is only that.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_HARMLESS: Final = re.compile(r"-\d+(\.\d+)?", re.ASCII)
# What XML cannot hold, and what says so in its place.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\r]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WIDTH: Final = 24
_WIDTHS: Final = {"id": 10, "state": 12, "seen": 20, "name": 48, "text": 48, "description": 48}


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Return the cell as it was before it was guarded."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def escaped(text: str) -> str:
    """Return a text that XML can hold."""
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text: str) -> str:
    """Return the text as it was before it was escaped."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


class _Echo:
    """A file that hands back what is written to it."""

    @staticmethod
    def write(text: str) -> str:
        return text


def csv_lines(lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield the lines of a CSV file (RFC 4180), after a mark that tells spreadsheets that it is UTF-8."""
    writer: Any = csv.writer(_Echo())
    yield b"\xef\xbb\xbf"
    for line in lines:
        yield writer.writerow([guarded(cell) for cell in line]).encode()


def xlsx_file(title: str, lines: Iterable[Sequence[str]]) -> IO[bytes]:
    """Return an XLSX file of one sheet, all of it text: codes keep their noughts, and dates stay what they are."""
    # Whoever only serves readers never writes a workbook.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        for number, line in enumerate(lines, 1):
            if number == 1:
                for index, name in enumerate(line, 1):
                    dimension = sheet.column_dimensions[get_column_letter(index)]
                    dimension.width = _WIDTHS.get(name, _WIDTH)
                    dimension.number_format = "@"
            sheet.append([_cell(WriteOnlyCell(sheet), text, line) for text in _few(line, number)])
    except BaseException:
        # Only a workbook that is saved lets go of the file that it is gathered in.
        book.save(file)
        file.close()
        raise
    book.save(file)
    file.seek(0)
    return file


def _few(line: Sequence[str], number: int) -> Sequence[str]:
    if number > XLSX_LINES:
        raise RecordError(f"An XLSX file holds at most {XLSX_LINES} lines here. Download CSV, or narrow the list.")
    return line


def _cell(cell: Any, text: str, line: Sequence[str]) -> Any:
    """Make a cell hold a text, whatever it looks like."""
    kept = escaped(text)
    if len(kept) > CELL_LENGTH:
        raise RecordError("A text in this list is too long for an XLSX cell. Download CSV:", [line[1]])
    if kept:
        cell.value, cell.data_type, cell.number_format = kept, "s", "@"
    return cell
