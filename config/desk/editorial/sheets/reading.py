"""Files as sheets: what CSV and XLSX hold, as lines of text, or a refusal that says what is wrong and where.

A small file can unpack to a great many cells, strings, styles or attributes, and no list of limits covers them all. So whatever
is not small is read by a process of its own, to which the kernel gives a fixed amount of memory and time; it sends lines.
"""

from __future__ import annotations

import csv
import io
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from threading import Timer
from typing import IO, Any, Final

import orjson
from django.conf import settings

from config.desk.editorial.sheets.writing import unescaped, unguarded
from config.exceptions import ChanceryError

BYTES: Final = 10_000_000
# What an XLSX file may unpack to.
UNPACKED: Final = 150_000_000
MEMBERS: Final = 1000
LINES: Final = 10_000
COLUMNS: Final = 100
# How much text a cell may have, and all lines together.
CELL: Final = 1_000_000
TEXT: Final = 20_000_000
# What is read here; what is more, packed or unpacked, is read by a process that gets so much memory, and so many seconds.
SMALL: Final = 1_000_000
MEMORY: Final = 150_000_000
SECONDS: Final = 60
_DELIMITERS: Final = (",", ";", "\t")
_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PIECE: Final = 1 << 20
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell[\s>/]")
# What expat calls it.
_NO_MEMORY: Final = 1
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
        raise SheetError(f"The file is bigger than {BYTES // 1_000_000} MB. Split it.")
    if content.startswith(_OLD_EXCEL):
        raise SheetError("The file has the old Excel format (XLS), or a password. Save it as XLSX without a password, or as CSV.")
    lines = list(_lines(content) if _is_small(content) else _lines_from_apart(content))
    if not lines:
        raise SheetError("The file is empty.")
    return lines


def _lines(content: bytes) -> Iterator[Line]:
    return _filled(_xlsx(content) if content.startswith(_ZIP) else _csv(content))


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that say something."""
    filled = text = 0
    for line in lines:
        while line.cells and not line.cells[-1].strip() and len(line.cells) - 1 not in line.wrong:
            line.cells.pop()
        if len(line.cells) > COLUMNS:
            raise SheetError(f"Line {line.number} has more than {COLUMNS} columns.")
        if not line.cells:
            continue
        filled += 1
        text += sum(map(len, line.cells))
        if filled > LINES + 1:
            raise SheetError(f"The file has more than {LINES} lines. Split it.")
        if text > TEXT:
            raise SheetError(f"The file has more than {TEXT // 1_000_000} million characters. Split it.")
        yield line


# Apart


def _is_small(content: bytes) -> bool:
    """Return whether a file can be read here, whatever it holds."""
    if len(content) > SMALL:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # No member gives more than it says here.
            return sum(one.file_size for one in archive.infolist()) <= SMALL
    except Exception:  # noqa: BLE001 - no archive, or a broken one, which unpacks to nothing
        return True


def _lines_from_apart(content: bytes) -> Iterator[Line]:
    """Yield the lines of a file that another process reads."""
    command = [sys.executable, "-c", f"from {__name__} import send_lines; send_lines()"]
    with subprocess.Popen(  # noqa: S603 - our own
        command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        end = Timer(SECONDS, process.kill)
        end.start()
        try:
            yield from _received(process, content)
        finally:
            end.cancel()
            process.kill()


def _received(process: subprocess.Popen[bytes], content: bytes) -> Iterator[Line]:
    if process.stdin:
        # Who ends before it has read all says why.
        with suppress(OSError):
            process.stdin.write(content)
        with suppress(OSError):
            process.stdin.close()
    for line in process.stdout or ():
        match orjson.loads(line):
            case [number, cells, wrong]:
                yield Line(number, cells, {int(index): text for index, text in wrong.items()})
            case {"refused": str(why)}:
                raise SheetError(why)
            case _:
                return
    raise SheetError(f"The file is too large for a sheet of {LINES} lines. Save only the sheet itself, or CSV.")


def send_lines() -> None:
    """Read the file at the standard input and write its lines to the standard output; what a process apart does."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    out = sys.stdout.buffer
    try:
        for line in _lines(sys.stdin.buffer.read()):
            out.write(orjson.dumps([line.number, line.cells, line.wrong], option=orjson.OPT_NON_STR_KEYS) + b"\n")
        out.write(b"null\n")
    except SheetError as error:
        out.write(orjson.dumps({"refused": str(error)}) + b"\n")


# CSV


def _csv(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    delimiter = ""
    if match := re.match(r'"?sep=(.)"?\r?\n', text):
        # Excel says so itself.
        delimiter, text = match[1], text[match.end() :]
    delimiter = delimiter or _delimiter(text)
    csv.field_size_limit(CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise SheetError(
                    f"Line {number} has a cell of more than a million characters. Is a quotation mark missing?"
                ) from error
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
    return {index: "contains an invalid character (NUL)." for index, cell in enumerate(cells) if "\x00" in cell}


# XLSX


def _xlsx(content: bytes) -> Iterator[Line]:
    # Whoever only serves readers never opens a workbook.
    from openpyxl import load_workbook  # noqa: PLC0415

    _look_through(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        yield from _lines_of(content, book.worksheets)
    except (SheetError, MemoryError):
        raise
    except Exception as error:
        if getattr(error, "code", None) == _NO_MEMORY:
            raise MemoryError from error
        # A file that is no workbook, or a broken one, fails in many ways.
        raise SheetError("The file cannot be read as XLSX. Save it again in a spreadsheet program, or as CSV.") from error


def _lines_of(content: bytes, sheets: list[Any]) -> Iterator[Line]:
    if not sheets:
        raise SheetError("The file has no sheet.")
    _refuse_merged(content, sheets[0]._worksheet_path)  # noqa: SLF001 - the reader does not tell of merged cells
    # What the file says of its size may be wrong.
    sheets[0].reset_dimensions()
    for number, row in enumerate(sheets[0].iter_rows(), 1):
        if number > LINES * 100:
            raise SheetError("The sheet has too many empty lines.")
        cells, wrong = [], {}
        for index, cell in enumerate(row):
            try:
                cells.append(_text(cell))
            except ValueError as error:
                cells.append("")
                wrong[index] = str(error)
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
        raise SheetError("The file is damaged, or has a password. Save it again in a spreadsheet program, or as CSV.") from error
    if is_big:
        raise SheetError("The unpacked file is too large. Save only the sheet itself, or CSV.")
    if is_odd:
        raise SheetError("The file declares XML entities, which are not allowed.")


def _declares(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    # In UTF-16 every other byte is nought.
    return any(_DECLARED.search(piece.replace(b"\x00", b"")) for piece in _pieces(archive, member))


def _refuse_merged(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(_MERGED.search(piece) for piece in _pieces(archive, name)):
            raise SheetError("The sheet has merged cells. Unmerge them.")


def _pieces(archive: zipfile.ZipFile, member: Any) -> Iterator[bytes]:
    """Yield a member in pieces, each with the end of the one before, so that no word is cut in two."""
    with archive.open(member) as part:
        tail = b""
        while piece := part.read(_PIECE):
            yield tail + piece
            tail = piece[-32:]


def _text(cell: Any) -> str:
    """Return what a cell says, as text; raise `ValueError` where it says nothing of its own."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError("contains a formula. Paste its value instead.")
    if cell.data_type == "e":
        raise ValueError(f"contains the error {value}.")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unescaped(value) if isinstance(value, str) else str(value)
